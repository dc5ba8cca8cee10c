/* Answers of OpenTravel: what holds exactly what was asked, and everything else, which is unknown.
 */
#include "plugins/kit/ota_read.h"

#include "core/base/mem.h"
#include "core/plugin/tree_xml.h"
#include "plugins/kit/element.h"
#include "tests/plugins/ota_cases.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(ota_read, .timeout = 60);

#define CANCEL_BY INT64_C(1795564800000000) /* 2026-11-25 00:00 UTC */

static struct nb_arena *arena;

static void set_up(void)
{
    arena = nb_arena_create((size_t)16 << 20);
}

static void tear_down(void)
{
    nb_arena_destroy(arena);
}

static struct kit_ota_answer read_text(enum nb_operation_kind asked, const char *text)
{
    nb_arena_reset(arena);
    return ota_answer(arena, asked, text, strlen(text), 200);
}

static const struct whole {
    const char *fixture;
    enum nb_operation_kind asked;
    enum nb_outcome outcome;
} whole[] = {
    {"avail", NB_OPERATION_QUOTE, NB_OUTCOME_QUOTED},
    {"held", NB_OPERATION_HOLD, NB_OUTCOME_HELD},
    {"committed", NB_OPERATION_COMMIT, NB_OUTCOME_CONFIRMED},
    {"retrieved", NB_OPERATION_READ, NB_OUTCOME_CONFIRMED},
    {"cancelled", NB_OPERATION_CANCEL, NB_OUTCOME_CANCELLED},
    {"refused", NB_OPERATION_COMMIT, NB_OUTCOME_SOLD_OUT},
};

static void expect_stay(const struct nb_facts *facts, const char *why)
{
    cr_expect_str_eq(facts->property_code, "51351", "%s", why);
    cr_expect_eq(facts->check_in, ota_stay.check_in, "%s", why);
    cr_expect_eq(facts->check_out, ota_stay.check_out, "%s", why);
    cr_expect_eq(facts->rooms, 1, "%s", why);
    cr_expect_eq(facts->points, 30000, "%s: %ld", why, (long)facts->points);
    cr_expect_str_eq(facts->quote_id, "q-1", "%s", why);
    cr_expect_str_eq(facts->policy_version, "p1", "%s", why);
    cr_expect_eq(facts->cancel_by_us, CANCEL_BY, "%s: %ld", why, (long)facts->cancel_by_us);
    cr_assert_eq(facts->cash_count, 2, "%s", why);
    cr_expect_eq(facts->cash[0].kind, NB_CASH_TAX);
    cr_expect_eq(facts->cash[0].minor, 310, "minor units, as DecimalPlaces says");
    cr_expect_eq(facts->cash[1].kind, NB_CASH_OTHER);
    cr_expect_eq(facts->cash[1].minor, 2500);
    cr_expect_str_eq(facts->cash[1].currency, "USD");
}

Test(ota_read, a_whole_answer_is_believed, .init = set_up, .fini = tear_down)
{
    for (size_t i = 0; i < NB_COUNT(whole); i++) {
        NB_AUTOFREE char *text = ota_fixture(whole[i].fixture);
        struct kit_ota_answer answer = read_text(whole[i].asked, text);
        const char *why = whole[i].fixture;
        cr_expect_eq(answer.outcome, whole[i].outcome, "%s: %d", why, (int)answer.outcome);
        if (whole[i].outcome == NB_OUTCOME_SOLD_OUT) {
            continue;
        }
        if (whole[i].asked != NB_OPERATION_CANCEL) {
            expect_stay(&answer.facts, why);
        }
        if (whole[i].asked != NB_OPERATION_QUOTE) {
            cr_expect_str_eq(answer.facts.reference, OTA_REFERENCE, "%s", why);
        }
        if (whole[i].outcome == NB_OUTCOME_CONFIRMED) {
            cr_expect_str_eq(answer.facts.confirmation, "C-77", "%s", why);
        }
    }
}

static const struct changed {
    const char *fixture;
    enum nb_operation_kind asked;
    const char *from;
    const char *to;
    enum nb_outcome outcome;
    const char *why;
} changes[] = {
#define QUOTE_OF(from, to, outcome, why)                                                           \
    {                                                                                              \
        "avail", NB_OPERATION_QUOTE, from, to, outcome, why                                        \
    }
#define COMMIT_OF(from, to, outcome, why)                                                          \
    {                                                                                              \
        "committed", NB_OPERATION_COMMIT, from, to, outcome, why                                   \
    }
#define READ_OF(from, to, outcome, why)                                                            \
    {                                                                                              \
        "retrieved", NB_OPERATION_READ, from, to, outcome, why                                     \
    }
#define CANCEL_OF(from, to, outcome, why)                                                          \
    {                                                                                              \
        "cancelled", NB_OPERATION_CANCEL, from, to, outcome, why                                   \
    }
#define REFUSAL_OF(from, to, outcome, why)                                                         \
    {                                                                                              \
        "refused", NB_OPERATION_COMMIT, from, to, outcome, why                                     \
    }
#define NEVER NB_OUTCOME_UNKNOWN
    QUOTE_OF("AvailableForSale", "NoAvailability", NB_OUTCOME_SOLD_OUT, "each says it is gone"),
    QUOTE_OF("51351", "51352", NEVER, "another property"),
    QUOTE_OF("2026-11-25", "2026-11-24", NEVER, "other nights"),
    QUOTE_OF("NumberOfUnits=\"1\"", "NumberOfUnits=\"2\"", NEVER, "another number of rooms"),
    QUOTE_OF("NumberOfUnits=\"1\"", "NumberOfUnits=\"-1\"", NEVER, "fewer rooms than none"),
    QUOTE_OF("RatePlanType=\"29\"", "RatePlanType=\"31\"", NEVER, "points and cash"),
    QUOTE_OF("PaymentCode=\"47\"", "PaymentCode=\"1\"", NEVER, "not paid in points"),
    QUOTE_OF("Amount=\"25.00\"", "Amount=\"25\"", NEVER, "dollars or cents?"),
    QUOTE_OF("Amount=\"25.00\"", "Amount=\"25.0\"", NEVER, "tenths of a dollar"),
    QUOTE_OF("Amount=\"25.00\"", "Amount=\"-25.00\"", NEVER, "a fee that pays"),
    QUOTE_OF("Amount=\"25.00\"", "Amount=\"1e3.00\"", NEVER, "no amount"),
    QUOTE_OF("\"USD\"", "\"usd\"", NEVER, "no currency"),
    QUOTE_OF("</Total>", "</Total><Total/>", NEVER, "two totals"),
    QUOTE_OF("<Taxes>", "<Taxes/><Taxes>", NEVER, "two lists of taxes"),
    QUOTE_OF("</Fees>", "</Fees><Fees/>", NEVER, "two lists of fees"),
    QUOTE_OF("<RoomRate ", "<RoomRate/><RoomRate ", NEVER, "two rates in one stay"),
    QUOTE_OF("RoomStays>", "Rooms>", NEVER, "no list"),
    QUOTE_OF("BookingCode=\"", "Code=\"", NEVER, "nothing to book it by"),
    QUOTE_OF("Type=\"Exclusive\"", "Type=\"Other\"", NB_OUTCOME_QUOTED, "a fee of any kind counts"),

    COMMIT_OF("=\"Committed\"", "=\"Pending\"", NB_OUTCOME_PENDING, "accepted, not decided"),
    COMMIT_OF("=\"Committed\"", "=\"Unsuccessful\"", NEVER, "a success that is none"),
    COMMIT_OF("=\"Committed\"", "=\"OnHold\"", NEVER, "only held"),
    COMMIT_OF("=\"Committed\"", "=\"committed\"", NEVER, "not the word"),
    COMMIT_OF("51351", "51352", NEVER, "another property"),
    COMMIT_OF("2026-11-27", "2026-11-28", NEVER, "one night more"),
    COMMIT_OF("2026-11-27", "2026-11-27T12:00:00", NEVER, "no day"),
    COMMIT_OF("NumberOfUnits=\"1\"", "NumberOfUnits=\"2\"", NEVER, "two rooms"),
    COMMIT_OF("30000", "30001", NEVER, "more points than were approved"),
    COMMIT_OF("30000", "99999999999999999999", NEVER, "more points than there are"),
    COMMIT_OF("30000", "29000", NB_OUTCOME_CONFIRMED, "fewer points are welcome"),
    COMMIT_OF("ID=\"0c5d", "ID=\"ffff", NEVER, "somebody else's reference"),
    COMMIT_OF("EchoToken=\"0c5d", "EchoToken=\"ffff", NEVER, "the answer to another question"),
    COMMIT_OF("Type=\"14\"", "Type=\"16\"", NEVER, "our reference as something else"),
    COMMIT_OF("<UniqueID", "<UniqueID Type=\"14\" ID=\"x\"/><UniqueID", NEVER, "two references"),
    COMMIT_OF("ResID_Type=\"40\"", "ResID_Type=\"15\"", NEVER, "no confirmation"),
    COMMIT_OF("C-77", "", NEVER, "an empty confirmation"),
    COMMIT_OF("C-77", "C&#10;77", NEVER, "a confirmation of two lines"),
    COMMIT_OF("<HotelReservation>", "<HotelReservation/><HotelReservation>", NEVER, "two bookings"),
    COMMIT_OF("<RoomStay>", "<RoomStay/><RoomStay>", NEVER, "two stays"),
    COMMIT_OF("<Success/>", "", NEVER, "neither success nor error"),
    COMMIT_OF("<Success/>", "<Success/><Success/>", NEVER, "twice"),
    COMMIT_OF("<Success/>", "<Success/><Errors><Error Code=\"322\"/></Errors>", NEVER, "both"),
    COMMIT_OF("<Success/>", "<Success/><Errors/><Errors/>", NEVER, "both, and errors twice"),
    COMMIT_OF("OTA/2003/05", "OTA/2003/06", NEVER, "another namespace"),
    COMMIT_OF("soap/envelope/", "soap/envelop/", NEVER, "another envelope"),
    COMMIT_OF("<RoomStays>", "<RoomStays xmlns=\"urn:x\">", NEVER, "a stay of another namespace"),
    COMMIT_OF("OTA_HotelResRS", "OTA_HotelResRQ", NEVER, "our own question"),
    COMMIT_OF("<soap:Body>", "<soap:Body><soap:Fault/>", NEVER, "a fault beside it"),
    COMMIT_OF("<Rates>", "<Rates><!-- x --><?x y?>", NB_OUTCOME_CONFIRMED,
              "a comment says nothing"),

    READ_OF("\"Commit\"", "\"Cancel\"", NB_OUTCOME_CANCELLED, "it is gone"),
    READ_OF("\"Commit\"", "\"Pending\"", NB_OUTCOME_PENDING, "not decided"),
    READ_OF("\"Commit\"", "\"Initiate\"", NEVER, "begun and left"),
    READ_OF("\"Commit\"", "\"Ignore\"", NEVER, "let go"),
    READ_OF("ID=\"0c5d", "ID=\"ffff", NEVER, "another reference is neither found nor absent"),
    READ_OF("30000", "30001", NEVER, "not what was asked"),
    READ_OF("ReservationsList>", "HotelReservations>", NEVER, "not its list"),

    CANCEL_OF("\"Cancelled\"", "\"Pending\"", NB_OUTCOME_PENDING, "not decided"),
    CANCEL_OF("\"Cancelled\"", "\"Unsuccessful\"", NEVER, "a success that is none"),
    CANCEL_OF("Status=\"Cancelled\"", "", NEVER, "no word of it"),
    CANCEL_OF("ID=\"0c5d", "ID=\"ffff", NEVER, "somebody else's booking"),
    CANCEL_OF("<UniqueID Type=\"15\"", "<UniqueID Type=\"14\"", NEVER, "of two bookings"),

    REFUSAL_OF("322", "94", NB_OUTCOME_DUPLICATE, "it exists"),
    REFUSAL_OF("322", "497", NB_OUTCOME_UNAUTHORISED, "we may not"),
    REFUSAL_OF("322", "888", NB_OUTCOME_RETRY_LATER, "later"),
    REFUSAL_OF("322", "448", NEVER, "it does not know itself"),
    REFUSAL_OF("322", "1", NEVER, "no code of the list"),
    REFUSAL_OF("322", "87", NEVER, "not found is no answer to a booking"),
    REFUSAL_OF("322", "95", NEVER, "cancelled is no answer to a booking"),
    REFUSAL_OF("Type=\"3\"", "Type=\"12\"", NEVER, "it broke while it worked"),
    REFUSAL_OF("<Error ", "<Error Code=\"322\"/><Error ", NB_OUTCOME_SOLD_OUT, "two that agree"),
    REFUSAL_OF("<Error ", "<Error Code=\"94\"/><Error ", NEVER, "two that do not"),
    REFUSAL_OF("<Error ", "<Error Code=\"1\"/><Error ", NEVER, "one that is not understood"),
    REFUSAL_OF("<Error ", "<Other/><Error ", NEVER, "something else among them"),
    REFUSAL_OF("Errors>", "Warnings>", NEVER, "warnings refuse nothing"),
};

Test(ota_read, one_changed_place_changes_what_is_believed, .init = set_up, .fini = tear_down)
{
    for (size_t i = 0; i < NB_COUNT(changes); i++) {
        NB_AUTOFREE char *text = ota_fixture(changes[i].fixture);
        NB_AUTOFREE char *other = ota_changed(text, changes[i].from, changes[i].to);
        struct kit_ota_answer answer = read_text(changes[i].asked, other);
        cr_expect_eq(answer.outcome, changes[i].outcome, "%s, %s: %d", changes[i].fixture,
                     changes[i].why, (int)answer.outcome);
    }
}

Test(ota_read, a_deadline_without_a_zone_and_of_two_policies_is_none, .init = set_up,
     .fini = tear_down)
{
    static const char *const changed[][2] = {
        {"18:00:00-06:00", "18:00:00"}, {"<CancelPenalty ", "<CancelPenalty/><CancelPenalty "}};
    for (size_t i = 0; i < NB_COUNT(changed); i++) {
        NB_AUTOFREE char *text = ota_fixture("committed");
        NB_AUTOFREE char *other = ota_changed(text, changed[i][0], changed[i][1]);
        struct kit_ota_answer answer = read_text(NB_OPERATION_COMMIT, other);
        cr_expect_eq(answer.outcome, NB_OUTCOME_CONFIRMED);
        cr_expect_eq(answer.facts.cancel_by_us, NB_INSTANT_NONE);
    }
}

Test(ota_read, an_answer_cut_anywhere_is_unknown, .init = set_up, .fini = tear_down)
{
    for (size_t i = 0; i < NB_COUNT(whole); i++) {
        NB_AUTOFREE char *text = ota_fixture(whole[i].fixture);
        size_t end = strlen(text);
        while (end > 0 && text[end - 1] == '\n') {
            end--;
        }
        for (size_t bytes = 0; bytes < end; bytes++) {
            nb_arena_reset(arena);
            NB_AUTOFREE char *cut = strndup(text, bytes);
            struct kit_ota_answer answer = ota_answer(arena, whole[i].asked, cut, bytes, 200);
            cr_assert_eq(answer.outcome, NB_OUTCOME_UNKNOWN, "%s cut at %zu", whole[i].fixture,
                         bytes);
        }
    }
}

Test(ota_read, one_damaged_byte_never_makes_another_booking, .init = set_up, .fini = tear_down)
{
    static const char damages[] = {'0', 'x', '<', '"', '&', ' ', (char)0xff};
    NB_AUTOFREE char *text = ota_fixture("committed");
    for (size_t at = 0; text[at] != '\0'; at++) {
        char kept = text[at];
        for (size_t i = 0; i < sizeof(damages); i++) {
            text[at] = damages[i];
            struct kit_ota_answer answer = read_text(NB_OPERATION_COMMIT, text);
            cr_assert(answer.outcome == NB_OUTCOME_UNKNOWN ||
                          (answer.outcome == NB_OUTCOME_CONFIRMED &&
                           kit_facts_match(&answer.facts, &ota_stay, true) &&
                           answer.facts.points <= ota_stay.points_total),
                      "byte %zu as %02x: %d", at, (unsigned char)damages[i], (int)answer.outcome);
        }
        text[at] = kept;
    }
}

Test(ota_read, the_answer_to_another_question_is_unknown, .init = set_up, .fini = tear_down)
{
    static const enum nb_operation_kind kinds[] = {NB_OPERATION_QUOTE, NB_OPERATION_HOLD,
                                                   NB_OPERATION_COMMIT, NB_OPERATION_CANCEL,
                                                   NB_OPERATION_READ};
    for (size_t i = 0; i < NB_COUNT(whole); i++) {
        NB_AUTOFREE char *text = ota_fixture(whole[i].fixture);
        for (size_t j = 0; j < NB_COUNT(kinds); j++) {
            bool refusal = strcmp(whole[i].fixture, "refused") == 0;
            if (kinds[j] != whole[i].asked && !(refusal && kinds[j] == NB_OPERATION_HOLD)) {
                cr_expect_eq(read_text(kinds[j], text).outcome, NB_OUTCOME_UNKNOWN, "%s for %d",
                             whole[i].fixture, (int)kinds[j]);
            }
        }
    }
}

Test(ota_read, an_http_error_or_no_body_says_nothing, .init = set_up, .fini = tear_down)
{
    static const uint32_t statuses[] = {0, 199, 300, 401, 404, 429, 500, 503};
    for (size_t i = 0; i < NB_COUNT(whole); i++) {
        NB_AUTOFREE char *text = ota_fixture(whole[i].fixture);
        for (size_t j = 0; j < NB_COUNT(statuses); j++) {
            nb_arena_reset(arena);
            cr_expect_eq(ota_answer(arena, whole[i].asked, text, strlen(text), statuses[j]).outcome,
                         NB_OUTCOME_UNKNOWN, "%s with %u", whole[i].fixture, statuses[j]);
        }
        cr_expect_eq(ota_answer(arena, whole[i].asked, "", 0, 200).outcome, NB_OUTCOME_UNKNOWN);
    }
}

static const struct status_case {
    const char *code;
    uint32_t status;
    enum nb_outcome outcome;
} status_cases[] = {
    {"187", 429, NB_OUTCOME_RETRY_LATER},  {"187", 503, NB_OUTCOME_RETRY_LATER},
    {"187", 401, NB_OUTCOME_UNKNOWN},      {"497", 401, NB_OUTCOME_UNAUTHORISED},
    {"497", 403, NB_OUTCOME_UNAUTHORISED}, {"497", 429, NB_OUTCOME_UNKNOWN},
    {"94", 409, NB_OUTCOME_UNKNOWN},       {"94", 202, NB_OUTCOME_DUPLICATE},
};

Test(ota_read, an_http_error_counts_when_the_message_says_the_same, .init = set_up,
     .fini = tear_down)
{
    NB_AUTOFREE char *text = ota_fixture("refused");
    for (size_t i = 0; i < NB_COUNT(status_cases); i++) {
        nb_arena_reset(arena);
        NB_AUTOFREE char *other = ota_changed(text, "322", status_cases[i].code);
        cr_expect_eq(
            ota_answer(arena, NB_OPERATION_COMMIT, other, strlen(other), status_cases[i].status)
                .outcome,
            status_cases[i].outcome, "%s with %u", status_cases[i].code, status_cases[i].status);
    }
}

Test(ota_read, what_opentravel_has_no_message_for_is_refused, .init = set_up, .fini = tear_down)
{
    static const enum nb_operation_kind kinds[] = {NB_OPERATION_NONE, NB_OPERATION_BALANCE,
                                                   NB_OPERATION_ACTIVITY, NB_OPERATION_COUNT};
    struct nb_response response = {.status = 200};
    struct nb_call call = ota_call(arena);
    struct kit_ota_answer answer;
    for (size_t i = 0; i < NB_COUNT(kinds); i++) {
        cr_expect_eq(kit_ota_read(&call, kinds[i], &ota_stay, &response, &answer), NB_REFUSED);
    }
}

Test(ota_read, without_memory_it_says_so, .init = set_up, .fini = tear_down)
{
    NB_AUTOFREE char *text = ota_fixture("committed");
    struct nb_response response = {.status = 200};
    struct nb_err err = {0};
    struct nb_arena *none = nb_arena_create(64);
    struct nb_call call = ota_call(none);
    struct kit_ota_answer answer;
    cr_assert(plugin_tree_of_xml(arena, text, strlen(text), &response.body, &err), "%s", err.text);
    cr_expect_eq(kit_ota_read(&call, NB_OPERATION_COMMIT, &ota_stay, &response, &answer),
                 NB_NO_MEMORY);
    nb_arena_destroy(none);
}
