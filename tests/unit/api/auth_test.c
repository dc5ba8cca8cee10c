/* Who asks, and what they may: tokens, rights, homes, and how long an answer about them is
 * believed. */
#include "core/api/route.h"
#include "core/base/clock.h"
#include "tests/unit/api/bed.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <string.h>

TestSuite(api_auth, .timeout = 30);

static const struct talk_request programs = {.path = "/v1/programs", .token = BED_TOKEN};

static int times_in_log(const char *text)
{
    int times = 0;

    for (const char *at = strstr(scripted_pq_log(), text); at != NULL; at = strstr(at + 1, text)) {
        times++;
    }
    return times;
}

static void open_with(struct bed *bed, const char *role)
{
    scripted_pq_rows("program_list", 0, NULL);
    bed_actor(role);
    bed_open(bed, NULL);
}

Test(api_auth, a_token_opens_what_its_right_may_see)
{
    struct bed bed;

    open_with(&bed, "specialist");
    cr_expect_eq(bed_ask(&bed, programs), 200, "%s", bed.answer.body);
    cr_expect_eq(json_array_size(json_object_get(bed.answer.json, "items")), 0);
    cr_expect_str_eq(talk_header(&bed.answer, "Cache-Control"), "no-store");
    bed_close(&bed);
}

static const struct {
    const char *header; /* whole Authorization line, or none */
    const char *code;
    const char *challenge;
} no_tokens[] = {
    {NULL, "token_missing", "Bearer realm=\"nightbridge\""},
    {"Authorization: Basic dTpw\r\n", "token_missing", "Bearer realm=\"nightbridge\""},
    {"Authorization: Bearer\r\n", "token_missing", "Bearer realm=\"nightbridge\""},
    {"Authorization: Bearer short\r\n", "token_invalid",
     "Bearer realm=\"nightbridge\", error=\"invalid_token\""},
};

Test(api_auth, what_is_no_token_never_reaches_the_database)
{
    struct bed bed;

    open_with(&bed, "specialist");
    for (size_t i = 0; i < sizeof(no_tokens) / sizeof(no_tokens[0]); i++) {
        bed_ask(&bed,
                (struct talk_request){.path = "/v1/programs", .headers = no_tokens[i].header});
        bed_expect_problem(&bed, 401, no_tokens[i].code);
        cr_expect_str_eq(talk_header(&bed.answer, "WWW-Authenticate"), no_tokens[i].challenge);
    }
    cr_expect_eq(times_in_log("token_find("), 0);
    bed_close(&bed);
}

Test(api_auth, an_unknown_token_is_refused_and_asked_for_again_each_time)
{
    struct bed bed;

    open_with(&bed, NULL);
    for (int i = 0; i < 2; i++) {
        bed_ask(&bed, programs);
        bed_expect_problem(&bed, 401, "token_invalid");
    }
    cr_expect_eq(times_in_log("token_find("), 2);
    bed_close(&bed);
}

static const struct {
    const char *role;
    int status;
    const char *code;
    const char *why;
} rights[] = {
    {"partner", 403, "role", "rules are no partner's business"},
    {"homeless", 403, "no_home", "staff without a hotline would see every hotline"},
};

Test(api_auth, a_right_that_may_not_is_refused)
{
    for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
        struct bed bed;
        scripted_pq_reset();
        open_with(&bed, rights[i].role);
        bed_ask(&bed, programs);
        bed_expect_problem(&bed, rights[i].status, rights[i].code);
        cr_expect_eq(times_in_log("program_list("), 0, "%s", rights[i].why);
        bed_close(&bed);
    }
}

Test(api_auth, a_known_token_is_believed_for_a_moment)
{
    struct bed bed;

    open_with(&bed, "specialist");
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(bed_ask(&bed, programs), 200);
    }
    cr_expect_eq(times_in_log("token_find("), 1);
    bed_close(&bed);
}

Test(api_auth, a_revoked_token_stops_within_a_second)
{
    struct bed bed;

    open_with(&bed, "specialist");
    cr_expect_eq(bed_ask(&bed, programs), 200);
    bed_actor(NULL);
    struct nb_mono revoked = nb_mono_now();
    while (bed_ask(&bed, programs) == 200) {
        cr_assert_lt(nb_mono_ms_between(revoked, nb_mono_now()), 1000);
        poll(NULL, 0, 10);
    }
    bed_expect_problem(&bed, 401, "token_invalid");
    bed_close(&bed);
}

Test(api_auth, a_database_that_is_away_is_no_wrong_token)
{
    struct bed bed;

    scripted_pq_server((struct scripted_server){.refuses = true});
    bed_open(&bed, NULL);
    bed_ask(&bed, programs);
    bed_expect_problem(&bed, 503, "unavailable");
    cr_expect_str_eq(talk_header(&bed.answer, "Retry-After"), "1");
    bed_close(&bed);
}

Test(api_auth, one_user_cannot_take_every_place)
{
    struct bed bed;

    scripted_pq_rows("program_list", 0, NULL);
    bed_actor("specialist");
    bed_open(&bed, &(struct api_config){.user_in_flight = 1, .quiet = true});
    cr_expect_eq(bed_ask(&bed, programs), 200);
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_SILENT});
    int first = talk_begin(bed.port, &programs);
    bed_ask(&bed, programs);
    bed_expect_problem(&bed, 429, "too_many_requests");
    cr_expect_str_eq(talk_header(&bed.answer, "Retry-After"), "1");
    talk_end(bed.loop, first, &bed.answer);
    cr_expect_eq(bed.answer.status, 200, "the first was read again");
    cr_expect_eq(bed_ask(&bed, programs), 200);
    bed_close(&bed);
}

static void on_drained(void *data)
{
    *(bool *)data = true;
}

Test(api_auth, a_drain_waits_for_what_is_in_flight)
{
    struct bed bed;
    bool drained = false;

    open_with(&bed, "specialist");
    cr_expect_eq(bed_ask(&bed, programs), 200);
    scripted_pq_segment((struct scripted_segment){.act = SCRIPTED_SILENT});
    int first = talk_begin(bed.port, &programs);
    cr_expect_eq(bed_ask(&bed, (struct talk_request){.path = "/livez"}), 200);
    cr_assert_eq(api_in_flight(bed.api), 1);
    api_drain(bed.api, on_drained, &drained);
    cr_expect_eq(bed_ask(&bed, (struct talk_request){.path = "/livez"}), 200);
    cr_expect_not(drained);
    talk_end(bed.loop, first, &bed.answer);
    cr_expect_eq(bed.answer.status, 200);
    cr_expect(drained);
    bed_close(&bed);
}

static const struct {
    const char *path;
    const char *headers;
    int status;
    const char *code;
} requests[] = {
    {"/v1/programs", "Accept: text/html\r\n", 406, "not_acceptable"},
    {"/v1/programs", "Accept: application/json;q=0\r\n", 406, "not_acceptable"},
    {"/v1/programs", "Accept: text/html, application/json;q=0.1\r\n", 200, ""},
    {"/v1/programs", "Accept: */*\r\n", 200, ""},
    {"/v1/programs?colour=blue", NULL, 400, "query_errors"},
};

Test(api_auth, headers_and_query_are_checked_before_anything_is_read)
{
    struct bed bed;

    open_with(&bed, "specialist");
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        int status = bed_ask(&bed, (struct talk_request){.path = requests[i].path,
                                                         .token = BED_TOKEN,
                                                         .headers = requests[i].headers});
        cr_expect_eq(status, requests[i].status, "%s", requests[i].headers);
        cr_expect_str_eq(talk_text(&bed.answer, "code"), requests[i].code);
    }
    cr_expect_eq(times_in_log("program_list("), 2);
    bed_close(&bed);
}
