/*
 * What the wall around a plugin costs: 500 candidates priced through a plugin host in one batch,
 * against the same function called in this process. Prints one JSON line with both medians.
 * The plugin is loaded here only to be measured; the product never loads one outside its host.
 */
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/loop/turn.h"
#include "core/plugin/client.h"
#include "core/plugin/invoke.h"
#include "core/plugin/sound.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#define CANDIDATES 500
#define NIGHTS 5
#define ROUNDS 1000

static void fill(struct nb_price_ask asks[CANDIDATES], int64_t points[NIGHTS])
{
    for (int i = 0; i < NIGHTS; i++) {
        points[i] = 20000 + 1000 * i;
    }
    for (int i = 0; i < CANDIDATES; i++) {
        asks[i] = (struct nb_price_ask){.check_in = 9800 + i % 30,
                                        .night_count = NIGHTS,
                                        .rooms = 1,
                                        .bedrooms = 1,
                                        .adults = 2,
                                        .night_points = points};
    }
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static int64_t median(int64_t values[ROUNDS])
{
    qsort(values, ROUNDS, sizeof(values[0]), compare);
    return values[ROUNDS / 2];
}

static int64_t total(const struct nb_price *prices)
{
    int64_t sum = 0;

    for (int i = 0; i < CANDIDATES; i++) {
        sum += prices[i].total_points;
    }
    return sum;
}

/* One batch through the host, as a role asks it: on the loop, answered by a callback. */
struct batch {
    struct loop *loop;
    struct nb_mono answered;
    int64_t total;
};

static void on_prices(void *user, const struct plugin_answer *answer)
{
    struct batch *batch = user;

    batch->answered = nb_mono_now();
    batch->total = answer->result == PLUGIN_ANSWERED ? total(plugin_answer_prices(answer)) : 0;
    loop_stop(batch->loop);
}

/* Ready or refused for good: there is nothing more to wait for. */
static void on_state(void *user, struct plugin_host *host, enum plugin_host_state state)
{
    struct batch *batch = user;

    (void)host;
    if (state == PLUGIN_HOST_READY || state == PLUGIN_HOST_REFUSED) {
        loop_stop(batch->loop);
    }
}

/* Every rule that the plugin knows, as the house hands them over from the dated rows. */
static uint32_t rules_of(const struct nb_plugin *plugin, struct nb_rule rules[NB_RULES_MAX])
{
    for (uint32_t i = 0; i < plugin->rule_count; i++) {
        rules[i] = (struct nb_rule){.key = plugin->rules[i].key,
                                    .value = plugin->rules[i].value,
                                    .from = NB_DAY_NONE,
                                    .to = NB_DAY_NEVER};
    }
    return plugin->rule_count;
}

/* What the house may believe no plugin, wherever it runs: every answer makes sense, and prices the
 * nights that were asked. */
static bool judged(const struct nb_price_ask *asks, const struct nb_price *prices)
{
    bool sound = true;

    for (int i = 0; i < CANDIDATES; i++) {
        sound = sound && plugin_answer_sound(PLUGIN_CALL_PRICE, &prices[i], NULL) &&
                prices[i].night_count == asks[i].night_count;
    }
    return sound;
}

static int64_t price_here(struct plugin_invoker *invoker, const struct plugin_context *context,
                          const struct nb_price_ask *asks, int64_t *ret_ns)
{
    const void *answers = NULL;
    struct nb_mono start = nb_mono_now();
    enum nb_status status =
        plugin_invoke(invoker, PLUGIN_CALL_PRICE, context, asks, CANDIDATES, &answers);

    bool believed = status == NB_OK && judged(asks, answers);
    *ret_ns = nb_mono_now().ns - start.ns;
    return believed ? total(answers) : 0;
}

static int64_t price_there(struct batch *batch, struct plugin_host *host,
                           const struct plugin_context *context, const struct nb_price_ask *asks,
                           int64_t *ret_ns)
{
    struct nb_mono start = nb_mono_now();
    struct nb_err err;

    batch->total = 0;
    if (!plugin_host_price(host, context, asks, CANDIDATES, 5000, on_prices, batch, &err)) {
        return 0;
    }
    loop_run(batch->loop);
    *ret_ns = batch->answered.ns - start.ns;
    return batch->total;
}

int main(int argc, char **argv)
{
    static struct nb_price_ask asks[CANDIDATES];
    static struct nb_rule rules[NB_RULES_MAX];
    static int64_t there[ROUNDS];
    static int64_t here[ROUNDS];
    int64_t points[NIGHTS];
    struct plugin_context context = {.today = 9790, .zone = "America/Chicago", .rules = rules};
    struct batch batch = {.loop = loop_create()};
    struct nb_err err = {0};

    if (argc != 3) {
        fputs("usage: plugin_price PLUGIN_HOST PLUGIN.so\n", stderr);
        return 2;
    }
    fill(asks, points);
    void *library = dlopen(argv[2], RTLD_NOW | RTLD_LOCAL);
    const struct nb_plugin *plugin = library == NULL ? NULL : dlsym(library, NB_PLUGIN_SYMBOL);
    NB_ASSERT(plugin != NULL);
    context.rule_count = rules_of(plugin, rules);
    struct plugin_invoker *invoker = plugin_invoker_create(plugin, NULL, 0, &err);
    NB_ASSERT(invoker != NULL);
    struct plugin_host_options options = {
        .program = argv[1], .path = argv[2], .changed = on_state, .user = &batch};
    struct plugin_host *host = plugin_host_start(batch.loop, &options);
    loop_run(batch.loop);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t local = price_here(invoker, &context, asks, &here[round]);
        int64_t remote = price_there(&batch, host, &context, asks, &there[round]);

        if (local <= 0 || local != remote) {
            fputs("plugin_price: the host and the function do not agree\n", stderr);
            return 1;
        }
    }
    printf("{\"host_us\":%.1f,\"in_process_us\":%.1f}\n", (double)median(there) / 1000,
           (double)median(here) / 1000);
    plugin_host_stop(host);
    plugin_invoker_destroy(invoker);
    loop_destroy(batch.loop);
    return 0;
}
