/*
 * Who plays the campaign: each function is the life of one client process. They choose by the dice
 * among what the API offers them, over few places and few accounts, so that they meet.
 * Invariant: nobody concludes anything from silence; a write that was not answered is repeated.
 */
#ifndef NB_TESTS_FAULTS_PEOPLE_H
#define NB_TESTS_FAULTS_PEOPLE_H

#include "tests/faults/client.h"

/* Staff of a hotline: open requests, search, book, look, cancel, cover, confirm desks. */
void staff_play(struct client *client);
/* Shelters and partner hotels: accept, decline or leave offers; staff who hear it on the phone. */
void desk_play(struct client *client);
/* People who take tasks: phone programs, end what a person must end, or let a lease lapse. */
void worker_play(struct client *client);
/* Wants what many others want in the same moment. */
void race_play(struct client *client);
/* Tops up points. */
void giver_play(struct client *client);

/* Works once through every task and offer that waits: what people do when the faults are over. */
void worker_catch_up(struct client *client);

#endif
