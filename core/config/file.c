/*
 * The configuration file, read by libconfuse into a struct config. Every option stands in one table
 * here with its default; what a value may be is said in check.c.
 */
#include "core/base/mem.h"
#include "core/config/config_private.h"

#include <arpa/inet.h>
#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* libconfuse hands no data to its error function; processes read their configuration one at a time
 * and before any thread. */
static struct nb_err *first_error;

static void on_error(cfg_t *cfg, const char *format, va_list arguments)
{
    char text[200];
    if (first_error->kind != NB_ERR_NONE) {
        return;
    }
    /* The format is libconfuse's own. */
    (void)vsnprintf(text, sizeof(text), format, arguments);
    nb_err_set(first_error, NB_ERR_INVALID, "config_syntax", "%s, line %d: %s.",
               cfg->filename == NULL ? "configuration" : cfg->filename, cfg->line, text);
}

bool config_address_parse(const char *text, const char *what, struct config_address *ret_address,
                          struct nb_err *err)
{
    struct config_address found = {.port = 0};
    unsigned char bytes[sizeof(struct in6_addr)];
    const char *colon = strrchr(text, ':');
    if (colon != NULL) {
        bool bracketed = *text == '[' && colon > text + 1 && colon[-1] == ']';
        const char *first = bracketed ? text + 1 : text;
        size_t length = (size_t)(colon - first) - (bracketed ? 1 : 0);
        char *end = NULL;
        errno = 0;
        unsigned long port = strtoul(colon + 1, &end, 10);
        if (length > 0 && length < sizeof(found.address) && colon[1] >= '0' && colon[1] <= '9' &&
            *end == '\0' && errno == 0 && port <= UINT16_MAX) {
            memcpy(found.address, first, length);
            found.port = (uint16_t)port;
            if (inet_pton(bracketed ? AF_INET6 : AF_INET, found.address, bytes) == 1) {
                *ret_address = found;
                return true;
            }
        }
    }
    return nb_err_set(err, NB_ERR_INVALID, "config_value",
                      "%s must be ADDRESS:PORT with a numeric address, such as 127.0.0.1:8080 or "
                      "[::1]:8080.",
                      what);
}

/* Takes the text that an option holds, or leaves NULL when it is empty. */
static void take_text(cfg_t *section, const char *option, char **text)
{
    const char *value = cfg_getstr(section, option);
    if (value != NULL && *value != '\0') {
        nb_free(*text);
        *text = nb_strdup(value);
    }
}

static bool take_address(cfg_t *cfg, const char *option, struct config_address *address,
                         struct nb_err *err)
{
    const char *value = cfg_getstr(cfg, option);
    return value == NULL || *value == '\0' || config_address_parse(value, option, address, err);
}

static bool take_pools(cfg_t *cfg, struct config *config, struct nb_err *err)
{
    for (enum config_login login = CONFIG_LOGIN_OWNER; login < CONFIG_LOGIN_COUNT; login++) {
        bool busy = login == CONFIG_LOGIN_STAFF;
        config->pools[login] =
            (struct config_pool){.readers = busy ? 4 : 1, .writers = busy ? 2 : 1};
    }
    for (unsigned i = 0; i < cfg_size(cfg, "pool"); i++) {
        cfg_t *section = cfg_getnsec(cfg, "pool", i);
        enum config_login login = CONFIG_LOGIN_STAFF;
        while (login < CONFIG_LOGIN_COUNT &&
               strcmp(config_login_word(login), cfg_title(section)) != 0) {
            login++;
        }
        if (login == CONFIG_LOGIN_COUNT) {
            return nb_err_set(err, NB_ERR_INVALID, "config_value",
                              "pool \"%s\": the pools are staff, provider, partner, finance, "
                              "admin, auditor, dispatch, clock and check.",
                              cfg_title(section));
        }
        config->pools[login] = (struct config_pool){.readers = (int)cfg_getint(section, "readers"),
                                                    .writers = (int)cfg_getint(section, "writers")};
    }
    return true;
}

static bool take_settings(cfg_t *section, struct config_plugin *plugin, struct nb_err *err)
{
    unsigned count = cfg_size(section, "settings");
    plugin->settings = nb_alloc_array(count, sizeof(*plugin->settings));
    for (unsigned i = 0; i < count; i++) {
        const char *text = cfg_getnstr(section, "settings", i);
        const char *sign = strchr(text, '=');
        if (sign == NULL || sign == text) {
            return nb_err_set(err, NB_ERR_INVALID, "config_value",
                              "plugin \"%s\": a setting is written \"name=value\".",
                              plugin->program);
        }
        plugin->settings[i] = (struct config_setting){
            .name = nb_strndup(text, (size_t)(sign - text)), .value = nb_strdup(sign + 1)};
        plugin->setting_count++;
    }
    return true;
}

static bool take_plugins(cfg_t *cfg, struct config *config, struct nb_err *err)
{
    unsigned count = cfg_size(cfg, "plugin");
    config->plugins = nb_alloc_array(count, sizeof(*config->plugins));
    for (unsigned i = 0; i < count; i++) {
        cfg_t *section = cfg_getnsec(cfg, "plugin", i);
        struct config_plugin *plugin = &config->plugins[config->plugin_count++];
        plugin->program = nb_strdup(cfg_title(section));
        take_text(section, "file", &plugin->file);
        take_text(section, "sha256", &plugin->sha256);
        if (!take_settings(section, plugin, err)) {
            return false;
        }
    }
    return true;
}

static bool take_all(cfg_t *cfg, struct config *config, char **secrets, struct nb_err *err)
{
    take_text(cfg, "database_url", &config->database_url);
    take_text(cfg, "owner", &config->owner);
    take_text(cfg, "secrets_file", secrets);
    take_text(cfg, "key_folder", &config->key_folder);
    take_text(cfg, "accounts_file", &config->accounts_file);
    take_text(cfg, "plugin_folder", &config->plugin_folder);
    take_text(cfg, "plugin_host", &config->plugin_host);
    config->api_processes = (int)cfg_getint(cfg, "api_processes");
    config->heartbeat_timeout_ms = cfg_getint(cfg, "heartbeat_timeout_ms");
    config->clock_silence_ms = cfg_getint(cfg, "clock_silence_ms");
    config->shutdown_grace_ms = cfg_getint(cfg, "shutdown_grace_ms");
    config->pool_queue = (int)cfg_getint(cfg, "pool_queue");
    config->pool_deadline_ms = cfg_getint(cfg, "pool_deadline_ms");
    if (!nb_log_level_parse(cfg_getstr(cfg, "log_level"), &config->log_level)) {
        return nb_err_set(err, NB_ERR_INVALID, "config_value",
                          "log_level is debug, info, warn or error.");
    }
    return take_address(cfg, "listen", &config->listen, err) &&
           take_address(cfg, "metrics_listen", &config->metrics, err) &&
           take_pools(cfg, config, err) && take_plugins(cfg, config, err);
}

bool config_parse(cfg_t *cfg, const char *path, struct nb_err *err)
{
    if (access(path, R_OK) != 0) {
        return nb_err_set(err, NB_ERR_INVALID, "config_file",
                          "The configuration %s cannot be read (%s).", path,
                          strerrorname_np(errno));
    }
    struct nb_err found = {.kind = NB_ERR_NONE};
    first_error = &found;
    (void)cfg_set_error_function(cfg, on_error);
    int status = cfg_parse(cfg, path);
    first_error = NULL;
    if (status != CFG_SUCCESS) {
        return found.kind == NB_ERR_NONE
                   ? nb_err_set(err, NB_ERR_INVALID, "config_syntax", "%s cannot be read.", path)
                   : nb_err_set(err, found.kind, found.code, "%s", found.text);
    }
    return true;
}

bool config_file_read(const char *path, struct config *config, char **ret_secrets,
                      struct nb_err *err)
{
    cfg_opt_t pool[] = {CFG_INT("readers", 1, CFGF_NONE), CFG_INT("writers", 1, CFGF_NONE),
                        CFG_END()};
    cfg_opt_t plugin[] = {CFG_STR("file", NULL, CFGF_NONE), CFG_STR("sha256", NULL, CFGF_NONE),
                          CFG_STR_LIST("settings", "{}", CFGF_NONE), CFG_END()};
    const cfg_flag_t many = CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES;
    cfg_opt_t options[] = {CFG_STR("database_url", NULL, CFGF_NONE),
                           CFG_STR("owner", NULL, CFGF_NONE),
                           CFG_STR("secrets_file", NULL, CFGF_NONE),
                           CFG_STR("key_folder", NULL, CFGF_NONE),
                           CFG_STR("accounts_file", NULL, CFGF_NONE),
                           CFG_STR("plugin_folder", NULL, CFGF_NONE),
                           CFG_STR("plugin_host", NULL, CFGF_NONE),
                           CFG_STR("listen", "127.0.0.1:8080", CFGF_NONE),
                           CFG_STR("metrics_listen", NULL, CFGF_NONE),
                           CFG_STR("log_level", "info", CFGF_NONE),
                           CFG_INT("api_processes", 1, CFGF_NONE),
                           CFG_INT("heartbeat_timeout_ms", 10000, CFGF_NONE),
                           CFG_INT("clock_silence_ms", 60000, CFGF_NONE),
                           CFG_INT("shutdown_grace_ms", 20000, CFGF_NONE),
                           CFG_INT("pool_queue", 4096, CFGF_NONE),
                           CFG_INT("pool_deadline_ms", 5000, CFGF_NONE),
                           CFG_SEC("pool", pool, many),
                           CFG_SEC("plugin", plugin, many),
                           CFG_END()};
    cfg_t *cfg = cfg_init(options, CFGF_NONE);
    bool good =
        (path == NULL || config_parse(cfg, path, err)) && take_all(cfg, config, ret_secrets, err);
    if (good && path != NULL) {
        config->file = nb_strdup(path);
    }
    (void)cfg_free(cfg);
    return good;
}
