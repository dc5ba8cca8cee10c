/*
 * A gateway's XML answer as the read-only tree of the ABI, under ceilings of bytes, depth and nodes
 * (nb_plugin.h). What could make a parser read, fetch or grow is refused before the parser sees it:
 * a document type, and with it every entity but the five of XML itself. UTF-8 only.
 */
#ifndef NB_PLUGIN_TREE_XML_H
#define NB_PLUGIN_TREE_XML_H

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/plugin/nb_plugin.h"

#define PLUGIN_XML_EQUALS_MAX 256u /* between two "<": attributes of one element, and its text */

/* Every node is an ELEMENT by its local name; value is its own text, trimmed, never NULL. Its
 * children are, in this order: "@xmlns" (TEXT) where its namespace is not its parent's, its
 * attributes that are in no namespace ("@name", TEXT), its elements. Comments, processing
 * instructions and attributes of other namespaces (xsi:...) are left out.
 * The tree lives in the arena. NB_ERR_INVALID for what is not XML, NB_ERR_LIMIT over a ceiling. */
bool plugin_tree_of_xml(struct nb_arena *arena, const char *bytes, size_t count,
                        const struct nb_node **ret_root, struct nb_err *err) NB_MUST_CHECK;
/* Whether a tree of XML is a message of OpenTravel (alone, or in an envelope) that refuses: Errors,
 * and no Success. It refuses with HTTP 200, so that the house has to see this by itself. */
bool plugin_tree_refuses(const struct nb_node *root);

#endif
