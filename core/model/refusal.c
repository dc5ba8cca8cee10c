#include "core/model/refusal.h"

#include "core/base/err.h"

static const struct {
    const char *word;
    const char *sentence;
} texts[] = {
    [MODEL_REFUSAL_NONE] = {"none", "It is offered."},
#define MODEL_REFUSALS(name, word, sentence) [MODEL_REFUSAL_##name] = {word, sentence},
#include "core/model/refusal.def"
};

_Static_assert(MODEL_REFUSAL_COUNT <= 64, "a reason has no bit");

static uint64_t when(bool refused, enum model_refusal refusal)
{
    return refused ? MODEL_REFUSAL_BIT(refusal) : 0;
}

static uint64_t of_location(const struct model_request *request, const struct model_place *place)
{
    return when(!place->vetted, MODEL_REFUSAL_NOT_VETTED) |
           when(place->in_exclusion_zone, MODEL_REFUSAL_ZONE) |
           when(place->do_not_place, MODEL_REFUSAL_DO_NOT_PLACE) |
           when(place->distance_m < request->min_distance_m, MODEL_REFUSAL_TOO_NEAR) |
           when(place->distance_m > request->max_distance_m, MODEL_REFUSAL_TOO_FAR);
}

static bool household_fits(enum model_household_rule rule, enum model_household_kind kind,
                           uint32_t lead_age, uint8_t max_age)
{
    switch (rule) {
    case MODEL_TAKES_ANY:
        /* A minor alone needs a house that is made for it. */
        return kind != MODEL_HOUSEHOLD_YOUTH;
    case MODEL_TAKES_SINGLE_ADULT:
        return kind == MODEL_HOUSEHOLD_SINGLE_ADULT;
    case MODEL_TAKES_COUPLE:
        return kind == MODEL_HOUSEHOLD_COUPLE;
    case MODEL_TAKES_FAMILY:
        return kind == MODEL_HOUSEHOLD_FAMILY;
    case MODEL_TAKES_YOUTH:
        /* Youth houses often take young adults, up to an age that they say and
         * that must be known. */
        return kind == MODEL_HOUSEHOLD_YOUTH ||
               (kind == MODEL_HOUSEHOLD_SINGLE_ADULT && lead_age > 0 && lead_age <= max_age);
    }
    NB_ASSERT(false);
}

static bool gender_fits(enum model_gender_rule rule, enum model_gender gender)
{
    /* What was not said excludes nobody; the check-in risk asks staff to clear it up. */
    if (gender == MODEL_GENDER_UNSAID) {
        return true;
    }
    switch (rule) {
    case MODEL_GENDER_RULE_ANY:
    case MODEL_GENDER_RULE_SELF_IDENTIFIED:
        return true;
    case MODEL_GENDER_RULE_WOMEN:
        return gender == MODEL_GENDER_WOMEN;
    case MODEL_GENDER_RULE_MEN:
        return gender == MODEL_GENDER_MEN;
    }
    NB_ASSERT(false);
}

/* An adult whose age was not said is at least of age: a house for younger
 * people cannot be meant. */
static bool age_fits(const struct model_unit *unit, uint32_t lead_age)
{
    if (lead_age == 0) {
        return unit->max_age == 0 || unit->max_age >= MODEL_ADULT_AGE;
    }
    return lead_age >= unit->min_age && (unit->max_age == 0 || lead_age <= unit->max_age);
}

static uint64_t of_household(const struct model_household *household, const struct model_unit *unit)
{
    uint32_t lead_age = model_household_lead_age(household);
    bool fits =
        household_fits(unit->household, model_household_kind(household), lead_age, unit->max_age);

    return when(!fits, MODEL_REFUSAL_HOUSEHOLD) |
           when(!age_fits(unit, lead_age), MODEL_REFUSAL_AGE_RULE) |
           when(household->has_teen_son && !unit->teen_sons, MODEL_REFUSAL_TEEN_SON);
}

/* Of a family every household must be taken, of a group one. */
static uint64_t of_households(const struct model_party *party, const struct model_unit *unit)
{
    uint64_t any = 0;

    for (size_t i = 0; i < party->household_count; i++) {
        uint64_t refusals = of_household(&party->households[i], unit);
        if (party->may_split && refusals == 0) {
            return 0;
        }
        any |= refusals;
    }
    return any;
}

static uint64_t of_unit(const struct model_request *request, const struct model_place *place,
                        uint32_t units)
{
    const struct model_party *party = &request->party;
    const struct model_unit *unit = &place->unit;
    bool full = unit->free_units >= 0 && (int64_t)unit->free_units < (int64_t)units;

    return of_households(party, unit) |
           when(!gender_fits(unit->gender, party->gender), MODEL_REFUSAL_GENDER_RULE) |
           when(units == 0, MODEL_REFUSAL_PARTY_TOO_LARGE) |
           when(request->accessible && unit->accessible == MODEL_ACCESS_NO,
                MODEL_REFUSAL_NOT_ACCESSIBLE) |
           when(party->pets > 0 && !unit->pets, MODEL_REFUSAL_NO_PETS) |
           when(party->service_animals > 0 && !unit->service_animals,
                MODEL_REFUSAL_NO_SERVICE_ANIMALS) |
           when(full || unit->nights_ahead < request->nights, MODEL_REFUSAL_NO_CAPACITY) |
           when(request->avoid_background_check && place->background_check != MODEL_BACKGROUND_NONE,
                MODEL_REFUSAL_BACKGROUND_CHECK);
}

static bool old_enough(const struct model_party *party, uint8_t min_age)
{
    for (size_t i = 0; i < party->household_count; i++) {
        const struct model_household *household = &party->households[i];
        if (household->adults > 0 &&
            (household->oldest_adult_age == 0 || household->oldest_adult_age >= min_age)) {
            return true;
        }
    }
    return false;
}

/* A desk that agreed to take no card waives the program's rule too; a form of somebody else's card
 * does not. */
static bool wants_own_card(const struct model_place *place)
{
    bool program_wants = place->kind == MODEL_PLACE_POINTS_HOTEL && place->program.needs_guest_card;

    return place->desk.card == MODEL_CARD_GUEST ||
           (program_wants && place->desk.card != MODEL_CARD_NONE_NEEDED);
}

static uint64_t of_desk(const struct model_request *request, const struct model_place *place,
                        uint32_t units)
{
    const struct model_desk *desk = &place->desk;
    bool id_fits = desk->takes_no_id || (desk->documents & request->documents) != 0;
    bool own_card = wants_own_card(place);
    int64_t rooms_then = (int64_t)desk->rooms_present + (int64_t)units;

    return when(model_party_has_unaccompanied_minor(&request->party),
                MODEL_REFUSAL_MINOR_NO_HOTEL) |
           when(!id_fits, MODEL_REFUSAL_NEEDS_ID) |
           when(own_card && request->account_watched, MODEL_REFUSAL_GUEST_CARD_WATCHED) |
           when(own_card && !request->has_card, MODEL_REFUSAL_NEEDS_CARD) |
           when(!old_enough(&request->party, desk->min_check_in_age), MODEL_REFUSAL_CHECK_IN_AGE) |
           when(rooms_then > desk->guest_cap, MODEL_REFUSAL_PROPERTY_CAP) |
           when(!place->price.available, MODEL_REFUSAL_PRICE_UNAVAILABLE);
}

static int64_t bookings_needed(const struct model_program *program, uint32_t rooms)
{
    int64_t each = program->rooms_per_booking;

    return each <= 0 ? 1 : ((int64_t)rooms + each - 1) / each;
}

static uint64_t of_program(const struct model_place *place, uint32_t rooms)
{
    const struct model_program *program = &place->program;
    int64_t price = place->price.available ? place->price.points.v : 0;
    bool counted = program->bookings_left >= 0;

    return when(!program->eligible || !program->account_usable, MODEL_REFUSAL_PROGRAM_INELIGIBLE) |
           when(counted && bookings_needed(program, rooms) > program->bookings_left,
                MODEL_REFUSAL_COUNTER_USED_UP) |
           when(price > program->balance.v, MODEL_REFUSAL_BALANCE);
}

static uint64_t of_budget(const struct model_price *price)
{
    return when(price->available && price->cash_minor > price->cash_budget_minor,
                MODEL_REFUSAL_BALANCE);
}

uint64_t model_refusals_of(const struct model_request *request, const struct model_place *place,
                           uint32_t units)
{
    uint64_t refusals = of_location(request, place) | of_unit(request, place, units);

    switch (place->kind) {
    case MODEL_PLACE_SHELTER:
        return refusals;
    case MODEL_PLACE_PARTNER_HOTEL:
        return refusals | of_desk(request, place, units) | of_budget(&place->price);
    case MODEL_PLACE_POINTS_HOTEL:
        return refusals | of_desk(request, place, units) | of_program(place, units);
    case MODEL_PLACE_NONE:
        break;
    }
    NB_ASSERT(false);
}

enum model_refusal model_refusal_first(uint64_t refusals)
{
    return refusals == 0 ? MODEL_REFUSAL_NONE : (enum model_refusal)__builtin_ctzll(refusals);
}

uint64_t model_refusals_shown(uint64_t refusals, bool to_author_role)
{
    /* Nothing beside it: another reason would say that the place was looked at and
     * what it is like. */
    if (!to_author_role && (refusals & MODEL_REFUSAL_BIT(MODEL_REFUSAL_ZONE)) != 0) {
        return MODEL_REFUSAL_BIT(MODEL_REFUSAL_NOT_OFFERED);
    }
    return refusals;
}

const char *model_refusal_word(enum model_refusal refusal)
{
    NB_ASSERT(refusal < MODEL_REFUSAL_COUNT);
    return texts[refusal].word;
}

const char *model_refusal_sentence(enum model_refusal refusal)
{
    NB_ASSERT(refusal < MODEL_REFUSAL_COUNT);
    return texts[refusal].sentence;
}
