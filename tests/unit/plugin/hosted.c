#include "tests/unit/plugin/hosted.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/loop/timer.h"
#include "core/plugin/process.h"

#include <criterion/criterion.h>
#include <string.h>

#define PATIENCE_MS 20000

const struct plugin_context hosted_context = {.today = 9824, .now_us = 1};

static void on_changed(void *user, struct plugin_host *host, enum plugin_host_state state)
{
    struct hosted *hosted = user;
    (void)host;
    hosted->states[state]++;
    loop_stop(hosted->loop);
}

static void open_with(struct hosted *hosted, const struct plugin_host_options *options)
{
    struct plugin_host_options all = *options;
    *hosted = (struct hosted){.loop = loop_create()};
    all.changed = on_changed;
    all.user = hosted;
    hosted->host = plugin_host_start(hosted->loop, &all);
}

void hosted_open(struct hosted *hosted, const char *behavior, const struct plugin_setting *settings,
                 uint32_t setting_count)
{
    NB_AUTOFREE char *path = plugin_process_beside("test-plugins/hostile.so");
    struct plugin_setting all[8] = {{"behavior", behavior}};
    cr_assert_lt(setting_count, NB_COUNT(all));
    for (uint32_t i = 0; i < setting_count; i++) {
        all[i + 1] = settings[i];
    }
    open_with(hosted, &(struct plugin_host_options){
                          .path = path, .settings = all, .setting_count = setting_count + 1});
}

void hosted_open_path(struct hosted *hosted, const char *program, const char *path,
                      const char *sha256)
{
    open_with(hosted,
              &(struct plugin_host_options){.program = program, .path = path, .sha256 = sha256});
}

void hosted_close(struct hosted *hosted)
{
    hosted->host = plugin_host_stop(hosted->host);
    hosted->loop = loop_destroy(hosted->loop);
}

static void on_answer(void *user, const struct plugin_answer *answer)
{
    struct hosted *hosted = user;
    hosted->answers++;
    hosted->result = answer->result;
    hosted->status = answer->status;
    hosted->count = answer->count;
    for (uint32_t i = 0; i < answer->count && i < HOSTED_ROWS; i++) {
        hosted->available[i] = answer->available[i];
        if (answer->kind == PLUGIN_CALL_PRICE) {
            hosted->prices[i] = plugin_answer_prices(answer)[i];
        }
    }
    if (answer->kind == PLUGIN_CALL_VALIDATE && answer->result == PLUGIN_ANSWERED) {
        hosted->looks_right = plugin_answer_validation(answer)->looks_right;
    }
    loop_stop(hosted->loop);
}

void hosted_price(struct hosted *hosted, const uint16_t *rooms, uint32_t count, int64_t deadline_ms)
{
    static const int64_t night = 15000;
    struct nb_price_ask asks[NB_BATCH_MAX];
    struct nb_err err = {0};
    for (uint32_t i = 0; i < count; i++) {
        asks[i] = (struct nb_price_ask){.check_in = 9825,
                                        .night_count = 1,
                                        .rooms = rooms[i],
                                        .bedrooms = 1,
                                        .night_points = &night};
    }
    cr_assert(plugin_host_price(hosted->host, &hosted_context, asks, count, deadline_ms, on_answer,
                                hosted, &err),
              "%s", err.text);
}

void hosted_price_asks(struct hosted *hosted, const struct nb_price_ask *asks, uint32_t count)
{
    struct nb_err err = {0};
    cr_assert(plugin_host_price(hosted->host, &hosted_context, asks, count, 5000, on_answer, hosted,
                                &err),
              "%s", err.text);
}

void hosted_validate(struct hosted *hosted, const char *text, int64_t deadline_ms)
{
    struct nb_validate_ask ask = {.kind = NB_VALIDATE_MEMBER, .text = text};
    struct nb_err err = {0};
    cr_assert(plugin_host_validate(hosted->host, &hosted_context, &ask, 1, deadline_ms, on_answer,
                                   hosted, &err),
              "%s", err.text);
}

static void on_patience(void *data)
{
    struct hosted *hosted = data;
    loop_stop(hosted->loop);
}

/* One or more turns, until something is told or patience ends. */
static void turn(struct hosted *hosted, struct nb_mono from)
{
    struct loop_timer patience;
    int64_t left = PATIENCE_MS - nb_mono_ms_between(from, nb_mono_now());
    cr_assert_gt(left, 0, "waited %d ms in state %s", PATIENCE_MS,
                 plugin_host_state_name(plugin_host_state(hosted->host)));
    loop_timer_init(&patience, hosted->loop, on_patience, hosted);
    loop_timer_start(&patience, left);
    loop_run(hosted->loop);
    loop_timer_fini(&patience);
}

void hosted_wait(struct hosted *hosted, int answers)
{
    struct nb_mono from = nb_mono_now();
    while (hosted->answers < answers) {
        turn(hosted, from);
    }
}

void hosted_wait_state(struct hosted *hosted, enum plugin_host_state state)
{
    struct nb_mono from = nb_mono_now();
    while (plugin_host_state(hosted->host) != state) {
        turn(hosted, from);
    }
}

bool hosted_serves(struct hosted *hosted)
{
    int answers = hosted->answers;
    hosted_validate(hosted, "12345", 5000);
    hosted_wait(hosted, answers + 1);
    return hosted->result == PLUGIN_ANSWERED && hosted->looks_right == 1;
}
