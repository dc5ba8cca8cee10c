#include "core/scheduler/plugins.h"

#include "core/base/log.h"
#include "core/base/mem.h"

#include <string.h>

#define PLUGINS_MAGIC 0x706c7573u

struct enabled {
    const char *program;
    struct plugin_host *host;
    bool settled; /* it was ready, refused or lost once */
};

struct plugins {
    unsigned magic;
    size_t count;
    struct enabled *enabled;
};

static void on_changed(void *user, struct plugin_host *host, enum plugin_host_state state)
{
    struct enabled *enabled = user;
    if (state == PLUGIN_HOST_READY) {
        nb_log(NB_LOG_INFO, "plugin_ready", NB_TEXT("program", enabled->program),
               NB_NUMBER("host_pid", plugin_host_pid(host)));
        enabled->settled = true;
    } else if (state == PLUGIN_HOST_REFUSED) {
        nb_log(NB_LOG_ERROR, "plugin_refused", NB_TEXT("program", enabled->program),
               NB_TEXT("why", plugin_host_refusal(host)));
        enabled->settled = true;
    } else if (state == PLUGIN_HOST_WAITING) {
        nb_log(NB_LOG_WARN, "plugin_host_lost", NB_TEXT("program", enabled->program),
               NB_NUMBER("losses", plugin_host_losses(host)));
        enabled->settled = true;
    }
}

static struct plugin_setting *settings_of(const struct config_plugin *plugin)
{
    struct plugin_setting *settings = nb_alloc_array(plugin->setting_count, sizeof(*settings));
    for (size_t i = 0; i < plugin->setting_count; i++) {
        settings[i] = (struct plugin_setting){.name = plugin->settings[i].name,
                                              .value = plugin->settings[i].value};
    }
    return settings;
}

static struct plugin_host *start(struct loop *loop, const struct config *config,
                                 const struct config_plugin *plugin, struct enabled *enabled)
{
    NB_AUTOFREE char *path = config_plugin_path(config, plugin);
    NB_AUTOFREE struct plugin_setting *settings = settings_of(plugin);
    const struct plugin_host_options options = {
        .program = config->plugin_host,
        .path = path,
        .sha256 = plugin->sha256,
        .settings = settings,
        .setting_count = (uint32_t)plugin->setting_count,
        .changed = on_changed,
        .user = enabled,
    };
    return plugin_host_start(loop, &options);
}

struct plugins *plugins_create(struct loop *loop, const struct config *config)
{
    struct plugins *plugins = nb_alloc(sizeof(*plugins));
    plugins->magic = PLUGINS_MAGIC;
    plugins->count = config->plugin_count;
    plugins->enabled = nb_alloc_array(plugins->count, sizeof(*plugins->enabled));
    for (size_t i = 0; i < plugins->count; i++) {
        struct enabled *enabled = &plugins->enabled[i];
        enabled->program = config->plugins[i].program;
        enabled->host = start(loop, config, &config->plugins[i], enabled);
    }
    return plugins;
}

struct plugins *plugins_destroy(struct plugins *plugins)
{
    if (plugins == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(plugins, PLUGINS_MAGIC);
    for (size_t i = 0; i < plugins->count; i++) {
        plugin_host_stop(plugins->enabled[i].host);
    }
    nb_free(plugins->enabled);
    plugins->magic = 0;
    return nb_free(plugins);
}

struct plugin_host *plugins_of(const struct plugins *plugins, const char *program)
{
    NB_CHECK_MAGIC(plugins, PLUGINS_MAGIC);
    for (size_t i = 0; i < plugins->count; i++) {
        if (strcmp(plugins->enabled[i].program, program) == 0) {
            return plugins->enabled[i].host;
        }
    }
    return NULL;
}

size_t plugins_count(const struct plugins *plugins)
{
    NB_CHECK_MAGIC(plugins, PLUGINS_MAGIC);
    return plugins->count;
}

struct plugin_host *plugins_at(const struct plugins *plugins, size_t position)
{
    NB_CHECK_MAGIC(plugins, PLUGINS_MAGIC);
    NB_ASSERT(position < plugins->count);
    return plugins->enabled[position].host;
}

bool plugins_settled(const struct plugins *plugins)
{
    NB_CHECK_MAGIC(plugins, PLUGINS_MAGIC);
    for (size_t i = 0; i < plugins->count; i++) {
        if (!plugins->enabled[i].settled) {
            return false;
        }
    }
    return true;
}
