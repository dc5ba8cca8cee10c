/*
 * The book is reported oldest reservation first, as its effects happened.
 */
#include "tests/support/rehearsal/report.h"

#include "tests/support/rehearsal/render.h"

static json_t *reservation_report(const struct reh_reservation *r)
{
    json_t *json = reh_reservation_json(r);
    json_object_set_new(json, "program", json_string(reh_program_name(r->program)));
    json_object_set_new(json, "created_at", reh_instant_json(r->created_us));
    json_object_set_new(json, "twin", json_boolean(r->is_twin));
    if (r->account != NULL) {
        json_object_set_new(json, "member_number", json_string(r->account->member));
        json_object_set_new(
            json, "guest",
            json_pack("{s:s, s:s}", "given_name", r->given_name, "surname", r->surname));
    }
    return json;
}

json_t *reh_report_book(struct reh_book *book)
{
    json_t *reservations = json_array();
    json_t *accounts = json_array();
    for (const struct reh_reservation *r = book->all_reservations; r != NULL; r = r->next) {
        if (!r->is_twin) {
            (void)reh_book_find(book, r->program, r->reference); /* what is due has happened */
        }
    }
    for (const struct reh_reservation *r = book->all_reservations; r != NULL; r = r->next) {
        json_array_insert_new(reservations, 0, reservation_report(r));
    }
    for (const struct reh_account *a = book->all_accounts; a != NULL; a = a->next) {
        json_array_insert_new(accounts, 0,
                              json_pack("{s:s, s:s, s:I}", "program", reh_program_name(a->program),
                                        "member_number", a->member, "points",
                                        (json_int_t)a->points));
    }
    return json_pack("{s:o, s:o, s:o}", "now", reh_instant_json(reh_book_now_us(book)),
                     "reservations", reservations, "accounts", accounts);
}

static json_t *calls_report(const struct reh_gateway *gateway, enum reh_program program)
{
    json_t *json = json_object();
    for (int i = REH_OPERATION_NONE + 1; i < REH_OPERATIONS; i++) {
        json_object_set_new(json, reh_operation_name((enum reh_operation)i),
                            json_integer((json_int_t)gateway->calls[program][i]));
    }
    return json;
}

json_t *reh_report_log(struct reh_gateway *gateway)
{
    json_t *faults = json_object();
    for (int i = REH_FAULT_NONE + 1; i < REH_FAULT_END; i++) {
        if (gateway->faults.applied[i] > 0) {
            json_object_set_new(faults, reh_fault_name((enum reh_fault_kind)i),
                                json_integer((json_int_t)gateway->faults.applied[i]));
        }
    }
    json_t *calls = json_object();
    for (int i = REH_PROGRAM_NONE + 1; i < REH_PROGRAMS; i++) {
        json_object_set_new(calls, reh_program_name((enum reh_program)i),
                            calls_report(gateway, (enum reh_program)i));
    }
    return json_pack("{s:o, s:o, s:I, s:I, s:I, s:O}", "calls", calls, "faults", faults,
                     "unauthorised", (json_int_t)gateway->unauthorised, "redirects_followed",
                     (json_int_t)gateway->trapped, "repeats", (json_int_t)gateway->repeated,
                     "unexpected_fields", gateway->unexpected);
}
