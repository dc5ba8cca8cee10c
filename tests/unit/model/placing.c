#include "tests/unit/model/placing.h"

void placing_init(struct placing *at)
{
    *at = (struct placing){
        .household = {.adults = 1},
        .request = {.urgency = MODEL_URGENCY_URGENT,
                    .nights = 2,
                    .max_distance_m = 40000,
                    .documents = 1,
                    .has_card = true,
                    .rules = {.fresh_s = 6 * 3600,
                              .stale_s = 24 * 3600,
                              .expected_nights = 5,
                              .cost_ceiling_minor = 20000,
                              .verified_days = 365}},
        .place = {.order_number = 1,
                  .kind = MODEL_PLACE_POINTS_HOTEL,
                  .vetted = true,
                  .distance_m = 5000,
                  .unit = {.takes = 2,
                           .teen_sons = true,
                           .pets = true,
                           .service_animals = true,
                           .accessible = MODEL_ACCESS_YES,
                           .free_units = 5,
                           .nights_ahead = 5},
                  .desk = {.open_24h = true,
                           .alias_allowed = true,
                           .documents = 1,
                           .min_check_in_age = 18,
                           .guest_cap = 4},
                  .price = {.available = true, .points = {30000}},
                  .program = {.eligible = true,
                              .account_usable = true,
                              .rooms_per_booking = 1,
                              .bookings_left = -1,
                              .balance = {100000},
                              .minor_per_thousand = 700}},
    };
    at->request.party = (struct model_party){.households = &at->household, .household_count = 1};
}

void placing_shelter(struct placing *at, enum model_tier tier)
{
    at->place.kind = MODEL_PLACE_SHELTER;
    at->place.tier = tier;
    at->place.unit.by_bed = true;
}

void placing_partner_hotel(struct placing *at)
{
    at->place.kind = MODEL_PLACE_PARTNER_HOTEL;
    at->place.price =
        (struct model_price){.available = true, .cash_minor = 10000, .cash_budget_minor = 50000};
}

uint64_t placing_refusals(const struct placing *at)
{
    return model_refusals_of(&at->request, &at->place,
                             model_units_needed(&at->request.party, &at->place.unit));
}
