#include "core/store/search.h"

#include "core/model/ranking.h"
#include "core/store/call.h"
#include "core/store/hex.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy(char *to, size_t bytes, const char *text)
{
    snprintf(to, bytes, "%s", text == NULL ? "" : text);
}

static unsigned word_of(const char *const *words, unsigned count, const char *word)
{
    for (unsigned i = 0; i < count; i++) {
        if (words[i] != NULL && strcmp(words[i], word) == 0) {
            return i;
        }
    }
    /* The table's own check allows no other word. */
    NB_ASSERT(!"a word that this house does not know");
    return 0;
}

/* The words of a text array that holds coded words only: no quotes, no escapes.
 * Cut in the arena. */
static size_t words_of(struct nb_arena *arena, const char *array, const char **ret_words,
                       size_t most)
{
    size_t length = strlen(array);
    char *text = nb_arena_strndup(arena, array, length);
    size_t count = 0;
    char *rest = NULL;

    NB_ASSERT(text != NULL && length >= 2 && text[0] == '{');
    text[length - 1] = '\0';
    for (char *word = strtok_r(text + 1, ",", &rest); word != NULL && count < most;
         word = strtok_r(NULL, ",", &rest)) {
        ret_words[count++] = word;
    }
    return count;
}

/* --- the request --- */

struct request_ask {
    struct nb_arena *arena;
    store_search_request_fn done;
    void *data;
};

static void read_household(const json_t *object, struct model_household *household)
{
    const json_t *ages = json_object_get(object, "children_ages");
    const json_t *age;
    size_t i;

    NB_ASSERT(json_array_size(ages) <= MODEL_CHILDREN_MAX);
    household->adults = (uint8_t)json_integer_value(json_object_get(object, "adults"));
    household->oldest_adult_age =
        (uint8_t)json_integer_value(json_object_get(object, "oldest_adult_age"));
    household->has_teen_son = json_is_true(json_object_get(object, "teen_son"));
    household->child_count = (uint8_t)json_array_size(ages);
    json_array_foreach(ages, i, age)
    {
        household->child_ages[i] = (uint8_t)json_integer_value(age);
    }
}

static void read_party(const struct store_reading *reading, struct nb_arena *arena,
                       struct model_party *party)
{
    static const char *const genders[] = {"unsaid", "women", "men", "mixed"};
    const struct pg_rows *rows = reading->rows;
    json_t *array = json_loads(pg_row_text(rows, 0, "households"), 0, NULL);
    size_t count = json_array_size(array);
    struct model_household *households = nb_arena_alloc(arena, (count + 1) * sizeof(*households));

    NB_ASSERT(array != NULL && households != NULL);
    for (size_t i = 0; i < count; i++) {
        read_household(json_array_get(array, i), &households[i]);
    }
    json_decref(array);
    party->households = households;
    party->household_count = count;
    party->gender = (enum model_gender)word_of(genders, 4, pg_row_text(rows, 0, "gender"));
    party->pets = (uint8_t)pg_row_int64(rows, 0, "pets");
    party->service_animals = (uint8_t)pg_row_int64(rows, 0, "service_animals");
    party->may_split = pg_row_bool(rows, 0, "may_split");
}

static int64_t frozen_number(const json_t *group, const char *name)
{
    const json_t *value = json_object_get(group, name);

    NB_ASSERT(json_is_integer(value));
    return json_integer_value(value);
}

/* What stands there was written by nb.request_open from rows that have their own checks. */
static void read_frozen(const struct store_reading *reading, struct store_search_request *request,
                        struct nb_arena *arena)
{
    json_t *frozen = json_loads(pg_row_text(reading->rows, 0, "frozen"), 0, NULL);
    const json_t *weights = json_object_get(frozen, "weights");
    const json_t *thresholds = json_object_get(frozen, "thresholds");
    struct model_rules *rules = &request->ask.rules;

    for (int i = 0; i < MODEL_CRITERION_COUNT; i++) {
        const char *word = model_criterion_word((enum model_criterion)i);
        rules->weights[i] = (int32_t)json_integer_value(json_object_get(weights, word));
    }
    rules->fresh_s = (int32_t)frozen_number(thresholds, "fresh_s");
    rules->stale_s = (int32_t)frozen_number(thresholds, "stale_s");
    rules->expected_nights = (int32_t)frozen_number(thresholds, "expected_nights");
    rules->cost_ceiling_minor = frozen_number(thresholds, "cost_ceiling_minor");
    rules->verified_days = (int32_t)frozen_number(thresholds, "verified_days");
    request->reserve_permille = (int32_t)frozen_number(thresholds, "reserve_permille");
    request->expiring_days = (int32_t)frozen_number(thresholds, "expiring_days");
    char *worth = json_dumps(json_object_get(thresholds, "money_worth_permille"), JSON_COMPACT);
    NB_ASSERT(worth != NULL);
    request->money_worth = nb_arena_strndup(arena, worth, strlen(worth));
    free(worth);
    copy(request->author_role, sizeof(request->author_role),
         json_string_value(json_object_get(frozen, "author_role")));
    json_decref(frozen);
}

static uint32_t documents_of(const char *array)
{
    static const char *const documents[] = {"state_id", "passport", "foreign_passport",
                                            "consular_id", "expired_id"};
    uint32_t bits = 0;

    for (unsigned i = 0; i < 5; i++) {
        const char *at = strstr(array, documents[i]);
        /* "passport" stands in "foreign_passport" too. */
        while (at != NULL && at[-1] != '{' && at[-1] != ',') {
            at = strstr(at + 1, documents[i]);
        }
        bits |= at == NULL ? 0 : UINT32_C(1) << i;
    }
    return bits;
}

static void read_ask(const struct store_reading *reading, struct store_search_request *request)
{
    static const char *const urgencies[] = {NULL, "crisis", "urgent", "planned"};
    const struct pg_rows *rows = reading->rows;
    struct model_request *ask = &request->ask;

    ask->urgency = (enum model_urgency)word_of(urgencies, 4, pg_row_text(rows, 0, "urgency"));
    ask->nights = (int32_t)pg_row_int64(rows, 0, "nights");
    ask->min_distance_m = (int32_t)pg_row_int64(rows, 0, "min_distance_m");
    ask->max_distance_m = (int32_t)pg_row_int64(rows, 0, "max_distance_m");
    ask->documents = documents_of(pg_row_text(rows, 0, "id_documents"));
    ask->has_card = pg_row_bool(rows, 0, "has_card");
    ask->account_watched = pg_row_bool(rows, 0, "account_watched");
    ask->accessible = pg_row_bool(rows, 0, "accessible");
    ask->avoid_background_check = pg_row_bool(rows, 0, "avoid_background_check");
}

static void read_where(const struct store_reading *reading, struct store_search_request *request)
{
    const struct pg_rows *rows = reading->rows;

    request->spot.latitude = pg_row_degrees(rows, 0, "latitude");
    request->spot.longitude = pg_row_degrees(rows, 0, "longitude");
    copy(request->country, sizeof(request->country), pg_row_text(rows, 0, "country"));
    copy(request->region, sizeof(request->region), pg_row_text(rows, 0, "region"));
    copy(request->zone, sizeof(request->zone), pg_row_text(rows, 0, "zone"));
    copy(request->population, sizeof(request->population), pg_row_text(rows, 0, "population"));
    request->tonight = pg_row_bool(rows, 0, "tonight");
    request->check_in = pg_row_night(rows, 0, "check_in");
    request->today = pg_row_night(rows, 0, "today");
    request->now = pg_row_instant(rows, 0, "now");
}

static void read_zones(const struct store_reading *reading, struct store_search_request *request,
                       struct nb_arena *arena)
{
    request->guest = pg_row_public_id(reading->rows, 0, "guest_public_id");
    request->wrapped_key =
        pg_row_bytes(reading->rows, 0, "wrapped_key", arena, &request->wrapped_bytes);
    request->zone_count = store_hex_items(pg_row_text(reading->rows, 0, "zones"), arena,
                                          request->zones, STORE_SEARCH_ZONES_MAX);
}

static void read_request(const struct store_reading *reading)
{
    struct request_ask *ask = reading->data;
    struct store_search_request request = {0};
    const struct pg_rows *rows = reading->rows;
    bool found = store_reading_count(reading) == 1;

    if (found) {
        request.id.v = pg_row_int64(rows, 0, "request_id");
        request.version = pg_row_int64(rows, 0, "version");
        copy(request.state, sizeof(request.state), pg_row_text(rows, 0, "state"));
        request.valid_ms = pg_row_int64(rows, 0, "valid_ms");
        read_party(reading, ask->arena, &request.ask.party);
        read_frozen(reading, &request, ask->arena);
        read_ask(reading, &request);
        read_where(reading, &request);
        request.language_count = words_of(ask->arena, pg_row_text(rows, 0, "languages"),
                                          request.languages, STORE_SEARCH_WORDS_MAX);
        request.wish_count = words_of(ask->arena, pg_row_text(rows, 0, "wishes"), request.wishes,
                                      STORE_SEARCH_WORDS_MAX);
        read_zones(reading, &request, ask->arena);
    }
    ask->done(ask->data, reading->result, found ? &request : NULL);
}

void store_search_request(struct store *store, struct hotline_id hotline, struct public_id id,
                          struct nb_arena *arena, store_search_request_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_search_request);
    struct request_ask *ask = nb_arena_alloc(arena, sizeof(*ask));

    NB_ASSERT(ask != NULL);
    *ask = (struct request_ask){.arena = arena, .done = done, .data = data};
    pg_params_int64(store_call_params(call), hotline.v);
    pg_params_public_id(store_call_params(call), id);
    store_call_read(call, read_request, NULL, ask);
}

/* --- rooms that are filled --- */

static void read_rooms(const struct store_reading *reading)
{
    store_search_rooms_fn done = (store_search_rooms_fn)reading->done;
    int count = store_reading_count(reading);
    int32_t *rooms = nb_arena_alloc(reading->arena, ((size_t)count + 1) * sizeof(*rooms));

    NB_ASSERT(rooms != NULL);
    for (int i = 0; i < count; i++) {
        rooms[i] = (int32_t)pg_row_int64(reading->rows, i, "rooms");
    }
    done(reading->data, reading->result, reading->rows == NULL ? NULL : rooms, (size_t)count);
}

void store_search_rooms_present(struct store *store, const int64_t *properties, size_t count,
                                struct night check_in, struct night check_out,
                                store_search_rooms_fn done, void *data)
{
    struct store_call *call = store_call_new(store, STORE_STAFF, &sql_search_rooms_present);

    pg_params_int64_array(store_call_params(call), properties, count);
    pg_params_night(store_call_params(call), check_in);
    pg_params_night(store_call_params(call), check_out);
    store_call_read(call, read_rooms, (store_any_fn)done, data);
}
