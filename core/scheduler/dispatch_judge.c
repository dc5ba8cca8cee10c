#include "core/scheduler/dispatch_judge.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/plugin/verify.h"

#include <inttypes.h>
#include <string.h>

#define INSTANT_FIRST_US INT64_C(946684800000000) /* 2000-01-01 */
#define INSTANT_LAST_US INT64_C(7258118400000000) /* 2200-01-01 */

/* What a claim needs, to be taken for what it says. */
enum need {
    NEED_NONE = 0,
    NEED_NEVER,    /* makes no sense for this operation */
    NEED_NOTHING,  /* claims nothing that could be false */
    NEED_VERIFIED, /* contract 7 of nb_plugin.h */
    NEED_REFUSED,  /* no write left, or the write itself was answered with a refusal */
    NEED_STATED,   /* a 2xx answer under our own reference */
    NEED_ABSENT,   /* a 404, or XML that refuses */
};

struct row {
    const char *word;
    enum need commit;
    enum need read;
    enum need cancel;
};

static const struct row rows[NB_OUTCOME_COUNT] = {
    [NB_OUTCOME_CONFIRMED] = {"confirmed", NEED_VERIFIED, NEED_VERIFIED, NEED_NEVER},
    [NB_OUTCOME_CANCELLED] = {"cancelled", NEED_NEVER, NEED_STATED, NEED_STATED},
    [NB_OUTCOME_QUOTED] = {"quoted", NEED_NEVER, NEED_NEVER, NEED_NEVER},
    [NB_OUTCOME_HELD] = {"held", NEED_NEVER, NEED_NEVER, NEED_NEVER},
    [NB_OUTCOME_ANSWERED] = {"answered", NEED_NEVER, NEED_NEVER, NEED_NEVER},
    [NB_OUTCOME_PENDING] = {"pending", NEED_NOTHING, NEED_NOTHING, NEED_NOTHING},
    [NB_OUTCOME_SOLD_OUT] = {"sold_out", NEED_REFUSED, NEED_NEVER, NEED_NEVER},
    [NB_OUTCOME_PRICE_CHANGED] = {"price_changed", NEED_REFUSED, NEED_NEVER, NEED_NEVER},
    [NB_OUTCOME_POLICY_CHANGED] = {"policy_changed", NEED_REFUSED, NEED_NEVER, NEED_NEVER},
    [NB_OUTCOME_RESTRICTED] = {"restricted", NEED_REFUSED, NEED_NEVER, NEED_NEVER},
    [NB_OUTCOME_INSUFFICIENT_POINTS] = {"insufficient_points", NEED_REFUSED, NEED_NEVER,
                                        NEED_NEVER},
    [NB_OUTCOME_REDEMPTION_REFUSED] = {"redemption_refused", NEED_REFUSED, NEED_NEVER, NEED_NEVER},
    [NB_OUTCOME_MEMBER_INVALID] = {"member_invalid", NEED_REFUSED, NEED_NEVER, NEED_NEVER},
    [NB_OUTCOME_HOTEL_INVALID] = {"hotel_invalid", NEED_REFUSED, NEED_NEVER, NEED_NEVER},
    [NB_OUTCOME_NEEDS_CARD] = {"needs_card", NEED_REFUSED, NEED_NEVER, NEED_NEVER},
    [NB_OUTCOME_ALREADY_CANCELLED] = {"already_cancelled", NEED_NEVER, NEED_NEVER, NEED_REFUSED},
    [NB_OUTCOME_NOT_FOUND] = {"not_found", NEED_NEVER, NEED_ABSENT, NEED_ABSENT},
    [NB_OUTCOME_CANCEL_REFUSED] = {"cancel_refused", NEED_NEVER, NEED_NEVER, NEED_REFUSED},
    [NB_OUTCOME_DUPLICATE] = {"duplicate", NEED_NOTHING, NEED_NEVER, NEED_NEVER},
    [NB_OUTCOME_UNAUTHORISED] = {"unauthorised", NEED_REFUSED, NEED_REFUSED, NEED_REFUSED},
    [NB_OUTCOME_RETRY_LATER] = {"retry_later", NEED_REFUSED, NEED_REFUSED, NEED_REFUSED},
    [NB_OUTCOME_UNKNOWN] = {"unknown", NEED_NOTHING, NEED_NEVER, NEED_NOTHING},
};

const char *dispatch_outcome_word(enum nb_outcome outcome)
{
    return outcome > NB_OUTCOME_NONE && outcome < NB_OUTCOME_COUNT ? rows[outcome].word : NULL;
}

static enum need need_of(uint32_t operation, uint32_t outcome)
{
    if (outcome == NB_OUTCOME_NONE || outcome >= NB_OUTCOME_COUNT) {
        return NEED_NEVER;
    }
    return operation == NB_OPERATION_COMMIT   ? rows[outcome].commit
           : operation == NB_OPERATION_READ   ? rows[outcome].read
           : operation == NB_OPERATION_CANCEL ? rows[outcome].cancel
                                              : NEED_NEVER;
}

static bool is_2xx(const struct dispatch_trail *trail)
{
    return trail->answered && trail->http_status >= 200 && trail->http_status <= 299;
}

/* OpenTravel refuses with a 2xx. */
static bool is_refusing_xml(const struct dispatch_trail *trail)
{
    return is_2xx(trail) && trail->refused;
}

/* 503 says "later" of the contract; any other 5xx may have had its effect. */
static bool is_refusal(const struct dispatch_trail *trail, uint32_t outcome)
{
    bool status = is_refusing_xml(trail) ||
                  (trail->http_status >= 400 && trail->http_status <= 499) ||
                  (trail->http_status == 503 && outcome == NB_OUTCOME_RETRY_LATER);
    return trail->answered && trail->answer_of_write && status;
}

static bool same_reference(const struct nb_operation *asked, const struct nb_facts *facts)
{
    return asked->reference != NULL && facts->reference != NULL &&
           strcmp(asked->reference, facts->reference) == 0;
}

/* NULL when the claim holds, else the word of what it lacks. */
static const char *lack(const struct nb_operation *asked, const struct dispatch_trail *trail,
                        const struct nb_effect *done, enum need need)
{
    struct plugin_evidence seen = {
        .operation = asked->kind, .http_status = trail->http_status, .answered = trail->answered};
    switch (need) {
    case NEED_NOTHING:
        return NULL;
    case NEED_VERIFIED:
        /* An answer to the quote is none to the commit. */
        seen.answered =
            seen.answered && (asked->kind != NB_OPERATION_COMMIT || trail->answer_of_write);
        if (plugin_outcome_verify(asked, &seen, done, NULL) != NB_OUTCOME_CONFIRMED) {
            return "not_verified";
        }
        return done->facts.points < 0 ? "no_points" : NULL;
    case NEED_REFUSED:
        return !trail->wrote || is_refusal(trail, done->outcome) ? NULL : "not_answered";
    case NEED_STATED:
        return is_2xx(trail) && same_reference(asked, &done->facts) ? NULL : "not_stated";
    case NEED_ABSENT:
        return (trail->answered && trail->http_status == 404) || is_refusing_xml(trail)
                   ? NULL
                   : "not_answered";
    case NEED_NEVER:
    case NEED_NONE:
        break;
    }
    return "not_of_this_operation";
}

/* Nothing that can be relied on came out of it. */
static struct dispatch_verdict in_doubt(const struct nb_operation *asked,
                                        const struct dispatch_trail *trail, const char *why)
{
    bool effect = trail->wrote && asked->kind != NB_OPERATION_READ;
    return (struct dispatch_verdict){.outcome = effect            ? "unknown"
                                                : trail->answered ? "protocol"
                                                                  : "not_sent",
                                     .why = why};
}

static const char *failure_word(uint32_t failure)
{
    static const char *const words[NB_FAILURE_COUNT] = {
        [NB_FAILURE_CONNECT] = "connect", [NB_FAILURE_TIMEOUT] = "timeout",
        [NB_FAILURE_BROKEN] = "broken",   [NB_FAILURE_BAD_BODY] = "bad_body",
        [NB_FAILURE_RESTART] = "restart", [NB_FAILURE_REFUSED] = "refused_here",
    };
    return failure < NB_FAILURE_COUNT ? words[failure] : NULL;
}

static struct dispatch_verdict judge_fail(const struct nb_operation *asked,
                                          const struct dispatch_trail *trail,
                                          const struct nb_effect *fail)
{
    struct dispatch_verdict verdict = in_doubt(asked, trail, failure_word(trail->failure));
    bool effect = trail->wrote && asked->kind != NB_OPERATION_READ;
    if (effect) {
        return verdict;
    }
    switch ((enum nb_fail_kind)fail->fail_kind) {
    case NB_FAIL_UNSUPPORTED:
        verdict.outcome = "unsupported";
        break;
    case NB_FAIL_BAD_ASK:
        verdict.outcome = "bad_ask";
        break;
    case NB_FAIL_PROTOCOL:
        verdict.outcome = "protocol";
        break;
    case NB_FAIL_NOT_SENT:
    case NB_FAIL_ABANDONED:
        verdict.outcome = "not_sent";
        break;
    case NB_FAIL_NONE:
    case NB_FAIL_COUNT:
        break;
    }
    return verdict;
}

struct dispatch_verdict dispatch_judge(const struct nb_operation *asked,
                                       const struct dispatch_trail *trail,
                                       const struct nb_effect *done)
{
    NB_ASSERT(done->kind == NB_EFFECT_DONE || done->kind == NB_EFFECT_FAIL);
    if (done->kind == NB_EFFECT_FAIL) {
        return judge_fail(asked, trail, done);
    }
    enum need need = need_of(asked->kind, done->outcome);
    const char *missing = lack(asked, trail, done, need);
    if (missing != NULL) {
        return in_doubt(asked, trail, missing);
    }
    /* "Unknown", "pending" and "duplicate" of a commit that wrote nothing: nothing is unknown. */
    if (need == NEED_NOTHING && !trail->wrote && asked->kind != NB_OPERATION_READ) {
        return in_doubt(asked, trail, failure_word(trail->failure));
    }
    bool answered = trail->answered && done->outcome != NB_OUTCOME_UNKNOWN;
    return (struct dispatch_verdict){
        .outcome = rows[done->outcome].word,
        .why = answered ? NULL : failure_word(trail->failure),
        .reached = answered && trail->http_status < 500 && done->outcome != NB_OUTCOME_UNAUTHORISED,
    };
}

struct dispatch_verdict dispatch_judge_silence(const struct nb_operation *asked,
                                               const struct dispatch_trail *trail)
{
    return in_doubt(asked, trail, "plugin");
}

/* Facts ---------------------------------------------------------------------------------------- */

static void put_name(struct nb_buf *out, const char *name)
{
    nb_buf_printf(out, "%s\"%s\":", out->length > 0 && out->data[out->length - 1] == '{' ? "" : ",",
                  name);
}

static void put_number(struct nb_buf *out, const char *name, int64_t number)
{
    put_name(out, name);
    nb_buf_printf(out, "%" PRId64, number);
}

static void put_instant(struct nb_buf *out, const char *name, int64_t us)
{
    char text[NB_INSTANT_TEXT];
    if (us < INSTANT_FIRST_US || us > INSTANT_LAST_US) {
        return; /* absent, or nothing that a gateway can mean */
    }
    nb_instant_format((struct nb_instant){us}, text);
    put_name(out, name);
    nb_buf_printf(out, "\"%s\"", text);
}

/* A gateway's own code (quote id, policy version): kept only when it is a plain word, so that
 * nothing else can travel in it. */
static void put_word(struct nb_buf *out, const char *name, const char *word)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:";
    if (word == NULL || *word == '\0' || strnlen(word, 97) > 96 ||
        word[strspn(word, plain)] != '\0') {
        return;
    }
    put_name(out, name);
    nb_buf_printf(out, "\"%s\"", word);
}

static void put_cash(struct nb_buf *out, const struct nb_facts *facts)
{
    static const char *const kinds[NB_CASH_COUNT] = {
        [NB_CASH_NONE] = "other",
        [NB_CASH_TAX] = "tax",
        [NB_CASH_RESORT_FEE] = "resort_fee",
        [NB_CASH_DEPOSIT] = "deposit",
        [NB_CASH_CO_PAY] = "co_pay",
        [NB_CASH_PENALTY] = "penalty",
        [NB_CASH_OTHER] = "other",
    };
    put_name(out, "cash");
    nb_buf_char(out, '[');
    for (uint32_t i = 0; i < facts->cash_count; i++) {
        const struct nb_cash *cash = &facts->cash[i];
        bool letters = true;
        for (int k = 0; k < NB_CURRENCY_TEXT - 1; k++) {
            letters = letters && cash->currency[k] >= 'A' && cash->currency[k] <= 'Z';
        }
        if (letters) {
            nb_buf_printf(out, "%s{\"kind\":\"%s\",\"minor\":%" PRId64 ",\"currency\":\"%.3s\"}",
                          out->data[out->length - 1] == '[' ? "" : ",",
                          kinds[cash->kind < NB_CASH_COUNT ? cash->kind : NB_CASH_OTHER],
                          cash->minor, cash->currency);
        }
    }
    nb_buf_char(out, ']');
}

void dispatch_facts_write(const struct nb_facts *facts, const struct dispatch_verdict *verdict,
                          struct nb_buf *out)
{
    nb_buf_char(out, '{');
    if (verdict->why != NULL) {
        put_word(out, "why", verdict->why);
    }
    put_name(out, "reached");
    nb_buf_text(out, verdict->reached ? "true" : "false");
    if (facts != NULL) {
        put_number(out, "http_status", facts->http_status);
        if (facts->points >= 0) {
            put_number(out, "points", facts->points);
        }
        if (facts->points_returned >= 0) {
            put_number(out, "points_returned", facts->points_returned);
        }
        put_instant(out, "cancel_by", facts->cancel_by_us);
        put_instant(out, "expires_at", facts->expires_at_us);
        put_instant(out, "returns_at", facts->returns_at_us);
        put_word(out, "quote_id", facts->quote_id);
        put_word(out, "policy_version", facts->policy_version);
        if (facts->retry_after_ms > 0) {
            put_number(out, "retry_after_ms", facts->retry_after_ms);
        }
        if (facts->cash_count > 0) {
            put_cash(out, facts);
        }
    }
    nb_buf_char(out, '}');
}
