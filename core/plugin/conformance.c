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
    return nb_err_set(err, NB_ERR_INVALID, "conformance", "%s (%.80s).", what, which);
}

/* Documentation ----------------------------------------------------------------------------------
 */

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

/* Every pure slot --------------------------------------------------------------------------------
 */

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

static bool answers_equal(struct run *run, const struct samples *samples,
                          enum plugin_call_kind kind, struct nb_err *err)
{
    const void *ask = sample_of(samples, kind);
    struct plugin_said here = plugin_session_ask(run->session, kind, &context, ask, 1);
    struct plugin_said there = plugin_session_ask(run->other, kind, &context, ask, 1);
    if (here.result != PLUGIN_ANSWERED || there.result != PLUGIN_ANSWERED) {
        return wrong(err, "An ordinary ask has no answer", plugin_calls[kind].name);
    }
    return (here.byte_count == there.byte_count &&
            memcmp(here.bytes, there.bytes, here.byte_count) == 0) ||
           wrong(err, "Two processes give other bytes for the same ask", plugin_calls[kind].name);
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
    }
    return plugin_host_losses(plugin_session_host(run->session)) == losses ||
           wrong(err, "It dies without memory instead of refusing", plugin_calls[kind].name);
}

static void check_slots(struct run *run)
{
    struct samples samples;
    struct nb_err err;
    bool equal = true;
    bool survives = true;
    samples_fill(&samples);
    for (int i = PLUGIN_CALL_PRICE; equal && i <= PLUGIN_CALL_SCRIPT; i++) {
        equal = answers_equal(run, &samples, (enum plugin_call_kind)i, &err);
    }
    say(run, "every slot answers, with the same bytes in another process", equal, &err);
    for (int i = PLUGIN_CALL_PRICE; survives && i <= PLUGIN_CALL_SCRIPT; i++) {
        survives = survives_little_memory(run, &samples, (enum plugin_call_kind)i, &err);
    }
    say(run, "every slot survives failing allocations", survives, &err);
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
    struct nb_mono from = nb_mono_now();
    struct plugin_said said =
        plugin_session_ask(run->session, PLUGIN_CALL_PRICE, &context, asks, NB_BATCH_MAX);
    int64_t ms = nb_mono_ms_between(from, nb_mono_now());
    bool held = said.result == PLUGIN_ANSWERED && ms <= BATCH_MS_MAX;
    (void)nb_err_set(&err, NB_ERR_LIMIT, "conformance_time",
                     "%u stays of %u nights took %lld ms, at most %d are allowed.", NB_BATCH_MAX,
                     NB_NIGHTS_MAX, (long long)ms, BATCH_MS_MAX);
    say(run, "the largest batch is priced in time", held, &err);
    nb_free(nights);
    nb_free(asks);
}

static void check_all(struct run *run)
{
    struct nb_err err = {0};
    uint32_t capabilities = run->plugin->capabilities;
    say(run, "options and rules are documented", documents(run->plugin, &err), &err);
    check_slots(run);
    say(run, "every capability begins", conformance_begins(run->session, capabilities, &err), &err);
    say(run, "unknown events and operations are refused",
        conformance_refuses_unknown(run->session, &err), &err);
    say(run, "answers, losses and cancels in every state; state without pointers",
        conformance_walk(run->session, run->other, capabilities, &err), &err);
    check_ceilings(run);
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
