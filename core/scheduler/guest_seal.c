#include "core/scheduler/guest_seal.h"

#include "core/vault/context.h"
#include "core/vault/prints.h"

#include <stdlib.h>
#include <string.h>

static bool add(const struct vault_secret *key, struct public_id guest, const char *kind,
                const char *text, struct nb_arena *arena, struct guest_seal *seal,
                struct nb_err *err)
{
    struct nb_buf sealed;
    char context[VAULT_CONTEXT_TEXT];

    NB_ASSERT(seal->secret_count < STORE_SECRETS_MAX);
    nb_buf_init(&sealed, VAULT_SEAL_MAX);
    vault_context_guest_data(guest, kind, context);
    bool good = vault_seal(key, context, text, strlen(text), &sealed, err);
    uint8_t *kept = good ? nb_arena_alloc(arena, sealed.length) : NULL;
    if (good && kept == NULL) {
        good = nb_err_set(err, NB_ERR_LIMIT, "request_too_large",
                          "The request holds more than one may.");
    }
    if (good) {
        memcpy(kept, sealed.data, sealed.length);
        seal->secrets[seal->secret_count++] =
            (struct store_secret){.kind = kind, .sealed = kept, .bytes = sealed.length};
    }
    nb_buf_fini(&sealed);
    return good;
}

static bool add_zone(const struct vault_secret *key, struct public_id guest,
                     const struct intake_zone *zone, struct nb_arena *arena,
                     struct guest_seal *seal, struct nb_err *err)
{
    json_t *json = intake_zone_json(zone);
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17));

    NB_ASSERT(text != NULL);
    bool good = add(key, guest, "exclusion_zone", text, arena, seal, err);
    free(text);
    json_decref(json);
    return good;
}

static bool add_all(const struct vault_secret *key, struct public_id guest,
                    const struct intake *intake, struct nb_arena *arena, struct guest_seal *seal,
                    struct nb_err *err)
{
    bool good = intake->safe_contact == NULL ||
                add(key, guest, "safe_contact", intake->safe_contact, arena, seal, err);

    for (size_t i = 0; good && i < intake->zone_count; i++) {
        good = add_zone(key, guest, &intake->zones[i], arena, seal, err);
    }
    return good;
}

bool guest_seal_new(const struct vault_keys *keys, struct public_id guest,
                    const struct intake *intake, struct nb_arena *arena,
                    struct guest_seal *ret_seal, struct nb_err *err)
{
    VAULT_AUTOSECRET struct vault_secret *key = vault_key_create();
    struct guest_seal seal = {.epoch = vault_keys_epoch(keys)};
    char context[VAULT_CONTEXT_TEXT];

    vault_context_guest_key(guest, context);
    vault_key_wrap(keys, key, context, seal.wrapped);
    /* The reference too, so that a rotation of the master key can make its fingerprint anew. */
    if (!add_all(key, guest, intake, arena, &seal, err) ||
        (intake->case_reference != NULL &&
         !add(key, guest, "case_reference", intake->case_reference, arena, &seal, err))) {
        return false;
    }
    *ret_seal = seal;
    return true;
}

static bool unwrap(struct vault_keys *keys, struct public_id guest, const uint8_t *wrapped,
                   size_t bytes, struct vault_secret **ret_key, struct nb_err *err)
{
    char context[VAULT_CONTEXT_TEXT];

    vault_context_guest_key(guest, context);
    if (wrapped == NULL) {
        return nb_err_set(err, NB_ERR_CONFLICT, "erased", "What is known of the guest was erased.");
    }
    return vault_key_open(keys, context, wrapped, bytes, ret_key, err);
}

bool guest_seal_more(struct vault_keys *keys, struct public_id guest, const uint8_t *wrapped,
                     size_t wrapped_bytes, const struct intake *intake, struct nb_arena *arena,
                     struct guest_seal *ret_seal, struct nb_err *err)
{
    VAULT_AUTOSECRET struct vault_secret *key = NULL;
    struct guest_seal seal = {0};

    if (!unwrap(keys, guest, wrapped, wrapped_bytes, &key, err) ||
        !add_all(key, guest, intake, arena, &seal, err)) {
        return false;
    }
    *ret_seal = seal;
    return true;
}

bool guest_open_zone(struct vault_keys *keys, struct public_id guest, struct store_bytes wrapped,
                     struct store_bytes sealed, enum vault_purpose purpose, json_t **ret_zone,
                     struct nb_err *err)
{
    VAULT_AUTOSECRET struct vault_secret *key = NULL;
    VAULT_AUTOSECRET struct vault_secret *plain = NULL;
    char context[VAULT_CONTEXT_TEXT];

    vault_context_guest_data(guest, "exclusion_zone", context);
    if (!unwrap(keys, guest, wrapped.bytes, wrapped.count, &key, err) ||
        !vault_open(key, context, sealed.bytes, sealed.count, VAULT_KIND_GUEST, &plain, err)) {
        return false;
    }
    const uint8_t *text = vault_secret_reveal(plain, purpose);
    json_t *zone = json_loadb((const char *)text, vault_secret_length(plain), 0, NULL);
    if (zone == NULL || !json_is_integer(json_object_get(zone, "radius_m"))) {
        json_decref(zone);
        return nb_err_set(err, NB_ERR_BUG, "zone_damaged", "A place to avoid makes no sense.");
    }
    *ret_zone = zone;
    return true;
}

size_t guest_case_prints(const struct vault_keys *keys, struct hotline_id hotline,
                         const char *reference, struct vault_print ret_prints[STORE_PRINTS_MAX])
{
    uint32_t epoch = vault_keys_epoch(keys);
    size_t count = 0;

    for (uint32_t e = epoch; e > 0 && e + VAULT_EPOCHS_MAX > epoch; e--) {
        if (vault_print_case(keys, e, hotline, reference, &ret_prints[count])) {
            count++;
        }
    }
    return count;
}
