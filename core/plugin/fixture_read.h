/* Parts of a fixture's JSON as asks of a plugin, and its answers as JSON to compare; fixture.h. */
#ifndef NB_PLUGIN_FIXTURE_READ_H
#define NB_PLUGIN_FIXTURE_READ_H

#include "core/base/err.h"
#include "core/plugin/calls.h"

#include <jansson.h>

#define FIXTURE_RULES_MAX 16u

/* Everything read borrows texts of the JSON it was read from. */
struct fixture_price {
    struct nb_price_ask ask;
    int64_t nights[NB_NIGHTS_MAX];
};

/* Fills rules (FIXTURE_RULES_MAX) of {"key": "value"}; json NULL is none. */
bool fixture_read_rules(json_t *json, struct nb_rule *rules, uint32_t *ret_count,
                        struct nb_err *err) NB_MUST_CHECK;
bool fixture_read_operation(json_t *json, struct nb_operation *ret_operation,
                            struct nb_err *err) NB_MUST_CHECK;
/* ret_price holds what its ask points to: it must not be moved. */
bool fixture_read_price(json_t *json, struct fixture_price *ret_price,
                        struct nb_err *err) NB_MUST_CHECK;
/* Everything of an event but operation and the response's body. */
bool fixture_read_event(json_t *json, struct nb_event *ret_event, struct nb_response *ret_response,
                        json_t **ret_body, json_t **ret_effect, struct nb_err *err) NB_MUST_CHECK;

/* The lines of a file, each with its line feed; give nb_free. NULL when one is no text, or the file
 * is larger than a statement may be. */
char *fixture_read_lines(json_t *lines, struct nb_err *err) NB_MUST_CHECK;

/* What was answered, in the words of a fixture; give json_decref. */
json_t *fixture_of_effect(const struct nb_effect *effect);
json_t *fixture_of_price(const struct nb_price *price);
json_t *fixture_of_statement(const struct nb_statement *statement);
/* Whether `found` holds every member of `wanted`, each equal; objects below the first level whole.
 * On false err names the first that differs, with both values. */
bool fixture_matches(json_t *wanted, json_t *found, struct nb_err *err) NB_MUST_CHECK;

#endif
