#include "core/config/config.h"

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/config/config_private.h"

#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *word;
    const char *name;
} logins[CONFIG_LOGIN_COUNT] = {
    [CONFIG_LOGIN_NONE] = {"none", "none"},
    [CONFIG_LOGIN_OWNER] = {"owner", "nb_owner"},
    [CONFIG_LOGIN_STAFF] = {"staff", "nb_staff"},
    [CONFIG_LOGIN_PROVIDER] = {"provider", "nb_provider"},
    [CONFIG_LOGIN_PARTNER] = {"partner", "nb_partner"},
    [CONFIG_LOGIN_FINANCE] = {"finance", "nb_finance"},
    [CONFIG_LOGIN_ADMIN] = {"admin", "nb_admin"},
    [CONFIG_LOGIN_AUDITOR] = {"auditor", "nb_auditor"},
    [CONFIG_LOGIN_DISPATCH] = {"dispatch", "nb_dispatch"},
    [CONFIG_LOGIN_CLOCK] = {"clock", "nb_clock"},
    [CONFIG_LOGIN_CHECK] = {"check", "nb_check"},
};

const char *config_login_word(enum config_login login)
{
    return login > CONFIG_LOGIN_NONE && login < CONFIG_LOGIN_COUNT ? logins[login].word : NULL;
}

const char *config_login_name(const struct config *config, enum config_login login)
{
    NB_ASSERT(login > CONFIG_LOGIN_NONE && login < CONFIG_LOGIN_COUNT);
    return login == CONFIG_LOGIN_OWNER ? config->owner : logins[login].name;
}

static void replace(char **text, const char *value)
{
    nb_free(*text);
    *text = nb_strdup(value);
}

/* An empty variable is one that is not set. */
static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? NULL : value;
}

static bool apply_environment(struct config *config, char **secrets, struct nb_err *err)
{
    const struct {
        const char *name;
        char **text;
    } texts[] = {
        {"NIGHTBRIDGE_DATABASE_URL", &config->database_url},
        {"NIGHTBRIDGE_KEY_DIR", &config->key_folder},
        {"NIGHTBRIDGE_SECRETS", secrets},
        {"NIGHTBRIDGE_ACCOUNTS", &config->accounts_file},
    };
    for (size_t i = 0; i < NB_COUNT(texts); i++) {
        const char *value = environment(texts[i].name);
        if (value != NULL) {
            replace(texts[i].text, value);
        }
    }
    const char *clock = environment("NIGHTBRIDGE_TEST_CLOCK");
    if (clock != NULL) {
        if (strcmp(clock, "1") != 0 && strcmp(clock, "0") != 0) {
            return nb_err_set(err, NB_ERR_INVALID, "config_value",
                              "NIGHTBRIDGE_TEST_CLOCK is 1 or 0.");
        }
        config->test_clock = *clock == '1';
    }
    const char *listen = environment("NIGHTBRIDGE_LISTEN");
    return listen == NULL ||
           config_address_parse(listen, "NIGHTBRIDGE_LISTEN", &config->listen, err);
}

static struct config *create(void)
{
    struct config *config = nb_alloc(sizeof(*config));
    config->database_url = nb_strdup("postgresql:///nightbridge");
    config->owner = nb_strdup(logins[CONFIG_LOGIN_OWNER].name);
    return config;
}

bool config_read(const char *path, struct config **ret_config, struct nb_err *err)
{
    struct config *config = create();
    char *secrets = NULL;
    if (path == NULL) {
        path = environment("NIGHTBRIDGE_CONFIG");
    }
    bool good =
        config_file_read(path, config, &secrets, err) && apply_environment(config, &secrets, err) &&
        (secrets == NULL || config_secrets_read(secrets, config, err)) && config_check(config, err);
    nb_free(secrets);
    if (!good) {
        config_destroy(config);
        return false;
    }
    *ret_config = config;
    return true;
}

static void destroy_plugin(struct config_plugin *plugin)
{
    for (size_t i = 0; i < plugin->setting_count; i++) {
        nb_free(plugin->settings[i].name);
        nb_free(plugin->settings[i].value);
    }
    nb_free(plugin->settings);
    nb_free(plugin->program);
    nb_free(plugin->file);
    nb_free(plugin->sha256);
}

struct config *config_destroy(struct config *config)
{
    if (config == NULL) {
        return NULL;
    }
    for (int i = 0; i < CONFIG_LOGIN_COUNT; i++) {
        vault_secret_destroy(config->passwords[i]);
    }
    for (size_t i = 0; i < config->plugin_count; i++) {
        destroy_plugin(&config->plugins[i]);
    }
    /* It may hold a password. */
    explicit_bzero(config->database_url, strlen(config->database_url));
    nb_free(config->plugins);
    nb_free(config->accounts_file);
    nb_free(config->file);
    nb_free(config->database_url);
    nb_free(config->owner);
    nb_free(config->key_folder);
    nb_free(config->plugin_folder);
    nb_free(config->plugin_host);
    return nb_free(config);
}

/* The folder of the running program, so that a build can be used where it stands. */
static void add_program_folder(struct nb_buf *path)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
    if (length > 0) {
        program[length] = '\0';
        nb_buf_text(path, dirname(program));
        nb_buf_text(path, "/plugins");
    }
}

char *config_plugin_path(const struct config *config, const struct config_plugin *plugin)
{
    struct nb_buf path;
    nb_buf_init(&path, PATH_MAX);
    if (plugin->file[0] != '/') {
        if (config->plugin_folder != NULL) {
            nb_buf_text(&path, config->plugin_folder);
        } else {
            add_program_folder(&path);
        }
        nb_buf_char(&path, '/');
    }
    nb_buf_text(&path, plugin->file);
    return nb_buf_take(&path);
}
