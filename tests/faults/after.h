/*
 * Afterwards: whether what was acknowledged still holds, seen through the public API and the
 * gateway's own book.
 */
#ifndef NB_TESTS_FAULTS_AFTER_H
#define NB_TESTS_FAULTS_AFTER_H

#include "tests/faults/client.h"

/* Points of all accounts that people keep, whatever has become of them. */
json_int_t after_points(struct client *client);

/*
 * J1 every acknowledged key answers the same again · J7 what was acknowledged is there · B3 every
 * confirmed booking lives once in the other side's book, with the same dates, place, rooms and
 * number · no point was lost. What does not hold is an alarm of the journal. Writes what must not
 * stand in a log into the file, a line each.
 */
void after_check(struct client *client, const char *canaries);

/* Of a booking in such a state nothing lives on. */
bool after_is_over(const char *state);
/* Who got what everybody wanted; prints it. */
void after_races(struct client *client, const json_t *journal);

/* Prints what was tried and what became of it; true when the journal holds no alarm. */
bool after_account(struct client *client);

#endif
