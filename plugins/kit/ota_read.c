#include "plugins/kit/ota_read.h"

#include "plugins/kit/element.h"
#include "plugins/kit/ota_codes.h"
#include "plugins/kit/ota_stay.h"
#include "plugins/kit/ota_write.h"

#include <string.h>

struct reading {
    const struct nb_call *call;
    enum nb_operation_kind asked;
    const struct nb_operation *operation;
    const struct nb_node *message;
    struct kit_ota_answer *answer;
};

/* The message ---------------------------------------------------------------------------------- */

/* The answer to each question, and where what it answers with stands. */
static const struct {
    const char *message;
    const char *list;
} answers[NB_OPERATION_COUNT] = {
    [NB_OPERATION_QUOTE] = {"OTA_HotelAvailRS", "RoomStays"},
    [NB_OPERATION_HOLD] = {"OTA_HotelResRS", "HotelReservations"},
    [NB_OPERATION_COMMIT] = {"OTA_HotelResRS", "HotelReservations"},
    [NB_OPERATION_CANCEL] = {"OTA_CancelRS", ""},
    [NB_OPERATION_READ] = {"OTA_ResRetrieveRS", "ReservationsList"},
};

static const char *const soap_spaces[] = {"http://schemas.xmlsoap.org/soap/envelope/",
                                          "http://www.w3.org/2003/05/soap-envelope"};

/* What an envelope's one Body holds, when it is one element; else the node itself. */
static const struct nb_node *unwrapped(const struct nb_node *node)
{
    for (size_t i = 0; i < sizeof(soap_spaces) / sizeof(soap_spaces[0]); i++) {
        if (kit_element_opens(node, soap_spaces[i], "Envelope")) {
            const struct nb_node *body = kit_element_at(node, "Body");
            return body != NULL && body->child_count == 1 ? &body->children[0] : NULL;
        }
    }
    return node;
}

static bool is_ours(const struct reading *reading)
{
    const char *echo = kit_element_attribute(reading->message, "EchoToken");
    const char *reference = reading->operation->reference;
    return echo == NULL || reference == NULL || strcmp(echo, reference) == 0;
}

/* Refusals ------------------------------------------------------------------------------------- */

/* OpenTravel refuses with 200; a status of HTTP that refuses must say the same as the message. */
static bool status_fits(uint32_t status, enum nb_outcome outcome)
{
    return (status >= 200 && status <= 299) ||
           (outcome == NB_OUTCOME_RETRY_LATER && (status == 429 || status == 503)) ||
           (outcome == NB_OUTCOME_UNAUTHORISED && (status == 401 || status == 403));
}

/* What all Errors agree upon, and what can answer the question; else not known. */
static enum nb_outcome refusal(const struct reading *reading, const struct nb_node *errors)
{
    enum nb_outcome agreed = NB_OUTCOME_NONE;
    for (uint32_t i = 0; i < errors->child_count; i++) {
        const struct nb_node *error = &errors->children[i];
        enum nb_outcome outcome = kit_element_is(error, "Error")
                                      ? kit_ota_error_outcome(kit_element_attribute(error, "Type"),
                                                              kit_element_attribute(error, "Code"))
                                      : NB_OUTCOME_UNKNOWN;
        if (agreed != NB_OUTCOME_NONE && agreed != outcome) {
            return NB_OUTCOME_UNKNOWN;
        }
        agreed = outcome;
    }
    return kit_outcome_answers(agreed, (uint32_t)reading->asked) ? agreed : NB_OUTCOME_UNKNOWN;
}

/* Successes ------------------------------------------------------------------------------------ */

static bool ours(const struct reading *reading)
{
    const char *reference = reading->answer->facts.reference;
    return reference != NULL && reading->operation->reference != NULL &&
           strcmp(reference, reading->operation->reference) == 0;
}

static struct nb_facts facts_of(const struct reading *reading)
{
    struct nb_facts facts = kit_facts_none();
    facts.http_status = reading->answer->facts.http_status;
    facts.retry_after_ms = reading->answer->facts.retry_after_ms;
    return facts;
}

static bool bookable(const struct nb_facts *facts)
{
    return facts->points >= 0 && facts->quote_id != NULL &&
           strlen(facts->quote_id) < KIT_QUOTE_ID_TEXT;
}

/* Of the stays that are exactly what was asked the cheapest. Sold out only when each of them says
 * so: a stay that is neither for sale nor sold out is not understood. */
static enum nb_status quoted(const struct reading *reading, const struct nb_node *stays)
{
    uint32_t matching = 0, sold_out = 0;
    for (uint32_t i = 0; i < stays->child_count; i++) {
        struct nb_facts facts = facts_of(reading);
        if (!kit_element_is(&stays->children[i], "RoomStay")) {
            continue;
        }
        enum nb_status status = kit_ota_stay(reading->call, &stays->children[i], &facts);
        if (status != NB_OK) {
            return status;
        }
        if (!kit_facts_match(&facts, reading->operation, false)) {
            continue;
        }
        matching++;
        if (kit_element_says(&stays->children[i], "AvailabilityStatus", "NoAvailability")) {
            sold_out++;
        } else if (bookable(&facts) && (reading->answer->outcome != NB_OUTCOME_QUOTED ||
                                        facts.points < reading->answer->facts.points)) {
            reading->answer->facts = facts;
            reading->answer->outcome = NB_OUTCOME_QUOTED;
        }
    }
    if (matching > 0 && sold_out == matching) {
        reading->answer->outcome = NB_OUTCOME_SOLD_OUT;
    }
    return NB_OK;
}

/* A booking that exists: exactly what was asked, with a confirmation, for no more points. */
static bool booked(const struct reading *reading)
{
    const struct nb_facts *facts = &reading->answer->facts;
    return facts->confirmation != NULL && facts->points >= 0 &&
           kit_facts_match(facts, reading->operation, true) &&
           !kit_facts_too_dear(facts, reading->operation);
}

static bool held(const struct reading *reading)
{
    const struct nb_facts *facts = &reading->answer->facts;
    return facts->points >= 0 && kit_facts_match(facts, reading->operation, true) &&
           !kit_facts_too_dear(facts, reading->operation);
}

static enum nb_outcome reserved(const struct reading *reading)
{
    const struct nb_node *message = reading->message;
    if (!ours(reading)) {
        return NB_OUTCOME_UNKNOWN;
    }
    if (kit_element_says(message, "ResResponseType", "Pending")) {
        return NB_OUTCOME_PENDING;
    }
    if (reading->asked == NB_OPERATION_HOLD) {
        return kit_element_says(message, "ResResponseType", "OnHold") && held(reading)
                   ? NB_OUTCOME_HELD
                   : NB_OUTCOME_UNKNOWN;
    }
    return kit_element_says(message, "ResResponseType", "Committed") && booked(reading)
               ? NB_OUTCOME_CONFIRMED
               : NB_OUTCOME_UNKNOWN;
}

static enum nb_outcome retrieved(const struct reading *reading, const struct nb_node *reservation)
{
    if (!ours(reading)) {
        return NB_OUTCOME_UNKNOWN;
    }
    if (kit_element_says(reservation, "ResStatus", "Commit")) {
        return booked(reading) ? NB_OUTCOME_CONFIRMED : NB_OUTCOME_UNKNOWN;
    }
    if (kit_element_says(reservation, "ResStatus", "Cancel")) {
        return NB_OUTCOME_CANCELLED;
    }
    return kit_element_says(reservation, "ResStatus", "Pending") ? NB_OUTCOME_PENDING
                                                                 : NB_OUTCOME_UNKNOWN;
}

static enum nb_outcome cancelled(const struct reading *reading)
{
    const struct nb_node *message = reading->message;
    reading->answer->facts.reference =
        kit_element_attribute(kit_element_with(message, "UniqueID", "Type", "14"), "ID");
    if (!ours(reading)) {
        return NB_OUTCOME_UNKNOWN;
    }
    if (kit_element_says(message, "Status", "Cancelled")) {
        return NB_OUTCOME_CANCELLED;
    }
    return kit_element_says(message, "Status", "Pending") ? NB_OUTCOME_PENDING : NB_OUTCOME_UNKNOWN;
}

static enum nb_status read_reservation(const struct reading *reading, const struct nb_node *list)
{
    const struct nb_node *reservation = kit_element_at(list, "HotelReservation");
    if (reservation == NULL) {
        return NB_OK;
    }
    enum nb_status status =
        kit_ota_reservation(reading->call, reservation, &reading->answer->facts);
    if (status == NB_OK) {
        reading->answer->outcome = reading->asked == NB_OPERATION_READ
                                       ? retrieved(reading, reservation)
                                       : reserved(reading);
    }
    return status;
}

static enum nb_status succeeded(const struct reading *reading)
{
    if (reading->asked == NB_OPERATION_CANCEL) {
        reading->answer->outcome = cancelled(reading);
        return NB_OK;
    }
    const struct nb_node *list = kit_element_at(reading->message, answers[reading->asked].list);
    if (list == NULL) {
        return NB_OK;
    }
    return reading->asked == NB_OPERATION_QUOTE ? quoted(reading, list)
                                                : read_reservation(reading, list);
}

enum nb_status kit_ota_read(const struct nb_call *call, enum nb_operation_kind asked,
                            const struct nb_operation *operation,
                            const struct nb_response *response, struct kit_ota_answer *answer)
{
    if (asked >= NB_OPERATION_COUNT || answers[asked].message == NULL) {
        return NB_REFUSED;
    }
    struct reading reading = {.call = call,
                              .asked = asked,
                              .operation = operation,
                              .message = unwrapped(response->body),
                              .answer = answer};
    *answer = (struct kit_ota_answer){.outcome = NB_OUTCOME_UNKNOWN, .facts = kit_facts_none()};
    answer->facts.http_status = response->status;
    answer->facts.retry_after_ms = response->retry_after_ms;
    if (!kit_element_opens(reading.message, KIT_OTA_NAMESPACE, answers[asked].message) ||
        !is_ours(&reading)) {
        return NB_OK;
    }
    uint32_t errors = kit_element_count(reading.message, "Errors");
    uint32_t successes = kit_element_count(reading.message, "Success");
    if (successes == 1 && errors == 0 && status_fits(response->status, NB_OUTCOME_NONE)) {
        return succeeded(&reading);
    }
    if (successes == 0 && errors == 1) {
        enum nb_outcome outcome = refusal(&reading, kit_element_at(reading.message, "Errors"));
        answer->outcome = status_fits(response->status, outcome) ? outcome : NB_OUTCOME_UNKNOWN;
    }
    return NB_OK;
}
