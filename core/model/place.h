/*
 * What the ranking is told: the request as it was frozen, and the facts of each place. Data only,
 * read by refusal.h, check_in_risk.h and ranking.h. Whoever fills them has read the database;
 * nothing here does. Bits of languages, wishes and documents are given by the caller's frozen
 * vocabulary, the same for both sides.
 */
#ifndef NB_MODEL_PLACE_H
#define NB_MODEL_PLACE_H

#include "core/base/points.h"
#include "core/model/party.h"

/* Soft criteria; each is worth 0 .. 1000 at a place. */
enum model_criterion {
    MODEL_CRITERION_LANGUAGE = 0,
    MODEL_CRITERION_WISHES,
    MODEL_CRITERION_DISTANCE,
    MODEL_CRITERION_ONE_STAY, /* the stay can go on there, without a move, for the expected wait */
    MODEL_CRITERION_CHECK_IN_RISK,
    MODEL_CRITERION_CHECKLIST,
    MODEL_CRITERION_FRESHNESS,
    MODEL_CRITERION_COST,     /* what a night costs, points at the lot's worth */
    MODEL_CRITERION_EXPIRING, /* spends points that would soon expire */
    MODEL_CRITERION_RESERVE,  /* leaves the reserve for crises alone */
    MODEL_CRITERION_COUNT
};

struct model_rules {
    int32_t weights[MODEL_CRITERION_COUNT]; /* thousandths, >= 0 */
    int32_t fresh_s;                        /* a report up to this age is fresh, */
    int32_t stale_s;                        /* from this age on stale, between them ageing */
    int32_t expected_nights;                /* measured wait for a longer-term place, > 0 */
    int64_t cost_ceiling_minor; /* a night that costs this much or more is worth 0, > 0 */
    int32_t verified_days;      /* desk rules older than this are a risk */
};

struct model_request {
    struct model_party party;
    enum model_urgency urgency;
    int32_t nights; /* > 0 */
    int32_t min_distance_m;
    int32_t max_distance_m; /* > min */
    uint64_t languages;     /* any of these helps */
    uint64_t wishes;        /* what would feel safe to them */
    uint32_t documents;     /* that can be shown; 0 = none */
    bool has_card;
    bool account_watched;
    bool accessible;
    bool avoid_background_check;
    struct model_rules rules; /* frozen on the request */
};

enum model_place_kind {
    MODEL_PLACE_NONE = 0,
    MODEL_PLACE_SHELTER,
    MODEL_PLACE_PARTNER_HOTEL,
    MODEL_PLACE_POINTS_HOTEL,
};

enum model_tier {
    MODEL_TIER_NONE = 0,
    MODEL_TIER_SPECIALIZED,
    MODEL_TIER_ADJACENT,
    MODEL_TIER_GENERAL
};

enum model_household_rule {
    MODEL_TAKES_ANY = 0,
    MODEL_TAKES_SINGLE_ADULT,
    MODEL_TAKES_COUPLE,
    MODEL_TAKES_FAMILY,
    MODEL_TAKES_YOUTH,
};

enum model_gender_rule {
    MODEL_GENDER_RULE_ANY = 0,
    MODEL_GENDER_RULE_WOMEN,
    MODEL_GENDER_RULE_MEN,
    MODEL_GENDER_RULE_SELF_IDENTIFIED, /* as the guest says */
};

/* An amenity flag is not a room: what nobody asked is unknown, and is asked by phone. */
enum model_access { MODEL_ACCESS_UNKNOWN = 0, MODEL_ACCESS_YES, MODEL_ACCESS_NO };

enum model_background_check {
    MODEL_BACKGROUND_NONE = 0,
    MODEL_BACKGROUND_RECORD_ACCEPTED,
    MODEL_BACKGROUND_EXCLUDES,
};

struct model_unit {
    enum model_household_rule household;
    enum model_gender_rule gender;
    uint8_t min_age; /* of who answers for the household; 0 = none */
    uint8_t max_age; /* 0 = none */
    uint8_t takes;   /* people in one unit */
    bool by_bed;     /* a unit is a bed */
    bool teen_sons;
    bool pets;
    bool service_animals;
    enum model_access accessible;
    int32_t free_units;   /* on the worst night of the stay; negative = the source does not say */
    int32_t nights_ahead; /* nights from check-in for which it can keep the party, >= 0 */
};

enum model_card_rule {
    MODEL_CARD_NONE_NEEDED = 0,
    MODEL_CARD_FORM_ACCEPTED, /* somebody else's card, by authorization form */
    MODEL_CARD_GUEST,         /* the guest's own */
};

#define MODEL_NEVER_VERIFIED (-1)

/* Hotels only. */
struct model_desk {
    bool takes_no_id;
    bool open_24h;
    bool alias_allowed;
    uint32_t documents; /* that it accepts */
    enum model_card_rule card;
    uint8_t min_check_in_age;
    int32_t guest_cap;     /* rooms that we fill there at once at most */
    int32_t rooms_present; /* rooms that we fill there now */
    int32_t verified_days; /* since its rules were last checked; MODEL_NEVER_VERIFIED */
    int32_t strikes;       /* what went wrong there lately */
    bool has_policy, has_training, has_reporting, has_sourcing;
};

/* What paying for the stay takes; shelters need none of it. */
struct model_price {
    bool available;
    struct points points;      /* points hotel: whole party, whole stay */
    int64_t cash_minor;        /* partner hotel: the same, from the cash budget */
    int64_t cash_budget_minor; /* what the budget has */
};

/* Points hotels only. */
struct model_program {
    bool eligible; /* window, length, guests, account: the plugin's answer */
    bool needs_guest_card;
    bool account_usable;         /* can commit, by machine or by a person */
    int32_t rooms_per_booking;   /* 0 = no limit */
    int32_t bookings_left;       /* of the yearly counter; negative = none is kept */
    struct points balance;       /* usable for this request: alive, allowed by the funds */
    struct points reserve;       /* kept for crises */
    struct points expiring_soon; /* of the balance */
    int32_t minor_per_thousand;  /* worth of the lots that it would take */
};

struct model_place {
    int64_t order_number; /* public and unique: decides between equals */
    enum model_place_kind kind;
    enum model_tier tier; /* shelters */
    bool vetted;
    bool do_not_place;
    bool in_exclusion_zone;
    enum model_background_check background_check;
    int32_t distance_m;
    int32_t report_age_s; /* of capacity or price */
    uint64_t languages;
    uint64_t wishes; /* that it meets */
    struct model_unit unit;
    struct model_desk desk;
    struct model_price price;
    struct model_program program;
};

/*
 * Units that the party takes there, or, when it may split, that its least demanding household
 * takes; 0 when no household fits. A price is asked for so many rooms.
 */
uint32_t model_units_needed(const struct model_party *party, const struct model_unit *unit);
bool model_place_is_hotel(const struct model_place *place);

#endif
