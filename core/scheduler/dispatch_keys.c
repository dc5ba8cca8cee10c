/*
 * The guest's key on its way through an operation: it opens how the guest is called, and seals
 * what is kept. Nothing opened here outlives the operation.
 */
#include "core/scheduler/dispatch_private.h"

#include "core/base/mem.h"
#include "core/vault/context.h"
#include "core/vault/prints.h"

#include <string.h>

#define SEALED_MAX (VAULT_SEAL_MAX + 256)

static bool open_key(struct operation *operation, struct nb_err *err)
{
    struct vault_keys *keys = operation->dispatch->role->keys;
    struct store_sealed wrapped = operation->work.wrapped_key;
    char context[VAULT_CONTEXT_TEXT];
    if (wrapped.bytes == NULL) {
        return nb_err_set(err, NB_ERR_NOT_FOUND, "guest_erased", "The guest's key is destroyed.");
    }
    vault_context_guest_key(operation->work.guest, context);
    return vault_key_open(keys, context, wrapped.bytes, wrapped.count, &operation->guest_key, err);
}

static bool open_one(const struct operation *operation, const char *context,
                     struct store_sealed sealed, struct vault_secret **secret, struct nb_err *err)
{
    return sealed.bytes == NULL || vault_open(operation->guest_key, context, sealed.bytes,
                                              sealed.count, VAULT_KIND_GUEST, secret, err);
}

static bool open_names(struct operation *operation, struct nb_err *err)
{
    const struct store_work *work = &operation->work;
    char given_name[VAULT_CONTEXT_TEXT], surname[VAULT_CONTEXT_TEXT], number[VAULT_CONTEXT_TEXT];
    vault_context_guest_data(work->guest, "given_name", given_name);
    vault_context_guest_data(work->guest, "surname", surname);
    vault_context_confirmation(work->reference, number);
    return open_one(operation, given_name, work->given_name, &operation->given_name, err) &&
           open_one(operation, surname, work->surname, &operation->surname, err) &&
           open_one(operation, number, work->confirmation, &operation->confirmation, err);
}

static bool open_record(struct operation *operation, struct nb_err *err)
{
    struct store_sealed sealed = operation->work.state;
    struct dispatch_record record;
    VAULT_AUTOSECRET struct vault_secret *plain = NULL;
    char context[VAULT_CONTEXT_TEXT];
    if (sealed.bytes == NULL) {
        return true;
    }
    vault_context_operation(operation->work.outbox_public, "state", context);
    if (!vault_open(operation->guest_key, context, sealed.bytes, sealed.count, VAULT_KIND_STATE,
                    &plain, err) ||
        !dispatch_record_unpack(vault_secret_reveal(plain, VAULT_FOR_PLUGIN),
                                vault_secret_length(plain), &record, err)) {
        return false;
    }
    operation->steps = record.steps;
    operation->trail.wrote = record.wrote;
    operation->state_version = record.state_version;
    operation->state_bytes = record.state_bytes;
    memcpy(operation->plugin_state, record.state, record.state_bytes);
    return true;
}

static const char *reveal(const struct vault_secret *secret, enum vault_purpose purpose)
{
    return secret == NULL ? NULL : (const char *)vault_secret_reveal(secret, purpose);
}

/* A guest without a name is called by the alias: its last word stands where a surname is asked. */
static void name_guest(struct operation *operation)
{
    const char **values = operation->values.values;
    const char *alias = operation->work.alias;
    const char *last = strrchr(alias, ' ');
    values[NB_PLACEHOLDER_GUEST_GIVEN_NAME] = reveal(operation->given_name, VAULT_FOR_SENDING);
    values[NB_PLACEHOLDER_GUEST_SURNAME] = reveal(operation->surname, VAULT_FOR_SENDING);
    if (values[NB_PLACEHOLDER_GUEST_GIVEN_NAME] == NULL) {
        values[NB_PLACEHOLDER_GUEST_GIVEN_NAME] =
            last == NULL ? alias
                         : nb_arena_strndup(operation->arena, alias, (size_t)(last - alias));
    }
    if (values[NB_PLACEHOLDER_GUEST_SURNAME] == NULL) {
        values[NB_PLACEHOLDER_GUEST_SURNAME] = last == NULL ? alias : last + 1;
    }
}

void operation_name_account(struct operation *operation)
{
    const char **values = operation->values.values;
    const struct config_account *account = operation->account;
    if (account != NULL) {
        values[NB_PLACEHOLDER_ACCOUNT_MEMBER] = reveal(account->member, VAULT_FOR_SENDING);
        values[NB_PLACEHOLDER_ACCOUNT_HOLDER] = reveal(account->holder, VAULT_FOR_SENDING);
        values[NB_PLACEHOLDER_CREDENTIAL_USER] = reveal(account->user, VAULT_FOR_SENDING);
        values[NB_PLACEHOLDER_CREDENTIAL_PASSWORD] = reveal(account->password, VAULT_FOR_SENDING);
    }
}

bool operation_open_secrets(struct operation *operation, struct nb_err *err)
{
    bool opened =
        open_key(operation, err) && open_names(operation, err) && open_record(operation, err);
    if (opened) {
        name_guest(operation);
        operation_name_account(operation);
        operation->values.values[NB_PLACEHOLDER_BOOKING_CONFIRMATION] =
            reveal(operation->confirmation, VAULT_FOR_SENDING);
    }
    return opened;
}

bool operation_seal(const struct operation *operation, const char *field, const void *bytes,
                    size_t count, struct nb_buf *ret_sealed, struct nb_err *err)
{
    char context[VAULT_CONTEXT_TEXT];
    vault_context_operation(operation->work.outbox_public, field, context);
    nb_buf_init(ret_sealed, SEALED_MAX);
    return vault_seal(operation->guest_key, context, bytes, count, ret_sealed, err);
}

bool operation_seal_confirmation(const struct operation *operation, const char *number,
                                 struct nb_buf *ret_sealed, struct nb_err *err)
{
    char context[VAULT_CONTEXT_TEXT];
    vault_context_confirmation(operation->work.reference, context);
    nb_buf_init(ret_sealed, SEALED_MAX);
    return vault_seal(operation->guest_key, context, number, strlen(number), ret_sealed, err);
}

bool operation_seal_state(const struct operation *operation, struct nb_buf *ret_sealed,
                          struct nb_err *err)
{
    struct nb_buf packed;
    nb_buf_init(&packed, DISPATCH_RECORD_MAX);
    dispatch_record_pack(&(struct dispatch_record){.steps = operation->steps,
                                                   .wrote = operation->trail.wrote,
                                                   .state_version = operation->state_version,
                                                   .state_bytes = operation->state_bytes,
                                                   .state = operation->plugin_state},
                         &packed);
    bool ok = nb_buf_ok(&packed, err) &&
              operation_seal(operation, "state", packed.data, packed.length, ret_sealed, err);
    nb_buf_fini(&packed);
    return ok;
}

int operation_prints(const struct operation *operation, const char *confirmation,
                     struct vault_print ret_prints[STORE_PRINTS_MAX])
{
    struct vault_keys *keys = operation->dispatch->role->keys;
    uint32_t epoch = vault_keys_epoch(keys);
    int count = 0;
    for (uint32_t back = 0; back < STORE_PRINTS_MAX && back < epoch; back++) {
        if (vault_print_confirmation(keys, epoch - back, operation->work.account_public,
                                     confirmation, &ret_prints[count])) {
            count++;
        }
    }
    return count;
}

void operation_close_secrets(struct operation *operation)
{
    operation->guest_key = vault_secret_destroy(operation->guest_key);
    operation->given_name = vault_secret_destroy(operation->given_name);
    operation->surname = vault_secret_destroy(operation->surname);
    operation->confirmation = vault_secret_destroy(operation->confirmation);
}
