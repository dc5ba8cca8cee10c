#include "core/scheduler/intake.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define HOURS_A_NIGHT 24

static const char *const genders[] = {
    [MODEL_GENDER_UNSAID] = "unsaid",
    [MODEL_GENDER_WOMEN] = "women",
    [MODEL_GENDER_MEN] = "men",
    [MODEL_GENDER_MIXED] = "mixed",
};

static const char *const urgencies[] = {
    [MODEL_URGENCY_NONE] = "none",
    [MODEL_URGENCY_CRISIS] = "crisis",
    [MODEL_URGENCY_URGENT] = "urgent",
    [MODEL_URGENCY_PLANNED] = "planned",
};

/* What is read, and where a contradiction is written. */
struct reading {
    struct intake *intake;
    struct nb_arena *arena;
    struct http_problem *problem;
};

/* A field that is there and not null; the table has checked its type. */
static const json_t *field(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    return json_is_null(value) ? NULL : value;
}

static const char *text(const json_t *object, const char *name, const char *otherwise)
{
    const json_t *value = field(object, name);

    return value == NULL ? otherwise : json_string_value(value);
}

static int64_t number(const json_t *object, const char *name, int64_t otherwise)
{
    const json_t *value = field(object, name);

    return value == NULL ? otherwise : json_integer_value(value);
}

static bool yes(const json_t *object, const char *name)
{
    return json_is_true(json_object_get(object, name));
}

static void refuse(struct reading *reading, const char *pointer, const char *allowed)
{
    http_problem_add(reading->problem, pointer, "%s", allowed);
}

/* Index of a word; 0 for NULL and for one that is not there. */
static unsigned word_of(const char *const *words, unsigned count, const char *word)
{
    for (unsigned i = 0; word != NULL && i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return i;
        }
    }
    return 0;
}

const char *intake_urgency_word(enum model_urgency urgency)
{
    return urgencies[urgency];
}

/* Households ----------------------------------------------------------------------------------- */

static void read_children(const json_t *ages, struct model_household *household)
{
    const json_t *age;
    size_t i;

    json_array_foreach(ages, i, age)
    {
        household->child_ages[i] = (uint8_t)json_integer_value(age);
    }
    household->child_count = (uint8_t)json_array_size(ages);
}

static bool has_teen(const struct model_household *household)
{
    for (size_t i = 0; i < household->child_count; i++) {
        if (household->child_ages[i] >= MODEL_TEEN_AGE) {
            return true;
        }
    }
    return false;
}

static void read_household(struct reading *reading, const json_t *object, size_t index,
                           struct model_household *household)
{
    char pointer[64];

    household->adults = (uint8_t)number(object, "adults", 0);
    household->oldest_adult_age = (uint8_t)number(object, "oldest_adult_age", 0);
    household->has_teen_son = yes(object, "teen_son");
    read_children(field(object, "children_ages"), household);
    snprintf(pointer, sizeof(pointer), "/households/%zu", index);
    if (model_household_people(household) == 0) {
        refuse(reading, pointer, "Allowed: at least one adult or child.");
    }
    if (household->adults == 0 && household->oldest_adult_age != 0) {
        refuse(reading, pointer, "Allowed: an adult's age only where there is an adult.");
    }
    if (household->has_teen_son && !has_teen(household)) {
        refuse(reading, pointer, "Allowed: teen_son only with a child of 13 to 17.");
    }
}

static bool read_party(struct reading *reading, const json_t *body)
{
    struct model_party *party = &reading->intake->party;
    const json_t *array = field(body, "households");
    size_t count = json_array_size(array);
    struct model_household *households =
        nb_arena_alloc(reading->arena, (count + 1) * sizeof(*households));

    if (households == NULL) {
        http_problem_init(reading->problem, 413, "body_too_large",
                          "The party is larger than one request may be.");
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        read_household(reading, json_array_get(array, i), i, &households[i]);
    }
    party->households = households;
    party->household_count = count;
    reading->intake->gender = text(body, "gender", genders[MODEL_GENDER_UNSAID]);
    party->gender =
        (enum model_gender)word_of(genders, MODEL_GENDER_MIXED + 1, reading->intake->gender);
    party->pets = (uint8_t)number(body, "pets", 0);
    party->service_animals = (uint8_t)number(body, "service_animals", 0);
    party->may_split = yes(body, "may_split");
    return true;
}

/* Places --------------------------------------------------------------------------------------- */

static double degrees(const json_t *object, const char *name)
{
    return json_number_value(json_object_get(object, name));
}

static enum store_place_kind kind_of(const json_t *object)
{
    if (field(object, "postal_code") != NULL) {
        return STORE_PLACE_POSTAL;
    }
    return field(object, "city") != NULL ? STORE_PLACE_CITY : STORE_PLACE_SPOT;
}

static bool spot_given(const json_t *object)
{
    return field(object, "latitude") != NULL && field(object, "longitude") != NULL;
}

static bool spot_touched(const json_t *object)
{
    return field(object, "latitude") != NULL || field(object, "longitude") != NULL;
}

/* One way of saying where, and only one. */
static void read_where(struct reading *reading, const json_t *object, const char *pointer,
                       struct store_place_ask *ask)
{
    enum store_place_kind kind = kind_of(object);
    bool clear = kind == STORE_PLACE_SPOT ? spot_given(object) : !spot_touched(object);
    bool both = field(object, "postal_code") != NULL && field(object, "city") != NULL;
    /* A spot needs none: the nearest known place says in which country it is. */
    const char *home = kind == STORE_PLACE_SPOT ? NULL : "US";

    *ask = (struct store_place_ask){
        .kind = kind,
        .country = text(object, "country", home),
        .region = text(object, "region", NULL),
        .city = text(object, "city", NULL),
        .postal_code = text(object, "postal_code", NULL),
        .latitude = degrees(object, "latitude"),
        .longitude = degrees(object, "longitude"),
    };
    if (!clear || both || (kind == STORE_PLACE_CITY && ask->region == NULL)) {
        refuse(reading, pointer,
               "Allowed: postal_code, or city with region, or latitude with longitude.");
    }
}

static void read_zones(struct reading *reading, const json_t *array)
{
    struct intake *intake = reading->intake;
    const json_t *object;
    size_t i;

    json_array_foreach(array, i, object)
    {
        char pointer[64];
        struct intake_zone *zone = &intake->zones[i];
        snprintf(pointer, sizeof(pointer), "/avoid_places/%zu", i);
        read_where(reading, object, pointer, &zone->where);
        zone->radius_m = (int32_t)number(object, "radius_m", 0);
    }
    intake->zone_count = json_array_size(array);
}

static void read_place(struct reading *reading, const json_t *body)
{
    struct intake *intake = reading->intake;
    const json_t *object = field(body, "place");

    read_where(reading, object, "/place", &intake->where);
    intake->place_label =
        intake->where.city != NULL ? intake->where.city : intake->where.postal_code;
    intake->min_distance_m = (int32_t)number(body, "min_distance_m", 0);
    intake->max_distance_m = (int32_t)number(body, "max_distance_m", INTAKE_REACH_DEFAULT_M);
    if (intake->max_distance_m <= intake->min_distance_m) {
        refuse(reading, "/max_distance_m", "Allowed: more than min_distance_m.");
    }
    read_zones(reading, field(body, "avoid_places"));
}

/* Nights --------------------------------------------------------------------------------------- */

static void read_nights(struct reading *reading, const json_t *body)
{
    struct intake *intake = reading->intake;
    const char *check_in = text(body, "check_in", "tonight");

    intake->tonight = strcmp(check_in, "tonight") == 0;
    intake->nights = (int32_t)number(body, "nights", INTAKE_NIGHTS_DEFAULT);
    if (!intake->tonight && !nb_night_parse(check_in, &intake->check_in, NULL)) {
        refuse(reading, "/check_in", "Allowed: tonight, or a date as YYYY-MM-DD.");
    }
}

/* Who asks ------------------------------------------------------------------------------------- */

static void read_contact(struct reading *reading, const json_t *body)
{
    struct intake *intake = reading->intake;

    intake->channel = text(body, "channel", "phone");
    intake->asked_by = text(body, "asked_by", "guest");
    intake->shares_back = text(body, "shares_back", "nothing");
    intake->safe_contact_mode = text(body, "safe_contact_mode", "none");
    intake->alias = text(body, "alias", NULL);
    intake->safe_contact = text(body, "safe_contact", NULL);
    intake->case_reference = text(body, "case_reference", NULL);
    intake->has_asking_provider = field(body, "asking_provider") != NULL;
    if (intake->has_asking_provider &&
        !nb_public_id_parse(text(body, "asking_provider", ""), &intake->asking_provider)) {
        refuse(reading, "/asking_provider", "Allowed: the id of a provider.");
    }
    if (intake->has_asking_provider && strcmp(intake->asked_by, "provider") != 0) {
        refuse(reading, "/asking_provider", "Allowed: only when asked_by is provider.");
    }
    bool reachable = strcmp(intake->safe_contact_mode, "call_back") == 0 ||
                     strcmp(intake->safe_contact_mode, "text_ok") == 0;
    if (reachable != (intake->safe_contact != NULL)) {
        refuse(reading, "/safe_contact",
               "Allowed: a contact with safe_contact_mode call_back or text_ok, else none.");
    }
}

static void read_needs(struct intake *intake, const json_t *body)
{
    intake->accessible = yes(body, "accessible");
    intake->has_card = yes(body, "has_card");
    intake->account_watched = yes(body, "account_watched");
    intake->avoid_background_check = yes(body, "avoid_background_check");
    intake->id_documents = field(body, "id_documents");
    intake->languages = field(body, "languages");
    intake->wishes = field(body, "wishes");
    intake->child_involved = yes(body, "child_involved");
    intake->immediate_violence = yes(body, "immediate_violence");
    intake->consents_to_report = yes(body, "consents_to_report");
    intake->open_anyway = yes(body, "open_anyway");
    intake->urgency = (enum model_urgency)word_of(urgencies, MODEL_URGENCY_PLANNED + 1,
                                                  text(body, "urgency", NULL));
}

/* Tags are stored and compared as they are: a letter, then letters, digits and hyphens. */
static void check_languages(struct reading *reading)
{
    const json_t *language;
    size_t i;

    json_array_foreach(reading->intake->languages, i, language)
    {
        static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        static const char others[] =
            "-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const char *tag = json_string_value(language);
        if (strspn(tag, letters) < 2 || tag[strspn(tag, others)] != '\0') {
            char pointer[64];
            snprintf(pointer, sizeof(pointer), "/languages/%zu", i);
            refuse(reading, pointer, "Allowed: a BCP 47 tag, as es or zh-Hant.");
        }
    }
}

static bool nothing_refused(const struct http_problem *problem)
{
    return problem->count == 0 && problem->left_out == 0;
}

bool intake_read(const json_t *body, struct nb_arena *arena, struct intake *ret_intake,
                 struct http_problem *problem)
{
    struct intake intake = {0};
    struct reading reading = {.intake = &intake, .arena = arena, .problem = problem};

    http_problem_init(problem, 422, "field_errors", "Some fields contradict others: see errors.");
    if (!read_party(&reading, body)) {
        return false;
    }
    read_place(&reading, body);
    read_nights(&reading, body);
    read_contact(&reading, body);
    read_needs(&intake, body);
    check_languages(&reading);
    if (!nothing_refused(problem)) {
        return false;
    }
    *ret_intake = intake;
    return true;
}

/* Where it is ---------------------------------------------------------------------------------- */

size_t intake_places(const struct intake *intake,
                     struct store_place_ask ret_asks[INTAKE_PLACES_MAX])
{
    size_t count = 0;

    ret_asks[count++] = intake->where;
    for (size_t i = 0; i < intake->zone_count; i++) {
        ret_asks[count++] = intake->zones[i].where;
    }
    return count;
}

static void refuse_place(struct http_problem *problem, const char *pointer,
                         const struct store_place_ask *ask)
{
    char at[96];

    switch (ask->kind) {
    case STORE_PLACE_POSTAL:
        snprintf(at, sizeof(at), "%s/postal_code", pointer);
        http_problem_add(
            problem, at,
            "There is no such postal code. Allowed: one of the United States; elsewhere "
            "city with region, or latitude with longitude.");
        return;
    case STORE_PLACE_CITY:
        snprintf(at, sizeof(at), "%s/city", pointer);
        http_problem_add(
            problem, at,
            "This city is not known in that region. Allowed: a larger city near it, or "
            "latitude with longitude.");
        return;
    case STORE_PLACE_SPOT:
        http_problem_add(
            problem, pointer,
            "Nothing is known near there. Allowed: the United States, Canada, Mexico.");
        return;
    case STORE_PLACE_NONE:
        break;
    }
    NB_ASSERT(false);
}

/* Hours from now to the evening of the first night: tonight is now. */
static void settle_urgency(struct intake *intake)
{
    if (intake->urgency == MODEL_URGENCY_NONE) {
        int32_t days = nb_nights_between(intake->place.tonight, intake->check_in);
        intake->urgency = model_urgency_of((int64_t)days * HOURS_A_NIGHT);
    }
}

static void settle_nights(struct intake *intake, struct http_problem *problem)
{
    struct night tonight = intake->place.tonight;

    if (intake->tonight) {
        intake->check_in = tonight;
    }
    int32_t ahead = nb_nights_between(tonight, intake->check_in);
    if (ahead < 0 || ahead > INTAKE_AHEAD_MAX_DAYS) {
        char first[NB_NIGHT_TEXT];
        char last[NB_NIGHT_TEXT];
        nb_night_format(tonight, first);
        nb_night_format(nb_night_add(tonight, INTAKE_AHEAD_MAX_DAYS), last);
        http_problem_add(problem, "/check_in", "Allowed: tonight, or %s to %s.", first, last);
    }
}

bool intake_settle(struct intake *intake, const struct store_place_found *found, size_t count,
                   struct http_problem *problem)
{
    http_problem_init(problem, 422, "field_errors", "Some fields cannot be used: see errors.");
    NB_ASSERT(count == intake->zone_count + 1);
    if (!found[0].found) {
        refuse_place(problem, "/place", &intake->where);
    }
    for (size_t i = 0; i < intake->zone_count; i++) {
        struct intake_zone *zone = &intake->zones[i];
        zone->center = (struct model_spot){found[i + 1].latitude, found[i + 1].longitude};
        if (!found[i + 1].found) {
            char pointer[64];
            snprintf(pointer, sizeof(pointer), "/avoid_places/%zu", i);
            refuse_place(problem, pointer, &zone->where);
        }
    }
    intake->place = found[0];
    if (found[0].found) {
        settle_nights(intake, problem);
        settle_urgency(intake);
    }
    return nothing_refused(problem);
}
