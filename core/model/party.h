/*
 * Who needs a bed: households, each placed whole or not at all, and what follows from their make-up
 * alone (kind, rooms, whether a minor is alone, how urgent). No name, no status. Not here: whether
 * a place takes them (refusal.h). Invariant: children never get a room without an adult, unless the
 * household has no adult at all.
 */
#ifndef NB_MODEL_PARTY_H
#define NB_MODEL_PARTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_CHILDREN_MAX 12
#define MODEL_ADULT_AGE 18
#define MODEL_TEEN_AGE 13

struct model_household {
    uint8_t adults;
    uint8_t child_count; /* <= MODEL_CHILDREN_MAX */
    uint8_t child_ages[MODEL_CHILDREN_MAX];
    uint8_t oldest_adult_age; /* years; 0 = not said */
    bool has_teen_son;        /* a boy of 13 to 17, as the family says */
};

enum model_household_kind {
    MODEL_HOUSEHOLD_NONE = 0, /* nobody */
    MODEL_HOUSEHOLD_SINGLE_ADULT,
    MODEL_HOUSEHOLD_COUPLE,
    MODEL_HOUSEHOLD_FAMILY, /* adults with children */
    MODEL_HOUSEHOLD_ADULTS, /* three adults or more */
    MODEL_HOUSEHOLD_YOUTH,  /* children without an adult */
};

/* How the adults describe themselves, if they wish to. */
enum model_gender {
    MODEL_GENDER_UNSAID = 0,
    MODEL_GENDER_WOMEN,
    MODEL_GENDER_MEN,
    MODEL_GENDER_MIXED,
};

struct model_party {
    const struct model_household *households; /* borrowed */
    size_t household_count;
    enum model_gender gender;
    uint8_t pets;            /* not service animals */
    uint8_t service_animals; /* no papers, no fee */
    bool may_split;          /* a group: households may sleep at different places; a family never */
};

enum model_urgency {
    MODEL_URGENCY_NONE = 0,
    MODEL_URGENCY_CRISIS,  /* within 24 h */
    MODEL_URGENCY_URGENT,  /* within 72 h */
    MODEL_URGENCY_PLANNED, /* later */
};

enum model_household_kind model_household_kind(const struct model_household *household);
uint32_t model_household_people(const struct model_household *household);
/* Age of who answers for the household: its oldest adult, else its oldest child; 0 = an adult of
 * unsaid age. */
uint32_t model_household_lead_age(const struct model_household *household);
/* Rooms that the household needs when a room takes that many; 0 when it does not fit at all. */
uint32_t model_household_rooms(const struct model_household *household, uint32_t room_takes);

uint32_t model_party_people(const struct model_party *party);
/* Households do not share rooms. 0 when one of them does not fit. */
uint32_t model_party_rooms(const struct model_party *party, uint32_t room_takes);
/* Some household has children and no adult: the youth route and a mandated
 * report, never a hotel. */
bool model_party_has_unaccompanied_minor(const struct model_party *party);

/* hours: until the bed is needed; 0 or less is now. */
enum model_urgency model_urgency_of(int64_t hours);

#endif
