#include "plugins/kit/ota_write.h"

#include "plugins/kit/dates.h"
#include "plugins/kit/node.h"
#include "plugins/kit/text.h"

#define BODY_BYTES 8192u

/* Pieces --------------------------------------------------------------------------------------- */

static void add_attribute(struct kit_text *body, const char *name, const char *value)
{
    kit_text_add(body, " ");
    kit_text_add(body, name);
    kit_text_add(body, "=\"");
    kit_text_xml(body, value);
    kit_text_add(body, "\"");
}

static void add_number(struct kit_text *body, const char *name, int64_t number)
{
    kit_text_add(body, " ");
    kit_text_add(body, name);
    kit_text_add(body, "=\"");
    kit_text_number(body, number);
    kit_text_add(body, "\"");
}

static void add_days(struct kit_text *body, const char *element,
                     const struct nb_operation *operation)
{
    char day[KIT_DAY_TEXT];
    kit_text_add(body, "<");
    kit_text_add(body, element);
    kit_day_format(operation->check_in, day);
    add_attribute(body, "Start", day);
    kit_day_format(operation->check_out, day);
    add_attribute(body, "End", day);
    kit_text_add(body, "/>");
}

/* Adults together; of children each with the age that decides what they cost. */
static void add_guests(struct kit_text *body, const struct nb_operation *operation)
{
    kit_text_add(body, "<GuestCounts><GuestCount AgeQualifyingCode=\"10\"");
    add_number(body, "Count", operation->adults);
    kit_text_add(body, "/>");
    for (uint32_t i = 0; i < operation->child_count && i < NB_CHILDREN_MAX; i++) {
        kit_text_add(body, "<GuestCount AgeQualifyingCode=\"8\"");
        add_number(body, "Age", operation->child_ages[i]);
        kit_text_add(body, " Count=\"1\"/>");
    }
    kit_text_add(body, "</GuestCounts>");
}

static void add_unique_id(struct kit_text *body, const struct nb_operation *operation)
{
    kit_text_add(body, "<UniqueID Type=\"14\"");
    add_attribute(body, "ID", operation->reference);
    kit_text_add(body, "/>");
}

/* Who a booking is looked up for: other systems want more than a number. */
static void add_booking(struct kit_text *body, const struct nb_operation *operation)
{
    add_unique_id(body, operation);
    if (operation->confirmation != NULL) {
        kit_text_add(body, "<UniqueID Type=\"40\" ID=\"{{booking.confirmation}}\"/>");
    }
}

static void begin_message(struct kit_text *body, const char *message, const char *reference)
{
    kit_text_add(body, "<");
    kit_text_add(body, message);
    kit_text_add(body, " xmlns=\"" KIT_OTA_NAMESPACE "\" Version=\"1.0\"");
    if (reference != NULL) {
        add_attribute(body, "EchoToken", reference);
    }
}

static void add_sender(struct kit_text *body)
{
    kit_text_add(body, "><POS><Source><RequestorID Type=\"4\" ID=\"{{credential.user}}\" "
                       "MessagePassword=\"{{credential.password}}\"/></Source></POS>");
}

static enum nb_status post(const struct kit_text *body, int64_t deadline_ms,
                           struct nb_effect *effect)
{
    const char *text = kit_text_end(body);
    effect->kind = NB_EFFECT_REQUEST;
    effect->request = (struct nb_request){.method = NB_METHOD_POST,
                                          .body_type = NB_BODY_XML,
                                          .deadline_ms = (uint32_t)deadline_ms,
                                          .path = KIT_OTA_PATH,
                                          .body = text};
    return text == NULL ? NB_NO_MEMORY : NB_OK;
}

static enum nb_status question(const struct kit_text *body,
                               const struct kit_gateway_settings *settings,
                               struct nb_effect *effect)
{
    enum nb_status status = post(body, settings->quote_deadline_ms, effect);
    effect->request.safe_to_repeat = 1;
    return status;
}

/* Messages ------------------------------------------------------------------------------------- */

/* Values of ours that XML could not carry in any form. */
static bool sound_stay(const struct nb_operation *operation)
{
    return kit_stay_sound(operation) && kit_line_sound(operation->property_code);
}

enum nb_status kit_ota_avail(const struct nb_call *call, const struct nb_operation *operation,
                             const struct kit_gateway_settings *settings, struct nb_effect *effect)
{
    if (!sound_stay(operation)) {
        return NB_REFUSED;
    }
    struct kit_text body = kit_text_begin(call, BODY_BYTES);
    begin_message(&body, "OTA_HotelAvailRQ", operation->reference);
    add_sender(&body);
    kit_text_add(&body, "<AvailRequestSegments><AvailRequestSegment>");
    add_days(&body, "StayDateRange", operation);
    kit_text_add(&body, "<RatePlanCandidates><RatePlanCandidate RatePlanType=\"29\"/>"
                        "</RatePlanCandidates><RoomStayCandidates><RoomStayCandidate");
    add_number(&body, "Quantity", operation->rooms);
    kit_text_add(&body, ">");
    add_guests(&body, operation);
    kit_text_add(&body, "</RoomStayCandidate></RoomStayCandidates>"
                        "<HotelSearchCriteria><Criterion><HotelRef");
    add_attribute(&body, "HotelCode", operation->property_code);
    kit_text_add(&body, "/><Profiles><ProfileInfo><Profile><Customer>"
                        "<CustLoyalty MembershipID=\"{{account.member}}\"/></Customer></Profile>"
                        "</ProfileInfo></Profiles></Criterion></HotelSearchCriteria>"
                        "</AvailRequestSegment></AvailRequestSegments></OTA_HotelAvailRQ>");
    return question(&body, settings, effect);
}

static void add_room_stay(struct kit_text *body, const struct nb_operation *operation,
                          const struct kit_ota_order *order)
{
    kit_text_add(body, "<RoomStays><RoomStay><RatePlans><RatePlan RatePlanType=\"29\"/></RatePlans>"
                       "<RoomRates><RoomRate");
    add_number(body, "NumberOfUnits", operation->rooms);
    add_attribute(body, "BookingCode", order->quote_id);
    kit_text_add(body, "/></RoomRates>");
    add_guests(body, operation);
    add_days(body, "TimeSpan", operation);
    kit_text_add(body, "<DepositPayments><GuaranteePayment PaymentCode=\"47\"><AcceptedPayments>"
                       "<AcceptedPayment><LoyaltyRedemption MemberNumber=\"{{account.member}}\"");
    add_number(body, "RedemptionQuantity", order->points);
    kit_text_add(body, "/></AcceptedPayment></AcceptedPayments></GuaranteePayment>"
                       "</DepositPayments><BasicPropertyInfo");
    add_attribute(body, "HotelCode", operation->property_code);
    kit_text_add(body, "/></RoomStay></RoomStays>");
}

/* No name before it is booked: a hold does not need one, and may never become a booking. */
static void add_guest(struct kit_text *body)
{
    kit_text_add(body, "<ResGuests><ResGuest><Profiles><ProfileInfo><Profile><Customer><PersonName>"
                       "<GivenName>{{guest.given_name}}</GivenName>"
                       "<Surname>{{guest.surname}}</Surname></PersonName></Customer></Profile>"
                       "</ProfileInfo></Profiles></ResGuest></ResGuests>");
}

static const char *const reserve_words[KIT_OTA_RESERVE_COUNT] = {
    [KIT_OTA_INITIATE] = "Initiate", [KIT_OTA_COMMIT] = "Commit"};

static bool sound_order(const struct nb_operation *operation, const struct kit_ota_order *order)
{
    return order->what > KIT_OTA_RESERVE_NONE && order->what < KIT_OTA_RESERVE_COUNT &&
           kit_reference_sound(operation->reference) && sound_stay(operation) &&
           order->quote_id != NULL && kit_line_sound(order->quote_id) && order->points >= 0;
}

static enum nb_status write(const struct nb_call *call, const struct nb_operation *operation,
                            const struct kit_text *body,
                            const struct kit_gateway_settings *settings, struct nb_effect *effect)
{
    enum nb_status status = post(body, settings->write_deadline_ms, effect);
    return status == NB_OK ? kit_gateway_write(call, operation->reference, effect) : status;
}

enum nb_status kit_ota_reserve(const struct nb_call *call, const struct nb_operation *operation,
                               const struct kit_ota_order *order,
                               const struct kit_gateway_settings *settings,
                               struct nb_effect *effect)
{
    if (!sound_order(operation, order)) {
        return NB_REFUSED;
    }
    struct kit_text body = kit_text_begin(call, BODY_BYTES);
    begin_message(&body, "OTA_HotelResRQ", operation->reference);
    add_attribute(&body, "ResStatus", reserve_words[order->what]);
    add_sender(&body);
    kit_text_add(&body, "<HotelReservations><HotelReservation>");
    add_unique_id(&body, operation);
    add_room_stay(&body, operation, order);
    if (order->what == KIT_OTA_COMMIT) {
        add_guest(&body);
    }
    kit_text_add(&body, "</HotelReservation></HotelReservations></OTA_HotelResRQ>");
    return write(call, operation, &body, settings, effect);
}

enum nb_status kit_ota_cancel(const struct nb_call *call, const struct nb_operation *operation,
                              const struct kit_gateway_settings *settings, struct nb_effect *effect)
{
    if (!kit_reference_sound(operation->reference)) {
        return NB_REFUSED;
    }
    struct kit_text body = kit_text_begin(call, BODY_BYTES);
    begin_message(&body, "OTA_CancelRQ", operation->reference);
    add_attribute(&body, "CancelType", "Commit");
    add_sender(&body);
    add_booking(&body, operation);
    kit_text_add(&body, "<Verification><PersonName><Surname>{{guest.surname}}</Surname>"
                        "</PersonName></Verification></OTA_CancelRQ>");
    return write(call, operation, &body, settings, effect);
}

enum nb_status kit_ota_retrieve(const struct nb_call *call, const struct nb_operation *operation,
                                const struct kit_gateway_settings *settings,
                                struct nb_effect *effect)
{
    if (!kit_reference_sound(operation->reference)) {
        return NB_REFUSED;
    }
    struct kit_text body = kit_text_begin(call, BODY_BYTES);
    begin_message(&body, "OTA_ReadRQ", operation->reference);
    add_sender(&body);
    kit_text_add(&body, "<ReadRequests><ReadRequest>");
    add_booking(&body, operation);
    kit_text_add(&body, "<Verification><PersonName><Surname>{{guest.surname}}</Surname>"
                        "</PersonName></Verification></ReadRequest></ReadRequests></OTA_ReadRQ>");
    return question(&body, settings, effect);
}
