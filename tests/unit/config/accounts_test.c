/* The file of what opens points accounts: private, complete, and never quoted in an error. */
#include "core/config/accounts.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(accounts, .timeout = 10);

#define ID "7d1f6f0e-0000-4000-8000-00000000000a"

static char path[64];

static void write_file(const char *text, mode_t mode)
{
    snprintf(path, sizeof(path), "/tmp/nb-accounts-XXXXXX");
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    cr_assert_eq(fchmod(fd, mode), 0);
    close(fd);
}

static bool read_text(const char *text, mode_t mode, struct config_accounts **accounts,
                      struct nb_err *err)
{
    write_file(text, mode);
    bool good = config_accounts_read(path, accounts, err);
    unlink(path);
    return good;
}

Test(accounts, are_found_by_their_public_id)
{
    struct config_accounts *accounts = NULL;
    struct nb_err err = {0};
    struct public_id id;
    cr_assert(read_text("account \"" ID "\" {\n base_url = \"https://gateway.example/w\"\n"
                        " bearer = \"secret\"\n member = \"M100\"\n holder = \"House Fund\"\n}\n",
                        0600, &accounts, &err),
              "%s", err.text);
    cr_assert(nb_public_id_parse(ID, &id));
    const struct config_account *account = config_accounts_find(accounts, id);
    cr_assert_not_null(account);
    cr_expect_str_eq(account->base_url, "https://gateway.example/w");
    cr_expect_str_eq((const char *)vault_secret_reveal(account->member, VAULT_FOR_SENDING), "M100");
    cr_expect_null(account->phone);
    id.bytes[0] ^= 1;
    cr_expect_null(config_accounts_find(accounts, id));
    config_accounts_destroy(accounts);
}

Test(accounts, are_none_without_a_file)
{
    struct config_accounts *accounts = NULL;
    struct nb_err err;
    cr_assert(config_accounts_read(NULL, &accounts, &err));
    cr_expect_null(config_accounts_find(accounts, nb_public_id_random()));
    config_accounts_destroy(accounts);
}

Test(accounts, refuse_a_file_that_others_may_read_and_what_is_incomplete)
{
    static const struct {
        const char *text;
        mode_t mode;
        const char *code;
    } cases[] = {
        {"", 0640, "config_file_open"},
        {"account \"wyndham\" {}", 0600, "config_accounts"},
        {"account \"" ID "\" { base_url = \"http://gateway.example\" }", 0600, "config_accounts"},
        {"account \"" ID "\" { base_url = \"https://g.example\" bearer = \"CANARY\" }", 0600,
         "config_accounts"},
        {"account \"" ID "\" { bearer \"CANARY\" }", 0600, "config_syntax"},
        {"account \"" ID "\" { pin = \"CANARY\" }", 0600, "config_syntax"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct config_accounts *accounts = NULL;
        struct nb_err err = {0};
        cr_expect_not(read_text(cases[i].text, cases[i].mode, &accounts, &err), "%s",
                      cases[i].text);
        cr_expect_str_eq(err.code, cases[i].code, "%s: %s", cases[i].text, err.text);
        cr_expect_null(strstr(err.text, "CANARY"), "%s", err.text);
    }
}
