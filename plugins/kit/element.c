#include "plugins/kit/element.h"

#include "plugins/kit/node.h"
#include "plugins/kit/text.h"

#include <string.h>

static const char *raw_attribute(const struct nb_node *node, const char *name)
{
    for (uint32_t i = 0; node != NULL && i < node->child_count; i++) {
        const struct nb_node *child = &node->children[i];
        if (child->kind == NB_NODE_TEXT && child->name != NULL && child->name[0] == '@' &&
            strcmp(child->name + 1, name) == 0) {
            return child->value;
        }
    }
    return NULL;
}

static bool named(const struct nb_node *node, const char *name, size_t length)
{
    return node->kind == NB_NODE_ELEMENT && node->name != NULL && strlen(node->name) == length &&
           memcmp(node->name, name, length) == 0;
}

bool kit_element_is(const struct nb_node *node, const char *name)
{
    return named(node, name, strlen(name)) && raw_attribute(node, "xmlns") == NULL;
}

bool kit_element_opens(const struct nb_node *node, const char *space, const char *name)
{
    const char *said = node == NULL ? NULL : raw_attribute(node, "xmlns");
    return said != NULL && named(node, name, strlen(name)) && strcmp(said, space) == 0;
}

uint32_t kit_element_count(const struct nb_node *node, const char *name)
{
    uint32_t count = 0;
    for (uint32_t i = 0; node != NULL && i < node->child_count; i++) {
        count += kit_element_is(&node->children[i], name);
    }
    return count;
}

static const struct nb_node *only(const struct nb_node *node, const char *name, size_t length)
{
    const struct nb_node *found = NULL;
    for (uint32_t i = 0; i < node->child_count; i++) {
        const struct nb_node *child = &node->children[i];
        if (named(child, name, length) && raw_attribute(child, "xmlns") == NULL) {
            if (found != NULL) {
                return NULL;
            }
            found = child;
        }
    }
    return found;
}

const struct nb_node *kit_element_at(const struct nb_node *node, const char *path)
{
    const char *name = path;
    while (node != NULL && name != NULL) {
        const char *slash = strchr(name, '/');
        node = only(node, name, slash == NULL ? strlen(name) : (size_t)(slash - name));
        name = slash == NULL ? NULL : slash + 1;
    }
    return node;
}

const struct nb_node *kit_element_with(const struct nb_node *node, const char *name,
                                       const char *attribute, const char *value)
{
    const struct nb_node *found = NULL;
    for (uint32_t i = 0; node != NULL && i < node->child_count; i++) {
        const struct nb_node *child = &node->children[i];
        if (kit_element_is(child, name) && kit_element_says(child, attribute, value)) {
            if (found != NULL) {
                return NULL;
            }
            found = child;
        }
    }
    return found;
}

const char *kit_element_attribute(const struct nb_node *node, const char *name)
{
    const char *text = raw_attribute(node, name);
    return text != NULL && *text != '\0' && kit_line_sound(text) ? text : NULL;
}

bool kit_element_says(const struct nb_node *node, const char *attribute, const char *value)
{
    const char *text = kit_element_attribute(node, attribute);
    return text != NULL && strcmp(text, value) == 0;
}

bool kit_element_number(const struct nb_node *node, const char *attribute, int64_t *ret_number)
{
    const char *text = kit_element_attribute(node, attribute);
    return text != NULL && *text != '-' && kit_number_parse(text, ret_number);
}
