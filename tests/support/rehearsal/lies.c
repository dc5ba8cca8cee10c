/*
 * Each lie is one that a real service told somebody.
 */
#include "tests/support/rehearsal/lies.h"

#include "tests/support/rehearsal/render.h"

#include <string.h>

/* The answer of somebody else's reservation: reference and number are theirs. */
static void claim_foreign(const struct reh_book *book, enum reh_program program, json_t *body)
{
    const char *own = json_string_value(json_object_get(body, "reference"));
    const char *number = "70000001";
    const char *reference = "00000000-0000-4000-8000-000000000001";
    for (const struct reh_reservation *r = book->all_reservations; r != NULL; r = r->next) {
        if (r->program == program && r->confirmation[0] != '\0' && own != NULL &&
            strcmp(r->reference, own) != 0) {
            number = r->confirmation;
            reference = r->reference;
            break;
        }
    }
    json_object_set_new(body, "confirmation", json_string(number));
    json_object_set_new(body, "reference", json_string(reference));
}

static void claim_longer_stay(json_t *body)
{
    struct night night;
    struct nb_err err = {0};
    const char *text = json_string_value(json_object_get(body, "check_out"));
    if (text != NULL && nb_night_parse(text, &night, &err)) {
        json_object_set_new(body, "check_out", reh_night_json(nb_night_add(night, 1)));
    }
}

void reh_lie(const struct reh_book *book, enum reh_program program, enum reh_fault_kind kind,
             struct reh_answer *answer)
{
    if (answer->status >= 300) {
        return;
    }
    if (kind == REH_FAULT_ERROR_BUT_DONE) {
        reh_answer_fini(answer);
        answer->status = 500;
    } else if (kind == REH_FAULT_NO_NUMBER) {
        json_object_del(answer->body, "confirmation");
        answer->status = 200;
    } else if (kind == REH_FAULT_FOREIGN_NUMBER) {
        claim_foreign(book, program, answer->body);
    } else if (kind == REH_FAULT_OWN_KEY) {
        reh_answer_fini(answer);
        *answer = reh_answer_refuse("duplicate", "this key is in use", NULL);
    } else if (kind == REH_FAULT_WRONG_NIGHTS) {
        claim_longer_stay(answer->body);
    } else if (kind == REH_FAULT_WRONG_PROPERTY) {
        json_object_set_new(answer->body, "property_code", json_string("XXXXX"));
    }
}
