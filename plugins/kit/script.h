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

/* Lines of a script. */
#define KIT_DO(words)                                                                              \
    {                                                                                              \
        .kind = NB_SCRIPT_DO, .text = (words)                                                      \
    }
#define KIT_SAY(words)                                                                             \
    {                                                                                              \
        .kind = NB_SCRIPT_SAY, .text = (words)                                                     \
    }
#define KIT_NEVER(words)                                                                           \
    {                                                                                              \
        .kind = NB_SCRIPT_NEVER, .text = (words)                                                   \
    }
#define KIT_CHECK(words)                                                                           \
    {                                                                                              \
        .kind = NB_SCRIPT_CHECK, .text = (words)                                                   \
    }
/* How every call begins, and what holds in every script. */
#define KIT_APPROVED_NUMBER                                                                        \
    KIT_DO("Call {{phone.approved}} and no other number: search results show false ones.")
#define KIT_DISCREET                                                                               \
    KIT_NEVER("Never say shelter, hotline, charity case, or why the guest travels."),              \
        KIT_NEVER("Never give a phone number, address or mail of the guest.")

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

/* The slot `script`: the table of the operation; one for phone_only is preferred when asked.
 * NB_REFUSED without one. */
enum nb_status kit_script_find(const struct kit_script *scripts, uint32_t count,
                               const struct nb_script_ask *ask, struct nb_script *script);

#endif
