/*
 * Requests: what somebody needs tonight, written down without a name. Opened, read, changed,
 * closed; secrets are sealed here, on their way in, and shown only by an audited reveal.
 */
#include "core/api/request_fields.h"
#include "core/api/request_json.h"
#include "core/api/page.h"
#include "core/api/repeat.h"
#include "core/scheduler/alias.h"
#include "core/scheduler/guest_seal.h"
#include "core/scheduler/intake.h"
#include "core/store/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A request on its way in: a new one, or one that is changed. */
struct writing {
    struct api_call *call;
    struct intake intake;
    json_t *merged;                    /* owned: what is there with the change in it; NULL if new */
    const struct store_request *known; /* while it is read; NULL if new */
    struct public_id guest;
    uint8_t wrapped[VAULT_WRAPPED_BYTES];
    size_t wrapped_bytes;
    const char *label; /* as it was, when the place does not change */
};

/* --- reading --- */

static void on_request(void *data, const struct store_result *result,
                       const struct store_request *request)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (request == NULL) {
        api_refuse_absent(call);
        return;
    }
    api_answer_versioned(call, request->version, api_request_json(call, request));
}

static void show_request(struct api_call *call)
{
    store_request_find(api_store(call), call->actor.hotline, api_role_name(call->actor.role),
                       call->id, on_request, call);
}

static void on_written(void *data, const struct store_result *result,
                       const struct store_write *write)
{
    struct api_call *call = data;

    if (api_write_ok(call, result, write)) {
        store_request_find(api_store(call), call->actor.hotline, api_role_name(call->actor.role),
                           write->resource, on_request, call);
    }
}

static void on_rows(void *data, const struct store_result *result,
                    const struct store_request_row *rows, size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(page, api_listed_request_json(&rows[i]), rows[i].sort, rows[i].id);
    }
    api_page_answer(call, page);
}

static void list_requests(struct api_call *call)
{
    struct api_page *page = api_page_begin(call);

    if (page != NULL) {
        store_request_list(api_store(call), call->actor.hotline, api_text(call->query, "state"),
                           &page->asked, on_rows, call);
    }
}

/* --- writing: read, place, seal, send --- */

static void refuse_by_err(struct api_call *call, const struct nb_err *err)
{
    struct http_problem problem;

    http_problem_of_err(&problem, err);
    api_answer_problem(call, &problem);
}

/* NULL: the request holds more than one may. */
static const char *alias_of(const struct writing *writing)
{
    struct public_id random = nb_public_id_random();
    uint64_t draw = 0;

    memcpy(&draw, random.bytes, sizeof(draw));
    return alias_whole(writing->intake.alias, draw, writing->call->arena);
}

static void send_new(struct writing *writing, const char *facts)
{
    struct api_call *call = writing->call;
    struct guest_seal seal;
    struct vault_print prints[STORE_PRINTS_MAX];
    struct nb_err err;
    const struct vault_keys *keys = api_keys(call);
    const char *reference = writing->intake.case_reference;
    struct public_id guest = nb_public_id_random();
    const char *alias = alias_of(writing);

    if (alias == NULL) {
        (void)nb_err_set(&err, NB_ERR_LIMIT, "request_too_large",
                         "The request holds more than one may.");
        refuse_by_err(call, &err);
        return;
    }
    if (!guest_seal_new(keys, guest, &writing->intake, call->arena, &seal, &err)) {
        refuse_by_err(call, &err);
        return;
    }
    size_t count =
        reference == NULL ? 0 : guest_case_prints(keys, call->actor.hotline, reference, prints);
    store_request_open(api_store(call), &call->operation,
                       &(struct store_request_open){.role = api_role_name(call->actor.role),
                                                    .facts = facts,
                                                    .guest = guest,
                                                    .alias = alias,
                                                    .wrapped_key = seal.wrapped,
                                                    .epoch = seal.epoch,
                                                    .secrets = seal.secrets,
                                                    .secret_count = seal.secret_count,
                                                    .prints = prints,
                                                    .print_count = count},
                       on_written, call);
}

static void send_change(struct writing *writing, const char *facts)
{
    struct api_call *call = writing->call;
    struct guest_seal seal = {.secret_count = 0};
    struct nb_err err;
    const char *replaced[2];
    size_t count = 0;

    if (json_object_get(call->body, "avoid_places") != NULL) {
        replaced[count++] = "exclusion_zone";
    }
    if (json_object_get(call->body, "safe_contact_mode") != NULL) {
        replaced[count++] = "safe_contact";
    }
    if (count > 0 &&
        !guest_seal_more(api_keys(call), writing->guest,
                         writing->wrapped_bytes == 0 ? NULL : writing->wrapped,
                         writing->wrapped_bytes, &writing->intake, call->arena, &seal, &err)) {
        refuse_by_err(call, &err);
        return;
    }
    store_request_change(api_store(call), &call->operation,
                         &(struct store_request_change){.role = api_role_name(call->actor.role),
                                                        .id = call->id,
                                                        .match_version = call->match_version,
                                                        .facts = facts,
                                                        .replaced = replaced,
                                                        .replaced_count = count,
                                                        .secrets = seal.secrets,
                                                        .secret_count = seal.secret_count},
                         on_written, call);
}

static void send_writing(struct writing *writing)
{
    json_t *json = intake_facts(&writing->intake);
    char *facts = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(17));
    bool change = writing->merged != NULL;

    NB_ASSERT(facts != NULL);
    /* The store copies what it sends: nothing is needed of the texts afterwards. */
    if (change) {
        send_change(writing, facts);
    } else {
        send_new(writing, facts);
    }
    free(facts);
    json_decref(json);
}

static void on_places(void *data, const struct store_result *result,
                      const struct store_place_found *found, size_t count)
{
    struct writing *writing = data;
    struct api_call *call = writing->call;
    json_t *merged = writing->merged;
    struct http_problem problem;

    if (!api_result_ok(call, result)) {
        json_decref(merged);
        return;
    }
    if (!intake_settle(&writing->intake, found, count, &problem)) {
        if (merged == NULL) {
            api_refuse_if_new(call, &problem, on_written);
        } else {
            api_answer_problem(call, &problem);
        }
    } else {
        if (writing->label != NULL) {
            writing->intake.place_label = writing->label;
        }
        send_writing(writing);
    }
    json_decref(merged);
}

static void place_writing(struct writing *writing)
{
    struct store_place_ask asks[INTAKE_PLACES_MAX];
    size_t count = intake_places(&writing->intake, asks);

    store_places_find(api_store(writing->call), writing->call->actor.pool, asks, count, on_places,
                      writing);
}

static void open_request(struct api_call *call)
{
    struct writing *writing = api_alloc(call, sizeof(*writing));
    struct http_problem problem;

    writing->call = call;
    if (!intake_read(call->body, call->arena, &writing->intake, &problem)) {
        api_answer_problem(call, &problem);
        return;
    }
    place_writing(writing);
}

/* --- changing --- */

/* Fields that a request keeps for life. */
static const char *unchangeable(const json_t *body)
{
    static const char *const names[] = {"alias", "case_reference", "asking_provider",
                                        "open_anyway"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (json_object_get(body, names[i]) != NULL) {
            return names[i];
        }
    }
    return NULL;
}

/* What is there as somebody could have written it, with the change in it. What the change does not
 * touch and cannot be written again (a contact, a provider) is left out and kept by send_change. */
static json_t *merge(struct writing *writing, const struct store_request *request)
{
    const json_t *change = writing->call->body;
    json_t *merged = json_loads(request->body, 0, NULL);
    const char *label = api_text(merged, "place_label");
    const char *name;
    json_t *value;

    NB_ASSERT(merged != NULL);
    if (json_object_get(change, "place") == NULL) {
        size_t length = label == NULL ? 0 : strlen(label);
        char *kept = label == NULL ? NULL : api_alloc(writing->call, length + 1);
        if (kept != NULL) {
            memcpy(kept, label, length);
        }
        writing->label = kept;
        api_put(merged, "place",
                json_pack("{s:f, s:f, s:s}", "latitude", request->latitude, "longitude",
                          request->longitude, "country", request->country));
    }
    (void)json_object_del(merged, "place_label");
    (void)json_object_del(merged, "asking_provider");
    (void)json_object_del(merged, "safe_contact_mode");
    if (json_object_get(change, "check_in") != NULL) {
        (void)json_object_del(merged, "urgency");
    }
    json_object_foreach((json_t *)(uintptr_t)change, name, value)
    {
        NB_ASSERT(json_object_set(merged, name, value) == 0);
    }
    return merged;
}

static void keep_key(struct writing *writing, const struct store_request *request)
{
    writing->guest = request->guest;
    if (request->wrapped_key != NULL && request->wrapped_bytes == VAULT_WRAPPED_BYTES) {
        memcpy(writing->wrapped, request->wrapped_key, VAULT_WRAPPED_BYTES);
        writing->wrapped_bytes = VAULT_WRAPPED_BYTES;
    }
}

/* Words that a change leaves alone, copied out of what is borrowed. */
static void keep_words(struct writing *writing, const struct store_request *request)
{
    json_t *body = json_loads(request->body, 0, NULL);
    const char *mode = api_text(body, "safe_contact_mode");

    if (json_object_get(writing->call->body, "safe_contact_mode") == NULL) {
        char *kept = api_alloc(writing->call, strlen(mode) + 1);
        memcpy(kept, mode, strlen(mode));
        writing->intake.safe_contact_mode = kept;
    }
    json_decref(body);
}

static void on_known(void *data, const struct store_result *result,
                     const struct store_request *request)
{
    struct writing *writing = data;
    struct api_call *call = writing->call;
    struct http_problem problem;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (request == NULL) {
        api_refuse_absent(call);
        return;
    }
    writing->merged = merge(writing, request);
    if (!http_fields_check(&api_request_fields, writing->merged, &problem) ||
        !intake_read(writing->merged, call->arena, &writing->intake, &problem)) {
        api_answer_problem(call, &problem);
        json_decref(writing->merged);
        return;
    }
    keep_key(writing, request);
    keep_words(writing, request);
    place_writing(writing);
}

static void change_request(struct api_call *call)
{
    const char *fixed = unchangeable(call->body);
    struct writing *writing = api_alloc(call, sizeof(*writing));
    char pointer[64];

    if (fixed != NULL) {
        (void)snprintf(pointer, sizeof(pointer), "/%s", fixed);
        api_refuse_field(call, pointer, "This cannot be changed: open another request.");
        return;
    }
    writing->call = call;
    store_request_find(api_store(call), call->actor.hotline, api_role_name(call->actor.role),
                       call->id, on_known, writing);
}

/* --- closing --- */

static const char *const close_reasons[] = {"placed_elsewhere", "withdrawn", "duplicate",
                                            "no_longer_needed", "moved_on",  NULL};
static const struct http_field close_rows[] = {
    {.name = "reason", .type = HTTP_ENUM, .words = close_reasons, .required = true},
};
API_FIELDS(close_fields, "RequestClosing", close_rows);

static void close_request(struct api_call *call)
{
    store_request_close(api_store(call), &call->operation, call->id, 0,
                        api_text(call->body, "reason"), on_written, call);
}

/* --- routes --- */

static const char *const list_states[] = {"open", "placed", "unmet", "closed", NULL};
static const struct http_field list_rows[] = {
    {.name = "state", .type = HTTP_ENUM, .words = list_states},
};
API_FIELDS(list_query, "RequestQuery", list_rows);

static const struct api_route routes[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/requests",
     .roles = API_STAFF,
     .flags = API_VERSIONED,
     .summary = "Opens a request.",
     .about = "No name and no immigration status: there is no field for them. A second request of "
              "the same case reference is answered 409 and names the open one. An unaccompanied "
              "minor starts the youth route and a report at once.",
     .body = &api_request_fields,
     .answer = &api_shown_request_fields,
     .success = 201,
     .handle = open_request},
    {.method = HTTP_GET,
     .pattern = "/v1/requests",
     .roles = API_STAFF,
     .summary = "Requests of the hotline, the latest first.",
     .query = &list_query,
     .answer = &api_listed_request_fields,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_requests},
    {.method = HTTP_GET,
     .pattern = "/v1/requests/{id}",
     .roles = API_STAFF,
     .flags = API_VERSIONED,
     .summary = "A request.",
     .answer = &api_shown_request_fields,
     .success = 200,
     .handle = show_request},
    {.method = HTTP_PATCH,
     .pattern = "/v1/requests/{id}",
     .roles = API_STAFF,
     .flags = API_VERSIONED | API_NEEDS_MATCH,
     .summary = "Changes a request; what is not named stays.",
     .about = "Searches made before the change are stale then.",
     .body = &api_request_part_fields,
     .answer = &api_shown_request_fields,
     .success = 200,
     .handle = change_request},
    {.method = HTTP_POST,
     .pattern = "/v1/requests/{id}/close",
     .roles = API_STAFF,
     .flags = API_VERSIONED,
     .summary = "Closes a request; reports that the law asks for stay owed.",
     .body = &close_fields,
     .answer = &api_shown_request_fields,
     .success = 200,
     .handle = close_request},
};
API_ROUTES(api_requests_routes, "Requests", routes);
