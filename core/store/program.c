#include "core/store/program.h"

#include "core/store/call.h"

static void read_programs(const struct store_reading *reading)
{
    int count = store_reading_count(reading);
    struct store_program *programs = store_reading_rows(reading, sizeof(*programs));

    for (int i = 0; i < count; i++) {
        programs[i] = (struct store_program){
            .code = pg_row_text(reading->rows, i, "code"),
            .name = pg_row_text(reading->rows, i, "name"),
            .product = pg_row_text(reading->rows, i, "product"),
            .spend_order = pg_row_text(reading->rows, i, "spend_order"),
            .rule_version = pg_row_int64(reading->rows, i, "rule_version"),
            .rules = pg_row_text(reading->rows, i, "rules"),
        };
    }
    ((store_programs_fn)reading->done)(reading->data, reading->result, programs, (size_t)count);
}

void store_program_list(struct store *store, enum store_role role, store_programs_fn done,
                        void *data)
{
    store_call_read(store_call_new(store, role, &sql_program_list), read_programs,
                    (store_any_fn)done, data);
}
