/*
 * What makes an erasure final, with real keys on a real database: dump, erase, rotate, restore, and
 * what was erased cannot be read; everything else still can.
 */
#include "core/base/mem.h"
#include "core/vault/context.h"
#include "core/vault/prints.h"
#include "core/vault/seal.h"
#include "tests/support/house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONTACT "555-0100, after nine"
#define HEX_MAX 8192

static struct house house;
static char key_folder[128];

static void begin(void)
{
    house_open(&house, NULL);
    snprintf(key_folder, sizeof(key_folder), "%s/keys", house.folder);
    house_hotline(&house, "Test Line");
}

static void end(void)
{
    house_close(&house);
}

TestSuite(keys_rotated, .init = begin, .fini = end, .timeout = 300);

static struct vault_keys *open_keys(void)
{
    struct vault_keys *keys = NULL;
    struct nb_err err = {0};
    cr_assert(vault_keys_open(key_folder, &keys, &err), "%s", err.text);
    return keys;
}

static void to_hex(const void *bytes, size_t count, char ret_text[HEX_MAX])
{
    cr_assert_lt(2 * count + 1, HEX_MAX);
    for (size_t i = 0; i < count; i++) {
        snprintf(ret_text + 2 * i, 3, "%02x", ((const uint8_t *)bytes)[i]);
    }
}

static size_t from_hex(const char *text, uint8_t *ret_bytes)
{
    size_t count = strlen(text) / 2;
    for (size_t i = 0; i < count; i++) {
        unsigned byte = 0;
        cr_assert_eq(sscanf(text + 2 * i, "%2x", &byte), 1);
        ret_bytes[i] = (uint8_t)byte;
    }
    return count;
}

static struct public_id id_of(const char *text)
{
    struct public_id id;
    cr_assert(nb_public_id_parse(text, &id), "%s", text);
    return id;
}

/* A guest with a key and one secret of that kind; the outside id. bound_to: the context of the
 * secret when it is another than the guest's own; NULL: that. */
static void add_guest_bound(char ret_id[NB_PUBLIC_ID_TEXT], const char *kind, const char *text,
                            const char *bound_to)
{
    struct vault_keys *keys = open_keys();
    VAULT_AUTOSECRET struct vault_secret *key = vault_key_create();
    struct public_id id = nb_public_id_random();
    uint8_t wrapped[VAULT_WRAPPED_BYTES];
    char context[VAULT_CONTEXT_TEXT], wrapped_hex[HEX_MAX], sealed_hex[HEX_MAX];
    struct nb_buf sealed;
    struct nb_err err = {0};
    nb_public_id_format(id, ret_id);
    vault_context_guest_key(id, context);
    vault_key_wrap(keys, key, context, wrapped);
    to_hex(wrapped, sizeof(wrapped), wrapped_hex);
    vault_context_guest_data(id, kind, context);
    nb_buf_init(&sealed, VAULT_SEAL_MAX);
    cr_assert(
        vault_seal(key, bound_to == NULL ? context : bound_to, text, strlen(text), &sealed, &err),
        "%s", err.text);
    to_hex(sealed.data, sealed.length, sealed_hex);
    free(house_sql(&house,
                   "with g as (insert into pii.guest (public_id, hotline_id, alias) select '%s', "
                   "hotline_id, 'Robin' from nb.hotline limit 1 returning guest_id), k as (insert "
                   "into pii.guest_key (guest_id, wrapped_key, epoch) select guest_id, '\\x%s', %u "
                   "from g) insert into pii.guest_secret (guest_id, kind, sealed) select guest_id, "
                   "'%s', '\\x%s' from g",
                   ret_id, wrapped_hex, vault_keys_epoch(keys), kind, sealed_hex));
    nb_buf_fini(&sealed);
    vault_keys_close(keys);
}

static void add_guest(char ret_id[NB_PUBLIC_ID_TEXT], const char *kind, const char *text)
{
    add_guest_bound(ret_id, kind, text, NULL);
}

/* Whether the contact of a guest can be read in a database with the keys of a folder. */
static bool readable(const struct house *where, const char *guest, struct nb_err *err)
{
    struct vault_keys *keys = open_keys();
    VAULT_AUTOSECRET struct vault_secret *key = NULL;
    VAULT_AUTOSECRET struct vault_secret *plain = NULL;
    uint8_t bytes[HEX_MAX];
    char context[VAULT_CONTEXT_TEXT];
    char *wrapped = house_sql(where,
                              "select encode(k.wrapped_key, 'hex') from pii.guest_key k join "
                              "pii.guest g using (guest_id) where g.public_id = '%s'",
                              guest);
    char *sealed = house_sql(where,
                             "select encode(s.sealed, 'hex') from pii.guest_secret s join "
                             "pii.guest g using (guest_id) where g.public_id = '%s' limit 1",
                             guest);
    size_t count = from_hex(wrapped, bytes);
    vault_context_guest_key(id_of(guest), context);
    bool good = vault_key_unwrap(keys, context, bytes, count, &key, err);
    if (good) {
        count = from_hex(sealed, bytes);
        vault_context_guest_data(id_of(guest), "safe_contact", context);
        good = vault_open(key, context, bytes, count, VAULT_KIND_GUEST, &plain, err) &&
               strcmp((const char *)vault_secret_reveal(plain, VAULT_FOR_PERSON), CONTACT) == 0;
    }
    free(wrapped);
    free(sealed);
    vault_keys_close(keys);
    return good;
}

static void expect(int status, const char *says, const char *const *words)
{
    char *said = NULL;
    int found = house_run(&house, &said, words);
    cr_expect_eq(found, status, "%s %s ended with %d: %s", words[0], words[1], found, said);
    cr_expect_not_null(strstr(said, says), "%s %s does not say \"%s\": %s", words[0], words[1],
                       says, said);
    free(said);
}
#define EXPECT(status, says, ...) expect((status), (says), (const char *const[]){__VA_ARGS__, NULL})

Test(keys_rotated, what_was_erased_cannot_be_read_in_a_restored_backup)
{
    char erased[NB_PUBLIC_ID_TEXT], living[NB_PUBLIC_ID_TEXT];
    char command[1024];
    char *said = NULL;
    struct nb_err err = {0};
    struct house restored = house;
    add_guest(erased, "safe_contact", CONTACT);
    add_guest(living, "safe_contact", CONTACT);
    cr_assert(readable(&house, erased, &err), "%s", err.text);
    snprintf(command, sizeof(command), "pg_dump -Fc -f '%s/backup' -d '%s'", house.folder,
             house.owner_url);
    cr_assert_eq(house_shell(&house, &said, command), 0, "%s", said);
    free(said);

    EXPECT(0, "next: nightbridge key rotate", "erase", erased);
    cr_expect_eq(house_number(&house, "select count(*) from nb.erasure where completed_at is null"),
                 1);
    EXPECT(0, "Epoch 2 holds; 1 guest and 1 hotline keys were wrapped anew", "key", "rotate");
    cr_expect_eq(house_number(&house, "select count(*) from nb.erasure where completed_epoch = 2"),
                 1);
    cr_expect(readable(&house, living, &err), "%s", err.text);

    snprintf(restored.database, sizeof(restored.database), "restored_%d", (int)getpid());
    snprintf(restored.owner_url, sizeof(restored.owner_url),
             "postgresql:///%s?host=%s&user=nb_owner&passfile=%s/pgpass", restored.database,
             getenv("NIGHTBRIDGE_TEST_CLUSTER"), getenv("NIGHTBRIDGE_TEST_CLUSTER"));
    free(house_sql(&house, "create database \"%s\"", restored.database));
    snprintf(command, sizeof(command), "pg_restore -d '%s' '%s/backup'", restored.owner_url,
             house.folder);
    cr_assert_eq(house_shell(&house, &said, command), 0, "%s", said);
    free(said);
    cr_expect_not(readable(&restored, erased, &err), "it can be read");
    cr_expect_str_eq(err.code, "epoch_unknown");
    free(house_sql(&house, "drop database \"%s\"", restored.database));
}

/* script gives the command a terminal of its own. */
Test(keys_rotated, a_person_at_a_terminal_sees_how_far_it_is_and_nobody_else)
{
    char living[NB_PUBLIC_ID_TEXT];
    char *said = NULL;
    add_guest(living, "safe_contact", CONTACT);
    int status = house_shell(
        &house, &said, "script -qec '\"$NIGHTBRIDGE_BUILD/nightbridge\" key rotate' /dev/null");
    cr_expect_eq(status, 0, "%s", said);
    cr_expect_not_null(strstr(said, "making keys and prints anew [......"), "%s", said);
    const char *bar = strstr(said, "making keys and prints anew");
    const char *cleared = bar == NULL ? NULL : strstr(bar, "\r\x1b[K");
    cr_expect(cleared != NULL && strstr(cleared, "Epoch 2 holds; 1 guest") != NULL,
              "it is gone before the answer: %s", said);
    free(said);
    cr_expect_eq(HOUSE_RUN(&house, &said, "key", "rotate"), 0);
    cr_expect_null(strstr(said, "anew ["), "%s", said);
    free(said);
}

Test(keys_rotated, a_rotation_that_was_cut_off_is_finished_and_not_followed_by_another)
{
    char living[NB_PUBLIC_ID_TEXT];
    struct nb_err err = {0};
    uint32_t epoch = 0;
    add_guest(living, "safe_contact", CONTACT);
    /* After the new epoch was made. */
    struct vault_keys *keys = open_keys();
    cr_assert(vault_keys_rotate_begin(keys, &epoch, &err), "%s", err.text);
    vault_keys_close(keys);
    EXPECT(0, "Epoch 2 holds; 1 guest", "key", "rotate");
    /* After the old one was destroyed, before the database heard of it. */
    free(house_sql(&house, "update nb.key_epoch set finished_at = null"));
    EXPECT(0, "Epoch 2 holds; 0 guest", "key", "rotate");
    EXPECT(0, "Epoch 3 holds; 1 guest", "key", "rotate");
    cr_expect(readable(&house, living, &err), "%s", err.text);
}

Test(keys_rotated, a_key_that_does_not_open_stops_the_rotation_and_is_named)
{
    char damaged[NB_PUBLIC_ID_TEXT], living[NB_PUBLIC_ID_TEXT];
    struct nb_err err = {0};
    add_guest(damaged, "safe_contact", CONTACT);
    add_guest(living, "safe_contact", CONTACT);
    free(
        house_sql(&house,
                  "update pii.guest_key k set wrapped_key = set_byte(k.wrapped_key, 70, "
                  "get_byte(k.wrapped_key, 70) # 1) from pii.guest g where g.guest_id = k.guest_id "
                  "and g.public_id = '%s'",
                  damaged));
    EXPECT(1, damaged, "key", "rotate");
    /* Nothing was destroyed: the old epoch still opens what it wraps. */
    cr_expect(readable(&house, living, &err), "%s", err.text);
    EXPECT(0, "Backups still hold it", "erase", damaged, "--reason", "entered_by_mistake");
    EXPECT(0, "1 erasures are complete", "key", "rotate");
    cr_expect(readable(&house, living, &err), "%s", err.text);
}

static void load_fixtures(void)
{
    char *said = NULL;
    cr_assert_eq(house_shell(&house, &said,
                             "for f in fixture booking; do psql -X -q -d "
                             "\"$NIGHTBRIDGE_DATABASE_URL\" -v ON_ERROR_STOP=1 -f "
                             "tests/sql/support/$f.sql; done"),
                 0, "%s", said);
    free(said);
}

/* The fingerprint of a case as it is stored. */
static void case_print(uint32_t epoch, int64_t hotline, const char *reference,
                       char ret_hex[HEX_MAX])
{
    struct vault_keys *keys = open_keys();
    struct vault_print print;
    cr_assert(vault_print_case(keys, epoch, (struct hotline_id){hotline}, reference, &print));
    to_hex(print.bytes, sizeof(print.bytes), ret_hex);
    vault_keys_close(keys);
}

Test(keys_rotated, a_case_is_recognized_after_a_rotation)
{
    char guest[NB_PUBLIC_ID_TEXT], hex[HEX_MAX];
    load_fixtures();
    long long hotline = house_number(&house, "select min(hotline_id) from nb.hotline");
    add_guest(guest, "case_reference", " Case-7 ");
    case_print(1, hotline, "case-7", hex);
    free(house_sql(&house, "select nb_test.request(%lld)", hotline));
    free(house_sql(&house,
                   "insert into nb.situation_ref (hotline_id, fingerprint) values (%lld, '\\x%s')",
                   hotline, hex));
    free(
        house_sql(&house,
                  "update nb.shelter_request set situation_id = (select situation_id from "
                  "nb.situation_ref), guest_id = (select guest_id from pii.guest where public_id = "
                  "'%s')",
                  guest));
    EXPECT(0, "\"cases\": 1", "key", "rotate", "--json");
    case_print(2, hotline, "CASE-7", hex);
    cr_expect_eq(house_number(&house,
                              "select count(*) from nb.situation_ref where fingerprint = '\\x%s'",
                              hex),
                 1);
}

Test(keys_rotated, a_confirmation_number_stays_taken_after_a_rotation)
{
    char guest[NB_PUBLIC_ID_TEXT], context[VAULT_CONTEXT_TEXT], hex[HEX_MAX];
    struct vault_print print;
    load_fixtures();
    long long hotline = house_number(&house, "select min(hotline_id) from nb.hotline");
    long long request = house_number(&house, "select nb_test.request(%lld)", hotline);
    free(house_sql(&house,
                   "select nb_test.book(%lld, array[nb_test.points_option(nb_test.search(%lld), "
                   "nb_test.points_hotel(), nb_test.account(%lld, 90000))])",
                   request, request, hotline));
    char *reference = house_sql(&house, "select reference from nb.booking_attempt");
    char *account = house_sql(&house, "select public_id from nb.points_account");
    vault_context_confirmation(id_of(reference), context);
    add_guest_bound(guest, "confirmation", "WYN-1", context);
    struct vault_keys *keys = open_keys();
    cr_assert(vault_print_confirmation(keys, 1, id_of(account), "WYN-1", &print));
    to_hex(print.bytes, sizeof(print.bytes), hex);
    vault_keys_close(keys);
    free(house_sql(&house,
                   "update nb.booking_attempt set confirmation_fingerprint = '\\x%s', "
                   "confirmation_secret_id = (select guest_secret_id from pii.guest_secret)",
                   hex));
    EXPECT(0, "\"confirmations\": 1", "key", "rotate", "--json");
    keys = open_keys();
    cr_assert(vault_print_confirmation(keys, 2, id_of(account), "WYN-1", &print));
    to_hex(print.bytes, sizeof(print.bytes), hex);
    vault_keys_close(keys);
    cr_expect_eq(house_number(&house,
                              "select count(*) from nb.booking_attempt where "
                              "confirmation_fingerprint = '\\x%s'",
                              hex),
                 1);
    free(reference);
    free(account);
}

Test(keys_rotated, an_officers_copy_brings_a_lost_folder_back)
{
    char living[NB_PUBLIC_ID_TEXT];
    char path[3][192], command[1024];
    char *officer = NULL;
    char *said = NULL;
    struct nb_err err = {0};
    add_guest(living, "safe_contact", CONTACT);
    snprintf(path[0], sizeof(path[0]), "%s/secret", house.folder);
    snprintf(path[1], sizeof(path[1]), "%s/copy", house.folder);
    snprintf(path[2], sizeof(path[2]), "%s/old-copy", house.folder);
    snprintf(command, sizeof(command),
             "\"$NIGHTBRIDGE_BUILD/nightbridge\" key officer '%s' 2>/dev/null", path[0]);
    cr_assert_eq(house_shell(&house, &officer, command), 0, "%s", officer);
    officer[strcspn(officer, "\n")] = '\0';
    EXPECT(1, "EEXIST", "key", "officer", path[0]);
    EXPECT(1, "hexadecimal", "key", "escrow", "me");
    EXPECT(0, "1 officers hold", "key", "escrow", officer);
    EXPECT(0, "opens with the officer's secret key only", "key", "copy", officer, path[2]);
    EXPECT(0, "Officers:", "key", "rotate");
    EXPECT(0, "The copy is in", "key", "copy", officer, path[1]);

    snprintf(command, sizeof(command), "rm -rf '%s'", key_folder);
    cr_assert_eq(house_shell(&house, &said, command), 0);
    free(said);
    EXPECT(1, "key init", "key", "rotate");
    EXPECT(1, "does not", "key", "restore", path[1], path[2]);
    EXPECT(0, "Epoch 2 is back", "key", "restore", path[1], path[0]);
    cr_expect(readable(&house, living, &err), "%s", err.text);
    free(officer);
}

Test(keys_rotated, an_old_key_folder_is_not_rotated_into)
{
    char command[512];
    char *said = NULL;
    snprintf(command, sizeof(command), "cp -a '%s' '%s/old'", key_folder, house.folder);
    cr_assert_eq(house_shell(&house, &said, command), 0);
    free(said);
    EXPECT(0, "Epoch 2", "key", "rotate");
    EXPECT(0, "Epoch 3", "key", "rotate");
    snprintf(command, sizeof(command),
             "sed -i 's#/keys\"#/old\"#' '%s' && \"$NIGHTBRIDGE_BUILD/nightbridge\" key rotate",
             house.config);
    cr_expect_eq(house_shell(&house, &said, command), 1);
    cr_expect_not_null(strstr(said, "not the latest"), "%s", said);
    free(said);
}
