#include "core/api/page.h"

#include "core/api/answer.h"

#include <string.h>

/* Route tag (4), sort (8), id (16): big-endian. */
#define CURSOR_BYTES 28

/* Tells cursors of different lists apart (FNV-1a of the pattern); no secret. */
static uint32_t route_tag(const struct api_route *route)
{
    uint32_t tag = 2166136261u;

    for (const char *p = route->pattern; *p != '\0'; p++) {
        tag = (tag ^ (unsigned char)*p) * 16777619u;
    }
    return tag;
}

static void put_number(uint8_t *bytes, uint64_t value, int count)
{
    for (int i = 0; i < count; i++) {
        bytes[i] = (uint8_t)(value >> (8 * (count - 1 - i)));
    }
}

static uint64_t get_number(const uint8_t *bytes, int count)
{
    uint64_t value = 0;

    for (int i = 0; i < count; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static bool read_cursor(struct api_call *call, const char *text, struct store_page *asked)
{
    uint8_t bytes[CURSOR_BYTES];
    size_t count = 0;
    struct nb_err err = {0};

    if (!http_cursor_read(text, bytes, sizeof(bytes), &count, &err) || count != CURSOR_BYTES ||
        get_number(bytes, 4) != route_tag(call->route)) {
        api_refuse(call, 400, "cursor",
                   "Take the cursor from the last page, or leave it out to begin anew.");
        return false;
    }
    asked->follows = true;
    asked->sort = (int64_t)get_number(bytes + 4, 8);
    memcpy(asked->id.bytes, bytes + 12, sizeof(asked->id.bytes));
    return true;
}

struct api_page *api_page_begin(struct api_call *call)
{
    struct api_page *page = api_alloc(call, sizeof(*page));
    const char *cursor = api_text(call->query, "cursor");

    page->asked.limit = api_int(call->query, "limit", API_PAGE_DEFAULT) + 1;
    if (cursor != NULL && !read_cursor(call, cursor, &page->asked)) {
        return NULL;
    }
    call->state = page;
    return page;
}

static json_t *items_of(struct api_page *page)
{
    if (page->items == NULL) {
        page->items = json_array();
    }
    return page->items;
}

void api_page_add(struct api_page *page, json_t *item, int64_t sort, struct public_id id)
{
    if ((int64_t)json_array_size(items_of(page)) + 1 >= page->asked.limit) {
        page->more = true;
        json_decref(item);
        return;
    }
    NB_ASSERT(json_array_append_new(page->items, item) == 0);
    page->sort = sort;
    page->id = id;
}

static json_t *next_cursor(const struct api_call *call, const struct api_page *page)
{
    uint8_t bytes[CURSOR_BYTES];
    char text[HTTP_CURSOR_TEXT];

    if (!page->more) {
        return json_null();
    }
    put_number(bytes, route_tag(call->route), 4);
    put_number(bytes + 4, (uint64_t)page->sort, 8);
    memcpy(bytes + 12, page->id.bytes, sizeof(page->id.bytes));
    NB_ASSERT(http_cursor_write(bytes, sizeof(bytes), text));
    return json_string(text);
}

void api_page_answer(struct api_call *call, struct api_page *page)
{
    json_t *json = json_object();

    api_put(json, "items", items_of(page));
    api_put(json, "next", next_cursor(call, page));
    api_answer(call, json);
}
