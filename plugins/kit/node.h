/* Reading the parsed answer of a gateway: absent, null and of another kind are
 * the same: not there. */
#ifndef NB_KIT_NODE_H
#define NB_KIT_NODE_H

#include "core/plugin/nb_plugin.h"

/* The child of that name of an object; NULL when there is none (or node is NULL). */
const struct nb_node *kit_node_child(const struct nb_node *node, const char *name);
/* The text of a child, or NULL. */
const char *kit_node_text(const struct nb_node *node, const char *name);
/* Whether a text is one line and may travel: no control character, NB_TEXT_BYTES_MAX at most. */
bool kit_line_sound(const char *text);
/* The text of a child that is such a line, or NULL. */
const char *kit_node_line(const struct nb_node *node, const char *name);
bool kit_node_integer(const struct nb_node *node, const char *name, int64_t *ret_number);
/* A child that is a date or an instant; what the ABI says for "none" when it is not. */
int32_t kit_node_day(const struct nb_node *node, const char *name);
int64_t kit_node_instant(const struct nb_node *node, const char *name);
/* The child of that name if it is an array, else NULL. */
const struct nb_node *kit_node_array(const struct nb_node *node, const char *name);

#endif
