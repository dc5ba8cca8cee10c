/*
 * A small house for tests: a loop, one plugin host of the hostile plugin with a behavior, and a
 * call at a time. Whatever waits has a deadline and fails the running test when it passes.
 */
#ifndef NB_TESTS_PLUGIN_HOSTED_H
#define NB_TESTS_PLUGIN_HOSTED_H

#include "core/plugin/client.h"
#include "tests/support/plugins/hostile/hostile.h"

#define HOSTED_ROWS 8

struct hosted {
    struct loop *loop;
    struct plugin_host *host;
    int answers; /* callbacks so far */
    enum plugin_result result;
    uint32_t status;
    uint32_t count;
    struct nb_price prices[HOSTED_ROWS]; /* without what they point to */
    bool available[HOSTED_ROWS];
    uint32_t looks_right;
    int states[16]; /* how often each enum plugin_host_state was told of */
};

extern const struct plugin_context hosted_context;

/* The hostile plugin with this behavior; settings may be NULL. */
void hosted_open(struct hosted *hosted, const char *behavior, const struct plugin_setting *settings,
                 uint32_t setting_count);
/* Another program or plugin: what does not start or open. */
void hosted_open_path(struct hosted *hosted, const char *program, const char *path,
                      const char *sha256);
void hosted_close(struct hosted *hosted);

/* A price batch of one room-night each: rooms[i] rooms. */
void hosted_price(struct hosted *hosted, const uint16_t *rooms, uint32_t count,
                  int64_t deadline_ms);
void hosted_price_asks(struct hosted *hosted, const struct nb_price_ask *asks, uint32_t count);
/* Validates a text; HOSTILE_TEXT sets the plugin off. */
void hosted_validate(struct hosted *hosted, const char *text, int64_t deadline_ms);
/* Turns until so many callbacks have come. */
void hosted_wait(struct hosted *hosted, int answers);
/* Turns until the host is in that state. */
void hosted_wait_state(struct hosted *hosted, enum plugin_host_state state);
/* An ordinary call is answered. */
bool hosted_serves(struct hosted *hosted);

#endif
