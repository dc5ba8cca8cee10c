/*
 * The rules of who and what one booking takes that programs share, by rule key:
 *   booking.window_days    how far ahead the first night may be; 0 = no limit known
 *   booking.nights_max     longest stay of one booking; 0 = no limit known
 *   booking.rooms_max      rooms of one booking
 *   booking.guests_per_room_max
 *   guest.age_min          of the person who checks in
 *   guest.card_required    on: the guest's own card at the desk
 *   guest.id_required      on: an identity document at the desk
 *   gift.accounts          whose stays are gifts: of custodian and charity
 *   gift.counter           name of the yearly counter a stay for somebody else takes; empty = none
 *   gift.per_year          how many
 *   gift.phone_only        on: a stay for somebody else is not booked by machine
 */
#ifndef NB_KIT_ELIGIBLE_H
#define NB_KIT_ELIGIBLE_H

#include "plugins/kit/rules.h"

/* The slot `eligible`: fills each zeroed answer with every reason against its ask, not only the
 * first. no_property: what is said of a property whose code is none of the program (check.h);
 * static, NULL when the program takes every code. */
enum nb_status kit_eligible(const struct nb_call *call, struct kit_defaults defaults,
                            const char *no_property, const struct nb_eligible_ask *asks,
                            uint32_t count, struct nb_eligible *answers);
/* Adds one reason, for a program's own rules. */
enum nb_status kit_refuse(const struct nb_call *call, struct nb_eligible *answer,
                          enum nb_refusal_code code, const char *text);

#endif
