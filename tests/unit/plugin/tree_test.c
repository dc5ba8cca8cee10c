/* A gateway's answer as a tree: what two readers could read in two ways is no answer. */
#include "core/base/mem.h"
#include "core/plugin/tree.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(plugin_tree, .timeout = 30);

static struct nb_arena *arena;

static void set_up(void)
{
    arena = nb_arena_create((size_t)16 << 20);
}

static void tear_down(void)
{
    nb_arena_destroy(arena);
}

static const struct nb_node *tree(const char *bytes, size_t count, struct nb_err *err)
{
    const struct nb_node *root = NULL;
    *err = (struct nb_err){0};
    return plugin_tree_of_json(arena, bytes, count, &root, err) ? root : NULL;
}

Test(plugin_tree, every_kind_of_value_is_a_node, .init = set_up, .fini = tear_down)
{
    static const char json[] = "{\"t\":\"a\\u00e9\\n\",\"i\":-9223372036854775808,\"r\":1.5,"
                               "\"y\":true,\"n\":null,\"l\":[1,[]],\"o\":{}}";
    struct nb_err err;
    const struct nb_node *root = tree(json, strlen(json), &err);
    cr_assert_not_null(root, "%s", err.text);
    cr_assert_eq(root->child_count, 7);
    const struct nb_node *child = root->children;
    cr_expect_eq(root->kind, NB_NODE_OBJECT);
    cr_expect_null(root->name);
    cr_expect_str_eq(child[0].name, "t", "in the order in which they were written");
    cr_expect_str_eq(child[0].value, "a\xc3\xa9\n");
    cr_expect_eq(child[1].integer, INT64_MIN);
    cr_expect_str_eq(child[1].value, "-9223372036854775808");
    cr_expect_eq(child[2].kind, NB_NODE_NUMBER);
    cr_expect_str_eq(child[2].value, "1.5");
    cr_expect_eq(child[3].kind, NB_NODE_BOOL);
    cr_expect_eq(child[3].integer, 1);
    cr_expect_eq(child[4].kind, NB_NODE_NULL);
    cr_expect_eq(child[5].kind, NB_NODE_ARRAY);
    cr_expect_eq(child[5].child_count, 2);
    cr_expect_null(child[5].children[0].name);
    cr_expect_eq(child[6].child_count, 0);
}

#define TEXT_AND_LENGTH(text) (text), sizeof(text) - 1

static const struct refused {
    const char *bytes;
    size_t count;
    const char *why;
} refused[] = {
    {TEXT_AND_LENGTH(""), "nothing"},
    {TEXT_AND_LENGTH("<html></html>"), "a page"},
    {TEXT_AND_LENGTH("{\"a\":1"), "cut"},
    {TEXT_AND_LENGTH("{\"a\":1}x"), "more behind it"},
    {TEXT_AND_LENGTH("{\"a\":1}{\"a\":2}"), "two answers"},
    {TEXT_AND_LENGTH("{\"status\":\"a\",\"status\":\"b\"}"), "one name twice"},
    {TEXT_AND_LENGTH("{\"o\":{\"x\":1,\"\\u0078\":2}}"), "one name twice, in disguise"},
    {TEXT_AND_LENGTH("{\"a\":\"x\\u0000y\"}"), "a NUL in a text"},
    {TEXT_AND_LENGTH("{\"a\\u0000b\":1}"), "a NUL in a name"},
    {TEXT_AND_LENGTH("{\"a\":1}\0"), "a NUL behind it"},
    {TEXT_AND_LENGTH("{\"a\":\"\xff\"}"), "no UTF-8"},
    {TEXT_AND_LENGTH("{\"a\":\"\xc0\xaf\"}"), "an overlong character"},
    {TEXT_AND_LENGTH("{\"a\":\"\\ud800\"}"), "half a pair"},
    {TEXT_AND_LENGTH("{\"a\":1e400}"), "a number beyond every number"},
    {TEXT_AND_LENGTH("{\"a\":9223372036854775808}"), "one more than the largest integer"},
    {TEXT_AND_LENGTH("{\"a\":NaN}"), "no number"},
    {TEXT_AND_LENGTH("{\"a\":01}"), "a leading zero"},
    {TEXT_AND_LENGTH("{'a':1}"), "not JSON's quotes"},
    {TEXT_AND_LENGTH("\"confirmed\""), "only a text"},
};

Test(plugin_tree, what_is_not_plainly_json_is_refused, .init = set_up, .fini = tear_down)
{
    for (size_t i = 0; i < NB_COUNT(refused); i++) {
        struct nb_err err;
        cr_expect_null(tree(refused[i].bytes, refused[i].count, &err), "%s", refused[i].why);
        cr_expect_eq(err.kind, NB_ERR_INVALID, "%s", refused[i].why);
        cr_expect(strstr(err.text, "confirmed") == NULL, "nothing of the answer in an error");
    }
}

static char *nested(size_t depth)
{
    char *text = nb_alloc(2 * depth + 1);
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    return text;
}

Test(plugin_tree, depth_is_counted_before_anything_recurses, .init = set_up, .fini = tear_down)
{
    struct nb_err err;
    NB_AUTOFREE char *deepest = nested(NB_TREE_DEPTH_MAX);
    NB_AUTOFREE char *deeper = nested(NB_TREE_DEPTH_MAX + 1);
    NB_AUTOFREE char *abyss = nested(200000);
    cr_expect_not_null(tree(deepest, strlen(deepest), &err), "%s", err.text);
    cr_expect_null(tree(deeper, strlen(deeper), &err));
    cr_expect_eq(err.kind, NB_ERR_LIMIT);
    cr_expect_null(tree(abyss, strlen(abyss), &err));
    cr_expect_eq(err.kind, NB_ERR_LIMIT);
    static const char text[] = "{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[\"}";
    cr_expect_not_null(tree(text, strlen(text), &err), "brackets in a text are text");
}

/* [0,0,0,...] with so many items. */
static char *long_list(size_t count)
{
    char *text = nb_alloc(2 * count + 2);
    for (size_t i = 0; i < count; i++) {
        text[2 * i] = i == 0 ? '[' : ',';
        text[2 * i + 1] = '0';
    }
    text[2 * count] = ']';
    return text;
}

Test(plugin_tree, nodes_and_bytes_have_ceilings, .init = set_up, .fini = tear_down)
{
    struct nb_err err;
    NB_AUTOFREE char *most = long_list(NB_TREE_NODES_MAX - 1);
    NB_AUTOFREE char *more = long_list(NB_TREE_NODES_MAX);
    cr_expect_not_null(tree(most, strlen(most), &err), "%s", err.text);
    cr_expect_null(tree(more, strlen(more), &err), "the root counts as well");
    cr_expect_eq(err.kind, NB_ERR_LIMIT);
    NB_AUTOFREE char *blanks = nb_alloc(NB_TREE_BYTES_MAX + 2);
    memset(blanks, ' ', NB_TREE_BYTES_MAX + 1);
    memcpy(blanks, "{}", 2);
    cr_expect_not_null(tree(blanks, NB_TREE_BYTES_MAX, &err));
    cr_expect_null(tree(blanks, NB_TREE_BYTES_MAX + 1, &err));
    cr_expect_eq(err.kind, NB_ERR_LIMIT);
}

Test(plugin_tree, a_small_arena_is_a_limit_not_a_crash)
{
    static const char json[] = "{\"a\":[1,2,3,\"x\",{\"b\":null}],\"c\":\"dddddddddddddddddddd\"}";
    for (size_t bytes = 0; bytes < 2048; bytes += 16) {
        struct nb_arena *small = nb_arena_create(bytes);
        const struct nb_node *root = NULL;
        struct nb_err err = {0};
        bool read = plugin_tree_of_json(small, json, strlen(json), &root, &err);
        cr_expect(read || err.kind == NB_ERR_LIMIT, "%zu bytes", bytes);
        cr_expect(!read || bytes > 256);
        nb_arena_destroy(small);
    }
}
