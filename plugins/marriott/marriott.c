/*
 * Marriott Bonvoy as a translator: stay totals with a free night in five, gifted stays by phone
 * and five a year, MARSHA codes, points that idle away in 24 months. Rules are rows (rules.c);
 * the gateway's step machine is the kit's.
 */
#include "plugins/kit/check.h"
#include "plugins/kit/eligible.h"
#include "plugins/kit/lots.h"
#include "plugins/kit/machine.h"
#include "plugins/kit/price.h"
#include "plugins/marriott/rules.h"
#include "plugins/marriott/script.h"

static const struct kit_defaults defaults = {marriott_rules, MARRIOTT_RULE_COUNT};

/* Price ---------------------------------------------------------------------------------------- */

/* What one batch looks up once. */
struct terms {
    uint32_t free_every;
    int64_t rooms_most;
    bool mixed_free;
};

static enum nb_status price_one(const struct nb_call *call, const struct terms *terms,
                                const struct nb_price_ask *ask, struct nb_price *price)
{
    int64_t *nights;
    if (ask->rooms > terms->rooms_most) {
        price->reason = NB_PRICE_TOO_MANY_ROOMS;
        return NB_OK;
    }
    price->reason = kit_price_nights(call, ask, &nights);
    if (price->reason != NB_PRICE_REASON_NONE) {
        return NB_OK;
    }
    if (nights == NULL) {
        return NB_NO_MEMORY;
    }
    bool mixed = (ask->flags & NB_PRICE_POINTS_AND_CASH) != 0;
    bool off_already = ask->stay_points > 0;
    uint32_t freed = 0;
    if (mixed && !terms->mixed_free) {
        freed = 0;
    } else if (off_already) {
        freed = terms->free_every > 1 ? ask->night_count / terms->free_every : 0;
    } else {
        freed = kit_price_free_cheapest(nights, ask->night_count, terms->free_every);
    }
    return kit_price_finish(call, ask, nights, ask->rooms, freed * ask->rooms, price);
}

static enum nb_status quote_price(const struct nb_call *call, const struct nb_price_ask *asks,
                                  uint32_t count, struct nb_price *prices)
{
    int64_t every = kit_rule_number(call, defaults, "price.free_night_every", 0);
    struct terms terms = {.free_every = every > 1 && every <= NB_NIGHTS_MAX ? (uint32_t)every : 0,
                          .rooms_most = kit_rule_number(call, defaults, "booking.rooms_max", 1),
                          .mixed_free = kit_rule_on(call, defaults, "price.mixed_free_night")};
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
    return kit_eligible(call, defaults, "The property has no five-letter Marriott code.", asks,
                        count, answers);
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
    .property = "A Marriott property code (MARSHA) has five capital letters.",
    .brand = "This is no brand code of Marriott that we know.",
    .member = "Marriott member numbers usually have nine digits.",
    .member_pattern = "9{9,9}",
    .confirmation = "Marriott confirmation numbers usually have eight or nine digits.",
    .confirmation_pattern = "9{8,9}",
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
    return kit_script_find(marriott_scripts, MARRIOTT_SCRIPT_COUNT, ask, answer);
}

static enum nb_status step(const struct nb_call *call, void *state, const struct nb_event *event,
                           struct nb_effect *effect)
{
    return kit_machine_step(call, call->settings, state, event, effect);
}

/* The descriptor ------------------------------------------------------------------------------- */

static const struct nb_option options[] = {KIT_GATEWAY_OPTIONS};

static const uint32_t spend_order[] = {NB_SPEND_OLDEST_FIRST};

static const struct nb_give gives[] = {
    {.kind = NB_GIVE_MEMBER_TRANSFER,
     .minimum = 1000,
     .step = 1000,
     .yearly_out = 100000,
     .yearly_in = 500000,
     .text = "Transfer points from your account to the custodian's. It is free, in steps of 1,000, "
             "at most 100,000 a year from you.",
     .source = "press",
     .verified_on = ""},
    {.kind = NB_GIVE_DONATION,
     .text = "Give points to the charity on the program's site. It cannot be undone and is not "
             "tax-deductible; it may take 30 days to arrive.",
     .source = "copy of the program's terms, 2022",
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
                    NB_CAN_BALANCE | NB_CAN_ACTIVITY | NB_CAN_ASSIST | NB_DEEP_LINK_ALLOWED,
    .settings_bytes = sizeof(struct kit_gateway_settings),
    .state_bytes = sizeof(struct kit_machine_state),
    .state_version = KIT_MACHINE_STATE_VERSION,
    .option_count = sizeof(options) / sizeof(options[0]),
    .rule_count = MARRIOTT_RULE_COUNT,
    .spend_order_count = sizeof(spend_order) / sizeof(spend_order[0]),
    .give_count = sizeof(gives) / sizeof(gives[0]),
    .name = "marriott",
    .version = "1.0.0",
    .title = "Marriott Bonvoy",
    .options = options,
    .rules = marriott_rules,
    .spend_order = spend_order,
    .gives = gives,
    .quote_price = quote_price,
    .eligible = eligible,
    .expiry_of = expiry_of,
    .refund_effect = refund_effect,
    .validate = validate,
    .script = script,
    .step = step,
};
