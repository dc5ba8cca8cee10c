/*
 * Wyndham Rewards as a translator: three tiers per bedroom and night, one room a booking, lots that
 * end after 48 months, a credit when a tier falls. Rules are rows (rules.c); the gateway's step
 * machine is the kit's.
 */
#include "plugins/kit/check.h"
#include "plugins/kit/eligible.h"
#include "plugins/kit/lots.h"
#include "plugins/kit/machine.h"
#include "plugins/kit/price.h"
#include "plugins/wyndham/rules.h"
#include "plugins/wyndham/script.h"

static const struct kit_defaults defaults = {wyndham_rules, WYNDHAM_RULE_COUNT};

/* Price ---------------------------------------------------------------------------------------- */

/* What one batch looks up once. */
struct terms {
    const char *tiers;
    int64_t percent_off;
    int64_t rooms_most;
};

static bool is_tier(const char *tiers, int64_t points)
{
    while (tiers != NULL && *tiers != '\0') {
        int64_t tier = 0;
        bool fits = true;
        for (; *tiers >= '0' && *tiers <= '9'; tiers++) {
            fits = fits && !__builtin_mul_overflow(tier, 10, &tier) &&
                   !__builtin_add_overflow(tier, *tiers - '0', &tier);
        }
        if (fits && tier == points) {
            return true;
        }
        tiers += *tiers != '\0';
    }
    return false;
}

/* Nights become what a member pays. */
static enum nb_price_reason apply_tiers(const struct terms *terms, const struct nb_price_ask *ask,
                                        int64_t *nights)
{
    bool card = (ask->flags & NB_PRICE_MEMBER_CARD) != 0 && terms->percent_off > 0;
    for (uint32_t i = 0; i < ask->night_count; i++) {
        /* Most stays have one tier: look it up when it changes. */
        bool same =
            i > 0 && ask->night_points != NULL && ask->night_points[i] == ask->night_points[i - 1];
        if (!same && !is_tier(terms->tiers, nights[i])) {
            return NB_PRICE_TIER_UNKNOWN;
        }
        if (card && __builtin_mul_overflow(nights[i], 100 - terms->percent_off, &nights[i])) {
            return NB_PRICE_OVERFLOW;
        }
        nights[i] /= card ? 100 : 1;
    }
    return NB_PRICE_REASON_NONE;
}

static enum nb_status price_one(const struct nb_call *call, const struct terms *terms,
                                const struct nb_price_ask *ask, struct nb_price *price)
{
    int64_t *nights;
    if ((ask->flags & NB_PRICE_POINTS_AND_CASH) != 0) {
        /* "go fast" exists, but its points are not a tier: only a quote can say. */
        price->reason = NB_PRICE_NOT_PUBLISHED;
        return NB_OK;
    }
    if (ask->rooms > terms->rooms_most) {
        price->reason = NB_PRICE_TOO_MANY_ROOMS;
        return NB_OK;
    }
    price->reason =
        ask->stay_points > 0 ? NB_PRICE_BAD_INPUT : kit_price_nights(call, ask, &nights);
    if (price->reason != NB_PRICE_REASON_NONE) {
        return NB_OK;
    }
    if (nights == NULL) {
        return NB_NO_MEMORY;
    }
    price->reason = apply_tiers(terms, ask, nights);
    if (price->reason != NB_PRICE_REASON_NONE) {
        return NB_OK;
    }
    return kit_price_finish(call, ask, nights, (uint32_t)ask->rooms * ask->bedrooms, 0, price);
}

static enum nb_status quote_price(const struct nb_call *call, const struct nb_price_ask *asks,
                                  uint32_t count, struct nb_price *prices)
{
    int64_t percent = kit_rule_number(call, defaults, "price.member_percent_off", 0);
    struct terms terms = {.tiers = kit_rule_text(call, defaults, "price.tiers"),
                          .percent_off = percent < 0 || percent > 100 ? 0 : percent,
                          .rooms_most = kit_rule_number(call, defaults, "booking.rooms_max", 1)};
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
    return kit_eligible(call, defaults, "The property has no Wyndham code of four to six digits.",
                        asks, count, answers);
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
    .property = "A Wyndham property code has four to six digits.",
    .brand = "This is no brand code of Wyndham that we know.",
    .member = "Wyndham member numbers usually have nine to twelve letters and digits.",
    .member_pattern = "X{9,9}X{0,3}",
    .confirmation = "Wyndham confirmation numbers usually have six to fourteen characters.",
    .confirmation_pattern = "X{6,9}X{0,5}",
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
    return kit_script_find(wyndham_scripts, WYNDHAM_SCRIPT_COUNT, ask, answer);
}

static enum nb_status step(const struct nb_call *call, void *state, const struct nb_event *event,
                           struct nb_effect *effect)
{
    return kit_machine_step(call, call->settings, state, event, effect);
}

/* The descriptor ------------------------------------------------------------------------------- */

static const struct nb_option options[] = {KIT_GATEWAY_OPTIONS, KIT_OPENTRAVEL_OPTION};

static const uint32_t spend_order[] = {NB_SPEND_EARLIEST_EXPIRY, NB_SPEND_OLDEST_FIRST};

static const struct nb_give gives[] = {
    {.kind = NB_GIVE_DONATION,
     .text = "Give points to a listed charity on the program's site.",
     .source = "program's terms",
     .verified_on = "2026-09-01"},
};

extern const struct nb_plugin nb_plugin;
NB_PLUGIN_EXPORT const struct nb_plugin nb_plugin = {
    .magic = NB_PLUGIN_MAGIC,
    .abi_major = NB_ABI_MAJOR,
    .abi_minor = 1, /* it may speak XML */
    .size = sizeof(struct nb_plugin),
    .product = NB_PRODUCT_STAY,
    .capabilities = NB_CAN_QUOTE | NB_CAN_HOLD | NB_CAN_COMMIT | NB_CAN_CANCEL | NB_CAN_READ |
                    NB_CAN_BALANCE | NB_CAN_ACTIVITY | NB_CAN_ASSIST,
    .settings_bytes = sizeof(struct kit_gateway_settings),
    .state_bytes = sizeof(struct kit_machine_state),
    .state_version = KIT_MACHINE_STATE_VERSION,
    .option_count = sizeof(options) / sizeof(options[0]),
    .rule_count = WYNDHAM_RULE_COUNT,
    .spend_order_count = sizeof(spend_order) / sizeof(spend_order[0]),
    .give_count = sizeof(gives) / sizeof(gives[0]),
    .name = "wyndham",
    .version = "1.0.0",
    .title = "Wyndham Rewards",
    .options = options,
    .rules = wyndham_rules,
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
