#include "plugins/kit/eligible.h"

#include "plugins/kit/check.h"
#include "plugins/kit/text.h"

#include <string.h>

#define ADULT_AGE_UNKNOWN 18

struct judging {
    const struct nb_call *call;
    struct kit_defaults defaults;
    const struct nb_eligible_ask *ask;
    struct nb_eligible *answer;
    enum nb_status status; /* the first that is not NB_OK stays */
};

enum nb_status kit_refuse(const struct nb_call *call, struct nb_eligible *answer,
                          enum nb_refusal_code code, const char *text)
{
    /* One block of rows, so each reason copies those before it: there are few. */
    if (answer->refusal_count == NB_REFUSALS_MAX) {
        return NB_OK;
    }
    struct nb_refusal *rows = nb_call_alloc(call, (answer->refusal_count + 1) * sizeof(*rows));
    if (rows == NULL || text == NULL) {
        return NB_NO_MEMORY;
    }
    if (answer->refusal_count > 0) {
        memcpy(rows, answer->refusals, answer->refusal_count * sizeof(*rows));
    }
    rows[answer->refusal_count++] = (struct nb_refusal){.code = code, .text = text};
    answer->refusals = rows;
    return NB_OK;
}

static int64_t number(const struct judging *judging, const char *key, int64_t otherwise)
{
    return kit_rule_number(judging->call, judging->defaults, key, otherwise);
}

static bool on(const struct judging *judging, const char *key)
{
    return kit_rule_on(judging->call, judging->defaults, key);
}

static bool party(const struct judging *judging, enum nb_party_flag flag)
{
    return (judging->ask->party & (unsigned)flag) != 0;
}

static void refuse(struct judging *judging, enum nb_refusal_code code, const char *text)
{
    if (judging->status == NB_OK) {
        judging->status = kit_refuse(judging->call, judging->answer, code, text);
    }
}

/* "At most N rooms in one booking." */
static void refuse_over(struct judging *judging, enum nb_refusal_code code, const char *before,
                        int64_t most, const char *after)
{
    struct kit_text text = kit_text_begin(judging->call, 160);
    kit_text_add(&text, before);
    kit_text_number(&text, most);
    kit_text_add(&text, after);
    const char *sentence = kit_text_end(&text);
    if (sentence == NULL) {
        judging->status = NB_NO_MEMORY;
        return;
    }
    refuse(judging, code, sentence);
}

static void judge_dates(struct judging *judging)
{
    const struct nb_eligible_ask *ask = judging->ask;
    int64_t window = number(judging, "booking.window_days", 0);
    int64_t nights = number(judging, "booking.nights_max", 0);
    int64_t ahead = (int64_t)ask->check_in - judging->call->today;
    if (ahead < 0) {
        refuse(judging, NB_REFUSAL_PAST, "The first night is over.");
    }
    if (window > 0 && ahead > window) {
        refuse_over(judging, NB_REFUSAL_WINDOW, "The program books at most ", window,
                    " days ahead.");
    }
    if (ask->night_count == 0) {
        refuse(judging, NB_REFUSAL_NIGHTS, "A stay has one night at least.");
    } else if (nights > 0 && ask->night_count > nights) {
        refuse_over(judging, NB_REFUSAL_NIGHTS, "One booking has at most ", nights, " nights.");
    }
}

static void judge_rooms(struct judging *judging)
{
    const struct nb_eligible_ask *ask = judging->ask;
    int64_t rooms = number(judging, "booking.rooms_max", 1);
    int64_t guests = number(judging, "booking.guests_per_room_max", 0);
    if (ask->rooms == 0 || ask->rooms > rooms) {
        refuse_over(judging, NB_REFUSAL_ROOMS, "One booking has at most ", rooms,
                    " room(s): make several.");
    }
    int64_t people = (int64_t)ask->adults + ask->child_count;
    if (people == 0) {
        refuse(judging, NB_REFUSAL_GUESTS, "Nobody is to stay.");
    } else if (guests > 0 && people > guests * ask->rooms) {
        refuse_over(judging, NB_REFUSAL_GUESTS, "A room takes at most ", guests, " people.");
    }
}

/* Whoever checks in is an adult of the least age; an age that is not known counts as 18. */
static void judge_age(struct judging *judging)
{
    int64_t least = number(judging, "guest.age_min", 18);
    int64_t age =
        judging->ask->youngest_adult == 0 ? ADULT_AGE_UNKNOWN : judging->ask->youngest_adult;
    if (judging->ask->adults == 0 || age < least) {
        refuse_over(judging, NB_REFUSAL_AGE, "Whoever checks in must be ", least, " or older.");
    }
}

static void judge_desk(struct judging *judging)
{
    bool card = party(judging, NB_PARTY_HAS_CARD) && !party(judging, NB_PARTY_WATCHED);
    if (on(judging, "guest.card_required") && !party(judging, NB_PARTY_CARD_WAIVED) && !card) {
        refuse(judging, NB_REFUSAL_CARD,
               party(judging, NB_PARTY_WATCHED)
                   ? "The program wants the guest's own card, and a hold on it would be seen."
                   : "The program wants the guest's own card at the desk.");
    }
    if (on(judging, "guest.id_required") && !party(judging, NB_PARTY_ID_WAIVED) &&
        !party(judging, NB_PARTY_HAS_ID)) {
        refuse(judging, NB_REFUSAL_ID, "The program wants an identity document at the desk.");
    }
}

/* A stay for somebody who is not the account's holder. */
static void judge_gift(struct judging *judging)
{
    const char *accounts = kit_rule_text(judging->call, judging->defaults, "gift.accounts");
    bool charity = judging->ask->account_kind == NB_ACCOUNT_CHARITY;
    if (party(judging, NB_PARTY_IS_MEMBER) || accounts == NULL ||
        !kit_list_has(accounts, charity ? "charity" : "custodian")) {
        return;
    }
    if (on(judging, "gift.phone_only") && judging->ask->channel == NB_CHANNEL_GATEWAY) {
        refuse(judging, NB_REFUSAL_PHONE_ONLY,
               "A stay for somebody else is booked by a person on the approved line.");
    }
    const char *counter = kit_rule_text(judging->call, judging->defaults, "gift.counter");
    int64_t most = number(judging, "gift.per_year", 0);
    if (counter == NULL || *counter == '\0' || strlen(counter) >= NB_COUNTER_TEXT) {
        return;
    }
    memcpy(judging->answer->counter, counter, strlen(counter) + 1);
    judging->answer->counter_amount = 1;
    if (judging->ask->counter_used >= most) {
        refuse_over(judging, NB_REFUSAL_COUNTER, "This account has used its ", most,
                    " gifted stays of the calendar year.");
    }
}

static enum nb_status judge(const struct nb_call *call, struct kit_defaults defaults,
                            const char *no_property, const struct nb_eligible_ask *ask,
                            struct nb_eligible *answer)
{
    struct judging judging = {
        .call = call, .defaults = defaults, .ask = ask, .answer = answer, .status = NB_OK};
    bool known = ask->channel > NB_CHANNEL_NONE && ask->channel <= NB_CHANNEL_ASSISTED &&
                 ask->account_kind > NB_ACCOUNT_NONE && ask->account_kind <= NB_ACCOUNT_CUSTODIAN;
    if (!known || ask->child_count > NB_CHILDREN_MAX) {
        return NB_REFUSED;
    }
    judge_dates(&judging);
    judge_rooms(&judging);
    judge_age(&judging);
    judge_desk(&judging);
    judge_gift(&judging);
    if (no_property != NULL && !kit_property_fits(call, defaults, ask->property_code)) {
        refuse(&judging, NB_REFUSAL_PROPERTY, no_property);
    }
    return judging.status;
}

enum nb_status kit_eligible(const struct nb_call *call, struct kit_defaults defaults,
                            const char *no_property, const struct nb_eligible_ask *asks,
                            uint32_t count, struct nb_eligible *answers)
{
    enum nb_status status = NB_OK;
    for (uint32_t i = 0; i < count && status == NB_OK; i++) {
        status = judge(call, defaults, no_property, &asks[i], &answers[i]);
    }
    return status;
}
