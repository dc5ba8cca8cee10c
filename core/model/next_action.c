#include "core/model/next_action.h"

#include <string.h>

#define WAIT_FOR_HOLD "await_dispatch"
#define SEND_OFFER "send_the_offer"
#define CALL "book_by_phone"
#define ANSWER "await_the_answer"
#define SETTLE "settle_the_unknown"
#define DESK "confirm_the_desk"
#define TELL "tell_the_guest"
#define CHECK_IN "check_in"
#define CHECK_OUT "check_out"
#define ELSEWHERE "book_elsewhere"
#define CANCELLING "await_the_cancellation"
#define SEARCH "search_again"
#define ASK "ask_after_the_guest"

const char *const model_next_action_words[] = {
    WAIT_FOR_HOLD, SEND_OFFER, CALL,      ANSWER,     SETTLE, DESK, TELL,
    CHECK_IN,      CHECK_OUT,  ELSEWHERE, CANCELLING, SEARCH, ASK,  NULL};

enum model_transport model_transport_parse(const char *word)
{
    if (strcmp(word, "referral") == 0) {
        return MODEL_TRANSPORT_REFERRAL;
    }
    if (strcmp(word, "gateway") == 0) {
        return MODEL_TRANSPORT_GATEWAY;
    }
    return strcmp(word, "assisted") == 0 ? MODEL_TRANSPORT_ASSISTED : MODEL_TRANSPORT_NONE;
}

static struct model_next_action of(const char *action, const char *by)
{
    return (struct model_next_action){.action = action, .by = by};
}

static struct model_next_action of_held(enum model_transport transport)
{
    switch (transport) {
    case MODEL_TRANSPORT_REFERRAL:
        return of(SEND_OFFER, "system");
    case MODEL_TRANSPORT_ASSISTED:
        return of(CALL, "staff");
    case MODEL_TRANSPORT_GATEWAY:
    case MODEL_TRANSPORT_NONE:
        break;
    }
    return of(WAIT_FOR_HOLD, "system");
}

struct model_next_action model_next_action(enum model_booking_state state,
                                           enum model_transport transport, bool guest_told)
{
    switch (state) {
    case MODEL_BOOKING_HELD:
        return of_held(transport);
    case MODEL_BOOKING_OFFERED:
        return of(ANSWER, "provider");
    case MODEL_BOOKING_DISPATCHING:
        return transport == MODEL_TRANSPORT_ASSISTED ? of(CALL, "staff") : of(ANSWER, "system");
    case MODEL_BOOKING_UNKNOWN:
        return of(SETTLE, "supervisor");
    case MODEL_BOOKING_CONFIRMED:
        return of(DESK, "staff");
    case MODEL_BOOKING_DESK_CONFIRMED:
        return guest_told ? of(CHECK_IN, "staff") : of(TELL, "staff");
    case MODEL_BOOKING_CHECKED_IN:
        return of(CHECK_OUT, "staff");
    case MODEL_BOOKING_REFUSED_AT_DESK:
        return of(ELSEWHERE, "staff");
    case MODEL_BOOKING_CANCEL_PENDING:
        return transport == MODEL_TRANSPORT_ASSISTED ? of(CANCELLING, "staff")
                                                     : of(CANCELLING, "system");
    case MODEL_BOOKING_EXPIRED:
    case MODEL_BOOKING_DECLINED:
    case MODEL_BOOKING_FAILED:
        return of(SEARCH, "staff");
    case MODEL_BOOKING_NO_SHOW:
        return of(ASK, "staff");
    case MODEL_BOOKING_NONE:
    case MODEL_BOOKING_CHECKED_OUT:
    case MODEL_BOOKING_MOVED:
    case MODEL_BOOKING_CANCELLED:
    case MODEL_BOOKING_STATE_COUNT:
        break;
    }
    return of(NULL, NULL);
}
