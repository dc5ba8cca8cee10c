#include "core/api/booking_refusal.h"

#include "core/api/answer.h"
#include "core/api/booking_view.h"
#include "core/base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WORDS_TEXT 160

/* What to do, for each word of nb.book whose text does not depend on what was counted. */
static const struct refusal {
    const char *outcome;
    const char *pointer; /* NULL: no field is to blame */
    const char *text;
} refusals[] = {
    {"stale", "/option",
     "The option is too old, or what it rests on has changed: search again and choose anew."},
    {"reason_needed", "/reason",
     "A suitable shelter is free: spending points needs a coded reason."},
    {"insufficient_points", NULL,
     "The account has too few points left for it: search again, or ask a partner for points."},
    {"restricted", NULL,
     "The account has points, but their donors' restrictions do not allow this stay: choose "
     "another option."},
    {"counter_used_up", NULL,
     "The program's yearly number of such stays is used up for this account: choose another "
     "option."},
    {"no_capacity", "/option", "The last place was just taken: search again and choose anew."},
    {"already_placed", "/option",
     "A living booking holds a place for these people on one of these nights: cancel it first, "
     "or name it in covers when its outcome is unknown."},
    {"minor_no_hotel", "/option",
     "An unaccompanied minor never goes to a hotel: the youth route is open as a task."},
    {"not_vetted", "/option",
     "The place is not vetted any more, or nobody is to be sent there: search again."},
    {"insufficient_cash", NULL,
     "The cash budget does not hold what the hotel asks: choose another option."},
    {"over_limit", "/option",
     "We fill as many rooms at this house as it takes from us: choose another option."},
    {"closed", NULL, "The request is closed: open a new one."},
    {"number_not_new", "/confirmation",
     "That confirmation number of that account belongs to another booking: look it up again."},
    {"not_unknown", "/covers",
     "Only a booking of unknown outcome is covered, once: look at its state."},
};

static const struct refusal *find_refusal(const char *outcome)
{
    for (size_t i = 0; i < NB_COUNT(refusals); i++) {
        if (strcmp(refusals[i].outcome, outcome) == 0) {
            return &refusals[i];
        }
    }
    return NULL;
}

static void list_words(const char *const *words, char ret_text[WORDS_TEXT])
{
    size_t length = 0;

    ret_text[0] = '\0';
    for (size_t i = 0; words[i] != NULL && length < WORDS_TEXT; i++) {
        int wrote =
            snprintf(ret_text + length, WORDS_TEXT - length, "%s%s", i == 0 ? "" : ", ", words[i]);
        length += wrote > 0 ? (size_t)wrote : 0;
    }
}

/* The facts that the function counted, as text: they are numbers and words of ours. */
static void add_facts(struct http_problem *problem, const struct refusal *refusal,
                      const json_t *detail)
{
    char words[WORDS_TEXT];

    if (strcmp(refusal->outcome, "reason_needed") == 0) {
        list_words(api_points_reasons, words);
        http_problem_add(problem, refusal->pointer, "allowed: %s", words);
    } else if (api_given(detail, "wanted") && api_given(detail, "usable")) {
        http_problem_add(problem, "/option", "wanted %" PRId64 " points, usable %" PRId64,
                         api_int(detail, "wanted", 0), api_int(detail, "usable", 0));
    } else if (refusal->pointer != NULL) {
        const char *reason = api_text(detail, "reason");
        http_problem_add(problem, refusal->pointer, "%s",
                         reason != NULL ? reason : "cannot be booked as it is");
    }
}

/* The caller may book so long a stay with a reason. */
static void describe_long_stay_reason(struct http_problem *problem, const json_t *detail)
{
    char words[WORDS_TEXT];

    list_words(api_long_stay_reasons, words);
    http_problem_init(problem, 422, "reason_needed",
                      "So long a stay (%" PRId64 " nights) needs a coded reason on record.",
                      api_int(detail, "nights", 0));
    http_problem_add(problem, "/long_stay_reason", "allowed: %s", words);
}

/* Nobody may book it, or somebody else. */
static void describe_approval(struct http_problem *problem, const json_t *detail)
{
    const char *who = api_text(detail, "who");
    int64_t most = api_int(detail, "most", 0);

    http_problem_init(
        problem, 403, "over_limit",
        "So long a stay (%" PRId64 " nights) needs a %s%s; you may book up to %" PRId64 ".",
        api_int(detail, "nights", 0), who != NULL ? who : "right that nobody has",
        json_is_true(json_object_get(detail, "reason_needed")) ? ", with a reason" : "", most);
    http_problem_add(problem, "/option", "up to %" PRId64 " nights, or asked by: %s", most,
                     who != NULL ? who : "nobody");
}

/* False: the outcome has no words of ours. */
static bool describe(struct http_problem *problem, const struct store_write *write,
                     const json_t *detail)
{
    const struct refusal *refusal = find_refusal(write->outcome);

    if (strcmp(write->outcome, "long_stay_reason_needed") == 0) {
        describe_long_stay_reason(problem, detail);
    } else if (strcmp(write->outcome, "approval_needed") == 0) {
        describe_approval(problem, detail);
    } else if (refusal != NULL) {
        http_problem_init(problem, write->status, refusal->outcome, "%s", refusal->text);
        add_facts(problem, refusal, detail);
    } else {
        return false;
    }
    return true;
}

/* As the checks of the body say it: whoever asks need not know where a field was looked at. */
static void refuse_field(struct api_call *call, const json_t *detail)
{
    const char *allowed = api_text(detail, "allowed");
    char pointer[HTTP_POINTER_BYTES];

    (void)snprintf(pointer, sizeof(pointer), "/%s", api_text(detail, "field"));
    api_refuse_field(call, pointer, "allowed: %s", allowed != NULL ? allowed : "something else");
}

static bool answer(struct api_call *call, const struct store_write *write, const json_t *detail)
{
    struct http_problem problem;

    if (strcmp(write->outcome, "invalid") == 0 && api_given(detail, "field")) {
        refuse_field(call, detail);
        return true;
    }
    if (describe(&problem, write, detail)) {
        api_answer_problem(call, &problem);
        return true;
    }
    return false;
}

bool api_booking_refused(struct api_call *call, const struct store_write *write)
{
    if (write->status < 400) {
        return false;
    }
    json_t *detail = write->detail == NULL ? NULL : json_loads(write->detail, 0, NULL);
    bool answered = answer(call, write, detail);
    json_decref(detail);
    return answered;
}
