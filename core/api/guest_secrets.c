#include "core/api/guest_secrets.h"

#include "core/vault/context.h"
#include "core/vault/prints.h"
#include "core/vault/seal.h"

#include <string.h>

#define SEALED_MAX ((size_t)4096)

static bool open_one(const struct vault_secret *key, const char *context, struct store_bytes sealed,
                     struct vault_secret **ret_secret, struct nb_err *err)
{
    return sealed.bytes == NULL ||
           vault_open(key, context, sealed.bytes, sealed.count, VAULT_KIND_GUEST, ret_secret, err);
}

bool api_guest_key_open(struct vault_keys *keys, struct public_id guest, struct store_bytes wrapped,
                        struct vault_secret **ret_key, struct nb_err *err)
{
    char context[VAULT_CONTEXT_TEXT];

    if (wrapped.bytes == NULL) {
        return nb_err_set(err, NB_ERR_NOT_FOUND, "guest_erased", "The guest's data was erased.");
    }
    vault_context_guest_key(guest, context);
    return vault_key_open(keys, context, wrapped.bytes, wrapped.count, ret_key, err);
}

static bool open_guest(struct vault_keys *keys, const struct store_reveal *reveal,
                       struct api_guest_secrets *secrets, struct nb_err *err)
{
    char context[VAULT_CONTEXT_TEXT];

    if (!api_guest_key_open(keys, reveal->guest, reveal->wrapped_key, &secrets->key, err)) {
        return false;
    }
    vault_context_guest_data(reveal->guest, "given_name", context);
    if (!open_one(secrets->key, context, reveal->given_name, &secrets->given_name, err)) {
        return false;
    }
    vault_context_guest_data(reveal->guest, "surname", context);
    if (!open_one(secrets->key, context, reveal->surname, &secrets->surname, err)) {
        return false;
    }
    vault_context_confirmation(reveal->reference, context);
    return open_one(secrets->key, context, reveal->confirmation, &secrets->confirmation, err);
}

/* An address that was sealed for another hotline does not open, and stays unsaid: who must know
 * where the guest sleeps tonight still learns everything else, and asks the shelter. */
static void open_address(struct vault_keys *keys, const struct store_reveal *reveal,
                         struct api_guest_secrets *secrets)
{
    VAULT_AUTOSECRET struct vault_secret *key = NULL;
    char context[VAULT_CONTEXT_TEXT];
    struct nb_err sealed_for_others;

    if (reveal->sealed_address.bytes == NULL || reveal->hotline_key.bytes == NULL) {
        return;
    }
    vault_context_hotline_key(reveal->hotline, context);
    if (vault_key_open(keys, context, reveal->hotline_key.bytes, reveal->hotline_key.count, &key,
                       &sealed_for_others)) {
        vault_context_address(reveal->address_of, context);
        if (!open_one(key, context, reveal->sealed_address, &secrets->address,
                      &sealed_for_others)) {
            secrets->address = NULL;
        }
    }
}

bool api_guest_secrets_open(struct vault_keys *keys, const struct store_reveal *reveal,
                            struct api_guest_secrets *ret_secrets, struct nb_err *err)
{
    *ret_secrets = (struct api_guest_secrets){0};
    if (!open_guest(keys, reveal, ret_secrets, err)) {
        return false;
    }
    open_address(keys, reveal, ret_secrets);
    return true;
}

void api_guest_secrets_close(struct api_guest_secrets *secrets)
{
    secrets->key = vault_secret_destroy(secrets->key);
    secrets->given_name = vault_secret_destroy(secrets->given_name);
    secrets->surname = vault_secret_destroy(secrets->surname);
    secrets->confirmation = vault_secret_destroy(secrets->confirmation);
    secrets->address = vault_secret_destroy(secrets->address);
}

const char *api_secret_text(const struct vault_secret *secret)
{
    return secret == NULL ? NULL : (const char *)vault_secret_reveal(secret, VAULT_FOR_PERSON);
}

bool api_confirmation_seal(const struct api_guest_secrets *secrets, struct public_id reference,
                           const char *number, struct nb_buf *ret_sealed, struct nb_err *err)
{
    char context[VAULT_CONTEXT_TEXT];

    vault_context_confirmation(reference, context);
    nb_buf_init(ret_sealed, SEALED_MAX);
    return vault_seal(secrets->key, context, number, strlen(number), ret_sealed, err);
}

size_t api_confirmation_prints(const struct vault_keys *keys, struct public_id account,
                               const char *number,
                               uint8_t ret_prints[API_PRINTS_MAX * VAULT_PRINT_BYTES])
{
    uint32_t epoch = vault_keys_epoch(keys);
    struct vault_print print;
    size_t count = 0;

    for (uint32_t back = 0; back < API_PRINTS_MAX && back < epoch; back++) {
        if (vault_print_confirmation(keys, epoch - back, account, number, &print)) {
            memcpy(ret_prints + count, print.bytes, VAULT_PRINT_BYTES);
            count += VAULT_PRINT_BYTES;
        }
    }
    return count;
}
