/*
 * A gateway's JSON answer as the read-only tree of the ABI, under ceilings of bytes, depth and
 * nodes (nb_plugin.h). Duplicate keys, trailing bytes, NUL in text and invalid UTF-8 are refused:
 * an answer that two readers could read in two ways is no answer.
 */
#ifndef NB_PLUGIN_TREE_H
#define NB_PLUGIN_TREE_H

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/plugin/nb_plugin.h"

/* The tree lives in the arena. NB_ERR_INVALID for what is not JSON, NB_ERR_LIMIT over a ceiling. */
bool plugin_tree_of_json(struct nb_arena *arena, const char *bytes, size_t count,
                         const struct nb_node **ret_root, struct nb_err *err) NB_MUST_CHECK;

#endif
