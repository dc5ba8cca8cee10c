/*
 * nightbridge key rotate: the order is what makes an erasure final (core/vault/README.md). The new
 * epoch is put on record before anything is wrapped, the old master key is destroyed after
 * everything is, and only then are outstanding erasures complete. Every step may be repeated.
 */
#include "core/base/mem.h"
#include "core/cli/key_private.h"
#include "core/cli/tree.h"
#include "core/vault/escrow.h"

#include <string.h>
#include <time.h>

#define POLL_NS 50000000L
#define TELL_EVERY 200 /* polls */

struct rotation {
    struct cli *cli;
    struct cli_ask ask;
    struct vault_keys *keys;
    uint32_t epoch;
    struct key_tally tally;
    int64_t erasures;
};

static bool lock(struct rotation *rotation, struct nb_err *err)
{
    return cli_ask_send(&rotation->ask, &sql_key_lock, err) &&
           (pg_row_bool(&rotation->ask.rows, 0, "locked") ||
            nb_err_set(err, NB_ERR_CONFLICT, "rotation_running",
                       "Another rotation is running on this database."));
}

/* A rotation that died between the end of its keys and its last row is finished, not followed by
 * another: then the folder holds one epoch, the one that the database waits for. */
static bool was_cut_off(struct rotation *rotation, bool *ret_cut_off, struct nb_err *err)
{
    if (!cli_ask_send(&rotation->ask, &sql_key_state, err)) {
        return false;
    }
    const struct pg_rows *rows = &rotation->ask.rows;
    *ret_cut_off = !pg_row_bool(rows, 0, "finished") && !vault_keys_rotating(rotation->keys) &&
                   pg_row_int64(rows, 0, "epoch") == vault_keys_epoch(rotation->keys);
    return true;
}

static bool put_on_record(struct rotation *rotation, struct nb_err *err)
{
    pg_params_int64(cli_ask_params(&rotation->ask), rotation->epoch);
    return cli_ask_outcome(&rotation->ask, &sql_key_begin, "begun", err);
}

/* Whoever wrote under the old epoch before it was on record is done before the sweep begins. */
static bool settle(struct rotation *rotation, struct nb_err *err)
{
    const struct timespec pause = {.tv_nsec = POLL_NS};
    char horizon[32];
    if (!cli_ask_send(&rotation->ask, &sql_key_horizon, err)) {
        return false;
    }
    (void)snprintf(horizon, sizeof(horizon), "%s", pg_row_text(&rotation->ask.rows, 0, "horizon"));
    for (int polls = 1;; polls++) {
        pg_params_text(cli_ask_params(&rotation->ask), horizon);
        if (!cli_ask_send(&rotation->ask, &sql_key_settled, err)) {
            return false;
        }
        if (pg_row_bool(&rotation->ask.rows, 0, "settled")) {
            return true;
        }
        if (polls % TELL_EVERY == 0) {
            cli_note(rotation->cli, "waiting for a transaction that began before the rotation");
        }
        (void)nanosleep(&pause, NULL);
    }
}

static bool renew(struct rotation *rotation, struct nb_err *err)
{
    struct cli_progress progress;

    pg_params_int64(cli_ask_params(&rotation->ask), rotation->epoch);
    if (!cli_ask_send(&rotation->ask, &sql_key_left, err)) {
        return false;
    }
    cli_progress_begin(&progress, rotation->cli, "making keys and prints anew",
                       pg_row_int64(&rotation->ask.rows, 0, "left"));
    bool good = key_renew_all(&rotation->ask, rotation->keys, &progress, &rotation->tally, err);
    cli_progress_end(&progress);
    return good;
}

static bool finish(struct rotation *rotation, struct nb_err *err)
{
    if (!vault_keys_rotate_finish(rotation->keys, err)) {
        return false;
    }
    pg_params_int64(cli_ask_params(&rotation->ask), rotation->epoch);
    if (!cli_ask_outcome(&rotation->ask, &sql_key_finish, "finished", err)) {
        return false;
    }
    rotation->erasures = pg_row_int64(&rotation->ask.rows, 0, "erasures");
    return true;
}

static bool rotate(struct rotation *rotation, struct nb_err *err)
{
    bool cut_off = false;
    if (!cli_keys_open(rotation->cli, &rotation->keys, err) ||
        !cli_ask_open(rotation->cli, &rotation->ask, err) || !lock(rotation, err) ||
        !was_cut_off(rotation, &cut_off, err)) {
        return false;
    }
    rotation->epoch = vault_keys_epoch(rotation->keys);
    if (!cut_off && !vault_keys_rotate_begin(rotation->keys, &rotation->epoch, err)) {
        return false;
    }
    return put_on_record(rotation, err) && settle(rotation, err) && renew(rotation, err) &&
           finish(rotation, err);
}

/* Copies that officers carried away are theirs to replace and destroy. */
static void tell_officers(struct rotation *rotation)
{
    struct vault_officer officers[VAULT_OFFICERS_MAX];
    struct nb_err err;
    size_t count = 0;
    if (!vault_escrow_officers(rotation->keys, officers, &count, &err) || count == 0) {
        cli_note(rotation->cli,
                 "No escrow officer is set: if the key folder is lost, every guest's "
                 "record is. See nightbridge key escrow.");
        return;
    }
    cli_note(rotation->cli, "Copies of older epochs that officers carried away must be destroyed "
                            "by them; until then erasures are not final. Officers:");
    for (size_t i = 0; i < count; i++) {
        char name[VAULT_OFFICER_NAME];
        vault_officer_name(&officers[i], name);
        cli_note(rotation->cli, "  %s", name);
    }
}

static int run(struct cli *cli)
{
    struct rotation rotation = {.cli = cli};
    struct nb_err err;
    bool good = rotate(&rotation, &err);
    if (good) {
        tell_officers(&rotation);
    }
    vault_keys_close(rotation.keys);
    cli_ask_close(&rotation.ask);
    if (!good) {
        return cli_fail(cli, &err);
    }
    const struct key_tally *tally = &rotation.tally;
    return cli_answer(
        cli,
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "epoch", (json_int_t)rotation.epoch,
                  "hotline_keys", (json_int_t)tally->hotlines, "guest_keys",
                  (json_int_t)tally->guests, "confirmations", (json_int_t)tally->confirmations,
                  "cases", (json_int_t)tally->cases, "erasures_completed",
                  (json_int_t)rotation.erasures),
        "Epoch %u holds; %lld guest and %lld hotline keys were wrapped anew, older master keys are "
        "destroyed, %lld erasures are complete.",
        rotation.epoch, (long long)tally->guests, (long long)tally->hotlines,
        (long long)rotation.erasures);
}

const struct cli_command cli_key_rotate = {
    .name = "rotate",
    .help = "makes a new master key, wraps every living key under it, destroys the old one",
    .examples = "  nightbridge key rotate      within 24 hours of an erasure, from a timer\n",
    .run = run,
};
