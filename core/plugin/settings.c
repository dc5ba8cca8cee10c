#include "core/plugin/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool bad(struct nb_err *err, const struct nb_option *option, const char *what)
{
    return nb_err_set(err, NB_ERR_INVALID, "plugin_option", "The plugin's option %.40s %s.",
                      option->name == NULL ? "(without a name)" : option->name, what);
}

static size_t bytes_of(const struct nb_option *option)
{
    switch (option->kind) {
    case NB_OPTION_TEXT:
        return option->bytes;
    case NB_OPTION_INTEGER:
        return sizeof(int64_t);
    case NB_OPTION_SWITCH:
        return sizeof(bool);
    case NB_OPTION_NONE:
        break;
    }
    return 0;
}

static bool declared_well(const struct nb_plugin *plugin, const struct nb_option *option,
                          struct nb_err *err)
{
    size_t bytes = bytes_of(option);
    if (option->name == NULL || option->initial == NULL || option->help == NULL ||
        option->help[0] == '\0') {
        return bad(err, option, "has no name, initial value or help");
    }
    if (bytes == 0 || bytes > plugin->settings_bytes ||
        option->offset > plugin->settings_bytes - bytes) {
        return bad(err, option, "does not fit the plugin's settings");
    }
    return true;
}

static bool put_text(const struct nb_option *option, const char *value, uint8_t *block,
                     struct nb_err *err)
{
    size_t length = strlen(value);
    if (length >= option->bytes) {
        return bad(err, option, "is too long");
    }
    memset(block + option->offset, 0, option->bytes);
    memcpy(block + option->offset, value, length);
    return true;
}

static bool put_integer(const struct nb_option *option, const char *value, uint8_t *block,
                        struct nb_err *err)
{
    char *end;
    errno = 0;
    int64_t number = strtoll(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0') {
        return bad(err, option, "must be a whole number");
    }
    if (number < option->lowest || number > option->highest) {
        return bad(err, option, "is out of its range");
    }
    memcpy(block + option->offset, &number, sizeof(number));
    return true;
}

static bool put_switch(const struct nb_option *option, const char *value, uint8_t *block,
                       struct nb_err *err)
{
    bool on = strcmp(value, "on") == 0;
    if (!on && strcmp(value, "off") != 0) {
        return bad(err, option, "must be on or off");
    }
    memcpy(block + option->offset, &on, sizeof(on));
    return true;
}

static bool put(const struct nb_option *option, const char *value, uint8_t *block,
                struct nb_err *err)
{
    switch (option->kind) {
    case NB_OPTION_TEXT:
        return put_text(option, value, block, err);
    case NB_OPTION_INTEGER:
        return put_integer(option, value, block, err);
    case NB_OPTION_SWITCH:
        return put_switch(option, value, block, err);
    case NB_OPTION_NONE:
        break;
    }
    return bad(err, option, "is of no kind");
}

static bool put_named(const struct nb_plugin *plugin, const struct plugin_setting *setting,
                      uint8_t *block, struct nb_err *err)
{
    for (uint32_t i = 0; i < plugin->option_count; i++) {
        const struct nb_option *option = &plugin->options[i];
        if (setting->name != NULL && strcmp(option->name, setting->name) == 0) {
            return setting->value == NULL ? bad(err, option, "has no value")
                                          : put(option, setting->value, block, err);
        }
    }
    return nb_err_set(err, NB_ERR_INVALID, "plugin_option", "The plugin has no option %.60s.",
                      setting->name == NULL ? "without a name" : setting->name);
}

bool plugin_settings_parse(const struct nb_plugin *plugin, const struct plugin_setting *settings,
                           uint32_t count, uint8_t *block, struct nb_err *err)
{
    for (uint32_t i = 0; i < plugin->option_count; i++) {
        const struct nb_option *option = &plugin->options[i];
        if (!declared_well(plugin, option, err) || !put(option, option->initial, block, err)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!put_named(plugin, &settings[i], block, err)) {
            return false;
        }
    }
    return true;
}
