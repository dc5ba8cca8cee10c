/*
 * A small house for tests: a loop, one plugin host of the hostile plugin with a behavior, and a
 * call at a time. Whatever waits has a deadline and fails the running test when it passes.
 */
#ifndef NB_TESTS_PLUGIN_HOUSE_H
#define NB_TESTS_PLUGIN_HOUSE_H

#include "core/plugin/client.h"
#include "tests/support/plugins/hostile/hostile.h"

#define HOUSE_ROWS 8

struct house {
    struct loop *loop;
    struct plugin_host *host;
    int answers; /* callbacks so far */
    enum plugin_result result;
    uint32_t status;
    uint32_t count;
    struct nb_price prices[HOUSE_ROWS]; /* without what they point to */
    bool available[HOUSE_ROWS];
    uint32_t looks_right;
    int states[16]; /* how often each enum plugin_host_state was told of */
};

extern const struct plugin_context house_context;

/* The hostile plugin with this behavior; settings may be NULL. */
void house_open(struct house *house, const char *behavior, const struct plugin_setting *settings,
                uint32_t setting_count);
/* Another program or plugin: what does not start or open. */
void house_open_path(struct house *house, const char *program, const char *path,
                     const char *sha256);
void house_close(struct house *house);

/* A price batch of one room-night each: rooms[i] rooms. */
void house_price(struct house *house, const uint16_t *rooms, uint32_t count, int64_t deadline_ms);
void house_price_asks(struct house *house, const struct nb_price_ask *asks, uint32_t count);
/* Validates a text; HOSTILE_TEXT sets the plugin off. */
void house_validate(struct house *house, const char *text, int64_t deadline_ms);
/* Turns until so many callbacks have come. */
void house_wait(struct house *house, int answers);
/* Turns until the host is in that state. */
void house_wait_state(struct house *house, enum plugin_host_state state);
/* An ordinary call is answered. */
bool house_serves(struct house *house);

#endif
