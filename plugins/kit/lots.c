#include "plugins/kit/lots.h"

#include "plugins/kit/dates.h"
#include "plugins/kit/text.h"

#include <string.h>

#define RETURN_DAYS_MAX 3650
#define WARN_DAYS_MAX 3650

/* Expiry --------------------------------------------------------------------------------------- */

static int32_t last_reset(const char *resets, const struct nb_expiry_ask *ask)
{
    static const char *const words[NB_ACTIVITY_COUNT] = {
        [NB_ACTIVITY_EARN] = "earn",
        [NB_ACTIVITY_DONATION_IN] = "donation_in",
        [NB_ACTIVITY_TRANSFER_IN] = "transfer_in",
        [NB_ACTIVITY_TRANSFER_OUT] = "transfer_out",
        [NB_ACTIVITY_REDEEM] = "redeem",
        [NB_ACTIVITY_REINSTATE] = "reinstate",
        [NB_ACTIVITY_ADJUST] = "adjust",
        [NB_ACTIVITY_PURCHASE] = "purchase",
    };
    int32_t last = NB_DAY_NONE;
    for (uint32_t i = 0; i < NB_ACTIVITY_COUNT; i++) {
        if (words[i] != NULL && ask->last_activity[i] > last && resets != NULL &&
            kit_list_has(resets, words[i])) {
            last = ask->last_activity[i];
        }
    }
    /* Nothing that counts was seen: the clock runs from the opening, or from the lot's own day. */
    if (last == NB_DAY_NONE) {
        last = ask->account_opened == NB_DAY_NONE ? ask->acquired_on : ask->account_opened;
    }
    return last;
}

/* More than a hundred years is no expiry that anybody means. */
static int32_t months_after(int32_t day, int64_t months)
{
    return months <= 0 || months > 1200 ? NB_DAY_NEVER : kit_day_add_months(day, (int32_t)months);
}

static bool day_or_none(int32_t day)
{
    return day == NB_DAY_NONE || kit_day_sound(day);
}

static bool days_sound(const struct nb_expiry_ask *ask)
{
    bool sound = kit_day_sound(ask->acquired_on) && day_or_none(ask->account_opened) &&
                 (ask->known_expiry == NB_DAY_NEVER || day_or_none(ask->known_expiry));
    for (uint32_t i = 0; i < NB_ACTIVITY_COUNT; i++) {
        sound = sound && day_or_none(ask->last_activity[i]);
    }
    return sound;
}

/* What one batch looks up once. */
struct expiry_terms {
    int64_t hard_months;
    int64_t idle_months;
    int64_t warn_days;
    bool elite_exempt;
    const char *resets;
};

static enum nb_status expire(const struct expiry_terms *terms, const struct nb_expiry_ask *ask,
                             struct nb_expiry *answer)
{
    bool exempt = (ask->account_flags & NB_EXPIRY_ELITE) != 0 && terms->elite_exempt;
    bool warned = terms->warn_days >= 0 && terms->warn_days <= WARN_DAYS_MAX;
    if (!days_sound(ask)) {
        return NB_REFUSED;
    }
    answer->hard = ask->known_expiry != NB_DAY_NONE
                       ? ask->known_expiry
                       : months_after(ask->acquired_on, terms->hard_months);
    answer->idle =
        exempt ? NB_DAY_NEVER : months_after(last_reset(terms->resets, ask), terms->idle_months);
    answer->effective = answer->hard < answer->idle ? answer->hard : answer->idle;
    answer->warn_on = answer->effective == NB_DAY_NEVER || !warned
                          ? answer->effective
                          : answer->effective - (int32_t)terms->warn_days;
    return NB_OK;
}

enum nb_status kit_expiry(const struct nb_call *call, struct kit_defaults defaults,
                          const struct nb_expiry_ask *asks, uint32_t count,
                          struct nb_expiry *answers)
{
    const struct expiry_terms terms = {
        .hard_months = kit_rule_number(call, defaults, "expiry.hard_months", 0),
        .idle_months = kit_rule_number(call, defaults, "expiry.idle_months", 0),
        .warn_days = kit_rule_number(call, defaults, "expiry.warn_days", 60),
        .elite_exempt = kit_rule_on(call, defaults, "expiry.idle_exempts_elite"),
        .resets = kit_rule_text(call, defaults, "expiry.resets")};
    enum nb_status status = NB_OK;
    for (uint32_t i = 0; i < count && status == NB_OK; i++) {
        status = expire(&terms, &asks[i], &answers[i]);
    }
    return status;
}

/* Refunds -------------------------------------------------------------------------------------- */

/* The day on which points are expected back; a rule that makes no sense is as good as none. */
static int32_t return_day(const struct nb_call *call, struct kit_defaults defaults)
{
    int64_t days = kit_rule_number(call, defaults, "refund.return_days", 0);
    return call->today + (days < 0 || days > RETURN_DAYS_MAX ? 0 : (int32_t)days);
}

static void keep_all(const struct nb_call *call, struct kit_defaults defaults,
                     const struct nb_refund_ask *ask, struct nb_refund *refund, int64_t lost)
{
    refund->points_lost = lost < ask->points ? lost : ask->points;
    refund->points_back = ask->points - refund->points_lost;
    refund->returns_on = refund->points_back == 0 ? NB_DAY_NEVER : return_day(call, defaults);
}

/* What a program takes for a stay that was given up too late. */
static int64_t penalty(const struct nb_refund_ask *ask, const char *policy)
{
    if (policy != NULL && strcmp(policy, "kept") == 0) {
        return 0;
    }
    if (policy != NULL && strcmp(policy, "one_night") == 0 && ask->night_count > 0 &&
        ask->night_points != NULL && ask->night_points[0] >= 0) {
        return ask->night_points[0];
    }
    /* "lost", and whatever is not understood: never promise points that may not come. */
    return ask->points;
}

static void late(const struct nb_call *call, struct kit_defaults defaults,
                 const struct nb_refund_ask *ask, struct nb_refund *refund, bool no_show)
{
    static const char *const texts[2][2] = {
        {"Cancelled after its deadline: ask the program and the hotel for mercy.",
         "Cancelled after its deadline: one night may be charged to the card on file. Ask the "
         "hotel to waive it, and record what it charges."},
        {"The guest did not come: ask the hotel to waive it.",
         "The guest did not come: one night may be charged to the card on file. Ask the hotel to "
         "waive it, and record what it charges."}};
    const char *policy = kit_rule_text(call, defaults, no_show ? "refund.no_show" : "refund.late");
    const char *charge = kit_rule_text(call, defaults, "refund.charge");
    bool charged = charge != NULL && strcmp(charge, "one_night") == 0;
    keep_all(call, defaults, ask, refund, penalty(ask, policy));
    refund->text = texts[no_show][charged];
    refund->needs_action = refund->points_lost > 0 || charged;
}

static bool is_early(const struct nb_refund_ask *ask)
{
    return ask->cancel_by_us != NB_INSTANT_NONE && ask->at_us <= ask->cancel_by_us;
}

static void in_time(const struct nb_call *call, struct kit_defaults defaults,
                    const struct nb_refund_ask *ask, struct nb_refund *refund)
{
    keep_all(call, defaults, ask, refund, 0);
    refund->counter_back = kit_rule_on(call, defaults, "refund.counter_back");
    refund->text = "Cancelled in time: the points return to the lots they came from.";
}

/* The program changes nothing: the whole booking goes as if it were cancelled, and the nights that
 * stay are another one, at another price. */
static enum nb_status rebook(const struct nb_call *call, struct kit_defaults defaults,
                             const struct nb_refund_ask *ask, struct nb_refund *refund)
{
    if (ask->nights_used > ask->night_count) {
        return NB_REFUSED;
    }
    bool early = is_early(ask);
    keep_all(call, defaults, ask, refund,
             early ? 0 : penalty(ask, kit_rule_text(call, defaults, "refund.late")));
    refund->needs_action = 1;
    refund->text = early ? "The program changes no booking: book the new nights at their price of "
                           "today, then cancel this one."
                         : "The program changes no booking and the deadline has passed: ask the "
                           "hotel before anything is cancelled.";
    return NB_OK;
}

static bool changes_by_rebooking(const struct nb_call *call, struct kit_defaults defaults)
{
    const char *rule = kit_rule_text(call, defaults, "refund.modify");
    return rule != NULL && strcmp(rule, "rebook") == 0;
}

static enum nb_status shorten(const struct nb_call *call, struct kit_defaults defaults,
                              const struct nb_refund_ask *ask, struct nb_refund *refund)
{
    if (ask->night_points == NULL || ask->nights_used > ask->night_count) {
        return NB_REFUSED;
    }
    int64_t used = 0;
    for (uint32_t i = 0; i < ask->nights_used; i++) {
        if (ask->night_points[i] < 0 || __builtin_add_overflow(used, ask->night_points[i], &used)) {
            return NB_REFUSED;
        }
    }
    keep_all(call, defaults, ask, refund, used);
    /* A shorter stay may lose a free night or a rate: the program prices it again. */
    refund->needs_action = 1;
    refund->text =
        "The nights that are not used may return; ask for the new price before agreeing.";
    return NB_OK;
}

static enum nb_status price_drop(const struct nb_call *call, struct kit_defaults defaults,
                                 const struct nb_refund_ask *ask, struct nb_refund *refund)
{
    if (ask->new_points < 0) {
        return NB_REFUSED;
    }
    bool credited =
        kit_rule_on(call, defaults, "refund.price_drop") && ask->new_points < ask->points;
    refund->points_back = credited ? ask->points - ask->new_points : 0;
    refund->returns_on = credited ? return_day(call, defaults) : NB_DAY_NEVER;
    refund->needs_action = credited;
    refund->text = credited ? "The price fell: ask the program to credit the difference."
                            : "Nothing changes: what was paid stands.";
    return NB_OK;
}

enum nb_status kit_refund(const struct nb_call *call, struct kit_defaults defaults,
                          const struct nb_refund_ask *ask, struct nb_refund *refund)
{
    if (ask->points < 0 || !kit_day_sound(call->today)) {
        return NB_REFUSED;
    }
    refund->returns_on = NB_DAY_NEVER;
    switch ((enum nb_refund_kind)ask->kind) {
    case NB_REFUND_CANCEL:
        if (is_early(ask)) {
            in_time(call, defaults, ask, refund);
        } else {
            late(call, defaults, ask, refund, false);
        }
        return NB_OK;
    case NB_REFUND_NO_SHOW:
        late(call, defaults, ask, refund, true);
        return NB_OK;
    case NB_REFUND_SHORTEN:
        return changes_by_rebooking(call, defaults) ? rebook(call, defaults, ask, refund)
                                                    : shorten(call, defaults, ask, refund);
    case NB_REFUND_PRICE_DROP:
        return price_drop(call, defaults, ask, refund);
    case NB_REFUND_NONE:
    case NB_REFUND_COUNT:
        break;
    }
    return NB_REFUSED;
}
