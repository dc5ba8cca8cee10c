#include "plugins/kit/node.h"

#include "plugins/kit/dates.h"

#include <string.h>

const struct nb_node *kit_node_child(const struct nb_node *node, const char *name)
{
    if (node == NULL || node->kind != NB_NODE_OBJECT) {
        return NULL;
    }
    for (uint32_t i = 0; i < node->child_count; i++) {
        const struct nb_node *child = &node->children[i];
        if (child->name != NULL && strcmp(child->name, name) == 0) {
            return child;
        }
    }
    return NULL;
}

const char *kit_node_text(const struct nb_node *node, const char *name)
{
    const struct nb_node *child = kit_node_child(node, name);
    return child != NULL && child->kind == NB_NODE_TEXT ? child->value : NULL;
}

bool kit_line_sound(const char *text)
{
    if (strnlen(text, NB_TEXT_BYTES_MAX + 1u) > NB_TEXT_BYTES_MAX) {
        return false;
    }
    for (const char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) {
            return false;
        }
    }
    return true;
}

const char *kit_node_line(const struct nb_node *node, const char *name)
{
    const char *text = kit_node_text(node, name);
    return text != NULL && kit_line_sound(text) ? text : NULL;
}

bool kit_node_integer(const struct nb_node *node, const char *name, int64_t *ret_number)
{
    const struct nb_node *child = kit_node_child(node, name);
    if (child == NULL || child->kind != NB_NODE_INTEGER) {
        return false;
    }
    *ret_number = child->integer;
    return true;
}

int32_t kit_node_day(const struct nb_node *node, const char *name)
{
    const char *text = kit_node_text(node, name);
    int32_t day;
    return text != NULL && kit_day_parse(text, &day) ? day : NB_DAY_NONE;
}

int64_t kit_node_instant(const struct nb_node *node, const char *name)
{
    const char *text = kit_node_text(node, name);
    int64_t us;
    return text != NULL && kit_instant_parse(text, &us) ? us : NB_INSTANT_NONE;
}

const struct nb_node *kit_node_array(const struct nb_node *node, const char *name)
{
    const struct nb_node *child = kit_node_child(node, name);
    return child != NULL && child->kind == NB_NODE_ARRAY ? child : NULL;
}
