/*
 * When points are gone, and what a cancelled stay gives back, by rule key:
 *   expiry.hard_months     from the lot's first day; 0 = no hard expiry
 *   expiry.idle_months     without activity of the account; 0 = no idle expiry
 *   expiry.idle_exempts_elite
 *   expiry.resets          which activity counts: of earn, donation_in, transfer_in, transfer_out,
 *                          redeem, reinstate, adjust, purchase; comma-separated
 *   expiry.warn_days       how long before somebody should look
 *   refund.return_days     until points of an in-time cancellation are back
 *   refund.late            lost | one_night | kept: a cancellation after its deadline
 *   refund.no_show         the same for a guest who did not come
 *   refund.charge          one_night: both may also cost a night on the card on file
 *   refund.modify          rebook: a change is a cancellation and a new booking; else (reprice) the
 *                          program prices it again
 *   refund.price_drop      on: the difference is credited; a rise is never charged
 *   refund.counter_back    on: a cancelled gift gives its yearly counter back
 */
#ifndef NB_KIT_LOTS_H
#define NB_KIT_LOTS_H

#include "plugins/kit/rules.h"

/* The slots `expiry_of` and `refund_effect`. NB_REFUSED for days, kinds or numbers that make no
 * sense. Static texts. */
enum nb_status kit_expiry(const struct nb_call *call, struct kit_defaults defaults,
                          const struct nb_expiry_ask *asks, uint32_t count,
                          struct nb_expiry *answers);
enum nb_status kit_refund(const struct nb_call *call, struct kit_defaults defaults,
                          const struct nb_refund_ask *ask, struct nb_refund *refund);

#endif
