#include "core/plugin/conformance.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/plugin/conformance_steps.h"
#include "core/plugin/loader.h"

#include <string.h>

#define BATCH_MS_MAX 1000
#define TODAY 9824

static const struct plugin_context context = {.today = TODAY, .now_us = INT64_C(1795478400000000)};

struct run {
    FILE *out;
    struct plugin_conformance_report *report;
    struct plugin_session *session;
    struct plugin_session *other; /* another process of the same plugin */
    const struct nb_plugin *plugin;
};

static void say(struct run *run, const char *what, bool held, const struct nb_err *err)
{
    struct plugin_conformance_report *report = run->report;
    fprintf(run->out, "%-7s %s%s%s\n", held ? "ok" : "FAILED", what, held ? "" : ": ",
            held ? "" : err->text);
    report->passed += held;
    report->failed += !held;
    if (!held && report->failed == 1) {
        snprintf(report->first_failure, sizeof(report->first_failure), "%s: %.180s", what,
                 err->text);
    }
}

static bool wrong(struct nb_err *err, const char *what, const char *which)
{
    return nb_err_set(err, NB_ERR_INVALID, "conformance", "%s: %.120s", which, what);
}

/* Documentation -------------------------------------------------------------------------------- */

static bool given(const char *text)
{
    return text != NULL && *text != '\0';
}

static bool documents(const struct nb_plugin *plugin, struct nb_err *err)
{
    for (uint32_t i = 0; i < plugin->option_count; i++) {
        if (!given(plugin->options[i].name) || !given(plugin->options[i].help)) {
            return wrong(err, "An option has no name or help",
                         given(plugin->options[i].name) ? plugin->options[i].name : "unnamed");
        }
    }
    for (uint32_t i = 0; i < plugin->rule_count; i++) {
        const struct nb_rule_default *rule = &plugin->rules[i];
        if (!given(rule->key) || rule->value == NULL || !given(rule->source) ||
            !given(rule->help) || rule->verified_on == NULL) {
            return wrong(err, "A rule lacks its value, source, date or help",
                         given(rule->key) ? rule->key : "unnamed");
        }
        for (uint32_t j = 0; j < i; j++) {
            if (strcmp(rule->key, plugin->rules[j].key) == 0) {
                return wrong(err, "A rule is there twice", rule->key);
            }
        }
    }
    return true;
}

/* Every pure slot ------------------------------------------------------------------------------ */

/* One ask of each kind, ordinary enough for any program. */
struct samples {
    int64_t nights[10];
    struct nb_price_ask price;
    struct nb_eligible_ask eligible;
    struct nb_expiry_ask expiry;
    struct nb_refund_ask refund;
    struct nb_validate_ask validate;
    struct nb_script_ask script;
};

static void samples_fill(struct samples *samples)
{
    *samples = (struct samples){
        .price = {.check_in = TODAY + 1, .night_count = 10, .rooms = 1, .bedrooms = 1, .adults = 2},
        .eligible = {.check_in = TODAY + 1,
                     .night_count = 10,
                     .rooms = 1,
                     .adults = 2,
                     .channel = NB_CHANNEL_ASSISTED,
                     .account_kind = NB_ACCOUNT_CUSTODIAN,
                     .property_code = "ABCDE"},
        .expiry = {.acquired_on = TODAY - 100,
                   .known_expiry = NB_DAY_NONE,
                   .account_opened = NB_DAY_NONE},
        .refund = {.kind = NB_REFUND_CANCEL,
                   .check_in = TODAY + 1,
                   .at_us = context.now_us,
                   .cancel_by_us = context.now_us,
                   .points = 30000,
                   .night_count = 10},
        .validate = {.kind = NB_VALIDATE_MEMBER, .text = "123456789"},
        .script = {.operation = NB_OPERATION_COMMIT},
    };
    for (size_t i = 0; i < NB_COUNT(samples->nights); i++) {
        samples->nights[i] = 15000;
    }
    for (size_t i = 0; i < NB_ACTIVITY_COUNT; i++) {
        samples->expiry.last_activity[i] = NB_DAY_NONE;
    }
    samples->price.night_points = samples->nights;
    samples->refund.night_points = samples->nights;
}

static const void *sample_of(const struct samples *samples, enum plugin_call_kind kind)
{
    const void *const asks[PLUGIN_CALL_COUNT] = {
        [PLUGIN_CALL_PRICE] = &samples->price,       [PLUGIN_CALL_ELIGIBLE] = &samples->eligible,
        [PLUGIN_CALL_EXPIRY] = &samples->expiry,     [PLUGIN_CALL_REFUND] = &samples->refund,
        [PLUGIN_CALL_VALIDATE] = &samples->validate, [PLUGIN_CALL_SCRIPT] = &samples->script,
    };
    return asks[kind];
}

/* A travel plugin leaves a stay's slots empty, and refuses them. */
static bool applies(const struct run *run, enum plugin_call_kind kind)
{
    return run->plugin->product == NB_PRODUCT_STAY || kind == PLUGIN_CALL_VALIDATE ||
           kind == PLUGIN_CALL_SCRIPT;
}

/* False with why not, when it has no answer. */
static bool answered(struct plugin_session *session, struct plugin_said said,
                     enum plugin_call_kind kind, struct nb_err *err)
{
    return said.result == PLUGIN_ANSWERED ||
           wrong(err,
                 said.result == PLUGIN_REFUSED ? "an ordinary ask is refused"
                                               : plugin_session_loss(session),
                 plugin_calls[kind].name);
}

static bool answers_equal(struct run *run, const struct samples *samples,
                          enum plugin_call_kind kind, struct nb_err *err)
{
    const void *ask = sample_of(samples, kind);
    struct plugin_said here = plugin_session_ask(run->session, kind, &context, ask, 1);
    struct plugin_said there = plugin_session_ask(run->other, kind, &context, ask, 1);
    if (!answered(run->session, here, kind, err) || !answered(run->other, there, kind, err)) {
        return false;
    }
    return (here.byte_count == there.byte_count &&
            memcmp(here.bytes, there.bytes, here.byte_count) == 0) ||
           wrong(err, "two processes give other bytes for the same ask", plugin_calls[kind].name);
}

/* Less and less memory: a refusal each time, never a crash, and the next call is whole again. */
static bool survives_little_memory(struct run *run, const struct samples *samples,
                                   enum plugin_call_kind kind, struct nb_err *err)
{
    uint64_t losses = plugin_host_losses(plugin_session_host(run->session));
    for (uint32_t bytes = 1; bytes < 65536; bytes = bytes * 5 / 4 + 1) {
        struct plugin_context little = context;
        little.arena_bytes = bytes;
        (void)plugin_session_ask(run->session, kind, &little, sample_of(samples, kind), 1);
        if (plugin_host_losses(plugin_session_host(run->session)) != losses) {
            return wrong(err, plugin_session_loss(run->session), plugin_calls[kind].name);
        }
    }
    return true;
}

static void check_slots(struct run *run)
{
    struct samples samples;
    struct nb_err err = {0};
    bool equal = true;
    bool survives = true;
    samples_fill(&samples);
    for (int i = PLUGIN_CALL_PRICE; equal && i <= PLUGIN_CALL_SCRIPT; i++) {
        enum plugin_call_kind kind = (enum plugin_call_kind)i;
        equal = !applies(run, kind) || answers_equal(run, &samples, kind, &err);
    }
    say(run, "every slot answers, with the same bytes in another process", equal, &err);
    for (int i = PLUGIN_CALL_PRICE; survives && i <= PLUGIN_CALL_SCRIPT; i++) {
        enum plugin_call_kind kind = (enum plugin_call_kind)i;
        survives = !applies(run, kind) || survives_little_memory(run, &samples, kind, &err);
    }
    say(run, "every slot survives failing allocations", survives, &err);
}

/* Sums ----------------------------------------------------------------------------------------- */

static const struct {
    struct nb_refund_ask ask;
    const char *what;
} refunds[] = {
    {{.kind = NB_REFUND_CANCEL, .at_us = 1, .cancel_by_us = 2}, "a cancellation in time"},
    {{.kind = NB_REFUND_CANCEL, .at_us = 3, .cancel_by_us = 2}, "a late cancellation"},
    {{.kind = NB_REFUND_NO_SHOW}, "a guest who did not come"},
    {{.kind = NB_REFUND_SHORTEN, .nights_used = 1}, "a shorter stay"},
    {{.kind = NB_REFUND_PRICE_DROP, .new_points = 10000}, "a lower price"},
    {{.kind = NB_REFUND_PRICE_DROP, .new_points = 90000}, "a higher price"},
};

/* What was paid is either back or lost; only of a price drop the rest stays spent. */
static bool points_add_up(struct run *run, struct nb_err *err)
{
    static const int64_t nights[] = {15000, 15000};
    for (size_t i = 0; i < NB_COUNT(refunds); i++) {
        struct nb_refund_ask ask = refunds[i].ask;
        ask.check_in = TODAY + 1;
        ask.points = 30000;
        ask.night_count = 2;
        ask.night_points = nights;
        struct plugin_said said =
            plugin_session_ask(run->session, PLUGIN_CALL_REFUND, &context, &ask, 1);
        if (!answered(run->session, said, PLUGIN_CALL_REFUND, err)) {
            return false;
        }
        const struct nb_refund *refund = said.rows;
        int64_t sum;
        bool drop = ask.kind == NB_REFUND_PRICE_DROP;
        if (__builtin_add_overflow(refund->points_back, refund->points_lost, &sum) || sum > 30000 ||
            (!drop && sum != 30000)) {
            return nb_err_set(err, NB_ERR_INVALID, "conformance",
                              "of %s for 30000 points %lld are back or lost.", refunds[i].what,
                              (long long)sum);
        }
    }
    return true;
}

/* Kinds that no plugin can know, and a file that is no statement. */
static bool refuses_unknown_kinds(struct run *run, struct nb_err *err)
{
    static const char garbage[] = "\xff\xfe;;;\"\"\"\n,,,,,,\0\0-99999999999999999999,x\n";
    const struct nb_refund_ask refund = {.kind = 99, .points = 1};
    const struct nb_validate_ask validate = {.kind = 99, .text = "x"};
    const struct nb_script_ask script = {.operation = 99};
    const struct nb_statement_ask statement = {.byte_count = sizeof(garbage), .bytes = garbage};
    const struct {
        enum plugin_call_kind kind;
        const void *ask;
    } asks[] = {{PLUGIN_CALL_REFUND, &refund},
                {PLUGIN_CALL_VALIDATE, &validate},
                {PLUGIN_CALL_SCRIPT, &script},
                {PLUGIN_CALL_STATEMENT, &statement}};
    for (size_t i = 0; i < NB_COUNT(asks); i++) {
        struct plugin_said said =
            plugin_session_ask(run->session, asks[i].kind, &context, asks[i].ask, 1);
        bool may_answer = asks[i].kind == PLUGIN_CALL_STATEMENT;
        if (said.result != PLUGIN_REFUSED && !(may_answer && said.result == PLUGIN_ANSWERED)) {
            return wrong(err,
                         said.result == PLUGIN_ANSWERED ? "an unknown kind is not refused"
                                                        : plugin_session_loss(run->session),
                         plugin_calls[asks[i].kind].name);
        }
    }
    return true;
}

/* The largest batch there may be, in time. */
static void check_ceilings(struct run *run)
{
    struct nb_err err;
    int64_t *nights = nb_alloc_array(NB_NIGHTS_MAX, sizeof(*nights));
    struct nb_price_ask *asks = nb_alloc_array(NB_BATCH_MAX, sizeof(*asks));
    for (uint32_t i = 0; i < NB_NIGHTS_MAX; i++) {
        nights[i] = 15000;
    }
    for (uint32_t i = 0; i < NB_BATCH_MAX; i++) {
        asks[i] = (struct nb_price_ask){.check_in = TODAY,
                                        .night_count = NB_NIGHTS_MAX,
                                        .rooms = 1,
                                        .bedrooms = 1,
                                        .night_points = nights};
    }
    uint64_t losses = plugin_host_losses(plugin_session_host(run->session));
    struct nb_mono from = nb_mono_now();
    struct plugin_said said =
        plugin_session_ask(run->session, PLUGIN_CALL_PRICE, &context, asks, NB_BATCH_MAX);
    int64_t ms = nb_mono_ms_between(from, nb_mono_now());
    bool held = said.result == PLUGIN_ANSWERED && ms <= BATCH_MS_MAX &&
                plugin_host_losses(plugin_session_host(run->session)) == losses;
    (void)nb_err_set(&err, NB_ERR_LIMIT, "conformance_time",
                     "%u stays of %u nights took %lld ms, at most %d are allowed.", NB_BATCH_MAX,
                     NB_NIGHTS_MAX, (long long)ms, BATCH_MS_MAX);
    say(run, "the largest batch is priced in time", held, &err);
    nb_free(nights);
    nb_free(asks);
}

static void check_machine(struct run *run)
{
    struct conformance_walk walk;
    uint32_t capabilities = run->plugin->capabilities;
    struct nb_err err = {0};
    conformance_walk_run(run->session, run->other, capabilities, &walk);
    say(run, "every capability begins", !walk.begins.broken, &walk.begins.err);
    say(run, "requests carry only what may be sent, and writes our reference",
        !walk.requests.broken, &walk.requests.err);
    say(run, "it believes only an answer that is exactly what was asked", !walk.believes.broken,
        &walk.believes.err);
    say(run, "answers, losses and cancels in every state; state without pointers",
        !walk.states.broken, &walk.states.err);
    say(run, "unknown events, operations and states are refused",
        conformance_refuses_unknown(run->session, capabilities, &err), &err);
}

static void check_all(struct run *run)
{
    struct nb_err err = {0};
    bool stay = run->plugin->product == NB_PRODUCT_STAY;
    say(run, "options and rules are documented", documents(run->plugin, &err), &err);
    check_slots(run);
    if (stay) {
        say(run, "points add up", points_add_up(run, &err), &err);
    }
    say(run, "unknown kinds are refused, and garbage is survived", refuses_unknown_kinds(run, &err),
        &err);
    check_machine(run);
    if (stay) {
        check_ceilings(run);
    }
}

bool plugin_conformance_run(const char *path, const char *host_program, FILE *out,
                            struct plugin_conformance_report *report)
{
    struct plugin_identity identity;
    struct nb_err err = {0};
    *report = (struct plugin_conformance_report){0};
    struct run run = {.out = out, .report = report};
    bool sound = plugin_file_check(path, NULL, &identity, &err);
    say(&run, "the file is a plugin of this ABI and uses what it may", sound, &err);
    if (!sound) {
        return false;
    }
    run.session = plugin_session_open(host_program, path, &err);
    run.other = run.session == NULL ? NULL : plugin_session_open(host_program, path, &err);
    say(&run, "it opens in a plugin host", run.other != NULL, &err);
    if (run.other != NULL) {
        run.plugin = plugin_host_descriptor(plugin_session_host(run.session));
        check_all(&run);
        fprintf(out, "%s %s: %u ok, %u failed; SHA-256 %s\n", identity.name, identity.version,
                report->passed, report->failed, identity.sha256);
    }
    plugin_session_close(run.other);
    plugin_session_close(run.session);
    return report->failed == 0;
}
