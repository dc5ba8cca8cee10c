/*
 * The parts of a price that every program shares: posted points of each night, cash rows, the sum.
 * What a program makes of the nights (tiers, free nights) is its own.
 */
#ifndef NB_KIT_PRICE_H
#define NB_KIT_PRICE_H

#include "core/plugin/nb_plugin.h"

/* Posted points of one unit for each night, in the arena: what was posted night by night, else the
 * tier of every night, else the posted total of the stay spread over its nights (the earlier nights
 * take what does not divide). On NB_PRICE_REASON_NONE ret_nights is set (NULL: out of memory). */
enum nb_price_reason kit_price_nights(const struct nb_call *call, const struct nb_price_ask *ask,
                                      int64_t **ret_nights);
/* Multiplies every night by units, sums, and carries the cash rows (of a room-night) over the stay.
 * Fills price; an overflow becomes its reason. */
enum nb_status kit_price_finish(const struct nb_call *call, const struct nb_price_ask *ask,
                                int64_t *nights, uint32_t units, uint32_t free_nights,
                                struct nb_price *price);
/* Sets free in each block of `every` consecutive nights its cheapest (of equals the last); how
 * many. */
uint32_t kit_price_free_cheapest(int64_t *nights, uint32_t count, uint32_t every);

#endif
