/*
 * What happens next with a booking, and who does it: a word for screens, so that no state leaves
 * anybody guessing. Pure. Not here: when it is due (next_action_at of the booking).
 */
#ifndef NB_MODEL_NEXT_ACTION_H
#define NB_MODEL_NEXT_ACTION_H

#include "core/model/booking_lifecycle.h"

enum model_transport {
    MODEL_TRANSPORT_NONE = 0,
    MODEL_TRANSPORT_REFERRAL, /* an offer to the provider */
    MODEL_TRANSPORT_GATEWAY,  /* a machine of the program */
    MODEL_TRANSPORT_ASSISTED, /* a person with a script */
};

struct model_next_action {
    const char *action; /* "confirm_the_desk"; NULL when nothing follows. Static. */
    const char *by;     /* "staff", "provider", "system" or "supervisor"; NULL with action */
};

/* MODEL_TRANSPORT_NONE for any other word. */
enum model_transport model_transport_parse(const char *word);

struct model_next_action model_next_action(enum model_booking_state state,
                                           enum model_transport transport, bool guest_told);

/* Every action word, ends with NULL; static storage. */
extern const char *const model_next_action_words[];

#endif
