/*
 * The table is the contract's (plugins/README.md); "malformed" is what a caller with a bug gets.
 */
#include "tests/support/rehearsal/answer.h"

#include "core/base/err.h"
#include "core/base/mem.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *code;
    int status;
} codes[] = {
    {"sold_out", 409},          {"price_changed", 409},       {"policy_changed", 409},
    {"restricted", 422},        {"insufficient_points", 402}, {"redemption_refused", 403},
    {"member_invalid", 422},    {"hotel_invalid", 422},       {"needs_card", 422},
    {"already_cancelled", 409}, {"not_found", 404},           {"cancel_refused", 409},
    {"duplicate", 409},         {"unauthorised", 401},        {"retry_later", 429},
    {"malformed", 400},         {"key_reused", 422},
};

static int status_of(const char *code)
{
    for (size_t i = 0; i < NB_COUNT(codes); i++) {
        if (strcmp(codes[i].code, code) == 0) {
            return codes[i].status;
        }
    }
    nb_assert_failed(code, __FILE__, __LINE__, __func__);
}

struct reh_answer reh_answer_ok(int status, json_t *body)
{
    NB_ASSERT(body != NULL);
    return (struct reh_answer){.status = status, .body = body};
}

struct reh_answer reh_answer_refuse(const char *code, const char *detail, json_t *extra)
{
    int status = status_of(code);
    struct reh_answer answer = {.status = status, .problem = true};
    answer.body = json_pack("{s:s, s:s, s:i, s:s}", "type", "about:blank", "code", code, "status",
                            status, "detail", detail);
    NB_ASSERT(answer.body != NULL);
    if (extra != NULL) {
        json_object_update(answer.body, extra);
        json_decref(extra);
    }
    return answer;
}

void reh_answer_fini(struct reh_answer *answer)
{
    json_decref(answer->body);
    nb_free(answer->text);
    answer->body = NULL;
    answer->text = NULL;
}

struct reh_answer reh_malformed(const char *field)
{
    char detail[128];
    snprintf(detail, sizeof(detail), "%s is missing or not what the contract says", field);
    return reh_answer_refuse("malformed", detail, NULL);
}
