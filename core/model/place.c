#include "core/model/place.h"

static uint32_t household_units(const struct model_household *household,
                                const struct model_unit *unit)
{
    return unit->by_bed ? model_household_people(household)
                        : model_household_rooms(household, unit->takes);
}

static uint32_t least_units(const struct model_party *party, const struct model_unit *unit)
{
    uint32_t least = 0;

    for (size_t i = 0; i < party->household_count; i++) {
        uint32_t units = household_units(&party->households[i], unit);
        if (units > 0 && (least == 0 || units < least)) {
            least = units;
        }
    }
    return least;
}

uint32_t model_units_needed(const struct model_party *party, const struct model_unit *unit)
{
    if (party->may_split) {
        return least_units(party, unit);
    }
    return unit->by_bed ? model_party_people(party) : model_party_rooms(party, unit->takes);
}

bool model_place_is_hotel(const struct model_place *place)
{
    return place->kind == MODEL_PLACE_PARTNER_HOTEL || place->kind == MODEL_PLACE_POINTS_HOTEL;
}
