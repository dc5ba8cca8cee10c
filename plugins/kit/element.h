/*
 * Reading the parsed XML of a gateway: an element of another namespace than its parent's, or one of
 * two where one was expected, is not there.
 */
#ifndef NB_KIT_ELEMENT_H
#define NB_KIT_ELEMENT_H

#include "core/plugin/nb_plugin.h"

/* Whether node is an element of that name, in its parent's namespace. */
bool kit_element_is(const struct nb_node *node, const char *name);
/* Whether node is an element of that name that says this namespace itself. */
bool kit_element_opens(const struct nb_node *node, const char *space, const char *name);
/* How many child elements of that name node (may be NULL) has. */
uint32_t kit_element_count(const struct nb_node *node, const char *name);
/* The one element at "A/B/C" below node; NULL when there is none, or more than one on the way. */
const struct nb_node *kit_element_at(const struct nb_node *node, const char *path);
/* The one child element of that name whose attribute has that value; NULL for none or several. */
const struct nb_node *kit_element_with(const struct nb_node *node, const char *name,
                                       const char *attribute, const char *value);
/* An attribute of one line that may travel, or NULL (node may be NULL). */
const char *kit_element_attribute(const struct nb_node *node, const char *name);
bool kit_element_says(const struct nb_node *node, const char *attribute, const char *value);
/* A whole number that is not negative. */
bool kit_element_number(const struct nb_node *node, const char *attribute, int64_t *ret_number);

#endif
