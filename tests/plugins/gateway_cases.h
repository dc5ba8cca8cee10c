/*
 * What the tests of the gateway contract share: the plugins that speak it, one stay, the answers of
 * a gateway about it, and what every request and every end must look like.
 */
#ifndef TESTS_PLUGINS_GATEWAY_CASES_H
#define TESTS_PLUGINS_GATEWAY_CASES_H

#include "core/base/mem.h"
#include "tests/support/plugin_inside.h"

#include <criterion/criterion.h>
#include <jansson.h>

#define GATEWAY_PLUGINS 5
extern const char *const gateway_plugins[GATEWAY_PLUGINS];
#define EACH_PLUGIN(name) for (size_t name = 0; name < GATEWAY_PLUGINS; name++)

#define REFERENCE "0c5d1d6a3b1e4f6b9a547f2f6c1b2a90"

/* A commit of two nights for two adults and two children. */
extern const struct nb_operation gateway_stay;

/* What a gateway answers about that stay. */
#define STAY                                                                                       \
    "\"property_code\":\"ABCDE\",\"check_in\":\"2026-11-25\",\"check_out\":\"2026-11-27\","        \
    "\"rooms\":1"
#define QUOTE                                                                                      \
    "{\"quote_id\":\"q-1\"," STAY ",\"points_total\":30000,\"policy_version\":\"p1\","             \
    "\"nights\":[{\"night\":\"2026-11-25\",\"points\":15000},{\"night\":\"2026-11-26\","           \
    "\"points\":15000}],\"cash_extras\":[{\"kind\":\"resort_fee\",\"amount_minor\":2500,"          \
    "\"currency\":\"USD\"}],\"cancel_by\":\"2026-11-24T18:00:00-06:00\","                          \
    "\"expires_at\":\"2026-11-24T12:15:00Z\"}"
#define BOOKED(status)                                                                             \
    "{\"confirmation\":\"C-77\",\"reference\":\"" REFERENCE "\",\"status\":\"" status "\"," STAY   \
    ",\"points_total\":30000,\"cancel_by\":\"2026-11-24T18:00:00-06:00\",\"policy_version\":"      \
    "\"p1\"}"

/* That stay as an operation of the kind; with_quote names a price that was asked before. */
struct nb_operation of_kind(enum nb_operation_kind kind);
struct nb_operation with_quote(enum nb_operation_kind kind);

/* What every request must be, whatever it asks. Gives its body as JSON, or NULL. */
json_t *request_body(const struct nb_operation *operation, const struct nb_effect *effect,
                     enum nb_method method, const char *path);
/* A text of the body, "(none)" when it is not there. */
const char *text_in(json_t *body, const char *name);
void expect_quote_request(const struct nb_operation *operation, const struct nb_effect *effect);
void expect_commit_request(const struct nb_operation *operation, const struct nb_effect *effect,
                           const char *quote_id);
void expect_done(const struct nb_effect *effect, enum nb_outcome outcome, const char *why);
void expect_failed(const struct nb_effect *effect, enum nb_fail_kind kind, const char *why);

/* Brings the machine to where one of its requests is out. */
void bring(struct inside *inside, const struct nb_operation *operation, bool to_write);

#endif
