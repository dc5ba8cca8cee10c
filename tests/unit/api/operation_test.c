/* A write as an operation: its key, its body, and what the answers of a write function become. */
#include "tests/unit/api/bed.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(api_operation, .timeout = 60);

#define FUND_ID "00000000-0000-4000-8000-00000000f00d"

static const struct scripted_column fund[] = {
    {"public_id", FUND_ID}, {"name", "Spring appeal"}, {"campaign", NULL},
    {"partner_id", NULL},   {"partner_name", NULL},    {"region", "US-CT"},
    {"population", NULL},   {"purpose", NULL},         {NULL, NULL}};
static const struct scripted_column *const fund_rows[] = {fund};

static void script_write(const char *outcome, const char *status, const char *detail,
                         const char *replayed)
{
    static struct scripted_column row[8];
    static const struct scripted_column *rows[] = {row};
    const char *id = strtol(status, NULL, 10) < 400 ? FUND_ID : NULL;

    row[0] = (struct scripted_column){"outcome", outcome};
    row[1] = (struct scripted_column){"status", status};
    row[2] = (struct scripted_column){"resource_kind", "fund"};
    row[3] = (struct scripted_column){"resource_id", id};
    row[4] = (struct scripted_column){"version", NULL};
    row[5] = (struct scripted_column){"detail", detail};
    row[6] = (struct scripted_column){"replayed", replayed};
    scripted_pq_rows("fund_open", 1, rows);
}

static void open_with(struct bed *bed)
{
    script_write("opened", "201", NULL, "f");
    scripted_pq_rows("fund_list", 1, fund_rows);
    bed_actor("supervisor");
    bed_open(bed, NULL);
}

static int post(struct bed *bed, const char *key, const char *body)
{
    return bed_ask(
        bed,
        (struct talk_request){
            .method = "POST", .path = "/v1/funds", .token = BED_TOKEN, .key = key, .body = body});
}

static bool was_written(void)
{
    return strstr(scripted_pq_log(), "fund_open(") != NULL;
}

Test(api_operation, what_was_made_is_read_again_and_shown)
{
    struct bed bed;

    open_with(&bed);
    cr_expect_eq(post(&bed, "k1", "{\"name\":\"Spring appeal\"}"), 201, "%s", bed.answer.body);
    cr_expect_str_eq(talk_text(&bed.answer, "id"), FUND_ID);
    cr_expect_str_eq(talk_header(&bed.answer, "Idempotency-Replayed"), "");
    bed_close(&bed);
}

Test(api_operation, a_replay_is_the_same_answer_and_says_so)
{
    struct bed bed;

    open_with(&bed);
    script_write("opened", "201", NULL, "t");
    cr_expect_eq(post(&bed, "k1", "{\"name\":\"Spring appeal\"}"), 201);
    cr_expect_str_eq(talk_header(&bed.answer, "Idempotency-Replayed"), "true");
    cr_expect_str_eq(talk_text(&bed.answer, "id"), FUND_ID);
    bed_close(&bed);
}

static const struct {
    const char *outcome;
    const char *status;
    const char *detail;
    int answered;
    const char *code;
    const char *retry;
} refusals[] = {
    {"running", "409", NULL, 409, "operation_running", "1"},
    {"mismatch", "422", NULL, 422, "idempotency_key_reused", ""},
    {"mismatch", "422", "{\"field\":\"check_in\"}", 422, "mismatch", ""},
    {"not_found", "404", NULL, 404, "not_found", ""},
    {"below_promised", "409", "{\"nights\":[]}", 409, "below_promised", ""},
    {"invalid", "422", "{\"field\":\"name\",\"allowed\":\"a new name\"}", 422, "invalid", ""},
};

Test(api_operation, a_refusal_of_the_database_is_a_problem_with_its_word)
{
    struct bed bed;

    open_with(&bed);
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        script_write(refusals[i].outcome, refusals[i].status, refusals[i].detail, "f");
        post(&bed, "k1", "{\"name\":\"x\"}");
        bed_expect_problem(&bed, refusals[i].answered, refusals[i].code);
        cr_expect_str_eq(talk_header(&bed.answer, "Retry-After"), refusals[i].retry);
    }
    const json_t *error = json_array_get(json_object_get(bed.answer.json, "errors"), 0);
    cr_expect_str_eq(json_string_value(json_object_get(error, "pointer")), "/name");
    cr_expect_str_eq(json_string_value(json_object_get(error, "detail")), "allowed: a new name");
    bed_close(&bed);
}

static const struct {
    const char *key;
    const char *type;
    const char *body;
    int status;
    const char *code;
    const char *pointer;
} wrong[] = {
    {NULL, NULL, "{\"name\":\"x\"}", 400, "idempotency_key", NULL},
    {"two words", NULL, "{\"name\":\"x\"}", 400, "idempotency_key", NULL},
    {"k", "text/plain", "{\"name\":\"x\"}", 415, "media_type", NULL},
    {"k", NULL, "{\"name\":", 400, "json", NULL},
    {"k", NULL, "{\"name\":\"x\",\"name\":\"y\"}", 400, "json", NULL},
    {"k", NULL, "", 415, "media_type", NULL},
    {"k", NULL, "{}", 422, "field_errors", "/name"},
    {"k", NULL, "{\"name\":7}", 422, "field_errors", "/name"},
    {"k", NULL, "{\"name\":\"x\",\"nmae\":\"y\"}", 422, "field_errors", "/nmae"},
    {"k", NULL, "{\"name\":\"x\",\"restriction\":{\"region\":1}}", 422, "field_errors",
     "/restriction/region"},
};

Test(api_operation, a_wrong_request_is_refused_with_a_pointer_and_never_written)
{
    struct bed bed;

    open_with(&bed);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        bool empty = wrong[i].body[0] == '\0';
        bed_ask(&bed, (struct talk_request){.method = "POST",
                                            .path = "/v1/funds",
                                            .token = BED_TOKEN,
                                            .key = wrong[i].key,
                                            .type = wrong[i].type,
                                            .body = empty ? NULL : wrong[i].body});
        cr_expect_eq(bed.answer.status, wrong[i].status, "%s: %s", wrong[i].body, bed.answer.body);
        if (strcmp(wrong[i].code, "json") != 0) {
            cr_expect_str_eq(talk_text(&bed.answer, "code"), wrong[i].code, "%s", bed.answer.body);
        }
        if (wrong[i].pointer != NULL) {
            const json_t *error = json_array_get(json_object_get(bed.answer.json, "errors"), 0);
            cr_expect_str_eq(json_string_value(json_object_get(error, "pointer")),
                             wrong[i].pointer);
        }
    }
    cr_expect_not(was_written());
    bed_close(&bed);
}

Test(api_operation, an_oversized_body_is_refused_before_it_is_read)
{
    struct bed bed;
    char *body = calloc(1, 6000);

    open_with(&bed);
    memset(body, ' ', 5999);
    cr_expect_eq(post(&bed, "k", body), 413);
    cr_expect_not(was_written());
    free(body);
    bed_close(&bed);
}

Test(api_operation, an_answer_lost_on_the_way_is_asked_for_again_under_the_same_key)
{
    struct bed bed;

    open_with(&bed);
    cr_expect_eq(bed_ask(&bed, (struct talk_request){.path = "/v1/funds", .token = BED_TOKEN}),
                 200);
    for (int i = 0; i < 3; i++) {
        scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_LOSE_AT_COMMIT});
    }
    cr_expect_eq(post(&bed, "k1", "{\"name\":\"x\"}"), 201, "%s", bed.answer.body);
    bed_close(&bed);
}

Test(api_operation, an_outcome_that_stays_unknown_says_to_repeat_the_same_key)
{
    struct bed bed;

    open_with(&bed);
    cr_expect_eq(bed_ask(&bed, (struct talk_request){.path = "/v1/funds", .token = BED_TOKEN}),
                 200);
    for (int i = 0; i < 60; i++) {
        scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_SILENT});
    }
    post(&bed, "k1", "{\"name\":\"x\"}");
    bed_expect_problem(&bed, 503, "outcome_unknown");
    cr_expect_str_eq(talk_header(&bed.answer, "Retry-After"), "1");
    cr_expect_not_null(strstr(talk_text(&bed.answer, "detail"), "same Idempotency-Key"));
    bed_close(&bed);
}

Test(api_operation, what_was_done_and_cannot_be_shown_is_not_called_undone)
{
    struct bed bed;

    open_with(&bed);
    cr_expect_eq(bed_ask(&bed, (struct talk_request){.path = "/v1/funds", .token = BED_TOKEN}),
                 200);
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_ANSWER});
    for (int i = 0; i < 60; i++) {
        scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_SILENT});
    }
    post(&bed, "k1", "{\"name\":\"x\"}");
    bed_expect_problem(&bed, 503, "done_not_shown");
    cr_expect_not_null(strstr(talk_text(&bed.answer, "detail"), "same Idempotency-Key"));
    cr_expect(was_written());
    bed_close(&bed);
}

Test(api_operation, a_right_that_may_only_read_writes_nothing)
{
    struct bed bed;

    open_with(&bed);
    bed_actor("specialist");
    post(&bed, "k1", "{\"name\":\"x\"}");
    bed_expect_problem(&bed, 403, "role");
    cr_expect_not(was_written());
    bed_close(&bed);
}
