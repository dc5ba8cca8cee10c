/*
 * Structured logs: one JSON object a line on standard error. Library code never logs; whoever
 * decides logs once. A field is a word, a number or a public word list: there is no field type that
 * takes guest data, and secret types (core/vault) have no conversion to one.
 */
#ifndef NB_BASE_LOG_H
#define NB_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum nb_log_level { NB_LOG_NONE = 0, NB_LOG_DEBUG, NB_LOG_INFO, NB_LOG_WARN, NB_LOG_ERROR };

struct nb_log_field {
    const char *name;
    const char *text; /* used when not NULL */
    int64_t number;
};

#define NB_TEXT(field_name, value) ((struct nb_log_field){.name = (field_name), .text = (value)})
#define NB_NUMBER(field_name, value)                                                               \
    ((struct nb_log_field){.name = (field_name), .number = (int64_t)(value)})

/* The role named in every line ("api"), and the lowest level written. Call once at start. */
void nb_log_open(const char *role, enum nb_log_level lowest);
bool nb_log_level_parse(const char *word, enum nb_log_level *ret_level);

/* While held, lines below WARN wait for a flush, or until no more fit, so that those of one turn of
 * a loop leave with one write; their order stays. A line from WARN on, letting go, a failed
 * assertion and the end of memory flush. Not held at first. */
void nb_log_hold(bool held);
void nb_log_flush(void);

/* event: a stable snake_case word ("role_restarted"). Fields as NB_TEXT / NB_NUMBER. */
void nb_log_write(enum nb_log_level level, const char *event, const struct nb_log_field *fields,
                  size_t count);
#define NB_LOG_FIELDS(...) ((const struct nb_log_field[]){{.name = NULL}, __VA_ARGS__})
#define nb_log(level, event, ...)                                                                  \
    nb_log_write((level), (event), NB_LOG_FIELDS(__VA_ARGS__) + 1,                                 \
                 sizeof(NB_LOG_FIELDS(__VA_ARGS__)) / sizeof(struct nb_log_field) - 1)

#endif
