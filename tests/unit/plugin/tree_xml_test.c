/* A gateway's XML as a tree: nothing is fetched, replaced or mended, and nothing grows. */
#include "core/plugin/tree_xml.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(plugin_tree_xml, .timeout = 30);

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
    return plugin_tree_of_xml(arena, bytes, count, &root, err) ? root : NULL;
}

Test(plugin_tree_xml, elements_attributes_and_spaces_are_nodes, .init = set_up, .fini = tear_down)
{
    static const char xml[] =
        "<?xml version=\"1.0\"?>\n<a xmlns=\"urn:1\" xmlns:p=\"urn:2\" p:left=\"out\" "
        "b=\"x&amp;&#233;\">"
        "<!-- no --><?no no?> t<![CDATA[<&]]> <p:c><d xmlns=\"urn:1\"/></p:c><e/>u </a>";
    struct nb_err err;
    const struct nb_node *root = tree(xml, strlen(xml), &err);
    cr_assert_not_null(root, "%s", err.text);
    cr_expect_eq(root->kind, NB_NODE_ELEMENT);
    cr_expect_str_eq(root->name, "a");
    cr_expect_str_eq(root->value, "t<& u", "its own text, trimmed");
    cr_assert_eq(root->child_count, 4);
    const struct nb_node *child = root->children;
    cr_expect_eq(child[0].kind, NB_NODE_TEXT);
    cr_expect_str_eq(child[0].name, "@xmlns");
    cr_expect_str_eq(child[0].value, "urn:1");
    cr_expect_str_eq(child[1].name, "@b");
    cr_expect_str_eq(child[1].value, "x&\xc3\xa9");
    cr_expect_str_eq(child[2].name, "c", "by its local name");
    cr_expect_str_eq(child[2].value, "");
    cr_assert_eq(child[2].child_count, 2);
    cr_expect_str_eq(child[2].children[0].value, "urn:2", "where the namespace changes");
    cr_expect_str_eq(child[2].children[1].children[0].value, "urn:1", "and where it changes back");
    cr_expect_str_eq(child[3].name, "e");
    cr_expect_eq(child[3].child_count, 0);
}

Test(plugin_tree_xml, a_namespace_that_is_taken_off_is_said, .init = set_up, .fini = tear_down)
{
    static const char xml[] = "<a xmlns=\"urn:1\"><b xmlns=\"\"/></a>";
    struct nb_err err;
    const struct nb_node *root = tree(xml, strlen(xml), &err);
    cr_assert_not_null(root, "%s", err.text);
    cr_assert_eq(root->children[1].child_count, 1);
    cr_expect_str_eq(root->children[1].children[0].name, "@xmlns");
    cr_expect_str_eq(root->children[1].children[0].value, "");
}

static const struct refusing {
    const char *xml;
    bool refuses;
    const char *why;
} refusing[] = {
    {"<R><Errors><Error/></Errors></R>", true, "errors"},
    {"<s:Envelope xmlns:s='u'><s:Body><R><Errors/></R></s:Body></s:Envelope>", true, "enveloped"},
    {"<R><Success/><Errors/></R>", false, "both"},
    {"<R><Success/></R>", false, "a success"},
    {"<R/>", false, "neither"},
    {"<Errors/>", false, "no message"},
    {"<R><X><Errors/></X></R>", false, "deeper"},
    {"<Envelope/>", false, "an empty envelope"},
    {"<Envelope><Body/></Envelope>", false, "an empty body"},
};

Test(plugin_tree_xml, a_message_of_errors_refuses, .init = set_up, .fini = tear_down)
{
    cr_expect_not(plugin_tree_refuses(NULL));
    for (size_t i = 0; i < NB_COUNT(refusing); i++) {
        struct nb_err err;
        const struct nb_node *root = tree(refusing[i].xml, strlen(refusing[i].xml), &err);
        cr_assert_not_null(root, "%s", refusing[i].why);
        cr_expect_eq(plugin_tree_refuses(root), refusing[i].refuses, "%s", refusing[i].why);
    }
}

#define TEXT_AND_LENGTH(text) (text), sizeof(text) - 1

static const struct refused {
    const char *bytes;
    size_t count;
    const char *why;
} refused[] = {
    {TEXT_AND_LENGTH(""), "nothing"},
    {TEXT_AND_LENGTH("{\"a\":1}"), "JSON"},
    {TEXT_AND_LENGTH("<a>"), "cut"},
    {TEXT_AND_LENGTH("<a/><b/>"), "two answers"},
    {TEXT_AND_LENGTH("<a/>x"), "more behind it"},
    {TEXT_AND_LENGTH("<a b='1' b='2'/>"), "one attribute twice"},
    {TEXT_AND_LENGTH("<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>"), "the same in disguise"},
    {TEXT_AND_LENGTH("<p:a/>"), "a prefix of no namespace"},
    {TEXT_AND_LENGTH("<a>\0</a>"), "a NUL"},
    {TEXT_AND_LENGTH("<a>&#0;</a>"), "a NUL in disguise"},
    {TEXT_AND_LENGTH("<a>&b;</a>"), "an entity that is none of XML's"},
    {TEXT_AND_LENGTH("<a>\xff</a>"), "no UTF-8"},
    {TEXT_AND_LENGTH("<a>\xc0\xaf</a>"), "an overlong character"},
    {TEXT_AND_LENGTH("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>"), "Latin 1"},
    {TEXT_AND_LENGTH("\xff\xfe<\0a\0/\0>\0"), "UTF-16"},
    {TEXT_AND_LENGTH("<!DOCTYPE a><a/>"), "a document type"},
    {TEXT_AND_LENGTH("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), "one of a file"},
    {TEXT_AND_LENGTH("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
     "a file as an entity"},
    {TEXT_AND_LENGTH("<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://192.0.2.1/'>%x;]><a/>"),
     "a fetched entity"},
    {TEXT_AND_LENGTH("<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
                     "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;'>]>"
                     "<l>&d;</l>"),
     "a billion laughs"},
};

Test(plugin_tree_xml, what_is_not_plain_xml_is_refused, .init = set_up, .fini = tear_down)
{
    for (size_t i = 0; i < NB_COUNT(refused); i++) {
        struct nb_err err;
        nb_arena_reset(arena);
        cr_expect_null(tree(refused[i].bytes, refused[i].count, &err), "%s", refused[i].why);
        cr_expect_eq(err.kind, NB_ERR_INVALID, "%s", refused[i].why);
        cr_expect_null(strstr(err.text, "passwd"), "no answer is quoted");
    }
}

static const struct sized {
    const char *head;
    const char *before; /* a number of six digits stands between the two */
    const char *after;
    size_t fits;
    size_t too_many;
    const char *tail;
    const char *why;
} sized[] = {
    {"<a>", "<b>", "</b>", 19000, 20000, "</a>", "nodes"},
    {"<a>", "<!--", "-->", 1000, 2 * NB_TREE_NODES_MAX, "</a>", "comments"},
    {"<a", " b", "=''", 255, 257, "/>", "attributes of one element"},
    {"<a", " xmlns:b", "='u'", 255, 257, "/>", "namespaces of one element"},
    {"<a>", "", "=", 255, 257, "</a>", "what looks like attributes"},
    {"<a>", "", "xx", NB_TREE_BYTES_MAX / 8 - 1, NB_TREE_BYTES_MAX / 8, "</a>", "bytes"},
};

static char *repeated(const struct sized *size, size_t count)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert_not_null(out);
    fputs(size->head, out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s%06zu%s", size->before, i, size->after);
    }
    fputs(size->tail, out);
    fclose(out);
    return text;
}

Test(plugin_tree_xml, what_is_over_a_ceiling_is_refused, .init = set_up, .fini = tear_down)
{
    for (size_t i = 0; i < NB_COUNT(sized); i++) {
        const struct sized *size = &sized[i];
        struct nb_err err;
        NB_AUTOFREE char *fits = repeated(size, size->fits);
        NB_AUTOFREE char *over = repeated(size, size->too_many);
        nb_arena_reset(arena);
        cr_expect_not_null(tree(fits, strlen(fits), &err), "%s: %s", size->why, err.text);
        nb_arena_reset(arena);
        cr_expect_null(tree(over, strlen(over), &err), "%s", size->why);
        cr_expect_eq(err.kind, NB_ERR_LIMIT, "%s", size->why);
    }
}

static char *nested(size_t depth)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert_not_null(out);
    for (size_t i = 0; i < depth; i++) {
        fputs("<a>", out);
    }
    for (size_t i = 0; i < depth; i++) {
        fputs("</a>", out);
    }
    fclose(out);
    return text;
}

Test(plugin_tree_xml, what_is_too_deep_is_refused, .init = set_up, .fini = tear_down)
{
    static const struct {
        size_t depth;
        bool fits;
    } depths[] = {
        {NB_TREE_DEPTH_MAX, true}, {NB_TREE_DEPTH_MAX + 1, false}, {300, false}, {18000, false}};
    for (size_t i = 0; i < NB_COUNT(depths); i++) {
        struct nb_err err;
        NB_AUTOFREE char *text = nested(depths[i].depth);
        nb_arena_reset(arena);
        cr_expect_eq(tree(text, strlen(text), &err) != NULL, depths[i].fits, "%zu",
                     depths[i].depth);
    }
}

Test(plugin_tree_xml, without_memory_it_says_so)
{
    static const char xml[] = "<a xmlns='urn:1' b='c'><d>text</d></a>";
    for (size_t bytes = 0; bytes <= 256; bytes += 16) {
        struct nb_arena *small = nb_arena_create(bytes);
        const struct nb_node *root = NULL;
        struct nb_err err = {0};
        bool read = plugin_tree_of_xml(small, xml, strlen(xml), &root, &err);
        cr_expect_eq(read, root != NULL);
        cr_expect(read || err.kind == NB_ERR_LIMIT);
        nb_arena_destroy(small);
    }
}
