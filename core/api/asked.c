/*
 * Requests that a provider asked for: that they are there, and what became of them where the guest
 * consented to that. Never a guest, never a place.
 */
#include "core/store/asked.h"
#include "core/api/answer.h"
#include "core/api/page.h"
#include "core/api/request_fields.h"

static const char *const progresses[] = {"looking", "placed", "over", NULL};

static const struct http_field asked_fields[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true, .about = "To speak of it."},
    {.name = "opened_at", .type = HTTP_INSTANT, .required = true},
    {.name = "first_night", .type = HTTP_NIGHT, .required = true},
    {.name = "nights", .type = HTTP_INTEGER, .required = true},
    {.name = "shares_back",
     .type = HTTP_ENUM,
     .words = api_shares_back_words,
     .required = true,
     .about = "What the guest lets you know; where they are is told by the hotline alone."},
    {.name = "progress",
     .type = HTTP_ENUM,
     .words = progresses,
     .required = true,
     .nullable = true,
     .about = "Null when the guest shares nothing."},
};
API_FIELDS(asked, "AskedRequest", asked_fields);

static json_t *asked_json(const struct store_asked *row)
{
    json_t *json =
        json_pack("{s:I, s:s}", "nights", (json_int_t)row->nights, "shares_back", row->shares_back);

    api_put(json, "id", api_json_id(row->id));
    api_put(json, "opened_at", api_json_instant(row->opened_at));
    api_put(json, "first_night", api_json_night(row->check_in));
    api_put(json, "progress", api_json_text(row->progress));
    return json;
}

static void on_asked(void *data, const struct store_result *result, const struct store_asked *rows,
                     size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(page, asked_json(&rows[i]), rows[i].opened_at.us, rows[i].id);
    }
    api_page_answer(call, page);
}

static void list_asked(struct api_call *call)
{
    struct api_page *page = api_page_begin(call);

    if (page != NULL) {
        store_asked_list(api_store(call), call->actor.user, &page->asked, on_asked, call);
    }
}

static const struct api_route routes[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/asked",
     .roles = API_BIT(API_PROVIDER),
     .summary = "Requests that your house asked for, the latest first.",
     .about = "Whether the guest has a place only where the guest consents; never where.",
     .answer = &asked,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_asked},
};
API_ROUTES(api_asked_routes, "Asked for", routes);
