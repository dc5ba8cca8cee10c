#include "tests/unit/plugin/house.h"

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/loop/timer.h"
#include "core/plugin/process.h"

#include <criterion/criterion.h>
#include <string.h>

#define PATIENCE_MS 20000

const struct plugin_context house_context = {.today = 9824, .now_us = 1};

static void on_changed(void *user, struct plugin_host *host, enum plugin_host_state state)
{
    struct house *house = user;
    (void)host;
    house->states[state]++;
    loop_stop(house->loop);
}

static void open_with(struct house *house, const struct plugin_host_options *options)
{
    struct plugin_host_options all = *options;
    *house = (struct house){.loop = loop_create()};
    all.changed = on_changed;
    all.user = house;
    house->host = plugin_host_start(house->loop, &all);
}

void house_open(struct house *house, const char *behavior, const struct plugin_setting *settings,
                uint32_t setting_count)
{
    NB_AUTOFREE char *path = plugin_process_beside("test-plugins/hostile.so");
    struct plugin_setting all[8] = {{"behavior", behavior}};
    cr_assert_lt(setting_count, NB_COUNT(all));
    for (uint32_t i = 0; i < setting_count; i++) {
        all[i + 1] = settings[i];
    }
    open_with(house, &(struct plugin_host_options){
                         .path = path, .settings = all, .setting_count = setting_count + 1});
}

void house_open_path(struct house *house, const char *program, const char *path, const char *sha256)
{
    open_with(house,
              &(struct plugin_host_options){.program = program, .path = path, .sha256 = sha256});
}

void house_close(struct house *house)
{
    house->host = plugin_host_stop(house->host);
    house->loop = loop_destroy(house->loop);
}

static void on_answer(void *user, const struct plugin_answer *answer)
{
    struct house *house = user;
    house->answers++;
    house->result = answer->result;
    house->status = answer->status;
    house->count = answer->count;
    for (uint32_t i = 0; i < answer->count && i < HOUSE_ROWS; i++) {
        house->available[i] = answer->available[i];
        if (answer->kind == PLUGIN_CALL_PRICE) {
            house->prices[i] = plugin_answer_prices(answer)[i];
        }
    }
    if (answer->kind == PLUGIN_CALL_VALIDATE && answer->result == PLUGIN_ANSWERED) {
        house->looks_right = plugin_answer_validation(answer)->looks_right;
    }
    loop_stop(house->loop);
}

void house_price(struct house *house, const uint16_t *rooms, uint32_t count, int64_t deadline_ms)
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
    cr_assert(plugin_host_price(house->host, &house_context, asks, count, deadline_ms, on_answer,
                                house, &err),
              "%s", err.text);
}

void house_price_asks(struct house *house, const struct nb_price_ask *asks, uint32_t count)
{
    struct nb_err err = {0};
    cr_assert(
        plugin_host_price(house->host, &house_context, asks, count, 5000, on_answer, house, &err),
        "%s", err.text);
}

void house_validate(struct house *house, const char *text, int64_t deadline_ms)
{
    struct nb_validate_ask ask = {.kind = NB_VALIDATE_MEMBER, .text = text};
    struct nb_err err = {0};
    cr_assert(plugin_host_validate(house->host, &house_context, &ask, 1, deadline_ms, on_answer,
                                   house, &err),
              "%s", err.text);
}

static void on_patience(void *data)
{
    struct house *house = data;
    loop_stop(house->loop);
}

/* One or more turns, until something is told or patience ends. */
static void turn(struct house *house, struct nb_mono from)
{
    struct loop_timer patience;
    int64_t left = PATIENCE_MS - nb_mono_ms_between(from, nb_mono_now());
    cr_assert_gt(left, 0, "waited %d ms in state %s", PATIENCE_MS,
                 plugin_host_state_name(plugin_host_state(house->host)));
    loop_timer_init(&patience, house->loop, on_patience, house);
    loop_timer_start(&patience, left);
    loop_run(house->loop);
    loop_timer_fini(&patience);
}

void house_wait(struct house *house, int answers)
{
    struct nb_mono from = nb_mono_now();
    while (house->answers < answers) {
        turn(house, from);
    }
}

void house_wait_state(struct house *house, enum plugin_host_state state)
{
    struct nb_mono from = nb_mono_now();
    while (plugin_host_state(house->host) != state) {
        turn(house, from);
    }
}

bool house_serves(struct house *house)
{
    int answers = house->answers;
    house_validate(house, "12345", 5000);
    house_wait(house, answers + 1);
    return house->result == PLUGIN_ANSWERED && house->looks_right == 1;
}
