/*
 * A plugin's options: what an administrator wrote becomes the settings block that the plugin
 * declared, so that no plugin parses text of a person.
 */
#ifndef NB_PLUGIN_SETTINGS_H
#define NB_PLUGIN_SETTINGS_H

#include "core/plugin/calls.h"

/* Fills block (plugin->settings_bytes, zeroed) with the initial values, then with what was given.
 * NB_ERR_INVALID names the option that is unknown, out of range, or badly declared. */
bool plugin_settings_parse(const struct nb_plugin *plugin, const struct plugin_setting *settings,
                           uint32_t count, uint8_t *block, struct nb_err *err) NB_MUST_CHECK;

#endif
