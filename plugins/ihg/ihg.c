/*
 * IHG One Rewards as a translator: a price of each night, the fourth one free for an account with
 * the program's card, up to nine rooms, a guest's own card at the desk, points that idle away in 12
 * months below the first level. Rules are rows (rules.c); the gateway's step machine is the kit's.
 */
#include "plugins/ihg/rules.h"
#include "plugins/ihg/script.h"
#include "plugins/kit/check.h"
#include "plugins/kit/eligible.h"
#include "plugins/kit/lots.h"
#include "plugins/kit/machine.h"
#include "plugins/kit/price.h"
#include "plugins/kit/statement.h"

#include <string.h>

static const struct kit_defaults defaults = {ihg_rules, IHG_RULE_COUNT};

/* Price ---------------------------------------------------------------------------------------- */

/* What one batch looks up once. */
struct terms {
    uint32_t free_every;
    int64_t rooms_most;
    bool card_only;
    bool mixed_sold;
};

/* The last night of each full block, whatever the others cost; how many. */
static uint32_t free_last(int64_t *nights, uint32_t count, uint32_t every)
{
    uint32_t freed = 0;
    for (uint32_t last = every; every > 1 && last <= count; last += every) {
        nights[last - 1] = 0;
        freed++;
    }
    return freed;
}

static enum nb_status price_one(const struct nb_call *call, const struct terms *terms,
                                const struct nb_price_ask *ask, struct nb_price *price)
{
    int64_t *nights;
    if ((ask->flags & NB_PRICE_POINTS_AND_CASH) != 0) {
        /* The money buys points; how many, only the confirmation says. */
        price->reason = terms->mixed_sold ? NB_PRICE_NOT_PUBLISHED : NB_PRICE_MIXED_NOT_SOLD;
        return NB_OK;
    }
    if (ask->rooms > terms->rooms_most) {
        price->reason = NB_PRICE_TOO_MANY_ROOMS;
        return NB_OK;
    }
    /* It posts nights: of a total nobody could say whether the free night is off already. */
    price->reason =
        ask->stay_points > 0 ? NB_PRICE_BAD_INPUT : kit_price_nights(call, ask, &nights);
    if (price->reason != NB_PRICE_REASON_NONE) {
        return NB_OK;
    }
    if (nights == NULL) {
        return NB_NO_MEMORY;
    }
    bool frees = !terms->card_only || (ask->flags & NB_PRICE_MEMBER_CARD) != 0;
    uint32_t freed = frees ? free_last(nights, ask->night_count, terms->free_every) : 0;
    return kit_price_finish(call, ask, nights, ask->rooms, freed * ask->rooms, price);
}

static enum nb_status quote_price(const struct nb_call *call, const struct nb_price_ask *asks,
                                  uint32_t count, struct nb_price *prices)
{
    int64_t every = kit_rule_number(call, defaults, "price.free_night_every", 0);
    const char *card = kit_rule_text(call, defaults, "price.free_night_card");
    const char *mixed = kit_rule_text(call, defaults, "price.mixed");
    struct terms terms = {.free_every = every > 1 && every <= NB_NIGHTS_MAX ? (uint32_t)every : 0,
                          .rooms_most = kit_rule_number(call, defaults, "booking.rooms_max", 1),
                          /* A rule that is not understood promises no free night. */
                          .card_only = card == NULL || strcmp(card, "off") != 0,
                          .mixed_sold = mixed != NULL && strcmp(mixed, "buys_points") == 0};
    enum nb_status status = NB_OK;
    for (uint32_t i = 0; i < count && status == NB_OK; i++) {
        status = price_one(call, &terms, &asks[i], &prices[i]);
    }
    return status;
}

/* Who and what --------------------------------------------------------------------------------- */

static enum nb_status eligible(const struct nb_call *call, const struct nb_eligible_ask *asks,
                               uint32_t count, struct nb_eligible *answers)
{
    /* The form of its codes was seen, not published: another one warns (validate), and no more. */
    return kit_eligible(call, defaults, NULL, asks, count, answers);
}

static enum nb_status expiry_of(const struct nb_call *call, const struct nb_expiry_ask *asks,
                                uint32_t count, struct nb_expiry *answers)
{
    return kit_expiry(call, defaults, asks, count, answers);
}

static enum nb_status refund_effect(const struct nb_call *call, const struct nb_refund_ask *ask,
                                    struct nb_refund *refund)
{
    return kit_refund(call, defaults, ask, refund);
}

static const struct kit_formats formats = {
    .property = "An IHG hotel code has five capital letters and digits.",
    .brand = "This is no brand code of IHG that we know.",
    .member = "An IHG member number is one word of capital letters and digits.",
    .member_pattern = "X{1,9}X{0,9}",
    .confirmation = "An IHG confirmation number is one word of capital letters and digits.",
    .confirmation_pattern = "X{1,9}X{0,9}",
};

static enum nb_status validate(const struct nb_call *call, const struct nb_validate_ask *ask,
                               struct nb_validation *validation)
{
    return kit_validate(call, defaults, &formats, ask, validation);
}

static enum nb_status script(const struct nb_call *call, const struct nb_script_ask *ask,
                             struct nb_script *answer)
{
    (void)call;
    return kit_script_find(ihg_scripts, IHG_SCRIPT_COUNT, ask, answer);
}

static enum nb_status step(const struct nb_call *call, void *state, const struct nb_event *event,
                           struct nb_effect *effect)
{
    return kit_machine_step(call, call->settings, state, event, effect);
}

/* One row a night, so there is no last day; a free fourth night is a row of 0 points. */
static const struct kit_statement_form activity = {
    .columns = {[KIT_COLUMN_POSTED] = "posted",
                [KIT_COLUMN_KIND] = "kind",
                [KIT_COLUMN_POINTS] = "points",
                [KIT_COLUMN_DESCRIPTION] = "description",
                [KIT_COLUMN_PROPERTY] = "hotel",
                [KIT_COLUMN_CHECK_IN] = "night"}};

static enum nb_status parse_statement(const struct nb_call *call,
                                      const struct nb_statement_ask *ask,
                                      struct nb_statement *statement)
{
    return kit_statement(call, &activity, ask, statement);
}

/* The descriptor ------------------------------------------------------------------------------- */

static const struct nb_option options[] = {KIT_GATEWAY_OPTIONS};

static const uint32_t spend_order[] = {NB_SPEND_OLDEST_FIRST};

static const struct nb_give gives[] = {
    {.kind = NB_GIVE_MEMBER_TRANSFER,
     .minimum = 1000,
     .step = 1000,
     .text = "Transfer points from your account to the custodian's, in steps of 1,000. It costs "
             "you USD 5 for each 1,000 points.",
     .source = "press",
     .verified_on = ""},
};

extern const struct nb_plugin nb_plugin;
NB_PLUGIN_EXPORT const struct nb_plugin nb_plugin = {
    .magic = NB_PLUGIN_MAGIC,
    .abi_major = NB_ABI_MAJOR,
    .abi_minor = 0,
    .size = sizeof(struct nb_plugin),
    .product = NB_PRODUCT_STAY,
    .capabilities = NB_CAN_QUOTE | NB_CAN_HOLD | NB_CAN_COMMIT | NB_CAN_CANCEL | NB_CAN_READ |
                    NB_CAN_BALANCE | NB_CAN_ACTIVITY | NB_CAN_ASSIST,
    .settings_bytes = sizeof(struct kit_gateway_settings),
    .state_bytes = sizeof(struct kit_machine_state),
    .state_version = KIT_MACHINE_STATE_VERSION,
    .option_count = sizeof(options) / sizeof(options[0]),
    .rule_count = IHG_RULE_COUNT,
    .spend_order_count = sizeof(spend_order) / sizeof(spend_order[0]),
    .give_count = sizeof(gives) / sizeof(gives[0]),
    .name = "ihg",
    .version = "1.0.0",
    .title = "IHG One Rewards",
    .options = options,
    .rules = ihg_rules,
    .spend_order = spend_order,
    .gives = gives,
    .quote_price = quote_price,
    .eligible = eligible,
    .expiry_of = expiry_of,
    .refund_effect = refund_effect,
    .validate = validate,
    .script = script,
    .step = step,
    .parse_statement = parse_statement,
};
