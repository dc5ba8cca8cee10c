#include "core/config/accounts.h"

#include "core/base/mem.h"
#include "core/config/config_private.h"

#include <confuse.h>
#include <string.h>
#include <strings.h>

struct config_accounts {
    struct config_account *rows;
    size_t count;
};

static char *take_text(cfg_t *section, const char *option)
{
    const char *value = cfg_getstr(section, option);
    return value == NULL || *value == '\0' ? NULL : nb_strdup(value);
}

/* libconfuse keeps what it parsed until cfg_free and does not wipe it: its copy is wiped here. */
static struct vault_secret *take_secret(cfg_t *section, const char *option)
{
    char *value = cfg_getstr(section, option);
    struct vault_secret *secret = NULL;
    if (value != NULL && *value != '\0') {
        secret = vault_secret_of_text(VAULT_KIND_CREDENTIAL, value);
        explicit_bzero(value, strlen(value));
    }
    return secret;
}

static bool take_account(cfg_t *section, struct config_account *account, struct nb_err *err)
{
    if (!nb_public_id_parse(cfg_title(section), &account->id)) {
        return nb_err_set(err, NB_ERR_INVALID, "config_accounts",
                          "accounts_file, line %d: an account is named by its public id.",
                          section->line);
    }
    account->base_url = take_text(section, "base_url");
    account->ca_file = take_text(section, "ca_file");
    account->allow_plain = cfg_getbool(section, "allow_plain") == cfg_true;
    account->allow_private = cfg_getbool(section, "allow_private") == cfg_true;
    account->bearer = take_secret(section, "bearer");
    account->member = take_secret(section, "member");
    account->holder = take_secret(section, "holder");
    account->user = take_secret(section, "user");
    account->password = take_secret(section, "password");
    account->phone = take_secret(section, "phone");
    if (account->base_url == NULL) {
        return true;
    }
    bool safe = strncmp(account->base_url, "https://", 8) == 0 ||
                (account->allow_plain && strncmp(account->base_url, "http://", 7) == 0);
    if (!safe) {
        return nb_err_set(err, NB_ERR_INVALID, "config_accounts",
                          "account %s: base_url must begin with https:// (http:// only with "
                          "allow_plain, for a rehearsal).",
                          cfg_title(section));
    }
    return (account->bearer != NULL && account->member != NULL) ||
           nb_err_set(err, NB_ERR_INVALID, "config_accounts",
                      "account %s: a gateway needs bearer and member.", cfg_title(section));
}

static bool take_all(cfg_t *cfg, struct config_accounts *accounts, struct nb_err *err)
{
    unsigned count = cfg_size(cfg, "account");
    bool good = true;
    accounts->rows = nb_alloc_array(count + 1, sizeof(*accounts->rows));
    for (unsigned i = 0; good && i < count; i++) {
        accounts->count++;
        good = take_account(cfg_getnsec(cfg, "account", i), &accounts->rows[i], err);
    }
    return good;
}

static bool read_file(const char *path, struct config_accounts *accounts, struct nb_err *err)
{
    cfg_opt_t account[] = {CFG_STR("base_url", NULL, CFGF_NONE),
                           CFG_STR("ca_file", NULL, CFGF_NONE),
                           CFG_BOOL("allow_plain", cfg_false, CFGF_NONE),
                           CFG_BOOL("allow_private", cfg_false, CFGF_NONE),
                           CFG_STR("bearer", NULL, CFGF_NONE),
                           CFG_STR("member", NULL, CFGF_NONE),
                           CFG_STR("holder", NULL, CFGF_NONE),
                           CFG_STR("user", NULL, CFGF_NONE),
                           CFG_STR("password", NULL, CFGF_NONE),
                           CFG_STR("phone", NULL, CFGF_NONE),
                           CFG_END()};
    cfg_opt_t options[] = {
        CFG_SEC("account", account, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES), CFG_END()};
    cfg_t *cfg = cfg_init(options, CFGF_NONE);
    bool good = config_parse(cfg, path, err) && take_all(cfg, accounts, err);
    (void)cfg_free(cfg);
    return good;
}

bool config_accounts_read(const char *path, struct config_accounts **ret_accounts,
                          struct nb_err *err)
{
    struct config_accounts *accounts = nb_alloc(sizeof(*accounts));
    if (path == NULL ||
        (config_private_file(path, "accounts_file", err) && read_file(path, accounts, err))) {
        *ret_accounts = accounts;
        return true;
    }
    config_accounts_destroy(accounts);
    return false;
}

struct config_accounts *config_accounts_destroy(struct config_accounts *accounts)
{
    if (accounts == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < accounts->count; i++) {
        struct config_account *account = &accounts->rows[i];
        nb_free(account->base_url);
        nb_free(account->ca_file);
        vault_secret_destroy(account->bearer);
        vault_secret_destroy(account->member);
        vault_secret_destroy(account->holder);
        vault_secret_destroy(account->user);
        vault_secret_destroy(account->password);
        vault_secret_destroy(account->phone);
    }
    nb_free(accounts->rows);
    return nb_free(accounts);
}

const struct config_account *config_accounts_find(const struct config_accounts *accounts,
                                                  struct public_id id)
{
    for (size_t i = 0; i < accounts->count; i++) {
        if (memcmp(accounts->rows[i].id.bytes, id.bytes, sizeof(id.bytes)) == 0) {
            return &accounts->rows[i];
        }
    }
    return NULL;
}
