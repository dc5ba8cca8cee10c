/*
 * Quotes, balances, activity and cancelling; committing has a file of its own.
 */
#include "tests/support/rehearsal/operations.h"

#include "tests/support/rehearsal/commit.h"
#include "tests/support/rehearsal/fields.h"
#include "tests/support/rehearsal/render.h"

#include <string.h>

#define HOLD_US (10 * 60 * INT64_C(1000000))

static json_t *quote_json(const struct reh_quote *quote)
{
    json_t *nights = json_array();
    for (int32_t i = 0; i < quote->price.nights; i++) {
        json_array_append_new(nights,
                              json_pack("{s:o, s:I}", "night",
                                        reh_night_json(nb_night_add(quote->stay.check_in, i)),
                                        "points", (json_int_t)quote->price.night[i]));
    }
    struct reh_reservation stay = {.property = quote->property, .check_in = quote->stay.check_in};
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:I, s:I, s:o, s:[], s:o, s:o, s:o}", "quote_id", quote->id,
        "property_code", quote->property->code, "check_in", reh_night_json(quote->stay.check_in),
        "check_out", reh_night_json(quote->stay.check_out), "rooms", (json_int_t)quote->stay.rooms,
        "points_total", (json_int_t)quote->price.total, "nights", nights, "cash_extras",
        "cancel_by", reh_instant_json(reh_book_cancel_by_us(&stay)), "policy_version",
        reh_policy_json(quote->policy), "expires_at", reh_instant_json(quote->expires_us));
}

/* Dates and rooms that the program takes at all; NULL when they are. */
static const char *restriction(const struct reh_call *call, struct night check_in,
                               struct night check_out, int64_t rooms)
{
    int32_t nights = nb_nights_between(check_in, check_out);
    if (nights < 1 || nights > REH_NIGHTS_MAX) {
        return "a stay has 1 to 30 nights";
    }
    /* A day of grace: west of the gateway's clock it may still be last night. */
    if (check_in.day < reh_book_today(call->book).day - 1) {
        return "check-in has passed";
    }
    if (rooms < 1 || rooms > reh_program_rooms_max(call->program)) {
        return "this program does not take that many rooms in one reservation";
    }
    return NULL;
}

static struct reh_answer perform_quote(const struct reh_call *call)
{
    struct reh_fields fields = {.object = call->body};
    struct night check_in = reh_field_night(&fields, "check_in");
    struct night check_out = reh_field_night(&fields, "check_out");
    int64_t rooms = reh_field_integer(&fields, "rooms");
    const char *code = reh_field_text(&fields, "property_code");
    const char *member = reh_field_text(&fields, "member_number");
    if (fields.missing != NULL) {
        return reh_malformed(fields.missing);
    }
    struct reh_property *property = reh_book_property(call->book, call->program, code);
    if (property == NULL) {
        return reh_answer_refuse("hotel_invalid", "no such property", NULL);
    }
    const struct reh_account *account = reh_book_account(call->book, call->program, member);
    if (account == NULL) {
        return reh_answer_refuse("member_invalid", "no such member", NULL);
    }
    const char *restricted = restriction(call, check_in, check_out, rooms);
    if (restricted != NULL) {
        return reh_answer_refuse("restricted", restricted, NULL);
    }
    if (reh_book_free_rooms(call->book, property, check_in, check_out, NULL) < rooms) {
        return reh_answer_refuse("sold_out", "no rooms left", NULL);
    }
    const struct reh_stay stay = {check_in, check_out, rooms, account->card};
    return reh_answer_ok(200, quote_json(reh_book_quote(call->book, property, &stay)));
}

static struct reh_answer perform_hold(const struct reh_call *call)
{
    struct reh_fields fields = {.object = call->body};
    const char *reference = reh_field_text(&fields, "reference");
    const char *quote_id = reh_field_text(&fields, "quote_id");
    if (fields.missing != NULL) {
        return reh_malformed(fields.missing);
    }
    const struct reh_quote *quote = reh_book_quote_of(call->book, call->program, quote_id);
    if (quote == NULL || quote->expires_us <= reh_book_now_us(call->book)) {
        return reh_answer_refuse("not_found", "no such quote, or it has expired", NULL);
    }
    if (reh_book_find(call->book, call->program, reference) != NULL) {
        return reh_answer_refuse("duplicate", "this reference is in use", NULL);
    }
    if (reh_book_free_rooms(call->book, quote->property, quote->stay.check_in,
                            quote->stay.check_out, NULL) < quote->stay.rooms) {
        return reh_answer_refuse("sold_out", "no rooms left", NULL);
    }
    struct reh_reservation *held = reh_book_reserve(call->book, quote, reference);
    held->status = REH_HELD;
    held->held_until_us = reh_book_now_us(call->book) + HOLD_US;
    return reh_answer_ok(201, json_pack("{s:s, s:s, s:o}", "reference", reference, "status", "held",
                                        "expires_at", reh_instant_json(held->held_until_us)));
}

/* What a read finds: nothing while only held, or while reads lag. */
static struct reh_reservation *visible(const struct reh_call *call)
{
    struct reh_reservation *r = reh_book_find(call->book, call->program, call->subject);
    if (r == NULL || r->status == REH_HELD || r->visible_us > reh_book_now_us(call->book) ||
        call->fault.kind == REH_FAULT_HIDDEN) {
        return NULL;
    }
    return r;
}

static struct reh_answer perform_read(const struct reh_call *call)
{
    const struct reh_reservation *r = visible(call);
    if (r == NULL) {
        return reh_answer_refuse("not_found", "no reservation with this reference", NULL);
    }
    return reh_answer_ok(200, reh_reservation_json(r));
}

/* Cancelling takes the live one of twins, oldest first: each call ends one reservation. */
static struct reh_reservation *cancellable(struct reh_reservation *first)
{
    for (struct reh_reservation *r = first; r != NULL; r = r->twin) {
        if (r->status != REH_CANCELLED) {
            return r;
        }
    }
    return NULL;
}

static struct reh_answer perform_cancel(const struct reh_call *call)
{
    struct reh_reservation *first = reh_book_find(call->book, call->program, call->subject);
    if (first == NULL) {
        return reh_answer_refuse("not_found", "no reservation with this reference", NULL);
    }
    struct reh_reservation *r = cancellable(first);
    if (r == NULL) {
        return reh_answer_refuse("already_cancelled", "cancelled before", NULL);
    }
    if (r->status == REH_CONFIRMED && reh_book_cancel_by_us(r) < reh_book_now_us(call->book)) {
        return reh_answer_refuse("cancel_refused", "the deadline has passed", NULL);
    }
    int64_t returned = r->status == REH_CONFIRMED ? r->points_total : 0;
    if (call->fault.kind != REH_FAULT_CANCEL_IGNORED) {
        reh_book_cancel(call->book, r);
    }
    return reh_answer_ok(200, json_pack("{s:s, s:s, s:I, s:o}", "reference", r->reference, "status",
                                        "cancelled", "points_returned", (json_int_t)returned,
                                        "points_return_at",
                                        reh_instant_json(reh_book_now_us(call->book))));
}

static struct reh_answer perform_balance(const struct reh_call *call)
{
    const struct reh_account *account = reh_book_account(call->book, call->program, call->subject);
    if (account == NULL) {
        return reh_answer_refuse("member_invalid", "no such member", NULL);
    }
    return reh_answer_ok(200, json_pack("{s:s, s:I, s:o}", "member_number", account->member,
                                        "points", (json_int_t)account->points, "as_of",
                                        reh_instant_json(reh_book_now_us(call->book))));
}

static bool query_night(const char *query, const char *name, struct night *ret_night)
{
    const char *at = strstr(query, name);
    char text[NB_NIGHT_TEXT] = "";
    struct nb_err err = {0};
    if (at == NULL || strlen(at) < strlen(name) + 10) {
        return false;
    }
    memcpy(text, at + strlen(name), 10);
    return nb_night_parse(text, ret_night, &err);
}

static json_t *line_json(const struct reh_line *line)
{
    json_t *json = json_pack("{s:o, s:s, s:s, s:I}", "posted_on", reh_night_json(line->posted_on),
                             "kind", line->kind, "description",
                             line->reservation == NULL ? "Adjustment" : "Award stay", "points",
                             (json_int_t)line->points);
    if (line->reservation != NULL) {
        json_object_set_new(json, "property_code", json_string(line->reservation->property->code));
        json_object_set_new(json, "check_in", reh_night_json(line->reservation->check_in));
        json_object_set_new(json, "check_out", reh_night_json(line->reservation->check_out));
    }
    return json;
}

static struct reh_answer perform_activity(const struct reh_call *call)
{
    struct night from;
    struct night to;
    const struct reh_account *account = reh_book_account(call->book, call->program, call->subject);
    if (account == NULL) {
        return reh_answer_refuse("member_invalid", "no such member", NULL);
    }
    if (!query_night(call->query, "from=", &from) || !query_night(call->query, "to=", &to)) {
        return reh_malformed("from or to");
    }
    json_t *lines = json_array();
    for (const struct reh_line *line = account->lines; line != NULL; line = line->next) {
        if (from.day <= line->posted_on.day && line->posted_on.day <= to.day) {
            json_array_insert_new(lines, 0, line_json(line));
        }
    }
    return reh_answer_ok(200, json_pack("{s:o}", "lines", lines));
}

struct reh_answer reh_operation_perform(const struct reh_call *call)
{
    switch (call->operation) {
    case REH_QUOTE:
        return perform_quote(call);
    case REH_HOLD:
        return perform_hold(call);
    case REH_COMMIT:
        return reh_commit_perform(call);
    case REH_READ:
        return perform_read(call);
    case REH_CANCEL:
        return perform_cancel(call);
    case REH_BALANCE:
        return perform_balance(call);
    case REH_ACTIVITY:
        return perform_activity(call);
    case REH_OPERATION_NONE:
        break;
    }
    return reh_answer_refuse("not_found", "no such call", NULL);
}
