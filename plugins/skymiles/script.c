#include "plugins/skymiles/script.h"

#include "plugins/kit/script.h"
#include "plugins/kit/text.h"

/* A line that stands there by a rule of the day. */
struct ruled_line {
    struct nb_script_line line;
    const char *key;
    const char *values; /* comma-separated: it stands there when the rule is one of them */
    bool unless;        /* ... when it is none of them */
    const char *after;  /* the rule is a number above 0, and stands between line.text and this */
};

/* What always stands before, what the rules put there, what always stands after. */
struct ruled_script {
    const struct nb_script_line *before;
    const struct ruled_line *ruled;
    const struct nb_script_line *after;
    const struct nb_script_field *fields;
    uint32_t before_count;
    uint32_t ruled_count;
    uint32_t after_count;
    uint32_t field_count;
    enum nb_operation_kind operation;
};

#define COUNT(rows) ((uint32_t)(sizeof(rows) / sizeof((rows)[0])))

/* Booking -------------------------------------------------------------------------------------- */

static const struct nb_script_line book_before[] = {
    KIT_CHECK("The name is the legal one, letter for letter as on the document that the traveler "
              "will show. If you know only an alias, stop."),
    KIT_NEVER("Never write the legal name anywhere but into the booking, and never use an alias "
              "for a ticket."),
    KIT_APPROVED_NUMBER,
    KIT_SAY("I would like to book an award ticket with miles. The member number is "
            "{{account.member}}, in the name of {{account.holder}}, who does not travel."),
    KIT_SAY("One ticket to {{property.name}}, airport {{property.code}}, on {{stay.check_in}}, for "
            "{{guest.given_name}} {{guest.surname}}."),
    KIT_DO("Name the airport of departure as the request states it."),
    KIT_CHECK("The price is {{stay.points}} points, which they call miles, for the ticket. If it "
              "is higher, stop and say that you will call again."),
};

static const struct ruled_line book_ruled[] = {
    {.line = KIT_CHECK("The day of travel is at most "),
     .key = "booking.window_days",
     .after = " days from today; further ahead nothing is sold."},
    {.line = KIT_DO("Ask whether a member's miles may pay for somebody else. If not, stop."),
     .key = "traveler.other_than_member",
     .values = "yes",
     .unless = true},
    {.line = KIT_DO("For another traveler make another booking."),
     .key = "booking.travelers_max",
     .values = "1"},
    {.line = KIT_DO("Ask what else they need of the traveler beside the name. Give it on this line "
                    "and write it down nowhere."),
     .key = "traveler.details",
     .values = "none",
     .unless = true},
    {.line = KIT_DO("If somebody under 18 flies alone, ask from which age they may."),
     .key = "traveler.age_alone",
     .values = "ask"},
    {.line = KIT_DO("Ask for taxes and fees: they are paid in money, never with miles. Write down "
                    "amount and currency."),
     .key = "price.taxes",
     .values = "cash"},
    {.line = KIT_DO("Ask whether taxes and fees are paid in money or with miles, and how much."),
     .key = "price.taxes",
     .values = "cash",
     .unless = true},
    {.line = KIT_NEVER("Never take a Basic fare: whoever gives it up loses miles."),
     .key = "refund.basic",
     .values = "penalized"},
    {.line = KIT_DO("Ask what giving up a Basic fare costs, before you take one."),
     .key = "refund.basic",
     .values = "penalized,free",
     .unless = true},
};

static const struct nb_script_line book_after[] = {
    KIT_DO("Ask which document the traveler has to show on this way."),
    KIT_CHECK("Have both airports, day, flight, the name letter by letter and the confirmation "
              "number read back to you."),
    KIT_DO("Ask until when this fare may be cancelled without losing points, and in which time "
           "zone."),
    KIT_SAY("Please put no phone number and no mail of the traveler on the booking; use the "
            "mail of the member account."),
    KIT_NEVER("Never give a frequent flyer number of the traveler: whoever can open that account "
              "sees the flight."),
    KIT_NEVER("Never pay with a card of the traveler: whoever watches it sees the flight."),
    KIT_DISCREET,
};

static const struct nb_script_field booked_fields[] = {
    {NB_FIELD_TEXT, 1, "confirmation", "Confirmation number (locator), read back letter by letter"},
    {NB_FIELD_TEXT, 0, "ticket_number", "Ticket number, if it was told"},
    {NB_FIELD_POINTS, 1, "points_total", "Miles taken, for the ticket"},
    {NB_FIELD_MONEY, 1, "cash_extras", "Taxes and fees that are not paid with miles"},
    {NB_FIELD_INSTANT, 1, "cancel_by", "Last moment to cancel this fare without losing miles"},
    {NB_FIELD_SWITCH, 1, "read_back",
     "Airports, day, flight and name were read back and are right"},
    {NB_FIELD_TEXT, 0, "case_number", "The program's own case number, if it gave one"},
};

/* Giving it up --------------------------------------------------------------------------------- */

static const struct ruled_line cancel_ruled[] = {
    {.line = KIT_DO("If the traveler still goes, on another day or another way, do not cancel: ask "
                    "to have the ticket reissued, and what that costs in miles and in money."),
     .key = "refund.modify",
     .values = "reissue"},
    {.line = KIT_DO("If the traveler still goes, on another day or another way, book the new "
                    "flight first: this program changes no ticket."),
     .key = "refund.modify",
     .values = "rebook"},
    {.line = KIT_DO("If the traveler still goes, on another day or another way, ask first whether "
                    "the ticket can be changed."),
     .key = "refund.modify",
     .values = "reissue,rebook",
     .unless = true},
    {.line = KIT_DO("Cancel before departure: of a traveler who does not come the miles are lost."),
     .key = "refund.no_show",
     .values = "kept",
     .unless = true},
    {.line = KIT_CHECK("Ask for the fare: of a Basic one miles are kept. Have the amount told "
                       "before you agree."),
     .key = "refund.basic",
     .values = "free",
     .unless = true},
};

static const struct nb_script_line cancel_after[] = {
    KIT_APPROVED_NUMBER,
    KIT_SAY("Please cancel confirmation {{booking.confirmation}}, for {{guest.given_name}} "
            "{{guest.surname}}."),
    KIT_CHECK("Ask how many miles come back to the account and when, and what becomes of the "
              "taxes."),
    KIT_DISCREET,
};

static const struct nb_script_field cancelled_fields[] = {
    {NB_FIELD_TEXT, 0, "cancellation", "Cancellation number, if there is one"},
    {NB_FIELD_POINTS, 1, "points_returned", "Miles that come back"},
    {NB_FIELD_INSTANT, 0, "points_return_at", "When they are back, if it was said"},
    {NB_FIELD_MONEY, 0, "cash_returned", "Taxes that come back, if it was said"},
};

/* Looking ------------------------------------------------------------------------------------- */

static const struct nb_script_line read_lines[] = {
    KIT_APPROVED_NUMBER,
    KIT_SAY("Please look up an award ticket of member {{account.member}} for "
            "{{guest.given_name}} {{guest.surname}}, to airport {{property.code}} on "
            "{{stay.check_in}}."),
    KIT_DO("They find a booking by locator and names. Without a locator, sign in with the role "
           "account and look among its trips."),
    KIT_CHECK("Ask for the confirmation number, the ticket number and the miles taken."),
    KIT_NEVER("Never book again before this is answered: the first ticket may exist."),
    KIT_DISCREET,
};

static const struct nb_script_line balance_lines[] = {
    KIT_DO("Type the program's own address, sign in with the role account, open the account's "
           "activity."),
    KIT_CHECK("Write down the miles that are available now."),
};

#define ROWS(part, rows) .part = (rows), .part##_count = COUNT(rows)
#define FIELDS(rows) .fields = (rows), .field_count = COUNT(rows)

static const struct ruled_script scripts[] = {
    {.operation = NB_OPERATION_COMMIT,
     ROWS(before, book_before),
     ROWS(ruled, book_ruled),
     ROWS(after, book_after),
     FIELDS(booked_fields)},
    {.operation = NB_OPERATION_CANCEL,
     ROWS(ruled, cancel_ruled),
     ROWS(after, cancel_after),
     FIELDS(cancelled_fields)},
    {.operation = NB_OPERATION_READ, ROWS(before, read_lines), FIELDS(kit_fields_read)},
    {.operation = NB_OPERATION_BALANCE, ROWS(before, balance_lines), FIELDS(kit_fields_balance)},
};

/* Whether the rule of the day puts the line there, and how it then reads; text NULL: no memory. */
static bool reads(const struct nb_call *call, struct kit_defaults defaults,
                  const struct ruled_line *ruled, struct nb_script_line *ret_line)
{
    const char *value = kit_rule_text(call, defaults, ruled->key);
    if (ruled->after == NULL) {
        *ret_line = ruled->line;
        return value != NULL && kit_list_has(ruled->values, value) != ruled->unless;
    }
    int64_t number = kit_rule_number(call, defaults, ruled->key, 0);
    if (number <= 0) {
        return false;
    }
    struct kit_text text = kit_text_begin(call, NB_TEXT_BYTES_MAX - 1);
    kit_text_add(&text, ruled->line.text);
    kit_text_number(&text, number);
    kit_text_add(&text, ruled->after);
    *ret_line = (struct nb_script_line){.kind = ruled->line.kind, .text = kit_text_end(&text)};
    return true;
}

static void add_all(struct nb_script_line *lines, uint32_t *count,
                    const struct nb_script_line *more, uint32_t more_count)
{
    for (uint32_t i = 0; i < more_count; i++) {
        lines[(*count)++] = more[i];
    }
}

static enum nb_status compose(const struct nb_call *call, struct kit_defaults defaults,
                              const struct ruled_script *from, struct nb_script *script)
{
    uint32_t most = from->before_count + from->ruled_count + from->after_count;
    uint32_t count = 0;
    struct nb_script_line *lines = nb_call_alloc(call, most * sizeof(*lines));
    if (lines == NULL) {
        return NB_NO_MEMORY;
    }
    add_all(lines, &count, from->before, from->before_count);
    for (uint32_t i = 0; i < from->ruled_count; i++) {
        if (reads(call, defaults, &from->ruled[i], &lines[count])) {
            if (lines[count].text == NULL) {
                return NB_NO_MEMORY;
            }
            count++;
        }
    }
    add_all(lines, &count, from->after, from->after_count);
    *script = (struct nb_script){.line_count = count,
                                 .field_count = from->field_count,
                                 .lines = lines,
                                 .fields = from->fields};
    return NB_OK;
}

enum nb_status skymiles_script(const struct nb_call *call, struct kit_defaults defaults,
                               const struct nb_script_ask *ask, struct nb_script *script)
{
    for (uint32_t i = 0; i < COUNT(scripts); i++) {
        if (scripts[i].operation == (enum nb_operation_kind)ask->operation) {
            return compose(call, defaults, &scripts[i], script);
        }
    }
    return NB_REFUSED;
}
