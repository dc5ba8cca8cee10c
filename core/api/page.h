/*
 * Pages of a list: ?limit and ?cursor in, {items, next} out. A cursor holds the last row's sort
 * key and public id and nothing else: internal keys would tell volumes.
 */
#ifndef NB_API_PAGE_H
#define NB_API_PAGE_H

#include "core/api/call.h"
#include "core/store/page.h"

#define API_PAGE_DEFAULT 50
#define API_PAGE_MOST 200

struct api_page {
    struct store_page asked; /* its limit is one more than the page holds: is there a next one? */
    json_t *items;           /* made by the first api_page_add */
    bool more;
    int64_t sort; /* of the last item */
    struct public_id id;
};

/* Gives the page asked for, in the call's arena (also as call->state). NULL for a cursor that is
 * none of this route's: the call has been answered. */
struct api_page *api_page_begin(struct api_call *call) NB_MUST_CHECK;
/* Takes item; sort and id are what the next page begins behind. */
void api_page_add(struct api_page *page, json_t *item, int64_t sort, struct public_id id);
/* Answers {items, next}. */
void api_page_answer(struct api_call *call, struct api_page *page);

#endif
