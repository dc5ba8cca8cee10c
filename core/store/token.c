#include "core/store/token.h"

#include "core/store/call.h"

#include <stdio.h>

static void read_holder(const struct store_reading *reading)
{
    const struct pg_rows *rows = reading->rows;
    struct store_holder holder = {0};
    bool found = store_reading_count(reading) == 1;

    if (found) {
        holder.user.v = pg_row_int64(rows, 0, "user_id");
        holder.user_public = pg_row_public_id(rows, 0, "user_public_id");
        (void)snprintf(holder.role, sizeof(holder.role), "%s", pg_row_text(rows, 0, "role"));
        holder.hotline.v = pg_row_int64_or(rows, 0, "hotline_id", 0);
        holder.provider.v = pg_row_int64_or(rows, 0, "provider_id", 0);
        holder.partner = pg_row_int64_or(rows, 0, "partner_id", 0);
        holder.expires_at = pg_row_instant(rows, 0, "expires_at");
    }
    ((store_holder_fn)reading->done)(reading->data, reading->result, found ? &holder : NULL);
}

void store_token_find(struct store *store, enum store_role role,
                      const uint8_t hash[VAULT_TOKEN_HASH_BYTES], store_holder_fn done, void *data)
{
    struct store_call *call = store_call_new(store, role, &sql_token_find);

    pg_params_bytes(store_call_params(call), hash, VAULT_TOKEN_HASH_BYTES);
    store_call_look(call, read_holder, (store_any_fn)done, data);
}
