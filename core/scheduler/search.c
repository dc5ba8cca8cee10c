#include "core/scheduler/search.h"

#include "core/base/mem.h"
#include "core/scheduler/guest_seal.h"
#include "core/scheduler/search_private.h"

#include <string.h>

#define SEARCH_MAGIC 0x53524348u
#define SEARCH_BYTES ((size_t)64 << 20)

static struct search *search_free(struct search *search)
{
    nb_arena_destroy(search->arena);
    search->magic = 0;
    return nb_free(search);
}

/* The last thing that happens to a search. */
static void answer(struct search *search, const struct search_answer *what)
{
    search->done(search->data, what);
    search_free(search);
}

static void fail(struct search *search, const struct store_result *result)
{
    answer(search, &(struct search_answer){.outcome = SEARCH_FAILED, .result = result});
}

static void fail_because(struct search *search, const struct nb_err *err)
{
    const struct store_result result = {.outcome = STORE_UNAVAILABLE, .err = *err};

    fail(search, &result);
}

static void fail_full(struct search *search)
{
    struct nb_err err;

    (void)nb_err_set(&err, NB_ERR_LIMIT, "search_too_large",
                     "This search needs more memory than one may take: lower the distance.");
    fail_because(search, &err);
}

/* Notes what came of one of several answers; true when it was the last and all went well. The last
 * of several that did not ends the search. */
static bool last_of(struct search *search, const struct store_result *result)
{
    if (result->outcome != STORE_OK && search->failure.outcome == STORE_OK) {
        search->failure = *result;
    }
    if (--search->waiting > 0) {
        return false;
    }
    if (search->failure.outcome != STORE_OK) {
        const struct store_result failure = search->failure;
        fail(search, &failure);
        return false;
    }
    return true;
}

/* --- the end: recorded or shown --- */

static void on_recorded(void *data, const struct store_result *result,
                        const struct store_write *write)
{
    struct search *search = data;

    NB_CHECK_MAGIC(search, SEARCH_MAGIC);
    answer(search,
           &(struct search_answer){.outcome = SEARCH_RECORDED, .result = result, .write = write});
}

static int64_t *left_over(struct search *search)
{
    const struct search_allocation *allocation = &search->allocation;
    int64_t *left =
        nb_arena_alloc(search->arena, (allocation->left_over_count + 1) * sizeof(*left));

    for (size_t i = 0; left != NULL && i < allocation->left_over_count; i++) {
        left[i] = allocation->left_over[i];
    }
    return left;
}

static void record(struct search *search)
{
    struct search_texts texts = {0};
    int64_t *left = left_over(search);

    if (left == NULL || !search_texts(search, &texts)) {
        fail_full(search);
        return;
    }
    store_search_record(search->ask.store, &search->operation,
                        &(struct store_search_record){
                            .request = search->ask.request,
                            .request_id = search->request.id,
                            .request_version = search->request.version,
                            .id = search->id,
                            .considered = (int64_t)search->place_count,
                            .offered = (int64_t)search->offered,
                            .refusal_counts = texts.refusal_counts,
                            .refused_kinds = texts.refused_kinds,
                            .refused_ids = texts.refused_ids,
                            .refused_distances = texts.refused_distances,
                            .refused_sets = texts.refused_sets,
                            .refused_count = texts.refused_count,
                            .reason_sets = texts.reason_sets,
                            .set_count = texts.set_count,
                            .options = texts.options,
                            .further = texts.further,
                            .allocation = texts.allocation,
                            .left_over = left,
                            .left_over_count = search->allocation.left_over_count,
                            .people_left = search->allocation.people_left,
                        },
                        on_recorded, search);
}

static void show(struct search *search)
{
    size_t count =
        search->offered < SEARCH_PAGE_OPTIONS ? search->offered : (size_t)SEARCH_PAGE_OPTIONS;
    struct store_option *options = nb_arena_alloc(search->arena, (count + 1) * sizeof(*options));
    const char *counts = search_refusal_counts(search);
    bool good = options != NULL && counts != NULL;

    for (size_t i = 0; good && i < count; i++) {
        good = search_show(search, &search->options[i], (int64_t)i + 1, &options[i]);
    }
    if (!good) {
        fail_full(search);
        return;
    }
    const struct store_result fine = {.outcome = STORE_OK};
    const struct search_preview preview = {
        .considered = (int64_t)search->place_count,
        .offered = (int64_t)search->offered,
        .refusal_counts = counts,
        .allocation = search_allocation_text(search),
        .author_role = search->request.author_role,
        .unaccompanied_minor = model_party_has_unaccompanied_minor(&search->request.ask.party),
        .at = search->request.now,
        .options = options,
        .option_count = count,
    };
    answer(search, &(struct search_answer){
                       .outcome = SEARCH_PREVIEW, .result = &fine, .preview = &preview});
}

static void rank(struct search *search)
{
    search->ranked =
        nb_arena_alloc(search->arena, (search->place_count + 1) * sizeof(*search->ranked));
    struct model_place *models =
        nb_arena_alloc(search->arena, (search->place_count + 1) * sizeof(*models));

    if (search->ranked == NULL || models == NULL) {
        fail_full(search);
        return;
    }
    for (size_t i = 0; i < search->place_count; i++) {
        models[i] = search->places[i].model;
    }
    search->offered = model_rank(&search->request.ask, models, search->place_count, search->ranked);
    if (!search_split(search)) {
        fail_full(search);
    } else if (search->ask.operation == NULL) {
        show(search);
    } else {
        record(search);
    }
}

/* --- prices and rooms, for those that nothing else refuses --- */

static void on_rooms(void *data, const struct store_result *result, const int32_t *rooms,
                     size_t count)
{
    struct search *search = data;

    NB_CHECK_MAGIC(search, SEARCH_MAGIC);
    for (size_t i = 0; rooms != NULL && i < count && i < search->hotel_count; i++) {
        search->places[search->hotels[i]].model.desk.rooms_present = rooms[i];
    }
    if (last_of(search, result)) {
        rank(search);
    }
}

static void on_priced(void *data)
{
    struct search *search = data;
    const struct store_result fine = {.outcome = STORE_OK};

    NB_CHECK_MAGIC(search, SEARCH_MAGIC);
    if (last_of(search, &fine)) {
        rank(search);
    }
}

static void ask_rooms(struct search *search, const int64_t *properties)
{
    struct night first = search->request.check_in;
    struct night last = nb_night_add(first, search->request.ask.nights);

    if (search->request.tonight) {
        first = nb_night_add(search->request.today, -1);
        last = nb_night_add(search->request.today, search->request.ask.nights + 1);
    }
    store_search_rooms_present(search->ask.store, properties, search->hotel_count, first, last,
                               on_rooms, search);
}

/* Hotels that no other rule refuses; of those, the ones that points pay for. */
static bool pick(struct search *search, int64_t *properties, uint32_t *points, size_t *ret_points)
{
    const struct model_request *request = &search->request.ask;

    for (size_t i = 0; i < search->place_count; i++) {
        const struct store_search_place *place = &search->places[i];
        uint32_t units = model_units_needed(&request->party, &place->model.unit);
        if (!model_place_is_hotel(&place->model) ||
            model_refusals_of(request, &place->model, units) != 0) {
            continue;
        }
        properties[search->hotel_count] = place->property;
        search->hotels[search->hotel_count++] = (uint32_t)i;
        if (place->model.kind == MODEL_PLACE_POINTS_HOTEL) {
            points[(*ret_points)++] = (uint32_t)i;
        }
    }
    return search->hotel_count > 0;
}

static void price(struct search *search)
{
    struct nb_err err;
    size_t room = search->place_count + 1;
    int64_t *properties = nb_arena_alloc(search->arena, room * sizeof(*properties));
    uint32_t *points = nb_arena_alloc(search->arena, room * sizeof(*points));
    size_t count = 0;

    search->hotels = nb_arena_alloc(search->arena, room * sizeof(*search->hotels));
    search->pricing = (struct pricing){.arena = search->arena,
                                       .request = &search->request,
                                       .places = search->places,
                                       .place_count = search->place_count};
    if (properties == NULL || points == NULL || search->hotels == NULL) {
        fail_full(search);
        return;
    }
    if (!pricing_prepare(&search->pricing, &search->means, &search->ask.programs, &err)) {
        fail_because(search, &err);
        return;
    }
    if (!pick(search, properties, points, &count)) {
        rank(search);
        return;
    }
    search->waiting = 2;
    ask_rooms(search, properties);
    pricing_start(&search->pricing, points, count, on_priced, search);
}

/* --- places --- */

static bool join_parts(struct search *search)
{
    size_t at = 0;

    for (int i = 0; i < SEARCH_PARTS; i++) {
        search->place_count += search->part_counts[i];
    }
    search->places =
        nb_arena_alloc(search->arena, (search->place_count + 1) * sizeof(*search->places));
    for (int i = 0; search->places != NULL && i < SEARCH_PARTS; i++) {
        if (search->part_counts[i] > 0) {
            memcpy(&search->places[at], search->parts[i],
                   search->part_counts[i] * sizeof(*search->places));
        }
        at += search->part_counts[i];
    }
    return search->places != NULL;
}

static void on_part(struct search *search, int part, const struct store_result *result,
                    struct store_search_place *places, size_t count)
{
    NB_CHECK_MAGIC(search, SEARCH_MAGIC);
    search->parts[part] = places;
    search->part_counts[part] = places == NULL ? 0 : count;
    if (!last_of(search, result)) {
        return;
    }
    if (!join_parts(search)) {
        fail_full(search);
        return;
    }
    search_assemble(search);
    price(search);
}

static void on_shelters(void *data, const struct store_result *result,
                        struct store_search_place *places, size_t count)
{
    on_part(data, 0, result, places, count);
}

static void on_partner_hotels(void *data, const struct store_result *result,
                              struct store_search_place *places, size_t count)
{
    on_part(data, 1, result, places, count);
}

static void on_points_hotels(void *data, const struct store_result *result,
                             struct store_search_place *places, size_t count)
{
    on_part(data, 2, result, places, count);
}

static void find_places(struct search *search)
{
    const struct store_search_request *request = &search->request;
    int32_t ahead = request->ask.rules.expected_nights;
    int32_t looked = ahead > request->ask.nights ? ahead : request->ask.nights;
    const struct store_search_circle circle = {
        .hotline = search->ask.hotline,
        .now = request->now,
        .center = request->spot,
        .radius_m = request->ask.max_distance_m,
        .tonight = request->tonight,
        .check_in = request->check_in,
        .nights_looked = looked < STORE_SEARCH_NIGHTS_MAX ? looked : STORE_SEARCH_NIGHTS_MAX,
        .languages = request->languages,
        .language_count = request->language_count,
        .populations = request->wish_count > 0,
        .arena = search->arena,
    };

    search->waiting = SEARCH_PARTS;
    /* The longest first: each goes to a connection of its own. */
    store_search_points_hotels(search->ask.store, &circle, on_points_hotels, search);
    store_search_partner_hotels(search->ask.store, &circle, on_partner_hotels, search);
    store_search_shelters(search->ask.store, &circle, on_shelters, search);
}

/* --- the request --- */

/* A zone that cannot be opened ends the search: without it somebody could be sent there. */
static bool open_zones(struct search *search, struct nb_err *err)
{
    const struct store_search_request *request = &search->request;
    struct store_bytes wrapped = {request->wrapped_key, request->wrapped_bytes};

    for (size_t i = 0; i < request->zone_count; i++) {
        struct search_zone *zone = &search->zones[search->zone_count++];
        json_t *json = NULL;
        if (!guest_open_zone(search->ask.keys, request->guest, wrapped, request->zones[i],
                             VAULT_FOR_MATCHING, &json, err)) {
            return false;
        }
        zone->center.latitude = json_number_value(json_object_get(json, "latitude"));
        zone->center.longitude = json_number_value(json_object_get(json, "longitude"));
        zone->radius_m = (int32_t)json_integer_value(json_object_get(json, "radius_m"));
        json_decref(json);
    }
    return true;
}

static void loaded(struct search *search)
{
    struct nb_err err;

    if (!search->found) {
        const struct store_result fine = {.outcome = STORE_OK};
        answer(search, &(struct search_answer){.outcome = SEARCH_ABSENT, .result = &fine});
    } else if (!open_zones(search, &err)) {
        fail_because(search, &err);
    } else {
        find_places(search);
    }
}

static void on_request(void *data, const struct store_result *result,
                       const struct store_search_request *request)
{
    struct search *search = data;

    NB_CHECK_MAGIC(search, SEARCH_MAGIC);
    search->found = request != NULL;
    if (request != NULL) {
        search->request = *request;
    }
    if (last_of(search, result)) {
        loaded(search);
    }
}

static void on_means(void *data, const struct store_result *result,
                     const struct store_search_means *means)
{
    struct search *search = data;

    NB_CHECK_MAGIC(search, SEARCH_MAGIC);
    if (means != NULL) {
        search->means = *means;
    }
    if (last_of(search, result)) {
        loaded(search);
    }
}

void search_start(const struct search_ask *ask, search_done_fn done, void *data)
{
    struct search *search = nb_alloc(sizeof(*search));

    search->magic = SEARCH_MAGIC;
    search->ask = *ask;
    search->done = done;
    search->data = data;
    search->arena = nb_arena_create(SEARCH_BYTES);
    search->failure.outcome = STORE_OK;
    search->id = nb_public_id_random();
    if (ask->operation != NULL) {
        /* The caller's key goes with its call. */
        search->operation = *ask->operation;
        NB_ASSERT(strlen(ask->operation->key) < sizeof(search->key));
        memcpy(search->key, ask->operation->key, strlen(ask->operation->key) + 1);
        search->operation.key = search->key;
    }
    search->waiting = 2;
    store_search_request(ask->store, ask->hotline, ask->request, search->arena, on_request, search);
    store_search_means(ask->store, ask->hotline, ask->request, search->arena, on_means, search);
}
