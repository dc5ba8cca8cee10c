#include "plugins/kit/ota_stay.h"

#include "plugins/kit/check.h"
#include "plugins/kit/dates.h"
#include "plugins/kit/element.h"
#include "plugins/kit/text.h"

#include <string.h>

#define REDEMPTION                                                                                 \
    "DepositPayments/GuaranteePayment/AcceptedPayments/AcceptedPayment/LoyaltyRedemption"
#define AMOUNT_TEXT 24u
#define PLACES_MAX 4

/* Money ---------------------------------------------------------------------------------------- */

/* "25.00" or, with DecimalPlaces, "2500": minor units. What could mean two sums means none. */
static bool read_amount(const struct nb_node *element, int64_t *ret_minor)
{
    const char *amount = kit_element_attribute(element, "Amount");
    char digits[AMOUNT_TEXT];
    int64_t places = 2;
    bool told = kit_element_number(element, "DecimalPlaces", &places);
    if (amount == NULL || strlen(amount) >= AMOUNT_TEXT || *amount == '-' || *amount == '.' ||
        places > PLACES_MAX) {
        return false;
    }
    const char *point = strchr(amount, '.');
    if (point == NULL) {
        return told && kit_number_parse(amount, ret_minor);
    }
    size_t before = (size_t)(point - amount);
    if (strlen(point + 1) != (size_t)places) {
        return false;
    }
    memcpy(digits, amount, before);
    memcpy(digits + before, point + 1, (size_t)places + 1);
    return kit_number_parse(digits, ret_minor);
}

struct cash_rows {
    struct nb_cash *rows; /* room for NB_ROWS_MAX */
    uint32_t count;
    enum nb_cash_kind kind; /* of the next ones */
};

static bool add_cash(const struct nb_node *element, struct cash_rows *rows)
{
    const char *currency = kit_element_attribute(element, "CurrencyCode");
    int64_t minor;
    if (kit_element_says(element, "Type", "Inclusive")) {
        return true; /* in the points already */
    }
    if (rows->count == NB_ROWS_MAX || currency == NULL ||
        strlen(currency) != NB_CURRENCY_TEXT - 1 || !kit_currency_fits(currency) ||
        !read_amount(element, &minor)) {
        return false;
    }
    struct nb_cash *row = &rows->rows[rows->count++];
    *row = (struct nb_cash){.minor = minor, .kind = (uint32_t)rows->kind};
    memcpy(row->currency, currency, NB_CURRENCY_TEXT);
    return true;
}

static bool add_all(const struct nb_node *list, const char *name, struct cash_rows *rows)
{
    for (uint32_t i = 0; list != NULL && i < list->child_count; i++) {
        if (kit_element_is(&list->children[i], name) && !add_cash(&list->children[i], rows)) {
            return false;
        }
    }
    return true;
}

/* A list that there may be once; twice it is not known which one holds. */
static bool add_list(const struct nb_node *parent, const char *list, const char *name,
                     struct cash_rows *rows)
{
    return kit_element_count(parent, list) < 2 && add_all(kit_element_at(parent, list), name, rows);
}

/* Taxes of the whole stay, and the fees of its rates. */
static bool read_money(const struct nb_node *stay, struct cash_rows *rows)
{
    const struct nb_node *room_rate = kit_element_at(stay, "RoomRates/RoomRate");
    const struct nb_node *rates = kit_element_at(room_rate, "Rates");
    rows->kind = NB_CASH_TAX;
    bool read = kit_element_count(stay, "Total") < 2 && kit_element_count(room_rate, "Rates") < 2 &&
                add_list(kit_element_at(stay, "Total"), "Taxes", "Tax", rows);
    rows->kind = NB_CASH_OTHER;
    for (uint32_t i = 0; rates != NULL && i < rates->child_count; i++) {
        const struct nb_node *rate = &rates->children[i];
        read = read && (!kit_element_is(rate, "Rate") || add_list(rate, "Fees", "Fee", rows));
    }
    return read;
}

/* Facts ---------------------------------------------------------------------------------------- */

static int32_t read_day(const struct nb_node *span, const char *name)
{
    const char *text = kit_element_attribute(span, name);
    int32_t day;
    return text != NULL && kit_day_parse(text, &day) ? day : NB_DAY_NONE;
}

/* Only a deadline with an offset: another one is in a zone that this answer does not name. */
static void read_policy(const struct nb_node *stay, struct nb_facts *facts)
{
    const struct nb_node *penalty = kit_element_at(stay, "CancelPenalties/CancelPenalty");
    const char *deadline =
        kit_element_attribute(kit_element_at(penalty, "Deadline"), "AbsoluteDeadline");
    int64_t us;
    if (deadline != NULL && kit_instant_parse(deadline, &us)) {
        facts->cancel_by_us = us;
    }
    facts->policy_version = kit_element_attribute(penalty, "PolicyCode");
}

static bool points_alone(const struct nb_node *stay)
{
    return kit_element_says(kit_element_at(stay, "RatePlans/RatePlan"), "RatePlanType", "29") &&
           kit_element_says(kit_element_at(stay, "DepositPayments/GuaranteePayment"), "PaymentCode",
                            "47");
}

enum nb_status kit_ota_stay(const struct nb_call *call, const struct nb_node *stay,
                            struct nb_facts *facts)
{
    const struct nb_node *span = kit_element_at(stay, "TimeSpan");
    const struct nb_node *rate = kit_element_at(stay, "RoomRates/RoomRate");
    struct cash_rows cash = {.rows = nb_call_alloc(call, NB_ROWS_MAX * sizeof(*cash.rows))};
    int64_t rooms = 0;
    if (cash.rows == NULL) {
        return NB_NO_MEMORY;
    }
    facts->property_code =
        kit_element_attribute(kit_element_at(stay, "BasicPropertyInfo"), "HotelCode");
    facts->check_in = read_day(span, "Start");
    facts->check_out = read_day(span, "End");
    facts->quote_id = kit_element_attribute(rate, "BookingCode");
    if (kit_element_number(rate, "NumberOfUnits", &rooms) && rooms < 1000) {
        facts->rooms = (uint32_t)rooms;
    }
    read_policy(stay, facts);
    bool understood = read_money(stay, &cash);
    facts->cash = cash.rows;
    facts->cash_count = cash.count;
    if (understood && points_alone(stay)) {
        (void)kit_element_number(kit_element_at(stay, REDEMPTION), "RedemptionQuantity",
                                 &facts->points);
    }
    return NB_OK;
}

enum nb_status kit_ota_reservation(const struct nb_call *call, const struct nb_node *reservation,
                                   struct nb_facts *facts)
{
    const struct nb_node *ids = kit_element_at(reservation, "ResGlobalInfo/HotelReservationIDs");
    facts->reference =
        kit_element_attribute(kit_element_with(reservation, "UniqueID", "Type", "14"), "ID");
    facts->confirmation = kit_element_attribute(
        kit_element_with(ids, "HotelReservationID", "ResID_Type", "40"), "ResID_Value");
    return kit_ota_stay(call, kit_element_at(reservation, "RoomStays/RoomStay"), facts);
}
