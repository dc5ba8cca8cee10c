/*
 * What somebody asks for, from the checked body of a request to the values that the search and the
 * database take. Two steps: intake_read says what was written, intake_settle adds where that is and
 * what "tonight" means there. No name and no immigration status: the field table refuses them.
 * Not here: storing it (core/store/request.h), secrets' sealing (guest_seal.h).
 * Invariant: the three reporting answers leave here for the report rules only; nothing of the
 * ranking reads them.
 */
#ifndef NB_SCHEDULER_INTAKE_H
#define NB_SCHEDULER_INTAKE_H

#include "core/base/arena.h"
#include "core/base/ids.h"
#include "core/base/night.h"
#include "core/http/problem.h"
#include "core/model/geography.h"
#include "core/model/party.h"
#include "core/store/place.h"

#include <jansson.h>

#define INTAKE_ZONES_MAX 10
#define INTAKE_NIGHTS_DEFAULT 5 /* the measured wait for a longer-term place */
#define INTAKE_REACH_DEFAULT_M 40000
#define INTAKE_AHEAD_MAX_DAYS 365

/* A circle where the guest must not be. Sealed with the guest's key before it is stored. */
struct intake_zone {
    struct store_place_ask where;
    struct model_spot center; /* after intake_settle */
    int32_t radius_m;
};

struct intake {
    struct model_party party;   /* households in the arena */
    enum model_urgency urgency; /* as said; derived by intake_settle when it was not */
    struct store_place_ask where;
    struct store_place_found place; /* after intake_settle */
    const char *place_label;        /* what was typed: a postal code or a city; NULL for a spot */
    bool tonight;                   /* the first night is each place's own tonight */
    struct night check_in;          /* after intake_settle also for tonight */
    int32_t nights;
    int32_t min_distance_m;
    int32_t max_distance_m;
    bool accessible;
    bool has_card;
    bool account_watched;
    bool avoid_background_check;
    bool child_involved;
    bool immediate_violence;
    bool consents_to_report;
    bool open_anyway;
    const json_t *id_documents; /* arrays of words, borrowed from the body */
    const json_t *languages;
    const json_t *wishes;
    const char *channel; /* words, borrowed from the body or static */
    const char *asked_by;
    const char *shares_back;
    const char *safe_contact_mode;
    const char *gender;
    bool has_asking_provider;
    struct public_id asking_provider;
    const char *alias;          /* NULL: one is made up */
    const char *safe_contact;   /* secret; NULL when there is none */
    const char *case_reference; /* secret: sealed, and found by its fingerprint; NULL */
    struct intake_zone zones[INTAKE_ZONES_MAX];
    size_t zone_count;
};

/*
 * Reads a body that fits its field table (core/api/request_fields.h). Borrows body as long as
 * ret_intake is used. False with a 422 that names every field which contradicts another.
 */
bool intake_read(const json_t *body, struct nb_arena *arena, struct intake *ret_intake,
                 struct http_problem *problem) NB_MUST_CHECK;

/* The places that have to be looked up: the request's first, then each zone's. */
#define INTAKE_PLACES_MAX (INTAKE_ZONES_MAX + 1)
size_t intake_places(const struct intake *intake,
                     struct store_place_ask ret_asks[INTAKE_PLACES_MAX]);

/*
 * Adds what was found, in the order of intake_places. False with a 422 whose pointer names the
 * place that does not exist, or the night that is over or too far ahead there.
 */
bool intake_settle(struct intake *intake, const struct store_place_found *found, size_t count,
                   struct http_problem *problem) NB_MUST_CHECK;

/* The coded facts as nb.request_open takes them; no secret is among them. Gives the tree. */
json_t *intake_facts(const struct intake *intake);
/* One zone as it is sealed. Gives the tree. */
json_t *intake_zone_json(const struct intake_zone *zone);

/* Words of nb.shelter_request. Static storage. */
const char *intake_urgency_word(enum model_urgency urgency);

#endif
