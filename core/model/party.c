#include "core/model/party.h"

#include "core/base/err.h"

enum model_household_kind model_household_kind(const struct model_household *household)
{
    if (household->adults == 0) {
        return household->child_count == 0 ? MODEL_HOUSEHOLD_NONE : MODEL_HOUSEHOLD_YOUTH;
    }
    if (household->child_count > 0) {
        return MODEL_HOUSEHOLD_FAMILY;
    }
    if (household->adults == 1) {
        return MODEL_HOUSEHOLD_SINGLE_ADULT;
    }
    return household->adults == 2 ? MODEL_HOUSEHOLD_COUPLE : MODEL_HOUSEHOLD_ADULTS;
}

uint32_t model_household_people(const struct model_household *household)
{
    return (uint32_t)household->adults + household->child_count;
}

uint32_t model_household_lead_age(const struct model_household *household)
{
    uint32_t oldest = 0;

    NB_ASSERT(household->child_count <= MODEL_CHILDREN_MAX);
    if (household->adults > 0) {
        return household->oldest_adult_age;
    }
    for (size_t i = 0; i < household->child_count; i++) {
        oldest = household->child_ages[i] > oldest ? household->child_ages[i] : oldest;
    }
    return oldest;
}

uint32_t model_household_rooms(const struct model_household *household, uint32_t room_takes)
{
    uint32_t people = model_household_people(household);

    if (people == 0 || room_takes == 0) {
        return 0;
    }
    uint32_t rooms = (people + room_takes - 1) / room_takes;
    /* More rooms than adults would leave children alone in one. */
    return household->adults > 0 && rooms > household->adults ? 0 : rooms;
}

uint32_t model_party_people(const struct model_party *party)
{
    uint32_t people = 0;

    for (size_t i = 0; i < party->household_count; i++) {
        people += model_household_people(&party->households[i]);
    }
    return people;
}

uint32_t model_party_rooms(const struct model_party *party, uint32_t room_takes)
{
    uint32_t rooms = 0;

    for (size_t i = 0; i < party->household_count; i++) {
        uint32_t own = model_household_rooms(&party->households[i], room_takes);
        if (own == 0) {
            return 0;
        }
        rooms += own;
    }
    return rooms;
}

bool model_party_has_unaccompanied_minor(const struct model_party *party)
{
    for (size_t i = 0; i < party->household_count; i++) {
        if (model_household_kind(&party->households[i]) == MODEL_HOUSEHOLD_YOUTH) {
            return true;
        }
    }
    return false;
}

enum model_urgency model_urgency_of(int64_t hours)
{
    if (hours <= 24) {
        return MODEL_URGENCY_CRISIS;
    }
    return hours <= 72 ? MODEL_URGENCY_URGENT : MODEL_URGENCY_PLANNED;
}
