/* The life of a booking: the table, its mirror for the database, and what must
 * hold on every path. */
#include "core/base/mem.h"
#include "core/model/booking_lifecycle.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(booking_lifecycle, .timeout = 10);

/* Where the resources of a booking are. */
enum position { NOWHERE, HELD, POSTED, GIVEN_BACK, WRONG };

static enum position taken_from(enum position at, enum position expected, enum position to)
{
    return at == expected ? to : WRONG;
}

/* What an action does to them; WRONG when it would take or resolve twice. */
static enum position after(enum position at, enum model_booking_action action)
{
    switch (action) {
    case MODEL_ACTION_TAKE_HOLD:
        return taken_from(at, NOWHERE, HELD);
    case MODEL_ACTION_HOLD_AND_POST:
        return taken_from(at, NOWHERE, POSTED);
    case MODEL_ACTION_VOID_HOLD:
        return taken_from(at, HELD, GIVEN_BACK);
    case MODEL_ACTION_POST_HOLD:
        return taken_from(at, HELD, POSTED);
    case MODEL_ACTION_SWAP_HOLD:
    case MODEL_ACTION_EXTEND_HOLD:
    case MODEL_ACTION_CLEAR_EXPIRY:
    case MODEL_ACTION_SEND_OFFER:
    case MODEL_ACTION_ENQUEUE_COMMIT:
        return taken_from(at, HELD, HELD);
    case MODEL_ACTION_SHORTEN_STAY:
        return taken_from(at, POSTED, POSTED);
    case MODEL_ACTION_GIVE_BACK:
        return at == HELD || at == POSTED ? GIVEN_BACK : WRONG;
    case MODEL_ACTION_POST_PENALTY:
        return at == HELD || at == POSTED ? POSTED : WRONG;
    case MODEL_ACTION_NONE:
    case MODEL_ACTION_ENQUEUE_READ:
    case MODEL_ACTION_ENQUEUE_CANCEL:
    case MODEL_ACTION_OPEN_TASK:
        return at;
    case MODEL_ACTION_COUNT:
        break;
    }
    return WRONG;
}

/* Walks every path; a (state, position) that was seen leads nowhere new. */
static void walk(enum model_booking_state state, enum position at,
                 bool seen[MODEL_BOOKING_STATE_COUNT][WRONG])
{
    const char *word = model_booking_state_word(state);
    cr_assert_neq(at, WRONG, "something is taken or resolved twice on the way to %s", word);
    if (seen[state][at]) {
        return;
    }
    seen[state][at] = true;
    if (model_booking_is_final(state)) {
        cr_assert(at == POSTED || at == GIVEN_BACK, "%s ends with a hold unresolved", word);
    }
    if (at == HELD) {
        cr_assert(model_booking_holds_resources(state), "%s is said to hold nothing", word);
    }
    for (size_t i = 0; i < model_lifecycle_row_count(); i++) {
        const struct model_booking_row *row = model_lifecycle_row(i);
        if (row->from == state) {
            walk(row->to, after(at, row->action), seen);
        }
    }
}

Test(booking_lifecycle, resolves_what_it_holds_exactly_once_on_every_path)
{
    bool seen[MODEL_BOOKING_STATE_COUNT][WRONG] = {0};
    walk(MODEL_BOOKING_NONE, NOWHERE, seen);
    for (size_t state = 0; state < MODEL_BOOKING_STATE_COUNT; state++) {
        const char *word = model_booking_state_word((enum model_booking_state)state);
        bool reached = seen[state][NOWHERE] || seen[state][HELD] || seen[state][POSTED] ||
                       seen[state][GIVEN_BACK];
        cr_assert(reached, "%s is never reached", word);
        cr_assert_eq(model_booking_holds_resources((enum model_booking_state)state),
                     seen[state][HELD], "%s", word);
    }
}

Test(booking_lifecycle, is_the_same_table_in_the_database)
{
    FILE *file = fopen("sql/data/booking_transition.csv", "r");
    cr_assert_not_null(file, "run from the top of the tree");
    char line[512];
    cr_assert_not_null(fgets(line, sizeof line, file));
    cr_assert_str_eq(line, "from_state,event,to_state,why,action\n");
    for (size_t i = 0; i < model_lifecycle_row_count(); i++) {
        const struct model_booking_row *row = model_lifecycle_row(i);
        char expected[512];
        (void)snprintf(expected, sizeof expected, "%s,%s,%s,%s,%s\n",
                       model_booking_state_word(row->from), model_booking_event_word(row->event),
                       model_booking_state_word(row->to), row->why,
                       model_booking_action_word(row->action));
        cr_assert_not_null(fgets(line, sizeof line, file), "row %zu is missing", i + 1);
        cr_assert_str_eq(line, expected);
    }
    cr_assert_null(fgets(line, sizeof line, file), "the file has more rows than the table");
    (void)fclose(file);
}

Test(booking_lifecycle, has_each_pair_once_and_a_reason_that_fits_a_csv_field)
{
    for (size_t i = 0; i < model_lifecycle_row_count(); i++) {
        const struct model_booking_row *row = model_lifecycle_row(i);
        cr_assert_gt(strlen(row->why), 10u);
        cr_assert_null(strpbrk(row->why, ",\"\n"), "%s", row->why);
        for (size_t j = 0; j < i; j++) {
            const struct model_booking_row *other = model_lifecycle_row(j);
            cr_assert(other->from != row->from || other->event != row->event, "rows %zu and %zu", i,
                      j);
        }
    }
    cr_assert_null(model_lifecycle_row(model_lifecycle_row_count()));
}

Test(booking_lifecycle, ends_exactly_where_no_row_leads_on)
{
    for (size_t state = 0; state < MODEL_BOOKING_STATE_COUNT; state++) {
        bool leads_on = false;
        for (size_t i = 0; i < model_lifecycle_row_count(); i++) {
            leads_on = leads_on || (size_t)model_lifecycle_row(i)->from == state;
        }
        cr_assert_eq(model_booking_is_final((enum model_booking_state)state), !leads_on, "%s",
                     model_booking_state_word((enum model_booking_state)state));
    }
}

Test(booking_lifecycle, expires_only_what_nobody_outside_works_on)
{
    for (size_t state = 0; state < MODEL_BOOKING_STATE_COUNT; state++) {
        struct model_booking_row row;
        enum model_booking_state at = (enum model_booking_state)state;
        bool expected = at == MODEL_BOOKING_HELD || at == MODEL_BOOKING_OFFERED;
        cr_assert_eq(model_booking_may_expire(at), expected);
        cr_assert_eq(model_booking_next(at, MODEL_EVENT_EXPIRE, &row), expected);
    }
}

struct step_case {
    enum model_booking_state from;
    enum model_booking_event event;
    bool happens;
    enum model_booking_state to;
    const char *why;
};

static const struct step_case steps[] = {
    {MODEL_BOOKING_DISPATCHING, MODEL_EVENT_LOSE_ANSWER, true, MODEL_BOOKING_UNKNOWN,
     "no answer is not a failure"},
    {MODEL_BOOKING_DISPATCHING, MODEL_EVENT_CANCEL, false, MODEL_BOOKING_NONE,
     "what is in flight settles before it is cancelled"},
    {MODEL_BOOKING_UNKNOWN, MODEL_EVENT_HAND_BACK, false, MODEL_BOOKING_NONE,
     "what may have been sent is read, not sent again"},
    {MODEL_BOOKING_UNKNOWN, MODEL_EVENT_CONFIRM, false, MODEL_BOOKING_NONE,
     "an unknown booking is believed only after a read"},
    {MODEL_BOOKING_CONFIRMED, MODEL_EVENT_CHECK_IN, false, MODEL_BOOKING_NONE,
     "nobody travels before the desk is confirmed"},
    {MODEL_BOOKING_CONFIRMED, MODEL_EVENT_CANCEL, true, MODEL_BOOKING_CANCEL_PENDING,
     "somebody outside must agree first"},
    {MODEL_BOOKING_CHECKED_IN, MODEL_EVENT_CANCEL, false, MODEL_BOOKING_NONE,
     "a guest in the room leaves or moves; the booking is not cancelled under them"},
    {MODEL_BOOKING_CHECKED_IN, MODEL_EVENT_YIELD, false, MODEL_BOOKING_NONE,
     "the place where the guest sleeps never yields"},
    {MODEL_BOOKING_CANCELLED, MODEL_EVENT_CONFIRM, false, MODEL_BOOKING_NONE,
     "a stale worker revives nothing"},
    {MODEL_BOOKING_EXPIRED, MODEL_EVENT_ACCEPT, false, MODEL_BOOKING_NONE,
     "an answer after the cap comes too late"},
};

Test(booking_lifecycle, moves_only_along_the_table)
{
    for (size_t i = 0; i < NB_COUNT(steps); i++) {
        struct model_booking_row row = {0};
        bool happens = model_booking_next(steps[i].from, steps[i].event, &row);
        cr_assert_eq(happens, steps[i].happens, "%s", steps[i].why);
        cr_assert_eq(row.to, steps[i].to, "%s", steps[i].why);
    }
}

Test(booking_lifecycle, reads_the_words_that_it_writes)
{
    for (size_t i = 0; i < MODEL_BOOKING_STATE_COUNT; i++) {
        enum model_booking_state state = MODEL_BOOKING_STATE_COUNT;
        const char *word = model_booking_state_word((enum model_booking_state)i);
        cr_assert(model_booking_state_parse(word, &state));
        cr_assert_eq((size_t)state, i);
    }
    for (size_t i = 1; i < MODEL_EVENT_COUNT; i++) {
        enum model_booking_event event = MODEL_EVENT_NONE;
        const char *word = model_booking_event_word((enum model_booking_event)i);
        cr_assert(model_booking_event_parse(word, &event));
        cr_assert_eq((size_t)event, i);
    }
    enum model_booking_state state = MODEL_BOOKING_HELD;
    enum model_booking_event event = MODEL_EVENT_HOLD;
    cr_assert_not(model_booking_state_parse("sold", &state));
    cr_assert_not(model_booking_event_parse("none", &event));
    cr_assert_eq(state, MODEL_BOOKING_HELD);
}

Test(booking_lifecycle, is_drawn_in_the_readme_as_it_is)
{
    static char readme[65536];
    struct nb_buf drawn;
    struct nb_err err = {0};
    FILE *file = fopen("core/model/README.md", "r");
    cr_assert_not_null(file, "run from the top of the tree");
    cr_assert_lt(fread(readme, 1, sizeof readme, file), sizeof readme);
    (void)fclose(file);
    nb_buf_init(&drawn, sizeof readme);
    nb_buf_text(&drawn, "```mermaid\n");
    model_lifecycle_mermaid(&drawn);
    nb_buf_text(&drawn, "```\n");
    cr_assert(nb_buf_ok(&drawn, &err));
    cr_assert_not_null(strstr(readme, nb_buf_str(&drawn)), "it should hold:\n%s",
                       nb_buf_str(&drawn));
    nb_buf_fini(&drawn);
}
