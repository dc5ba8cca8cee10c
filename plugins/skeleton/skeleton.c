/*
 * A program as a translator: it prices what is posted night by night, speaks the gateway contract
 * through the kit, and has a script for a person. What the program does differently replaces that;
 * I/O, time and memory are the host's.
 */
#include "plugins/kit/check.h"
#include "plugins/kit/eligible.h"
#include "plugins/kit/lots.h"
#include "plugins/kit/machine.h"
#include "plugins/kit/price.h"
#include "plugins/skeleton/rules.h"
#include "plugins/skeleton/script.h"

static const struct kit_defaults defaults = {skeleton_rules, SKELETON_RULE_COUNT};

/* Price ---------------------------------------------------------------------------------------- */

static enum nb_status price_one(const struct nb_call *call, int64_t rooms_most,
                                const struct nb_price_ask *ask, struct nb_price *price)
{
    int64_t *nights;
    if (ask->rooms > rooms_most) {
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
    return kit_price_finish(call, ask, nights, ask->rooms, 0, price);
}

static enum nb_status quote_price(const struct nb_call *call, const struct nb_price_ask *asks,
                                  uint32_t count, struct nb_price *prices)
{
    int64_t rooms_most = kit_rule_number(call, defaults, "booking.rooms_max", 1);
    enum nb_status status = NB_OK;
    for (uint32_t i = 0; i < count && status == NB_OK; i++) {
        status = price_one(call, rooms_most, &asks[i], &prices[i]);
    }
    return status;
}

/* Who and what --------------------------------------------------------------------------------- */

static enum nb_status eligible(const struct nb_call *call, const struct nb_eligible_ask *asks,
                               uint32_t count, struct nb_eligible *answers)
{
    return kit_eligible(call, defaults, "The property has no code of this program.", asks, count,
                        answers);
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
    .property = "Property codes of this program look different.",
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
    return kit_script_find(skeleton_scripts, SKELETON_SCRIPT_COUNT, ask, answer);
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
    {.kind = NB_GIVE_DONATION,
     .text = "Say here, in plain words, what a member does to give, and what cannot be undone.",
     .source = "not published; the cautious reading",
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
    .rule_count = SKELETON_RULE_COUNT,
    .spend_order_count = sizeof(spend_order) / sizeof(spend_order[0]),
    .give_count = sizeof(gives) / sizeof(gives[0]),
    .name = "skeleton",
    .version = "0.1.0",
    .title = "Skeleton (a program to copy)",
    .options = options,
    .rules = skeleton_rules,
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
