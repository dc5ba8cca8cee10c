/*
 * The other half of intake.h: what was read and settled, as the coded facts that the database
 * takes. Whatever is secret (safe contact, case reference, places to avoid) is left out here.
 */
#include "core/scheduler/intake.h"

static void put(json_t *object, const char *name, json_t *value)
{
    NB_ASSERT(json_object_set_new(object, name, value) == 0);
}

/* A copy, so that the body may go; an absent one is empty. */
static json_t *list(const json_t *array)
{
    json_t *copy = array == NULL ? json_array() : json_deep_copy(array);

    NB_ASSERT(copy != NULL);
    return copy;
}

static json_t *household_json(const struct model_household *household)
{
    json_t *ages = json_array();

    for (size_t i = 0; i < household->child_count; i++) {
        NB_ASSERT(json_array_append_new(ages, json_integer(household->child_ages[i])) == 0);
    }
    json_t *object = json_pack("{s:i, s:o, s:b}", "adults", household->adults, "children_ages",
                               ages, "teen_son", household->has_teen_son);
    NB_ASSERT(object != NULL);
    if (household->oldest_adult_age != 0) {
        put(object, "oldest_adult_age", json_integer(household->oldest_adult_age));
    }
    return object;
}

static void put_party(json_t *facts, const struct model_party *party, const char *gender)
{
    json_t *households = json_array();

    for (size_t i = 0; i < party->household_count; i++) {
        json_t *household = household_json(&party->households[i]);
        NB_ASSERT(json_array_append_new(households, household) == 0);
    }
    put(facts, "households", households);
    put(facts, "gender", json_string(gender));
    put(facts, "pets", json_integer(party->pets));
    put(facts, "service_animals", json_integer(party->service_animals));
    put(facts, "may_split", json_boolean(party->may_split));
    put(facts, "unaccompanied_minor", json_boolean(model_party_has_unaccompanied_minor(party)));
}

static void put_place(json_t *facts, const struct intake *intake)
{
    const struct store_place_found *place = &intake->place;
    char night[NB_NIGHT_TEXT];

    nb_night_format(intake->check_in, night);
    put(facts, "latitude", json_real(place->latitude));
    put(facts, "longitude", json_real(place->longitude));
    put(facts, "country", json_string(place->country));
    put(facts, "region", place->region[0] == '\0' ? json_null() : json_string(place->region));
    put(facts, "place_label",
        intake->place_label == NULL ? json_null() : json_string(intake->place_label));
    put(facts, "zone", json_string(place->zone));
    put(facts, "tonight", json_boolean(intake->tonight));
    put(facts, "check_in", json_string(night));
    put(facts, "nights", json_integer(intake->nights));
    put(facts, "min_distance_m", json_integer(intake->min_distance_m));
    put(facts, "max_distance_m", json_integer(intake->max_distance_m));
}

static void put_needs(json_t *facts, const struct intake *intake)
{
    put(facts, "accessible", json_boolean(intake->accessible));
    put(facts, "has_card", json_boolean(intake->has_card));
    put(facts, "account_watched", json_boolean(intake->account_watched));
    put(facts, "avoid_background_check", json_boolean(intake->avoid_background_check));
    put(facts, "id_documents", list(intake->id_documents));
    put(facts, "languages", list(intake->languages));
    put(facts, "wishes", list(intake->wishes));
}

json_t *intake_facts(const struct intake *intake)
{
    json_t *facts = json_object();

    NB_ASSERT(facts != NULL);
    put(facts, "urgency", json_string(intake_urgency_word(intake->urgency)));
    put_party(facts, &intake->party, intake->gender);
    put_place(facts, intake);
    put_needs(facts, intake);
    put(facts, "channel", json_string(intake->channel));
    put(facts, "asked_by", json_string(intake->asked_by));
    put(facts, "shares_back", json_string(intake->shares_back));
    put(facts, "safe_contact_mode", json_string(intake->safe_contact_mode));
    put(facts, "child_involved", json_boolean(intake->child_involved));
    put(facts, "immediate_violence", json_boolean(intake->immediate_violence));
    put(facts, "consents_to_report", json_boolean(intake->consents_to_report));
    put(facts, "open_anyway", json_boolean(intake->open_anyway));
    if (intake->has_asking_provider) {
        char id[NB_PUBLIC_ID_TEXT];
        nb_public_id_format(intake->asking_provider, id);
        put(facts, "asking_provider", json_string(id));
    }
    return facts;
}

json_t *intake_zone_json(const struct intake_zone *zone)
{
    json_t *json = json_pack("{s:f, s:f, s:i}", "latitude", zone->center.latitude, "longitude",
                             zone->center.longitude, "radius_m", (int)zone->radius_m);

    NB_ASSERT(json != NULL);
    return json;
}
