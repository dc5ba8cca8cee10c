/*
 * A refusal leaves the book as it was, but for a fresh quote that price_changed hands out.
 */
#include "tests/support/rehearsal/commit.h"

#include "tests/support/rehearsal/fields.h"
#include "tests/support/rehearsal/render.h"

#include <stdio.h>
#include <string.h>

struct wish {
    const char *reference;
    const char *quote_id;
    const char *property_code;
    const char *member;
    const char *given_name;
    const char *surname;
    struct night check_in;
    struct night check_out;
    int64_t rooms;
    int64_t points_total;
};

/* NULL when the body is complete, else the member that is not. */
static const char *wish_parse(const json_t *body, struct wish *ret_wish)
{
    struct reh_fields fields = {.object = body};
    struct reh_fields guest = {.object = json_object_get(body, "guest")};
    ret_wish->reference = reh_field_text(&fields, "reference");
    ret_wish->quote_id = reh_field_text(&fields, "quote_id");
    ret_wish->property_code = reh_field_text(&fields, "property_code");
    ret_wish->member = reh_field_text(&fields, "member_number");
    ret_wish->check_in = reh_field_night(&fields, "check_in");
    ret_wish->check_out = reh_field_night(&fields, "check_out");
    ret_wish->rooms = reh_field_integer(&fields, "rooms");
    ret_wish->points_total = reh_field_integer(&fields, "points_total");
    ret_wish->given_name = reh_field_text(&guest, "given_name");
    ret_wish->surname = reh_field_text(&guest, "surname");
    return fields.missing != NULL ? fields.missing : guest.missing != NULL ? "guest" : NULL;
}

static bool quote_fits(const struct reh_quote *quote, const struct wish *wish)
{
    return strcmp(quote->property->code, wish->property_code) == 0 &&
           quote->stay.check_in.day == wish->check_in.day &&
           quote->stay.check_out.day == wish->check_out.day && quote->stay.rooms == wish->rooms;
}

static void take(const struct reh_call *call, const struct wish *wish, struct reh_reservation *r)
{
    snprintf(r->given_name, sizeof(r->given_name), "%s", wish->given_name);
    snprintf(r->surname, sizeof(r->surname), "%s", wish->surname);
    r->account = reh_book_account(call->book, call->program, wish->member);
    r->created_us = reh_book_now_us(call->book);
    if (call->fault.kind == REH_FAULT_LAGGING_READ) {
        r->visible_us = r->created_us + call->fault.delay_ms * 1000;
    }
    if (call->fault.kind == REH_FAULT_PENDING_LATE) {
        r->status = REH_PENDING;
        r->settles_us = r->created_us + call->fault.delay_ms * 1000;
    } else if (call->fault.kind == REH_FAULT_PENDING_NEVER) {
        r->status = REH_PENDING;
        r->settles_us = REH_NEVER;
    } else {
        reh_book_confirm(call->book, r);
    }
}

/* The newest confirmed reservation of the account but this one; NULL when there is none. */
static const struct reh_reservation *another(const struct reh_call *call,
                                             const struct reh_reservation *than)
{
    for (const struct reh_reservation *r = call->book->all_reservations; r != NULL; r = r->next) {
        if (r != than && r->account == than->account && r->confirmation[0] != '\0') {
            return r;
        }
    }
    return NULL;
}

static struct reh_answer book_it(const struct reh_call *call, const struct wish *wish,
                                 const struct reh_quote *quote, struct reh_reservation *held)
{
    struct reh_reservation *r =
        held != NULL ? held : reh_book_reserve(call->book, quote, wish->reference);
    take(call, wish, r);
    if (call->fault.kind == REH_FAULT_EFFECT_TWICE) {
        take(call, wish, reh_book_reserve(call->book, quote, wish->reference));
    }
    const struct reh_reservation *used = another(call, r);
    if (call->fault.kind == REH_FAULT_SAME_NUMBER && used != NULL) {
        memcpy(r->confirmation, used->confirmation, sizeof(r->confirmation));
    }
    if (r->status == REH_PENDING) {
        return reh_answer_ok(
            202, json_pack("{s:s, s:s}", "reference", r->reference, "status", "pending"));
    }
    return reh_answer_ok(201, reh_reservation_json(r));
}

static struct reh_answer refuse_with_quote(const struct reh_call *call, const char *code,
                                           const struct reh_quote *old)
{
    const struct reh_quote *fresh = reh_book_quote(call->book, old->property, &old->stay);
    return reh_answer_refuse(code, "the quote no longer holds",
                             json_pack("{s:s, s:I, s:o}", "quote_id", fresh->id, "points_total",
                                       (json_int_t)fresh->price.total, "policy_version",
                                       reh_policy_json(fresh->policy)));
}

static struct reh_answer check_quote(const struct reh_call *call, const struct wish *wish,
                                     const struct reh_quote *quote, struct reh_reservation *held)
{
    struct reh_price now;
    reh_book_price(quote->property, &quote->stay, &now);
    if (quote->expires_us <= reh_book_now_us(call->book) || now.total != wish->points_total) {
        return refuse_with_quote(call, "price_changed", quote);
    }
    if (quote->policy != quote->property->policy) {
        return refuse_with_quote(call, "policy_changed", quote);
    }
    if (reh_book_free_rooms(call->book, quote->property, quote->stay.check_in,
                            quote->stay.check_out, held) < quote->stay.rooms) {
        return reh_answer_refuse("sold_out", "no rooms left", NULL);
    }
    return book_it(call, wish, quote, held);
}

static struct reh_answer check_account(const struct reh_call *call, const struct wish *wish,
                                       struct reh_reservation *held)
{
    const struct reh_quote *quote = reh_book_quote_of(call->book, call->program, wish->quote_id);
    const struct reh_account *account = reh_book_account(call->book, call->program, wish->member);
    if (reh_book_property(call->book, call->program, wish->property_code) == NULL) {
        return reh_answer_refuse("hotel_invalid", "no such property", NULL);
    }
    if (account == NULL) {
        return reh_answer_refuse("member_invalid", "no such member", NULL);
    }
    if (quote == NULL || !quote_fits(quote, wish)) {
        return reh_malformed("quote_id (it is for another stay)");
    }
    if (account->points < wish->points_total) {
        return reh_answer_refuse("insufficient_points", "the account holds fewer points", NULL);
    }
    return check_quote(call, wish, quote, held);
}

struct reh_answer reh_commit_perform(const struct reh_call *call)
{
    struct wish wish;
    const char *missing = wish_parse(call->body, &wish);
    if (missing != NULL) {
        return reh_malformed(missing);
    }
    struct reh_reservation *before = reh_book_find(call->book, call->program, wish.reference);
    if (before != NULL && before->status != REH_HELD) {
        return reh_answer_refuse("duplicate", "this reference is booked already", NULL);
    }
    return check_account(call, &wish, before);
}
