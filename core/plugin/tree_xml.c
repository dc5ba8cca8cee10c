#include "core/plugin/tree_xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

struct builder {
    struct nb_arena *arena;
    uint32_t nodes;
    struct nb_err *err;
};

static bool too_large(const struct builder *builder, const char *what)
{
    return nb_err_set(builder->err, NB_ERR_LIMIT, "answer_limit",
                      "The answer is over its ceiling of %s.", what);
}

static bool not_xml(struct nb_err *err, const char *what, int line)
{
    return nb_err_set(err, NB_ERR_INVALID, "answer_not_xml", "The answer is not XML (%s, line %d).",
                      what, line);
}

/* Before the parser --------------------------------------------------------------------------- */

/* libxml2 compares every attribute of an element with every other: their number is bounded first,
 * by the equals signs from one "<" to the next, which no attribute's value can hold. */
static bool counts_fit(const struct builder *builder, const char *bytes, size_t count)
{
    uint32_t tags = 0, equals = 0;
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '<') {
            equals = 0;
            if (++tags > 2 * NB_TREE_NODES_MAX) {
                return too_large(builder, "nodes");
            }
        } else if (bytes[i] == '=' && ++equals > PLUGIN_XML_EQUALS_MAX) {
            return too_large(builder, "attributes");
        }
    }
    return true;
}

static bool harmless(const struct builder *builder, const char *bytes, size_t count)
{
    static const char doctype[] = "<!DOCTYPE";
    if (count > NB_TREE_BYTES_MAX) {
        return too_large(builder, "bytes");
    }
    if (memchr(bytes, '\0', count) != NULL) {
        return not_xml(builder->err, "a NUL", 0);
    }
    if (memmem(bytes, count, doctype, sizeof(doctype) - 1) != NULL) {
        return not_xml(builder->err, "a document type", 0);
    }
    return counts_fit(builder, bytes, count);
}

/* The tree ------------------------------------------------------------------------------------- */

static const char *chars(const xmlChar *text)
{
    return text == NULL ? "" : (const char *)text;
}

static const char *space_of(const xmlNode *element)
{
    return element == NULL || element->type != XML_ELEMENT_NODE || element->ns == NULL
               ? ""
               : chars(element->ns->href);
}

static bool is_text(const xmlNode *node)
{
    return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The texts of a list of siblings, one behind the other. */
static char *joined(struct builder *builder, const xmlNode *first)
{
    size_t length = 0;
    for (const xmlNode *node = first; node != NULL; node = node->next) {
        length += is_text(node) ? strlen(chars(node->content)) : 0;
    }
    char *text = nb_arena_alloc(builder->arena, length + 1);
    size_t at = 0;
    for (const xmlNode *node = first; text != NULL && node != NULL; node = node->next) {
        if (is_text(node)) {
            size_t more = strlen(chars(node->content));
            memcpy(text + at, chars(node->content), more);
            at += more;
        }
    }
    return text;
}

static char *trimmed(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && is_blank(text[length - 1])) {
        text[--length] = '\0';
    }
    while (is_blank(*text)) {
        text++;
    }
    return text;
}

static bool add_text(struct builder *builder, struct nb_node *node, const char *name,
                     const char *value)
{
    size_t length = strlen(name);
    char *marked = nb_arena_alloc(builder->arena, length + 2);
    if (marked == NULL || value == NULL) {
        return too_large(builder, "memory");
    }
    marked[0] = '@';
    memcpy(marked + 1, name, length);
    node->kind = NB_NODE_TEXT;
    node->name = marked;
    node->value = value;
    return true;
}

static size_t children_of(const xmlNode *element, bool space)
{
    size_t count = space ? 1 : 0;
    for (const xmlAttr *attribute = element->properties; attribute != NULL;
         attribute = attribute->next) {
        count += attribute->ns == NULL;
    }
    for (const xmlNode *child = element->children; child != NULL; child = child->next) {
        count += child->type == XML_ELEMENT_NODE;
    }
    return count;
}

static bool add_attributes(struct builder *builder, const xmlNode *element, bool space,
                           struct nb_node **at)
{
    if (space) {
        const char *href = space_of(element);
        if (!add_text(builder, (*at)++, "xmlns",
                      nb_arena_strndup(builder->arena, href, strlen(href)))) {
            return false;
        }
    }
    for (const xmlAttr *attribute = element->properties; attribute != NULL;
         attribute = attribute->next) {
        if (attribute->ns == NULL && !add_text(builder, (*at)++, chars(attribute->name),
                                               joined(builder, attribute->children))) {
            return false;
        }
    }
    return true;
}

static bool build(struct builder *builder, const xmlNode *element, uint32_t depth,
                  struct nb_node *node)
{
    bool space = strcmp(space_of(element), space_of(element->parent)) != 0;
    size_t count = children_of(element, space);
    if (depth > NB_TREE_DEPTH_MAX) {
        return too_large(builder, "depth");
    }
    if (count >= NB_TREE_NODES_MAX - builder->nodes) {
        return too_large(builder, "nodes");
    }
    builder->nodes += (uint32_t)count;
    struct nb_node *children = nb_arena_alloc(builder->arena, count * sizeof(*children));
    char *text = joined(builder, element->children);
    const char *name = chars(element->name);
    node->name = nb_arena_strndup(builder->arena, name, strlen(name));
    if (children == NULL || text == NULL || node->name == NULL) {
        return too_large(builder, "memory");
    }
    node->kind = NB_NODE_ELEMENT;
    node->value = trimmed(text);
    node->children = children;
    node->child_count = (uint32_t)count;
    if (!add_attributes(builder, element, space, &children)) {
        return false;
    }
    for (const xmlNode *child = element->children; child != NULL; child = child->next) {
        if (child->type == XML_ELEMENT_NODE && !build(builder, child, depth + 1, children++)) {
            return false;
        }
    }
    return true;
}

static bool build_document(struct builder *builder, const xmlDoc *document,
                           const struct nb_node **ret_root)
{
    const xmlNode *top = xmlDocGetRootElement(document);
    /* Seen once more by what was parsed, should the bytes have hidden one. */
    if (top == NULL || document->intSubset != NULL || document->extSubset != NULL) {
        return not_xml(builder->err, "no plain document", 0);
    }
    struct nb_node *root = nb_arena_alloc(builder->arena, sizeof(*root));
    if (root == NULL) {
        return too_large(builder, "memory");
    }
    if (!build(builder, top, 1, root)) {
        return false;
    }
    *ret_root = root;
    return true;
}

bool plugin_tree_of_xml(struct nb_arena *arena, const char *bytes, size_t count,
                        const struct nb_node **ret_root, struct nb_err *err)
{
    struct builder builder = {.arena = arena, .err = err};
    if (!harmless(&builder, bytes, count)) {
        return false;
    }
    xmlParserCtxt *parser = xmlNewParserCtxt();
    if (parser == NULL) {
        return too_large(&builder, "memory");
    }
    /* Neither XML_PARSE_NOENT nor _DTDLOAD, _HUGE or _RECOVER: nothing is replaced, fetched,
     * unbounded or mended. The encoding is given, so that a declaration cannot choose another. */
    xmlDoc *document = xmlCtxtReadMemory(parser, bytes, (int)count, NULL, "UTF-8",
                                         XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                             XML_PARSE_NOCDATA);
    bool built = document != NULL && parser->wellFormed != 0 && parser->nsWellFormed != 0
                     ? build_document(&builder, document, ret_root)
                     : not_xml(err, "not well formed", parser->lastError.line);
    xmlFreeDoc(document);
    xmlFreeParserCtxt(parser);
    return built;
}

/* Refusals ------------------------------------------------------------------------------------- */

static const struct nb_node *child_of(const struct nb_node *node, const char *name)
{
    for (uint32_t i = 0; node != NULL && i < node->child_count; i++) {
        const struct nb_node *child = &node->children[i];
        if (child->kind == NB_NODE_ELEMENT && (name == NULL || strcmp(child->name, name) == 0)) {
            return child;
        }
    }
    return NULL;
}

bool plugin_tree_refuses(const struct nb_node *root)
{
    const struct nb_node *message = root;
    if (root == NULL || root->kind != NB_NODE_ELEMENT) {
        return false;
    }
    if (strcmp(root->name, "Envelope") == 0) {
        message = child_of(child_of(root, "Body"), NULL);
    }
    return child_of(message, "Errors") != NULL && child_of(message, "Success") == NULL;
}
