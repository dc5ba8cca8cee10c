/*
 * The messages are read and written here on their own, without the kit of plugins: a plugin that is
 * wrong about a message must be found out, not agreed with.
 */
#include "tests/support/rehearsal/ota.h"

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/plugin/tree_xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPACE "http://www.opentravel.org/OTA/2003/05"
#define ARENA_BYTES ((size_t)4 << 20)
#define XML_BYTES ((size_t)1 << 20)

/* Reading -------------------------------------------------------------------------------------- */

static const char *attribute(const struct nb_node *node, const char *name)
{
    for (uint32_t i = 0; node != NULL && i < node->child_count; i++) {
        const struct nb_node *child = &node->children[i];
        if (child->kind == NB_NODE_TEXT && strcmp(child->name + 1, name) == 0) {
            return child->value;
        }
    }
    return "";
}

static const struct nb_node *next(const struct nb_node *parent, const char *name, uint32_t *at)
{
    while (parent != NULL && *at < parent->child_count) {
        const struct nb_node *child = &parent->children[(*at)++];
        if (child->kind == NB_NODE_ELEMENT && strcmp(child->name, name) == 0) {
            return child;
        }
    }
    return NULL;
}

/* The first element of that name anywhere below: names are not used twice in these messages. */
static const struct nb_node *below(const struct nb_node *node, const char *name)
{
    const struct nb_node *found = NULL;
    for (uint32_t i = 0; node != NULL && found == NULL && i < node->child_count; i++) {
        const struct nb_node *child = &node->children[i];
        if (child->kind == NB_NODE_ELEMENT) {
            found = strcmp(child->name, name) == 0 ? child : below(child, name);
        }
    }
    return found;
}

static void put(json_t *json, const char *name, const char *text)
{
    if (text[0] != '\0') {
        json_object_set_new(json, name, json_string(text));
    }
}

static void put_number(json_t *json, const char *name, const char *text)
{
    if (text[0] != '\0') {
        json_object_set_new(json, name, json_integer(strtoll(text, NULL, 10)));
    }
}

static void put_guests(json_t *json, const struct nb_node *counts)
{
    json_t *ages = json_array();
    const struct nb_node *guest;
    uint32_t at = 0;
    while ((guest = next(counts, "GuestCount", &at)) != NULL) {
        if (strcmp(attribute(guest, "AgeQualifyingCode"), "10") == 0) {
            put_number(json, "adults", attribute(guest, "Count"));
        } else {
            json_array_append_new(ages, json_integer(strtoll(attribute(guest, "Age"), NULL, 10)));
        }
    }
    json_object_set_new(json, "children_ages", ages);
}

static json_t *quote_of(const struct nb_node *message)
{
    json_t *json = json_object();
    put(json, "property_code", attribute(below(message, "HotelRef"), "HotelCode"));
    put(json, "check_in", attribute(below(message, "StayDateRange"), "Start"));
    put(json, "check_out", attribute(below(message, "StayDateRange"), "End"));
    put(json, "member_number", attribute(below(message, "CustLoyalty"), "MembershipID"));
    put_number(json, "rooms", attribute(below(message, "RoomStayCandidate"), "Quantity"));
    put_guests(json, below(message, "GuestCounts"));
    return json;
}

static json_t *order_of(const struct nb_node *message)
{
    const struct nb_node *redeemed = below(message, "LoyaltyRedemption");
    json_t *json = json_object();
    put(json, "property_code", attribute(below(message, "BasicPropertyInfo"), "HotelCode"));
    put(json, "check_in", attribute(below(message, "TimeSpan"), "Start"));
    put(json, "check_out", attribute(below(message, "TimeSpan"), "End"));
    put(json, "quote_id", attribute(below(message, "RoomRate"), "BookingCode"));
    put(json, "member_number", attribute(redeemed, "MemberNumber"));
    put_number(json, "rooms", attribute(below(message, "RoomRate"), "NumberOfUnits"));
    put_number(json, "points_total", attribute(redeemed, "RedemptionQuantity"));
    put_guests(json, below(message, "GuestCounts"));
    return json;
}

static const char *reference_of(const struct nb_node *message)
{
    const struct nb_node *id = below(message, "UniqueID");
    return strcmp(attribute(id, "Type"), "14") == 0 ? attribute(id, "ID") : "";
}

static json_t *guest_of(const struct nb_node *message)
{
    const struct nb_node *given = below(message, "GivenName");
    const struct nb_node *surname = below(message, "Surname");
    return json_pack("{s:s, s:s}", "given_name", given == NULL ? "" : given->value, "surname",
                     surname == NULL ? "" : surname->value);
}

static const struct {
    const char *message;
    const char *status;
    enum reh_operation operation;
} messages[] = {
    {"OTA_HotelAvailRQ", "", REH_QUOTE},
    {"OTA_HotelResRQ", "Initiate", REH_HOLD},
    {"OTA_HotelResRQ", "Commit", REH_COMMIT},
    {"OTA_CancelRQ", "", REH_CANCEL},
    {"OTA_ReadRQ", "", REH_READ},
};

static enum reh_operation operation_of(const struct nb_node *message)
{
    for (size_t i = 0; i < NB_COUNT(messages); i++) {
        if (strcmp(message->name, messages[i].message) == 0 &&
            strcmp(attribute(message, "ResStatus"), messages[i].status) == 0 &&
            strcmp(attribute(message, "xmlns"), SPACE) == 0) {
            return messages[i].operation;
        }
    }
    return REH_OPERATION_NONE;
}

/* The body that the contract has for the same call. */
static json_t *body_of(enum reh_operation operation, const struct nb_node *message, json_t *asked)
{
    json_t *body =
        operation == REH_QUOTE || operation == REH_COMMIT ? json_copy(asked) : json_object();
    if (operation != REH_QUOTE && operation != REH_READ) {
        put(body, "reference", reference_of(message));
    }
    if (operation == REH_HOLD) {
        json_object_set(body, "quote_id", json_object_get(asked, "quote_id"));
    }
    if (operation == REH_COMMIT) {
        json_object_set_new(body, "guest", guest_of(message));
    }
    return body;
}

static bool path_of(const struct reh_request *request, enum reh_program *ret_program)
{
    char name[32];
    size_t length = strcspn(request->path + 1, "/");
    if (length >= sizeof(name) || strcmp(request->path + 1 + length, "/ota") != 0) {
        return false;
    }
    snprintf(name, sizeof(name), "%.*s", (int)length, request->path + 1);
    *ret_program = reh_program_of(name);
    return *ret_program != REH_PROGRAM_NONE;
}

bool reh_ota_is(const struct reh_request *request)
{
    enum reh_program program;
    return path_of(request, &program);
}

bool reh_ota_find(const struct reh_request *request, struct reh_route *ret_route,
                  struct reh_ota *ret_ota, json_t **ret_body)
{
    const struct nb_node *message;
    struct nb_err err = {0};
    *ret_route = (struct reh_route){0};
    *ret_ota = (struct reh_ota){.arena = nb_arena_create(ARENA_BYTES)};
    bool read =
        path_of(request, &ret_route->program) &&
        plugin_tree_of_xml(ret_ota->arena, request->body, request->body_bytes, &message, &err);
    ret_route->operation = read ? operation_of(message) : REH_OPERATION_NONE;
    const char *sender = read ? attribute(below(message, "RequestorID"), "MessagePassword") : "";
    if (ret_route->operation == REH_OPERATION_NONE || sender[0] == '\0') {
        reh_ota_fini(ret_ota);
        return false;
    }
    if (ret_route->operation == REH_READ || ret_route->operation == REH_CANCEL) {
        snprintf(ret_route->subject, sizeof(ret_route->subject), "%.90s", reference_of(message));
    }
    ret_ota->echo = attribute(message, "EchoToken");
    ret_ota->asked = ret_route->operation == REH_QUOTE ? quote_of(message) : order_of(message);
    *ret_body = body_of(ret_route->operation, message, ret_ota->asked);
    return true;
}

void reh_ota_fini(struct reh_ota *ota)
{
    json_decref(ota->asked);
    *ota = (struct reh_ota){.arena = nb_arena_destroy(ota->arena)};
}

/* Writing -------------------------------------------------------------------------------------- */

static void add_escaped(struct nb_buf *xml, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("<>&\"", *text) != NULL) {
            nb_buf_printf(xml, "&#%d;", *text);
        } else {
            nb_buf_char(xml, *text);
        }
    }
}

/* name="value" of a member of the contract; nothing when it is not there. */
static void add(struct nb_buf *xml, const char *name, const json_t *object, const char *member)
{
    const json_t *value = json_object_get(object, member);
    if (json_is_integer(value)) {
        nb_buf_printf(xml, " %s=\"%lld\"", name, (long long)json_integer_value(value));
    } else if (json_is_string(value)) {
        nb_buf_printf(xml, " %s=\"", name);
        add_escaped(xml, json_string_value(value));
        nb_buf_char(xml, '"');
    }
}

static void add_stay(struct nb_buf *xml, const json_t *stay)
{
    nb_buf_text(xml, "<RoomStay><RatePlans><RatePlan RatePlanType=\"29\"/></RatePlans>"
                     "<RoomRates><RoomRate");
    add(xml, "NumberOfUnits", stay, "rooms");
    add(xml, "BookingCode", stay, "quote_id");
    nb_buf_text(xml, "/></RoomRates><TimeSpan");
    add(xml, "Start", stay, "check_in");
    add(xml, "End", stay, "check_out");
    nb_buf_text(xml, "/><DepositPayments><GuaranteePayment PaymentCode=\"47\"><AcceptedPayments>"
                     "<AcceptedPayment><LoyaltyRedemption");
    add(xml, "RedemptionQuantity", stay, "points_total");
    nb_buf_text(xml, "/></AcceptedPayment></AcceptedPayments></GuaranteePayment>"
                     "</DepositPayments><CancelPenalties><CancelPenalty");
    add(xml, "PolicyCode", stay, "policy_version");
    nb_buf_text(xml, "><Deadline");
    add(xml, "AbsoluteDeadline", stay, "cancel_by");
    nb_buf_text(xml, "/></CancelPenalty></CancelPenalties><BasicPropertyInfo");
    add(xml, "HotelCode", stay, "property_code");
    nb_buf_text(xml, "/></RoomStay>");
}

static void add_unique_id(struct nb_buf *xml, const json_t *body)
{
    nb_buf_text(xml, "<UniqueID Type=\"14\"");
    add(xml, "ID", body, "reference");
    nb_buf_text(xml, "/>");
}

static const char *word_of(const json_t *body, const char *confirmed, const char *cancelled)
{
    const char *status = json_string_value(json_object_get(body, "status"));
    return status == NULL                     ? ""
           : strcmp(status, "confirmed") == 0 ? confirmed
           : strcmp(status, "cancelled") == 0 ? cancelled
           : strcmp(status, "held") == 0      ? "OnHold"
                                              : "Pending";
}

static void add_reservation(struct nb_buf *xml, const char *list, const char *status,
                            const json_t *body)
{
    nb_buf_printf(xml, "<Success/><%s><HotelReservation%s%s%s>", list,
                  status[0] == '\0' ? "" : " ResStatus=\"", status, status[0] == '\0' ? "" : "\"");
    add_unique_id(xml, body);
    nb_buf_text(xml, "<RoomStays>");
    add_stay(xml, body);
    nb_buf_text(xml, "</RoomStays><ResGlobalInfo><HotelReservationIDs>");
    if (json_object_get(body, "confirmation") != NULL) {
        nb_buf_text(xml, "<HotelReservationID ResID_Type=\"40\"");
        add(xml, "ResID_Value", body, "confirmation");
        nb_buf_text(xml, "/>");
    }
    nb_buf_printf(xml, "</HotelReservationIDs></ResGlobalInfo></HotelReservation></%s>", list);
}

/* One code of each outcome; "malformed" and a reused key have none that means them. */
static const char *code_of(const json_t *problem)
{
    static const char *const codes[][2] = {
        {"sold_out", "322"},         {"price_changed", "438"},      {"policy_changed", "443"},
        {"restricted", "69"},        {"insufficient_points", "80"}, {"redemption_refused", "370"},
        {"member_invalid", "648"},   {"hotel_invalid", "392"},      {"needs_card", "372"},
        {"already_cancelled", "95"}, {"not_found", "97"},           {"cancel_refused", "193"},
        {"duplicate", "94"},         {"unauthorised", "497"},       {"retry_later", "187"},
    };
    const char *code = json_string_value(json_object_get(problem, "code"));
    for (size_t i = 0; code != NULL && i < NB_COUNT(codes); i++) {
        if (strcmp(code, codes[i][0]) == 0) {
            return codes[i][1];
        }
    }
    return "320";
}

static void add_content(struct nb_buf *xml, const struct reh_ota *ota, enum reh_operation operation,
                        const json_t *body)
{
    if (operation == REH_QUOTE) {
        nb_buf_text(xml, "><Success/><RoomStays>");
        add_stay(xml, body);
        nb_buf_text(xml, "</RoomStays>");
    } else if (operation == REH_CANCEL) {
        nb_buf_printf(xml, " Status=\"%s\"><Success/>", word_of(body, "", "Cancelled"));
        add_unique_id(xml, body);
    } else if (operation == REH_READ) {
        nb_buf_char(xml, '>');
        add_reservation(xml, "ReservationsList", word_of(body, "Commit", "Cancel"), body);
    } else {
        /* The contract does not repeat the stay of a hold or of what is pending. */
        json_t *whole = json_copy(ota->asked);
        json_object_update(whole, (json_t *)(uintptr_t)body);
        nb_buf_printf(xml, " ResResponseType=\"%s\">", word_of(body, "Committed", "Cancelled"));
        add_reservation(xml, "HotelReservations", "", whole);
        json_decref(whole);
    }
}

void reh_ota_render(const struct reh_ota *ota, enum reh_operation operation,
                    struct reh_answer *answer)
{
    static const char *const names[REH_OPERATIONS] = {[REH_QUOTE] = "OTA_HotelAvailRS",
                                                      [REH_HOLD] = "OTA_HotelResRS",
                                                      [REH_COMMIT] = "OTA_HotelResRS",
                                                      [REH_CANCEL] = "OTA_CancelRS",
                                                      [REH_READ] = "OTA_ResRetrieveRS"};
    struct nb_buf xml;
    if (answer->body == NULL) {
        return;
    }
    nb_buf_init(&xml, XML_BYTES);
    nb_buf_printf(&xml, "<%s xmlns=\"" SPACE "\" Version=\"1.0\"", names[operation]);
    if (ota->echo[0] != '\0') {
        nb_buf_text(&xml, " EchoToken=\"");
        add_escaped(&xml, ota->echo);
        nb_buf_char(&xml, '"');
    }
    if (answer->problem) {
        nb_buf_printf(&xml, "><Errors><Error Type=\"3\" Code=\"%s\"/></Errors>",
                      code_of(answer->body));
        answer->status = answer->status == 429 || answer->status == 401 ? answer->status : 200;
    } else {
        add_content(&xml, ota, operation, answer->body);
        answer->status = answer->status < 300 ? 200 : answer->status;
    }
    nb_buf_printf(&xml, "</%s>", names[operation]);
    answer->text = nb_buf_take(&xml);
}
