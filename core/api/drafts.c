/*
 * Drafts: an intake that is not finished. Sealed with the hotline's key; nobody but its writer sees
 * that it exists. PATCH merges into what is there, so that a page may save every field as it is
 * typed.
 */
#include "core/api/answer.h"
#include "core/api/page.h"
#include "core/api/request_fields.h"
#include "core/store/request.h"
#include "core/vault/context.h"

#include <stdlib.h>
#include <string.h>

/* Takes and shows a part of a request. */
static const struct http_field draft_rows[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "updated_at", .type = HTTP_INSTANT, .required = true},
    {.name = "request",
     .type = HTTP_OBJECT,
     .of = &api_request_part_fields,
     .required = true,
     .about = "What was typed so far."},
};
API_FIELDS(draft_fields, "Draft", draft_rows);

static const struct http_field listed_rows[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "updated_at", .type = HTTP_INSTANT, .required = true},
};
API_FIELDS(listed_fields, "ListedDraft", listed_rows);

/* --- sealing --- */

static bool open_key(struct api_call *call, struct public_id hotline, const uint8_t *wrapped,
                     size_t bytes, struct vault_secret **ret_key, struct nb_err *err)
{
    char context[VAULT_CONTEXT_TEXT];

    if (bytes == 0) {
        return nb_err_set(err, NB_ERR_UNAVAILABLE, "hotline_key_missing",
                          "The hotline has no key yet: an administrator makes one.");
    }
    vault_context_hotline_key(hotline, context);
    return vault_key_open(api_keys(call), context, wrapped, bytes, ret_key, err);
}

static bool seal(const struct vault_secret *key, struct public_id hotline, const json_t *typed,
                 struct nb_buf *ret_sealed, struct nb_err *err)
{
    char context[VAULT_CONTEXT_TEXT];
    char *text = json_dumps(typed, JSON_COMPACT);

    NB_ASSERT(text != NULL);
    vault_context_hotline_data(hotline, "draft", context);
    bool good = vault_seal(key, context, text, strlen(text), ret_sealed, err);
    free(text);
    return good;
}

static bool unseal(struct api_call *call, const struct store_draft *draft, json_t **ret_typed,
                   struct nb_err *err)
{
    VAULT_AUTOSECRET struct vault_secret *key = NULL;
    VAULT_AUTOSECRET struct vault_secret *plain = NULL;
    char context[VAULT_CONTEXT_TEXT];

    vault_context_hotline_data(draft->hotline, "draft", context);
    if (!open_key(call, draft->hotline, draft->hotline_key, draft->hotline_key_bytes, &key, err) ||
        !vault_open(key, context, draft->sealed, draft->bytes, VAULT_KIND_GUEST, &plain, err)) {
        return false;
    }
    const uint8_t *text = vault_secret_reveal(plain, VAULT_FOR_PERSON);
    *ret_typed = json_loadb((const char *)text, vault_secret_length(plain), 0, NULL);
    return *ret_typed != NULL ||
           nb_err_set(err, NB_ERR_BUG, "draft_damaged", "The draft makes no sense.");
}

static void refuse_by_err(struct api_call *call, const struct nb_err *err)
{
    struct http_problem problem;

    http_problem_of_err(&problem, err);
    api_answer_problem(call, &problem);
}

/* --- reading --- */

static void on_draft(void *data, const struct store_result *result, const struct store_draft *draft)
{
    struct api_call *call = data;
    struct nb_err err;
    json_t *typed = NULL;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (draft == NULL) {
        api_refuse_absent(call);
        return;
    }
    if (!unseal(call, draft, &typed, &err)) {
        refuse_by_err(call, &err);
        return;
    }
    json_t *json = json_object();
    api_put(json, "id", api_json_id(draft->id));
    api_put(json, "updated_at", api_json_instant(draft->updated_at));
    api_put(json, "request", typed);
    api_answer_versioned(call, draft->version, json);
}

static void show_draft(struct api_call *call)
{
    store_draft_find(api_store(call), call->actor.user, call->id, on_draft, call);
}

static void on_drafts(void *data, const struct store_result *result,
                      const struct store_draft *drafts, size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        json_t *json = json_object();
        api_put(json, "id", api_json_id(drafts[i].id));
        api_put(json, "updated_at", api_json_instant(drafts[i].updated_at));
        api_page_add(page, json, drafts[i].sort, drafts[i].id);
    }
    api_page_answer(call, page);
}

static void list_drafts(struct api_call *call)
{
    struct api_page *page = api_page_begin(call);

    if (page != NULL) {
        store_draft_list(api_store(call), call->actor.user, &page->asked, on_drafts, call);
    }
}

/* --- writing --- */

static void on_saved(void *data, const struct store_result *result, const struct store_write *write)
{
    struct api_call *call = data;

    if (api_write_ok(call, result, write)) {
        store_draft_find(api_store(call), call->actor.user, write->resource, on_draft, call);
    }
}

/* match_version as in store_draft_save. */
static void save(struct api_call *call, const struct vault_secret *key, struct public_id hotline,
                 struct public_id id, int64_t match_version, const json_t *typed)
{
    struct nb_buf sealed;
    struct nb_err err;

    nb_buf_init(&sealed, VAULT_SEAL_MAX);
    if (seal(key, hotline, typed, &sealed, &err)) {
        store_draft_save(api_store(call), &call->operation, id, match_version,
                         (const uint8_t *)sealed.data, sealed.length, on_saved, call);
    } else {
        refuse_by_err(call, &err);
    }
    nb_buf_fini(&sealed);
}

static void on_hotline_key(void *data, const struct store_result *result, struct public_id hotline,
                           const uint8_t *wrapped, size_t bytes)
{
    struct api_call *call = data;
    VAULT_AUTOSECRET struct vault_secret *key = NULL;
    struct nb_err err;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (!open_key(call, hotline, wrapped, bytes, &key, &err)) {
        refuse_by_err(call, &err);
        return;
    }
    save(call, key, hotline, nb_public_id_random(), STORE_DRAFT_NEW, call->body);
}

static void begin_draft(struct api_call *call)
{
    store_hotline_key(api_store(call), call->actor.hotline, on_hotline_key, call);
}

/* null takes a field out of the draft. */
static void merge(json_t *typed, const json_t *change)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)change, name, value)
    {
        if (json_is_null(value)) {
            (void)json_object_del(typed, name);
        } else {
            NB_ASSERT(json_object_set(typed, name, value) == 0);
        }
    }
}

static void on_old_draft(void *data, const struct store_result *result,
                         const struct store_draft *draft)
{
    struct api_call *call = data;
    VAULT_AUTOSECRET struct vault_secret *key = NULL;
    json_t *typed = NULL;
    struct nb_err err;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (draft == NULL) {
        api_refuse_absent(call);
        return;
    }
    if (!unseal(call, draft, &typed, &err) ||
        !open_key(call, draft->hotline, draft->hotline_key, draft->hotline_key_bytes, &key, &err)) {
        refuse_by_err(call, &err);
        json_decref(typed);
        return;
    }
    merge(typed, call->body);
    save(call, key, draft->hotline, draft->id, call->match_version, typed);
    json_decref(typed);
}

static void change_draft(struct api_call *call)
{
    store_draft_find(api_store(call), call->actor.user, call->id, on_old_draft, call);
}

static void on_dropped(void *data, const struct store_result *result,
                       const struct store_write *write)
{
    struct api_call *call = data;

    if (api_write_ok(call, result, write)) {
        api_answer(call, NULL);
    }
}

static void drop_draft(struct api_call *call)
{
    store_draft_drop(api_store(call), &call->operation, call->id, on_dropped, call);
}

static const struct api_route routes[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/drafts",
     .roles = API_STAFF,
     .flags = API_VERSIONED,
     .summary = "Begins a draft of a request.",
     .body = &api_request_part_fields,
     .answer = &draft_fields,
     .success = 201,
     .handle = begin_draft},
    {.method = HTTP_GET,
     .pattern = "/v1/drafts",
     .roles = API_STAFF,
     .summary = "Your own drafts, the latest first.",
     .answer = &listed_fields,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_drafts},
    {.method = HTTP_GET,
     .pattern = "/v1/drafts/{id}",
     .roles = API_STAFF,
     .flags = API_VERSIONED,
     .summary = "A draft of yours.",
     .answer = &draft_fields,
     .success = 200,
     .handle = show_draft},
    {.method = HTTP_PATCH,
     .pattern = "/v1/drafts/{id}",
     .roles = API_STAFF,
     .flags = API_VERSIONED | API_NEEDS_MATCH,
     .summary = "Saves what was typed since; what is not named stays, null takes a field out.",
     .body = &api_request_part_fields,
     .answer = &draft_fields,
     .success = 200,
     .handle = change_draft},
    {.method = HTTP_DELETE,
     .pattern = "/v1/drafts/{id}",
     .roles = API_STAFF,
     .summary = "Drops a draft of yours.",
     .success = 204,
     .handle = drop_draft},
};
API_ROUTES(api_drafts_routes, "Drafts", routes);
