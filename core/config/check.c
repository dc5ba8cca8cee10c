/*
 * What a configuration may say. Each rule is one line that names the option and what is allowed.
 */
#include "core/base/mem.h"
#include "core/config/config_private.h"

#include <string.h>

#define DAY_MS ((int64_t)24 * 3600 * 1000)

struct range {
    const char *option;
    int64_t value;
    int64_t least;
    int64_t most;
};

static bool check_ranges(const struct config *config, struct nb_err *err)
{
    const struct range ranges[] = {
        {"api_processes", config->api_processes, 1, CONFIG_API_PROCESSES_MAX},
        {"heartbeat_timeout_ms", config->heartbeat_timeout_ms, 500, DAY_MS},
        {"clock_silence_ms", config->clock_silence_ms, 1000, DAY_MS},
        {"shutdown_grace_ms", config->shutdown_grace_ms, 0, DAY_MS},
        {"pool_queue", config->pool_queue, 1, 1000000},
        {"pool_deadline_ms", config->pool_deadline_ms, 100, DAY_MS},
    };
    for (size_t i = 0; i < NB_COUNT(ranges); i++) {
        const struct range *range = &ranges[i];
        if (range->value < range->least || range->value > range->most) {
            return nb_err_set(err, NB_ERR_INVALID, "config_value",
                              "%s must lie between %lld and %lld.", range->option,
                              (long long)range->least, (long long)range->most);
        }
    }
    return true;
}

static bool check_pools(const struct config *config, struct nb_err *err)
{
    for (enum config_login login = CONFIG_LOGIN_STAFF; login < CONFIG_LOGIN_COUNT; login++) {
        const struct config_pool *pool = &config->pools[login];
        if (pool->readers < 1 || pool->readers > 64 || pool->writers < 1 || pool->writers > 64) {
            return nb_err_set(err, NB_ERR_INVALID, "config_value",
                              "pool \"%s\": readers and writers must lie between 1 and 64.",
                              config_login_word(login));
        }
    }
    return true;
}

static bool is_program(const char *word)
{
    size_t length = strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return length > 0 && length <= 32 && word[length] == '\0';
}

static bool check_plugin(const struct config_plugin *plugin, struct nb_err *err)
{
    if (!is_program(plugin->program)) {
        return nb_err_set(
            err, NB_ERR_INVALID, "config_value",
            "plugin: its title is the program's code in lower case, such as wyndham.");
    }
    if (plugin->file == NULL) {
        return nb_err_set(err, NB_ERR_INVALID, "config_value", "plugin \"%s\" needs a file.",
                          plugin->program);
    }
    if (plugin->sha256 == NULL || strlen(plugin->sha256) != 64 ||
        strspn(plugin->sha256, "0123456789abcdef") != 64) {
        return nb_err_set(err, NB_ERR_INVALID, "config_value",
                          "plugin \"%s\" needs its sha256, 64 lower-case hexadecimal digits: "
                          "nightbridge plugin check FILE prints it.",
                          plugin->program);
    }
    return true;
}

bool config_check(const struct config *config, struct nb_err *err)
{
    if (!check_ranges(config, err) || !check_pools(config, err)) {
        return false;
    }
    for (size_t i = 0; i < config->plugin_count; i++) {
        if (!check_plugin(&config->plugins[i], err)) {
            return false;
        }
    }
    return config->accounts_file == NULL ||
           config_private_file(config->accounts_file, "accounts_file", err);
}
