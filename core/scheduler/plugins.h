/*
 * The plugin hosts of one role process: one for each plugin that the configuration enables, found
 * by the code of its loyalty program.
 */
#ifndef NB_SCHEDULER_PLUGINS_H
#define NB_SCHEDULER_PLUGINS_H

#include "core/config/config.h"
#include "core/loop/turn.h"
#include "core/plugin/client.h"

#include <stddef.h>

struct plugins;

/* Starts every host; never NULL. A plugin that does not open is told in the log and stays refused:
 * the others serve. Borrows loop and config. */
struct plugins *plugins_create(struct loop *loop, const struct config *config);
/* Accepts NULL, returns NULL. Not from a callback of a host. */
struct plugins *plugins_destroy(struct plugins *plugins);

/* NULL when no plugin is enabled for that program. Borrowed. */
struct plugin_host *plugins_of(const struct plugins *plugins, const char *program);

size_t plugins_count(const struct plugins *plugins);
/* position below plugins_count. */
struct plugin_host *plugins_at(const struct plugins *plugins, size_t position);
/* None is still starting for the first time. A refused one does not hold the others up. */
bool plugins_settled(const struct plugins *plugins);

#endif
