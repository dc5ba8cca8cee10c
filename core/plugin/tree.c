#include "core/plugin/tree.h"

#include "core/base/mem.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct builder {
    struct nb_arena *arena;
    uint32_t nodes;
    struct nb_err *err;
};

static bool too_large(struct builder *builder, const char *what)
{
    return nb_err_set(builder->err, NB_ERR_LIMIT, "answer_limit",
                      "The answer is over its ceiling of %s.", what);
}

/* Brackets are counted before jansson recurses; those inside strings do not count. */
static bool depth_fits(const char *bytes, size_t count)
{
    size_t depth = 0;
    bool string = false;
    for (size_t i = 0; i < count; i++) {
        char c = bytes[i];
        if (string) {
            i += c == '\\';
            string = c != '"';
        } else if (c == '"') {
            string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > NB_TREE_DEPTH_MAX) {
                return false;
            }
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return true;
}

static bool keep(struct builder *builder, const char *text, size_t length, const char **ret_text)
{
    char *copy = nb_arena_alloc(builder->arena, length + 1);
    if (copy == NULL) {
        return too_large(builder, "memory");
    }
    memcpy(copy, text, length);
    *ret_text = copy;
    return true;
}

static bool build(struct builder *builder, const json_t *json, struct nb_node *node);

/* Room for the children of one node, counted against the ceiling of the whole tree. */
static struct nb_node *children_of(struct builder *builder, size_t count, struct nb_node *node)
{
    builder->nodes += count > NB_TREE_NODES_MAX ? NB_TREE_NODES_MAX : (uint32_t)count;
    struct nb_node *children = builder->nodes >= NB_TREE_NODES_MAX
                                   ? NULL
                                   : nb_arena_alloc(builder->arena, count * sizeof(*children));
    if (children == NULL) {
        (void)too_large(builder, "nodes");
        return NULL;
    }
    node->children = children;
    node->child_count = (uint32_t)count;
    return children;
}

static bool build_object(struct builder *builder, const json_t *json, struct nb_node *node)
{
    struct nb_node *child = children_of(builder, json_object_size(json), node);
    node->kind = NB_NODE_OBJECT;
    if (child == NULL) {
        return false;
    }
    const char *key;
    json_t *value;
    /* The macro's iterator wants a pointer that is not const; nothing is changed. */
    json_t *object = (json_t *)(uintptr_t)json;
    json_object_foreach(object, key, value)
    {
        if (!keep(builder, key, strlen(key), &child->name) || !build(builder, value, child)) {
            return false;
        }
        child++;
    }
    return true;
}

static bool build_array(struct builder *builder, const json_t *json, struct nb_node *node)
{
    struct nb_node *child = children_of(builder, json_array_size(json), node);
    node->kind = NB_NODE_ARRAY;
    if (child == NULL) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(json); i++) {
        if (!build(builder, json_array_get(json, i), &child[i])) {
            return false;
        }
    }
    return true;
}

static bool build_integer(struct builder *builder, const json_t *json, struct nb_node *node)
{
    char digits[32];
    node->kind = NB_NODE_INTEGER;
    node->integer = json_integer_value(json);
    int length = snprintf(digits, sizeof(digits), "%" PRId64, node->integer);
    return keep(builder, digits, (size_t)length, &node->value);
}

static bool build(struct builder *builder, const json_t *json, struct nb_node *node)
{
    char digits[40];
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return build_object(builder, json, node);
    case JSON_ARRAY:
        return build_array(builder, json, node);
    case JSON_STRING:
        node->kind = NB_NODE_TEXT;
        return keep(builder, json_string_value(json), json_string_length(json), &node->value);
    case JSON_INTEGER:
        return build_integer(builder, json, node);
    case JSON_REAL:
        /* Text only: nothing of ours computes with it. */
        node->kind = NB_NODE_NUMBER;
        snprintf(digits, sizeof(digits), "%.17g", json_real_value(json));
        return keep(builder, digits, strlen(digits), &node->value);
    case JSON_TRUE:
    case JSON_FALSE:
        node->kind = NB_NODE_BOOL;
        node->integer = json_is_true(json);
        return true;
    case JSON_NULL:
        node->kind = NB_NODE_NULL;
        return true;
    }
    return false;
}

bool plugin_tree_of_json(struct nb_arena *arena, const char *bytes, size_t count,
                         const struct nb_node **ret_root, struct nb_err *err)
{
    struct builder builder = {.arena = arena, .err = err};
    if (count > NB_TREE_BYTES_MAX) {
        return too_large(&builder, "bytes");
    }
    if (!depth_fits(bytes, count)) {
        return too_large(&builder, "depth");
    }
    json_error_t where;
    json_t *json = json_loadb(bytes, count, JSON_REJECT_DUPLICATES, &where);
    if (json == NULL) {
        /* Not jansson's own text: it quotes the answer. */
        return nb_err_set(err, NB_ERR_INVALID, "answer_not_json",
                          "The answer is not JSON (line %d, column %d).", where.line, where.column);
    }
    struct nb_node *root = nb_arena_alloc(arena, sizeof(*root));
    bool built = root == NULL ? too_large(&builder, "memory") : build(&builder, json, root);
    json_decref(json);
    if (built) {
        *ret_root = root;
    }
    return built;
}
