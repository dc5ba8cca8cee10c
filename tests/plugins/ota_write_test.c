/* Requests of OpenTravel: well-formed, with placeholders that may be sent, and nothing unescaped.
 */
#include "plugins/kit/ota_write.h"

#include "core/base/mem.h"
#include "core/plugin/placeholder.h"
#include "core/plugin/tree_xml.h"
#include "plugins/kit/element.h"
#include "tests/plugins/ota_cases.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(ota_write, .timeout = 20);

static struct nb_arena *arena;

static void set_up(void)
{
    arena = nb_arena_create((size_t)4 << 20);
}

static void tear_down(void)
{
    nb_arena_destroy(arena);
}

static const struct kit_ota_order commit = {KIT_OTA_COMMIT, "q-1", 30000};

/* What every request must be; gives its message. */
static const struct nb_node *sent(const struct nb_effect *effect, enum nb_operation_kind kind,
                                  const char *name)
{
    const struct nb_request *request = &effect->request;
    const struct nb_node *root = NULL;
    struct nb_err err = {0};
    cr_assert_eq(effect->kind, NB_EFFECT_REQUEST);
    cr_expect_eq(request->method, NB_METHOD_POST);
    cr_expect_eq(request->body_type, NB_BODY_XML);
    cr_expect_str_eq(request->path, KIT_OTA_PATH);
    cr_expect(plugin_text_check(request->body, kind, PLUGIN_PLACE_XML, &err), "%s", err.text);
    cr_assert(plugin_tree_of_xml(arena, request->body, strlen(request->body), &root, &err), "%s",
              err.text);
    cr_assert(kit_element_opens(root, KIT_OTA_NAMESPACE, name), "%s", request->body);
    cr_expect(kit_element_says(kit_element_at(root, "POS/Source/RequestorID"), "MessagePassword",
                               "{{credential.password}}"));
    return root;
}

static void expect_write(const struct nb_effect *effect, bool is_write)
{
    const struct nb_request *request = &effect->request;
    cr_expect_eq(request->is_write, is_write);
    cr_expect_eq(request->safe_to_repeat, !is_write);
    cr_expect_eq(request->deadline_ms, is_write ? 90000u : 15000u);
    cr_expect_eq(request->header_count, is_write ? 1u : 0u);
    cr_expect(!is_write || (strcmp(request->headers[0].name, "Idempotency-Key") == 0 &&
                            strcmp(request->headers[0].value, OTA_REFERENCE) == 0));
}

static void expect_at(const struct nb_node *root, const char *path, const char *attribute,
                      const char *value)
{
    const char *said = kit_element_attribute(kit_element_at(root, path), attribute);
    cr_expect_str_eq(said == NULL ? "(none)" : said, value, "%s/@%s", path, attribute);
}

#define SEGMENT "AvailRequestSegments/AvailRequestSegment/"

Test(ota_write, availability_asks_for_redemption_and_names_nobody, .init = set_up,
     .fini = tear_down)
{
    struct nb_call call = ota_call(arena);
    struct nb_effect effect = {0};
    cr_assert_eq(kit_ota_avail(&call, &ota_stay, &ota_settings, &effect), NB_OK);
    const struct nb_node *root = sent(&effect, NB_OPERATION_QUOTE, "OTA_HotelAvailRQ");
    expect_write(&effect, false);
    expect_at(root, SEGMENT "StayDateRange", "Start", "2026-11-25");
    expect_at(root, SEGMENT "StayDateRange", "End", "2026-11-27");
    expect_at(root, SEGMENT "RatePlanCandidates/RatePlanCandidate", "RatePlanType", "29");
    expect_at(root, SEGMENT "RoomStayCandidates/RoomStayCandidate", "Quantity", "1");
    expect_at(root, SEGMENT "HotelSearchCriteria/Criterion/HotelRef", "HotelCode", "51351");
    const struct nb_node *guests =
        kit_element_at(root, SEGMENT "RoomStayCandidates/RoomStayCandidate/GuestCounts");
    cr_assert_eq(kit_element_count(guests, "GuestCount"), 3);
    cr_expect(kit_element_says(kit_element_with(guests, "GuestCount", "AgeQualifyingCode", "10"),
                               "Count", "2"));
    cr_expect(kit_element_says(kit_element_with(guests, "GuestCount", "Age", "11"),
                               "AgeQualifyingCode", "8"));
    cr_expect_null(strstr(effect.request.body, "{{guest."), "no name for a price");
}

static const struct reserve_case {
    struct kit_ota_order order;
    enum nb_operation_kind kind;
    const char *word;
    bool names_guest;
} reserves[] = {
    {{KIT_OTA_INITIATE, "q-1", 30000}, NB_OPERATION_HOLD, "Initiate", false},
    {{KIT_OTA_COMMIT, "q-1", 30000}, NB_OPERATION_COMMIT, "Commit", true},
};

#define RESERVATION "HotelReservations/HotelReservation/"
#define ROOM_STAY RESERVATION "RoomStays/RoomStay/"

Test(ota_write, a_reservation_carries_our_reference_and_a_name_only_when_booked, .init = set_up,
     .fini = tear_down)
{
    for (size_t i = 0; i < NB_COUNT(reserves); i++) {
        struct nb_call call = ota_call(arena);
        struct nb_effect effect = {0};
        const char *word = reserves[i].word;
        cr_assert_eq(kit_ota_reserve(&call, &ota_stay, &reserves[i].order, &ota_settings, &effect),
                     NB_OK);
        const struct nb_node *root = sent(&effect, reserves[i].kind, "OTA_HotelResRQ");
        expect_write(&effect, true);
        cr_expect(kit_element_says(root, "ResStatus", word), "%s", word);
        cr_expect(kit_element_says(root, "EchoToken", OTA_REFERENCE), "%s", word);
        expect_at(root, RESERVATION "UniqueID", "Type", "14");
        expect_at(root, RESERVATION "UniqueID", "ID", OTA_REFERENCE);
        cr_expect_eq(strstr(effect.request.body, "{{guest.surname}}") != NULL,
                     reserves[i].names_guest, "%s", word);
        expect_at(root, ROOM_STAY "RatePlans/RatePlan", "RatePlanType", "29");
        expect_at(root, ROOM_STAY "RoomRates/RoomRate", "BookingCode", "q-1");
        expect_at(root, ROOM_STAY "RoomRates/RoomRate", "NumberOfUnits", "1");
        expect_at(root, ROOM_STAY "TimeSpan", "End", "2026-11-27");
        expect_at(root, ROOM_STAY "DepositPayments/GuaranteePayment", "PaymentCode", "47");
        expect_at(root,
                  ROOM_STAY "DepositPayments/GuaranteePayment/AcceptedPayments/"
                            "AcceptedPayment/LoyaltyRedemption",
                  "RedemptionQuantity", "30000");
        expect_at(root, ROOM_STAY "BasicPropertyInfo", "HotelCode", "51351");
    }
}

Test(ota_write, a_cancel_and_a_read_name_what_is_known_of_the_booking, .init = set_up,
     .fini = tear_down)
{
    for (int known = 0; known < 2; known++) {
        struct nb_call call = ota_call(arena);
        struct nb_operation operation = ota_stay;
        struct nb_effect effect = {0};
        operation.confirmation = known ? "C-77" : NULL;
        cr_assert_eq(kit_ota_cancel(&call, &operation, &ota_settings, &effect), NB_OK);
        const struct nb_node *root = sent(&effect, NB_OPERATION_CANCEL, "OTA_CancelRQ");
        expect_write(&effect, true);
        cr_expect(kit_element_says(root, "CancelType", "Commit"));
        cr_expect_eq(kit_element_count(root, "UniqueID"), known ? 2u : 1u);
        cr_expect_not_null(kit_element_with(root, "UniqueID", "ID", OTA_REFERENCE));
        cr_expect_null(strstr(effect.request.body, "C-77"), "the number itself is the house's");
        cr_assert_eq(kit_ota_retrieve(&call, &operation, &ota_settings, &effect), NB_OK);
        root = sent(&effect, NB_OPERATION_READ, "OTA_ReadRQ");
        expect_write(&effect, false);
        root = kit_element_at(root, "ReadRequests/ReadRequest");
        cr_expect_eq(kit_element_count(root, "UniqueID"), known ? 2u : 1u);
        cr_expect_not_null(kit_element_with(root, "UniqueID", "ID", OTA_REFERENCE));
    }
}

Test(ota_write, what_a_gateway_named_cannot_break_out, .init = set_up, .fini = tear_down)
{
    static const char *const codes[] = {"\"/><Evil a=\"", "a&b<c>'d'", "{{credential.password}}",
                                        "]]>", "\xc3\xa9&#60;"};
    for (size_t i = 0; i < NB_COUNT(codes); i++) {
        struct nb_call call = ota_call(arena);
        struct nb_effect effect = {0};
        struct nb_operation operation = ota_stay;
        struct kit_ota_order order = commit;
        operation.property_code = order.quote_id = codes[i];
        cr_assert_eq(kit_ota_reserve(&call, &operation, &order, &ota_settings, &effect), NB_OK);
        const struct nb_node *root = sent(&effect, NB_OPERATION_COMMIT, "OTA_HotelResRQ");
        expect_at(root, ROOM_STAY "BasicPropertyInfo", "HotelCode", codes[i]);
        expect_at(root, ROOM_STAY "RoomRates/RoomRate", "BookingCode", codes[i]);
        cr_expect_eq(strstr(effect.request.body, "<Evil"), NULL);
        const char *password = strstr(effect.request.body, "{{credential.password}}");
        cr_expect(password != NULL && strstr(password + 1, "{{credential.password}}") == NULL,
                  "only ours is replaced");
    }
}

static const struct bad {
    struct nb_operation operation;
    struct kit_ota_order order;
    const char *why;
} bad[] = {
#define OF(...)                                                                                    \
    {                                                                                              \
        .check_in = 9825, .check_out = 9827, .rooms = 1, .adults = 1, .reference = OTA_REFERENCE,  \
        .property_code = "51351", __VA_ARGS__                                                      \
    }
    {OF(.kind = NB_OPERATION_COMMIT), {KIT_OTA_RESERVE_NONE, "q-1", 1}, "nothing to do"},
    {OF(.kind = NB_OPERATION_COMMIT), {KIT_OTA_RESERVE_COUNT, "q-1", 1}, "no such thing"},
    {OF(.kind = NB_OPERATION_COMMIT), {KIT_OTA_COMMIT, NULL, 1}, "no quote"},
    {OF(.kind = NB_OPERATION_COMMIT), {KIT_OTA_COMMIT, "q\x01", 1}, "what XML cannot carry"},
    {OF(.kind = NB_OPERATION_COMMIT), {KIT_OTA_COMMIT, "q-1", -1}, "fewer points than none"},
};

Test(ota_write, an_order_that_makes_no_sense_is_never_sent, .init = set_up, .fini = tear_down)
{
    struct nb_call call = ota_call(arena);
    for (size_t i = 0; i < NB_COUNT(bad); i++) {
        struct nb_effect effect = {0};
        cr_expect_eq(
            kit_ota_reserve(&call, &bad[i].operation, &bad[i].order, &ota_settings, &effect),
            NB_REFUSED, "%s", bad[i].why);
    }
}

Test(ota_write, a_stay_that_makes_no_sense_is_never_sent, .init = set_up, .fini = tear_down)
{
    struct nb_operation operations[] = {ota_stay, ota_stay, ota_stay, ota_stay, ota_stay};
    operations[0].reference = NULL;
    operations[1].reference = "a\"b";
    operations[2].check_out = operations[2].check_in;
    operations[3].property_code = NULL;
    operations[4].property_code = "5\n1";
    for (size_t i = 0; i < NB_COUNT(operations); i++) {
        struct nb_call call = ota_call(arena);
        struct nb_effect effect = {0};
        cr_expect_eq(kit_ota_reserve(&call, &operations[i], &commit, &ota_settings, &effect),
                     NB_REFUSED, "operation %zu", i);
        bool nameless = i < 2;
        cr_expect_eq(kit_ota_cancel(&call, &operations[i], &ota_settings, &effect),
                     nameless ? NB_REFUSED : NB_OK, "cancel of operation %zu", i);
        cr_expect_eq(kit_ota_retrieve(&call, &operations[i], &ota_settings, &effect),
                     nameless ? NB_REFUSED : NB_OK, "read of operation %zu", i);
        cr_expect(nameless ||
                      kit_ota_avail(&call, &operations[i], &ota_settings, &effect) == NB_REFUSED,
                  "price of operation %zu", i);
    }
}

Test(ota_write, without_memory_it_says_so)
{
    for (size_t bytes = 64; bytes <= 4096; bytes *= 2) {
        struct nb_arena *small = nb_arena_create(bytes);
        struct nb_call call = ota_call(small);
        struct nb_effect effect = {0};
        cr_expect_eq(kit_ota_avail(&call, &ota_stay, &ota_settings, &effect), NB_NO_MEMORY);
        cr_expect_eq(kit_ota_reserve(&call, &ota_stay, &commit, &ota_settings, &effect),
                     NB_NO_MEMORY);
        cr_expect_eq(kit_ota_cancel(&call, &ota_stay, &ota_settings, &effect), NB_NO_MEMORY);
        nb_arena_destroy(small);
    }
}
