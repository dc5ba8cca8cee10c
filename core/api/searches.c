/*
 * Searches: a snapshot of what is possible for a request, ranked, with every why not. A preview is
 * the same and records nothing, so that a page may refresh while somebody types.
 */
#include "core/api/option_json.h"
#include "core/api/answer.h"
#include "core/api/page.h"
#include "core/api/search_json.h"
#include "core/scheduler/plugins.h"
#include "core/scheduler/search.h"

#include <string.h>

/* --- tables --- */

static const struct http_field ask_rows[] = {
    {.name = "preview",
     .type = HTTP_BOOLEAN,
     .nullable = true,
     .about = "True: nothing is recorded, and nothing can be booked on it."},
};
API_FIELDS(ask_fields, "SearchAsk", ask_rows);

/* --- one search --- */

/* A search and its first page come from two statements that go out together. */
struct showing {
    struct api_call *call;
    int waiting;
    bool answered;
    json_t *search;  /* owned until answered */
    json_t *options; /* the same */
};

/* The second of the two answers. */
static void show(struct showing *showing)
{
    struct api_call *call = showing->call;

    if (--showing->waiting > 0 || showing->answered) {
        return;
    }
    if (showing->search == NULL) {
        json_decref(showing->options);
        api_refuse_absent(call);
        return;
    }
    api_put(showing->search, "options", showing->options);
    api_answer(call, showing->search);
}

/* Whichever fails first answers; the other is dropped. */
static bool came_well(struct showing *showing, const struct store_result *result)
{
    if (showing->answered) {
        return false;
    }
    if (!api_result_ok(showing->call, result)) {
        showing->answered = true;
        json_decref(showing->search);
        json_decref(showing->options);
        return false;
    }
    return true;
}

static void on_search(void *data, const struct store_result *result,
                      const struct store_search *search)
{
    struct showing *showing = data;

    if (came_well(showing, result) && search != NULL) {
        showing->search = api_search_json(showing->call, search);
    }
    show(showing);
}

static void on_first_page(void *data, const struct store_result *result,
                          const struct store_option *options, size_t count)
{
    struct showing *showing = data;

    if (came_well(showing, result)) {
        showing->options = api_options_json(options, count);
    }
    show(showing);
}

static void show_search_of(struct api_call *call, struct public_id id)
{
    struct showing *showing = api_alloc(call, sizeof(*showing));

    showing->call = call;
    showing->waiting = 2;
    store_search_find(api_store(call), call->actor.hotline, id, on_search, showing);
    store_search_options(api_store(call), call->actor.hotline, id, 0, SEARCH_PAGE_OPTIONS,
                         on_first_page, showing);
}

static void show_search(struct api_call *call)
{
    show_search_of(call, call->id);
}

/* --- searching --- */

static void on_answer(void *data, const struct search_answer *answer)
{
    struct api_call *call = data;

    switch (answer->outcome) {
    case SEARCH_RECORDED:
        if (api_write_ok(call, answer->result, answer->write)) {
            show_search_of(call, answer->write->resource);
        }
        return;
    case SEARCH_PREVIEW:
        call->write_status = 200; /* nothing was made */
        api_answer(call, api_preview_json(call, answer->preview));
        return;
    case SEARCH_ABSENT:
        api_refuse_absent(call);
        return;
    case SEARCH_FAILED:
        if (api_result_ok(call, answer->result)) {
            NB_ASSERT(!"a search failed without a reason");
        }
        return;
    case SEARCH_NONE:
        break;
    }
    NB_ASSERT(!"a search without an outcome");
}

static struct plugin_host *host_of(void *data, const char *program)
{
    return data == NULL ? NULL : plugins_of(data, program);
}

static void search_request(struct api_call *call)
{
    bool preview = api_bool(call->body, "preview", false);
    const struct search_ask ask = {
        .store = api_store(call),
        .keys = api_keys(call),
        .programs = {.host_of = host_of, .data = api_plugins(call)},
        .hotline = call->actor.hotline,
        .request = call->id,
        .operation = preview ? NULL : &call->operation,
    };

    search_start(&ask, on_answer, call);
}

/* --- pages of options --- */

static void read_options(struct api_call *call);

static void on_further(void *data, const struct store_result *result, int64_t recorded)
{
    struct api_call *call = data;

    (void)recorded;
    if (api_result_ok(call, result)) {
        read_options(call);
    }
}

/* How far the candidates reach is not known before the page is read: a page that comes short while
 * options wait behind it asks for them once. */
struct paging {
    struct api_page *page;
    bool asked_further;
    bool exists;
};

static void on_options(void *data, const struct store_result *result,
                       const struct store_option *options, size_t count)
{
    struct api_call *call = data;
    struct paging *paging = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    if ((int64_t)count < paging->page->asked.limit && !paging->asked_further) {
        paging->asked_further = true;
        store_search_further(api_store(call), call->actor.hotline, call->id, on_further, call);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(paging->page, api_option_json(&options[i]), options[i].rank, options[i].id);
    }
    api_page_answer(call, paging->page);
}

static void read_options(struct api_call *call)
{
    struct paging *paging = call->state;
    const struct store_page *asked = &paging->page->asked;

    store_search_options(api_store(call), call->actor.hotline, call->id,
                         asked->follows ? asked->sort : 0, asked->limit, on_options, call);
}

/* Somebody else's search is 404, not an empty page. */
static void on_options_search(void *data, const struct store_result *result,
                              const struct store_search *search)
{
    struct api_call *call = data;
    struct paging *paging = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (search == NULL) {
        api_refuse_absent(call);
        return;
    }
    paging->asked_further = search->recorded >= search->offered;
    read_options(call);
}

static void list_options(struct api_call *call)
{
    struct paging *paging = api_alloc(call, sizeof(*paging));

    paging->page = api_page_begin(call);
    if (paging->page == NULL) {
        return;
    }
    call->state = paging;
    store_search_find(api_store(call), call->actor.hotline, call->id, on_options_search, call);
}

/* --- pages of refused places --- */

struct refusing {
    struct api_page *page;
    bool author;
};

static void on_refusals(void *data, const struct store_result *result,
                        const struct store_refusal *refusals, size_t count)
{
    struct api_call *call = data;
    struct refusing *refusing = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(refusing->page, api_refusal_json(&refusals[i], refusing->author),
                     refusals[i].position, refusals[i].place);
    }
    api_page_answer(call, refusing->page);
}

/* What others than the author call a zone; a word that they do not know finds nothing. */
static const char *reason_asked(const struct api_call *call, bool author)
{
    const char *reason = api_text(call->query, "reason");

    if (reason == NULL || author) {
        return reason;
    }
    if (strcmp(reason, "not_offered") == 0) {
        return "zone";
    }
    return strcmp(reason, "zone") == 0 ? "none" : reason;
}

static void on_refusals_search(void *data, const struct store_result *result,
                               const struct store_search *search)
{
    struct api_call *call = data;
    struct refusing *refusing = call->state;
    const struct store_page *asked = &refusing->page->asked;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (search == NULL) {
        api_refuse_absent(call);
        return;
    }
    refusing->author = api_is_author(call, search->author_role);
    store_search_refusals(api_store(call), call->actor.hotline, call->id,
                          asked->follows ? asked->sort : 0, asked->limit,
                          reason_asked(call, refusing->author), on_refusals, call);
}

static void list_refusals(struct api_call *call)
{
    struct refusing *refusing = api_alloc(call, sizeof(*refusing));

    refusing->page = api_page_begin(call);
    if (refusing->page == NULL) {
        return;
    }
    call->state = refusing;
    store_search_find(api_store(call), call->actor.hotline, call->id, on_refusals_search, call);
}

/* --- routes --- */

static const struct http_field refusal_query_rows[] = {
    {.name = "reason",
     .type = HTTP_TEXT,
     .max = 40,
     .about = "Only places whose first reason it is.",
     .example = "no_capacity"},
};
API_FIELDS(refusal_query, "RefusalQuery", refusal_query_rows);

static const struct api_route routes[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/requests/{id}/searches",
     .roles = API_STAFF,
     .summary = "Searches for every suitable place and ranks them.",
     .about = "A preview answers 200 and records nothing. A search that finds nothing is recorded "
              "as unmet need and opens a task.",
     .body = &ask_fields,
     .answer = &api_search_fields,
     .success = 201,
     .handle = search_request},
    {.method = HTTP_GET,
     .pattern = "/v1/searches/{id}",
     .roles = API_STAFF,
     .summary = "A search.",
     .answer = &api_search_fields,
     .success = 200,
     .handle = show_search},
    {.method = HTTP_GET,
     .pattern = "/v1/searches/{id}/options",
     .roles = API_STAFF,
     .summary = "Its options, the best first.",
     .answer = &api_option_fields,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_options},
    {.method = HTTP_GET,
     .pattern = "/v1/searches/{id}/refusals",
     .roles = API_STAFF,
     .summary = "Every place within reach that was refused, and why not.",
     .query = &refusal_query,
     .answer = &api_refusal_fields,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_refusals},
};
API_ROUTES(api_searches_routes, "Searches", routes);
