/*
 * A rotation's work on the database: living keys are wrapped under the new epoch, fingerprints that
 * must outlive the old one are made anew. Each row is replaced only if it is still what was read.
 */
#include "core/base/mem.h"
#include "core/cli/key_private.h"
#include "core/vault/context.h"
#include "core/vault/prints.h"
#include "core/vault/seal.h"

#include <stdio.h>
#include <string.h>

#define BATCH 200
#define ROW_BYTES ((size_t)64 << 10)

/* Copies of what a row holds: the answer is gone when the next statement is sent. */
struct renewal {
    struct cli_ask *ask;
    const struct vault_keys *keys;
    uint32_t epoch;
    struct cli_progress *progress;
    struct nb_arena *arena; /* of a batch */
};

struct key_row {
    struct public_id id;
    const uint8_t *wrapped;
    size_t count;
    int64_t epoch;
};

typedef void (*context_fn)(struct public_id id, char ret_text[VAULT_CONTEXT_TEXT]);

/* What is wrapped, and how it is read and replaced. */
struct key_kind {
    const char *name;
    const struct pg_statement *list;
    const struct pg_statement *replace;
    context_fn context;
};

static const struct key_kind hotline_keys = {"hotline", &sql_key_hotlines, &sql_key_rewrap_hotline,
                                             vault_context_hotline_key};
static const struct key_kind guest_keys = {"guest", &sql_key_guests, &sql_key_rewrap_guest,
                                           vault_context_guest_key};

static bool rewrap(struct renewal *renewal, const struct key_kind *kind, const struct key_row *row,
                   struct nb_err *err)
{
    char context[VAULT_CONTEXT_TEXT];
    char id[NB_PUBLIC_ID_TEXT];
    uint8_t wrapped[VAULT_WRAPPED_BYTES];
    struct nb_err why;
    kind->context(row->id, context);
    if (!vault_key_rewrap(renewal->keys, context, row->wrapped, row->count, wrapped, &why)) {
        nb_public_id_format(row->id, id);
        return nb_err_set(err, why.kind, why.code,
                          "The key of %s %s does not open: %.120s Restore its master key, or erase "
                          "it, and run this again.",
                          kind->name, id, why.text);
    }
    struct pg_params *params = cli_ask_params(renewal->ask);
    pg_params_public_id(params, row->id);
    pg_params_bytes(params, wrapped, sizeof(wrapped));
    pg_params_int64(params, renewal->epoch);
    pg_params_int64(params, row->epoch);
    return cli_ask_send(renewal->ask, kind->replace, err);
}

static bool list_keys(struct renewal *renewal, const struct key_kind *kind,
                      struct key_row ret_rows[BATCH], int *ret_count, struct nb_err *err)
{
    struct pg_params *params = cli_ask_params(renewal->ask);
    pg_params_int64(params, renewal->epoch);
    pg_params_int64(params, BATCH);
    if (!cli_ask_send(renewal->ask, kind->list, err)) {
        return false;
    }
    const struct pg_rows *rows = &renewal->ask->rows;
    nb_arena_reset(renewal->arena);
    *ret_count = pg_rows_count(rows);
    for (int i = 0; i < *ret_count; i++) {
        ret_rows[i].id = pg_row_public_id(rows, i, "public_id");
        ret_rows[i].epoch = pg_row_int64(rows, i, "epoch");
        ret_rows[i].wrapped =
            pg_row_bytes(rows, i, "wrapped_key", renewal->arena, &ret_rows[i].count);
    }
    return true;
}

/* What was wrapped leaves the list, so the list is read until it is empty. */
static bool rewrap_all(struct renewal *renewal, const struct key_kind *kind, int64_t *ret_done,
                       struct nb_err *err)
{
    struct key_row rows[BATCH];
    int count = 0;
    *ret_done = 0;
    do {
        if (!list_keys(renewal, kind, rows, &count, err) ||
            !pg_direct_begin(renewal->ask->direct, err)) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (!rewrap(renewal, kind, &rows[i], err)) {
                return false;
            }
        }
        if (!pg_direct_commit(renewal->ask->direct, err)) {
            return false;
        }
        *ret_done += count;
        cli_progress_add(renewal->progress, count);
    } while (count > 0);
    return true;
}

struct print_row {
    int64_t id;
    struct public_id guest;
    struct public_id reference; /* confirmations */
    struct public_id account;   /* confirmations */
    struct hotline_id hotline;  /* cases */
    const uint8_t *wrapped;
    size_t wrapped_count;
    const uint8_t *sealed;
    size_t sealed_count;
    const uint8_t *print;
    size_t print_count;
};

struct print_kind {
    const struct pg_statement *list;
    const struct pg_statement *replace;
    void (*read)(const struct pg_rows *rows, int row, struct print_row *ret_row);
    void (*context)(const struct print_row *row, char ret_text[VAULT_CONTEXT_TEXT]);
    bool (*make)(const struct renewal *renewal, const struct print_row *row, const char *text,
                 struct vault_print *ret_print);
};

static void read_confirmation(const struct pg_rows *rows, int row, struct print_row *ret_row)
{
    ret_row->id = pg_row_int64(rows, row, "attempt_id");
    ret_row->reference = pg_row_public_id(rows, row, "reference");
    ret_row->account = pg_row_public_id(rows, row, "account_public_id");
}

static void context_of_confirmation(const struct print_row *row, char ret_text[VAULT_CONTEXT_TEXT])
{
    vault_context_confirmation(row->reference, ret_text);
}

static bool print_confirmation(const struct renewal *renewal, const struct print_row *row,
                               const char *text, struct vault_print *ret_print)
{
    return vault_print_confirmation(renewal->keys, renewal->epoch, row->account, text, ret_print);
}

static void read_case(const struct pg_rows *rows, int row, struct print_row *ret_row)
{
    ret_row->id = pg_row_int64(rows, row, "situation_id");
    ret_row->hotline.v = pg_row_int64(rows, row, "hotline_id");
}

static void context_of_case(const struct print_row *row, char ret_text[VAULT_CONTEXT_TEXT])
{
    vault_context_guest_data(row->guest, "case_reference", ret_text);
}

static bool print_case(const struct renewal *renewal, const struct print_row *row, const char *text,
                       struct vault_print *ret_print)
{
    return vault_print_case(renewal->keys, renewal->epoch, row->hotline, text, ret_print);
}

static const struct print_kind confirmation_prints = {
    &sql_key_confirmations, &sql_key_renew_confirmation, read_confirmation, context_of_confirmation,
    print_confirmation};
static const struct print_kind case_prints = {&sql_key_situations, &sql_key_renew_situation,
                                              read_case, context_of_case, print_case};

/* The text that was fingerprinted, opened with the guest's key. */
static bool open_text(const struct renewal *renewal, const struct print_kind *kind,
                      const struct print_row *row, struct vault_secret **ret_text,
                      struct nb_err *err)
{
    char context[VAULT_CONTEXT_TEXT];
    VAULT_AUTOSECRET struct vault_secret *key = NULL;
    vault_context_guest_key(row->guest, context);
    if (!vault_key_unwrap(renewal->keys, context, row->wrapped, row->wrapped_count, &key, err)) {
        return false;
    }
    kind->context(row, context);
    return vault_open(key, context, row->sealed, row->sealed_count, VAULT_KIND_GUEST, ret_text,
                      err);
}

static bool reprint(struct renewal *renewal, const struct print_kind *kind,
                    const struct print_row *row, struct nb_err *err)
{
    VAULT_AUTOSECRET struct vault_secret *text = NULL;
    struct vault_print print;
    if (!open_text(renewal, kind, row, &text, err)) {
        return false;
    }
    if (!kind->make(renewal, row, (const char *)vault_secret_reveal(text, VAULT_FOR_SEALING),
                    &print)) {
        return nb_err_set(err, NB_ERR_BUG, "no_print", "A fingerprint could not be made anew.");
    }
    struct pg_params *params = cli_ask_params(renewal->ask);
    pg_params_int64(params, row->id);
    pg_params_bytes(params, print.bytes, sizeof(print.bytes));
    pg_params_bytes(params, row->print, row->print_count);
    return cli_ask_send(renewal->ask, kind->replace, err);
}

static bool list_prints(struct renewal *renewal, const struct print_kind *kind, int64_t after,
                        struct print_row ret_rows[BATCH], int *ret_count, struct nb_err *err)
{
    struct pg_params *params = cli_ask_params(renewal->ask);
    pg_params_int64(params, renewal->epoch);
    pg_params_int64(params, after);
    pg_params_int64(params, BATCH);
    if (!cli_ask_send(renewal->ask, kind->list, err)) {
        return false;
    }
    const struct pg_rows *rows = &renewal->ask->rows;
    nb_arena_reset(renewal->arena);
    *ret_count = pg_rows_count(rows);
    for (int i = 0; i < *ret_count; i++) {
        struct print_row *row = &ret_rows[i];
        *row = (struct print_row){.guest = pg_row_public_id(rows, i, "guest_public_id")};
        kind->read(rows, i, row);
        row->wrapped = pg_row_bytes(rows, i, "wrapped_key", renewal->arena, &row->wrapped_count);
        row->sealed = pg_row_bytes(rows, i, "sealed", renewal->arena, &row->sealed_count);
        row->print = pg_row_bytes(rows, i, "fingerprint", renewal->arena, &row->print_count);
    }
    return true;
}

static bool reprint_all(struct renewal *renewal, const struct print_kind *kind, int64_t *ret_done,
                        struct nb_err *err)
{
    struct print_row rows[BATCH];
    int64_t after = 0;
    int count = 0;
    *ret_done = 0;
    do {
        if (!list_prints(renewal, kind, after, rows, &count, err) ||
            !pg_direct_begin(renewal->ask->direct, err)) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (!reprint(renewal, kind, &rows[i], err)) {
                return false;
            }
            after = rows[i].id;
        }
        if (!pg_direct_commit(renewal->ask->direct, err)) {
            return false;
        }
        *ret_done += count;
        cli_progress_add(renewal->progress, count);
    } while (count > 0);
    return true;
}

bool key_renew_all(struct cli_ask *ask, const struct vault_keys *keys,
                   struct cli_progress *progress, struct key_tally *ret_tally, struct nb_err *err)
{
    struct renewal renewal = {.ask = ask,
                              .keys = keys,
                              .epoch = vault_keys_epoch(keys),
                              .progress = progress,
                              .arena = nb_arena_create(BATCH * ROW_BYTES)};
    bool good = rewrap_all(&renewal, &hotline_keys, &ret_tally->hotlines, err) &&
                rewrap_all(&renewal, &guest_keys, &ret_tally->guests, err) &&
                reprint_all(&renewal, &confirmation_prints, &ret_tally->confirmations, err) &&
                reprint_all(&renewal, &case_prints, &ret_tally->cases, err);
    nb_arena_destroy(renewal.arena);
    return good;
}
