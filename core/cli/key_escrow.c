/*
 * nightbridge key officer, escrow, copy, restore: so that the loss of the key folder is not the
 * loss of every guest's record. An officer's secret key is written to a file once and never shown.
 */
#include "core/base/mem.h"
#include "core/cli/key_private.h"
#include "core/config/config.h"
#include "core/vault/escrow.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_BYTES 32
#define HEX_TEXT (2 * KEY_BYTES + 1)

/* A new file of mode 600; one that is there is never replaced. */
static bool write_file(const char *path, const void *bytes, size_t count, struct nb_err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write(fd, bytes, count) == (ssize_t)count && fsync(fd) == 0;
    int number = errno;
    if (fd >= 0) {
        close(fd);
    }
    return good || nb_err_set(err, NB_ERR_INVALID, "file", "%s cannot be written (%s).", path,
                              strerrorname_np(number));
}

static bool read_file(const char *path, bool secret, uint8_t *ret_bytes, size_t capacity,
                      size_t *ret_count, struct nb_err *err)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t count = fd < 0 || fstat(fd, &about) != 0 ? -1 : read(fd, ret_bytes, capacity);
    int number = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (count < 0) {
        return nb_err_set(err, NB_ERR_INVALID, "file", "%s cannot be read (%s).", path,
                          strerrorname_np(number));
    }
    if (secret && (about.st_mode & 077) != 0) {
        explicit_bzero(ret_bytes, capacity);
        return nb_err_set(err, NB_ERR_AUTH, "file_open", "Others may read %s. Do: chmod 600 %s",
                          path, path);
    }
    *ret_count = (size_t)count;
    return true;
}

static bool parse_officer(const char *text, struct vault_officer *ret_officer, struct nb_err *err)
{
    size_t count = 0;
    const char *end = NULL;
    return (sodium_hex2bin(ret_officer->public_key, KEY_BYTES, text, strlen(text), NULL, &count,
                           &end) == 0 &&
            count == KEY_BYTES && *end == '\0') ||
           nb_err_set(err, NB_ERR_INVALID, "officer",
                      "An officer is named by 64 hexadecimal digits, as key officer prints them.");
}

static int run_officer(struct cli *cli)
{
    struct vault_officer officer;
    struct nb_err err;
    char public_text[HEX_TEXT];
    char secret_text[HEX_TEXT + 1];
    VAULT_AUTOSECRET struct vault_secret *secret = vault_officer_create(&officer);
    (void)sodium_bin2hex(secret_text, HEX_TEXT, vault_secret_reveal(secret, VAULT_FOR_PERSON),
                         KEY_BYTES);
    secret_text[HEX_TEXT - 1] = '\n';
    bool good = write_file(cli_word(cli, 0), secret_text, HEX_TEXT, &err);
    explicit_bzero(secret_text, sizeof(secret_text));
    if (!good) {
        return cli_fail(cli, &err);
    }
    (void)sodium_bin2hex(public_text, sizeof(public_text), officer.public_key, KEY_BYTES);
    cli_note(cli, "The secret key is in %s, for the officer alone: keep it away from this machine.",
             cli_word(cli, 0));
    return cli_answer(cli, json_pack("{s:s}", "officer", public_text), "%s", public_text);
}

static bool escrow(struct cli *cli, size_t *ret_count, struct nb_err *err)
{
    struct vault_officer officers[VAULT_OFFICERS_MAX];
    struct vault_keys *keys = NULL;
    int count = cli_word_count(cli);
    for (int i = 0; i < count; i++) {
        if (!parse_officer(cli_word(cli, i), &officers[i], err)) {
            return false;
        }
    }
    if (!cli_keys_open(cli, &keys, err)) {
        return false;
    }
    bool good = vault_keys_escrow(keys, officers, (size_t)count, err);
    vault_keys_close(keys);
    *ret_count = (size_t)count;
    return good;
}

static int run_escrow(struct cli *cli)
{
    struct nb_err err;
    size_t count = 0;
    if (!escrow(cli, &count, &err)) {
        return cli_fail(cli, &err);
    }
    return cli_answer(cli, json_pack("{s:i}", "officers", (int)count),
                      "%zu officers hold a copy of the master key now, and nobody else.", count);
}

static int run_copy(struct cli *cli)
{
    struct vault_officer officer;
    struct vault_keys *keys = NULL;
    uint8_t copy[VAULT_ESCROW_BYTES];
    struct nb_err err;
    bool good = parse_officer(cli_word(cli, 0), &officer, &err) &&
                cli_keys_open(cli, &keys, &err) && vault_escrow_read(keys, &officer, copy, &err) &&
                write_file(cli_word(cli, 1), copy, sizeof(copy), &err);
    vault_keys_close(keys);
    if (!good) {
        return cli_fail(cli, &err);
    }
    return cli_answer(cli, json_pack("{s:s}", "file", cli_word(cli, 1)),
                      "The copy is in %s. It opens with the officer's secret key only, and must be "
                      "destroyed after the next rotation.",
                      cli_word(cli, 1));
}

static bool read_secret(const char *path, struct vault_secret **ret_secret, struct nb_err *err)
{
    uint8_t text[HEX_TEXT + 8];
    uint8_t bytes[KEY_BYTES];
    size_t length = 0;
    size_t count = 0;
    if (!read_file(path, true, text, sizeof(text), &length, err)) {
        return false;
    }
    bool good = sodium_hex2bin(bytes, sizeof(bytes), (const char *)text, length, "\r\n", &count,
                               NULL) == 0 &&
                count == KEY_BYTES;
    if (good) {
        *ret_secret = vault_secret_create(VAULT_KIND_OFFICER, bytes, sizeof(bytes));
    }
    explicit_bzero(text, sizeof(text));
    explicit_bzero(bytes, sizeof(bytes));
    return good || nb_err_set(err, NB_ERR_INVALID, "officer_secret",
                              "%s does not hold an officer's secret key.", path);
}

static int run_restore(struct cli *cli)
{
    VAULT_AUTOSECRET struct vault_secret *secret = NULL;
    uint8_t copy[VAULT_ESCROW_BYTES + 1];
    struct nb_err err;
    size_t count = 0;
    uint32_t epoch = 0;
    const struct config *config = cli_config(cli, &err);
    if (config == NULL) {
        return cli_fail(cli, &err);
    }
    if (config->key_folder == NULL) {
        return cli_refuse(cli, "no_key_folder",
                          "No key folder is configured: set key_folder or NIGHTBRIDGE_KEY_DIR.");
    }
    if (!read_file(cli_word(cli, 0), false, copy, sizeof(copy), &count, &err) ||
        !read_secret(cli_word(cli, 1), &secret, &err) ||
        !vault_keys_restore(config->key_folder, copy, count, secret, &epoch, &err)) {
        return cli_fail(cli, &err);
    }
    return cli_answer(cli, json_pack("{s:I}", "epoch", (json_int_t)epoch),
                      "Epoch %u is back in %s.", epoch, config->key_folder);
}

const struct cli_command cli_key_officer = {
    .name = "officer",
    .usage = "SECRET_FILE",
    .help =
        "makes an escrow officer's pair: the secret goes to a new file, the public key is printed",
    .examples = "  nightbridge key officer /media/officer-1/secret\n",
    .words_min = 1,
    .words_max = 1,
    .run = run_officer,
};
const struct cli_command cli_key_escrow = {
    .name = "escrow",
    .usage = "OFFICER...",
    .help = "makes these officers (public keys) the only ones who hold a copy of the master key",
    .examples = "  nightbridge key escrow $(cat officer-1.pub officer-2.pub)\n",
    .words_min = 1,
    .words_max = VAULT_OFFICERS_MAX,
    .run = run_escrow,
};
const struct cli_command cli_key_copy = {
    .name = "copy",
    .usage = "OFFICER FILE",
    .help = "writes the copy of an officer to a new file, to be carried away",
    .examples = "  nightbridge key copy $(cat officer-1.pub) /media/officer-1/copy\n",
    .words_min = 2,
    .words_max = 2,
    .run = run_copy,
};
const struct cli_command cli_key_restore = {
    .name = "restore",
    .usage = "COPY SECRET_FILE",
    .help = "puts the master key of an officer's copy back into the key folder",
    .examples = "  nightbridge key restore /media/officer-1/copy /media/officer-1/secret\n",
    .words_min = 2,
    .words_max = 2,
    .run = run_restore,
};
