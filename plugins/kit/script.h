/* Scripts of assisted mode are tables: one of lines and one of fields for each operation. */
#ifndef NB_KIT_SCRIPT_H
#define NB_KIT_SCRIPT_H

#include "core/plugin/nb_plugin.h"

struct kit_script {
    enum nb_operation_kind operation;
    bool phone_only; /* the one for bookings that only a person on the line can make */
    const struct nb_script_line *lines;
    uint32_t line_count;
    const struct nb_script_field *fields;
    uint32_t field_count;
};

#define KIT_SCRIPT(kind, phone, line_rows, field_rows)                                             \
    {                                                                                              \
        .operation = (kind), .phone_only = (phone), .lines = (line_rows),                          \
        .line_count = (uint32_t)(sizeof(line_rows) / sizeof((line_rows)[0])),                      \
        .fields = (field_rows),                                                                    \
        .field_count = (uint32_t)(sizeof(field_rows) / sizeof((field_rows)[0]))                    \
    }

/* What is recorded after each, the same for every program. */
extern const struct nb_script_field kit_fields_booked[6];
extern const struct nb_script_field kit_fields_cancelled[3];
extern const struct nb_script_field kit_fields_read[3];
extern const struct nb_script_field kit_fields_balance[1];

/* The table of the operation; one for phone_only is preferred when
 * asked. NB_REFUSED without one. */
enum nb_status kit_script_find(const struct kit_script *scripts, uint32_t count,
                               const struct nb_script_ask *ask, struct nb_script *script);

#endif
