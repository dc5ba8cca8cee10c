/*
 * The codecs of the gateway contract (plugins/README.md): requests as bodies with placeholders,
 * answers as facts. What to do with them is machine.h's.
 */
#ifndef NB_KIT_GATEWAY_H
#define NB_KIT_GATEWAY_H

#include "core/plugin/nb_plugin.h"
#include "plugins/kit/facts.h"

#define KIT_QUOTE_ID_TEXT 96 /* longest quote id taken, with the NUL */

/* What one operation needs beside nb_operation. */
struct kit_gateway_settings {
    int64_t quote_deadline_ms;
    int64_t write_deadline_ms;
    bool opentravel; /* the other dialect: ota_write.h; false without KIT_OPENTRAVEL_OPTION */
};

/* The options that fill the settings, as rows of a plugin's own table. */
#define KIT_DEADLINE_OPTION(member, by_default, what)                                              \
    {                                                                                              \
        .name = #member, .kind = NB_OPTION_INTEGER,                                                \
        .offset = offsetof(struct kit_gateway_settings, member), .lowest = 1000,                   \
        .highest = NB_DEADLINE_MS_MAX, .initial = (by_default), .help = (what)                     \
    }
#define KIT_GATEWAY_OPTIONS                                                                        \
    KIT_DEADLINE_OPTION(quote_deadline_ms, "15000",                                                \
                        "Milliseconds to wait for a price or a read."),                            \
        KIT_DEADLINE_OPTION(write_deadline_ms, "90000",                                            \
                            "Milliseconds to wait for a booking or a cancellation.")
/* Of a program that also speaks OpenTravel. */
#define KIT_OPENTRAVEL_OPTION                                                                      \
    {                                                                                              \
        .name = "opentravel", .kind = NB_OPTION_SWITCH,                                            \
        .offset = offsetof(struct kit_gateway_settings, opentravel), .initial = "off",             \
        .help = "Speak OpenTravel 2003/05 (XML) instead of the JSON contract."                     \
    }

/* Each fills effect with a REQUEST; NB_NO_MEMORY, or NB_REFUSED for an operation that cannot be put
 * into one: no reference, one that is no plain word, days or rooms that make no stay. */
enum nb_status kit_gateway_quote(const struct nb_call *call, const struct nb_operation *operation,
                                 const struct kit_gateway_settings *settings,
                                 struct nb_effect *effect);
enum nb_status kit_gateway_hold(const struct nb_call *call, const struct nb_operation *operation,
                                const char *quote_id, const struct kit_gateway_settings *settings,
                                struct nb_effect *effect);
/* points: what the quote said, which the gateway compares. */
enum nb_status kit_gateway_commit(const struct nb_call *call, const struct nb_operation *operation,
                                  const char *quote_id, int64_t points,
                                  const struct kit_gateway_settings *settings,
                                  struct nb_effect *effect);
enum nb_status kit_gateway_read(const struct nb_call *call, const struct nb_operation *operation,
                                const struct kit_gateway_settings *settings,
                                struct nb_effect *effect);
enum nb_status kit_gateway_cancel(const struct nb_call *call, const struct nb_operation *operation,
                                  const struct kit_gateway_settings *settings,
                                  struct nb_effect *effect);
enum nb_status kit_gateway_balance(const struct nb_call *call,
                                   const struct kit_gateway_settings *settings,
                                   struct nb_effect *effect);
enum nb_status kit_gateway_activity(const struct nb_call *call,
                                    const struct nb_operation *operation,
                                    const struct kit_gateway_settings *settings,
                                    struct nb_effect *effect);

/* Whether a reference is one plain word, and whether a stay can be asked for and compared. */
bool kit_reference_sound(const char *text);
bool kit_stay_sound(const struct nb_operation *operation);
/* Makes a request a write: it carries the reference as its idempotency key. It is still not safe to
 * repeat: a library that repeats it by itself would hide from the house that it did. */
enum nb_status kit_gateway_write(const struct nb_call *call, const char *reference,
                                 struct nb_effect *effect);
/* What an answer's body states; unknown fields are ignored, missing ones stay absent, and so do
 * texts of many lines or longer than NB_TEXT_BYTES_MAX. */
enum nb_status kit_gateway_facts(const struct nb_call *call, const struct nb_response *response,
                                 struct nb_facts *facts);
/* The outcome a refusal names, when code and status belong together; else NB_OUTCOME_UNKNOWN. */
enum nb_outcome kit_gateway_problem(const struct nb_response *response);

#endif
