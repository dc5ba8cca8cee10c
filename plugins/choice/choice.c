/*
 * Choice Privileges as a translator: every night at its own posted price, none free; points with
 * money exist, but only a quote knows their price; nothing is changed, only cancelled and booked
 * again. Rules are rows (rules.c); the gateway's step machine is the kit's.
 */
#include "plugins/choice/rules.h"
#include "plugins/choice/script.h"
#include "plugins/kit/check.h"
#include "plugins/kit/eligible.h"
#include "plugins/kit/lots.h"
#include "plugins/kit/machine.h"
#include "plugins/kit/price.h"
#include "plugins/kit/statement.h"

#include <string.h>

static const struct kit_defaults defaults = {choice_rules, CHOICE_RULE_COUNT};

/* Price ---------------------------------------------------------------------------------------- */

/* What one batch looks up once. */
struct terms {
    int64_t rooms_most;
    enum nb_price_reason mixed; /* why points with money have no price here */
};

/* By the rule price.points_and_cash; a word that is not understood is as good as unknown. */
static enum nb_price_reason mixed_reason(const char *rule)
{
    if (rule != NULL && strcmp(rule, "on") == 0) {
        return NB_PRICE_REASON_NONE;
    }
    return rule != NULL && strcmp(rule, "off") == 0 ? NB_PRICE_MIXED_NOT_SOLD
                                                    : NB_PRICE_NOT_PUBLISHED;
}

static enum nb_status price_one(const struct nb_call *call, const struct terms *terms,
                                const struct nb_price_ask *ask, struct nb_price *price)
{
    int64_t *nights;
    if ((ask->flags & NB_PRICE_POINTS_AND_CASH) != 0 && terms->mixed != NB_PRICE_REASON_NONE) {
        price->reason = terms->mixed;
        return NB_OK;
    }
    if (ask->rooms > terms->rooms_most) {
        price->reason = NB_PRICE_TOO_MANY_ROOMS;
        return NB_OK;
    }
    /* The program posts nights: a total of a stay is somebody else's. */
    price->reason =
        ask->stay_points > 0 ? NB_PRICE_BAD_INPUT : kit_price_nights(call, ask, &nights);
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
    struct terms terms = {.rooms_most = kit_rule_number(call, defaults, "booking.rooms_max", 1),
                          .mixed =
                              mixed_reason(kit_rule_text(call, defaults, "price.points_and_cash"))};
    enum nb_status status = NB_OK;
    for (uint32_t i = 0; i < count && status == NB_OK; i++) {
        status = price_one(call, &terms, &asks[i], &prices[i]);
    }
    return status;
}

/* Who and what --------------------------------------------------------------------------------- */

/* The form of its codes is only observed: one of another form is warned of (validate), not
 * refused. */
static enum nb_status eligible(const struct nb_call *call, const struct nb_eligible_ask *asks,
                               uint32_t count, struct nb_eligible *answers)
{
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

/* Nothing is published of member and confirmation numbers: only slips of the hand are told. */
static const struct kit_formats formats = {
    .property = "A Choice property code has two capital letters and three digits.",
    .brand = "This is no brand code of Choice that we know.",
    .member = "A member number is one word of capital letters and digits: read it again.",
    .member_pattern = "X{4,9}X{0,9}",
    .confirmation = "A confirmation number is one word of capital letters and digits: read it "
                    "again.",
    .confirmation_pattern = "X{4,9}X{0,9}",
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
    return kit_script_find(choice_scripts, CHOICE_SCRIPT_COUNT, ask, answer);
}

static enum nb_status step(const struct nb_call *call, void *state, const struct nb_event *event,
                           struct nb_effect *effect)
{
    return kit_machine_step(call, call->settings, state, event, effect);
}

/* What its activity page shows of a row; it names no days of the stay. */
static const struct kit_statement_form form = {.columns = {[KIT_COLUMN_POSTED] = "date",
                                                           [KIT_COLUMN_KIND] = "kind",
                                                           [KIT_COLUMN_POINTS] = "points",
                                                           [KIT_COLUMN_DESCRIPTION] = "description",
                                                           [KIT_COLUMN_PROPERTY] = "hotel",
                                                           [KIT_COLUMN_CANCELLED] = "cancelled"}};

static enum nb_status parse_statement(const struct nb_call *call,
                                      const struct nb_statement_ask *ask,
                                      struct nb_statement *statement)
{
    return kit_statement(call, &form, ask, statement);
}

/* The descriptor ------------------------------------------------------------------------------- */

static const struct nb_option options[] = {KIT_GATEWAY_OPTIONS};

static const uint32_t spend_order[] = {NB_SPEND_OLDEST_FIRST};

static const struct nb_give gives[] = {
    {.kind = NB_GIVE_MEMBER_TRANSFER,
     .text = "Members can transfer points to another member. What it costs, in which steps and how "
             "many a year is not known: ask the program before.",
     .source = "no such term found",
     .verified_on = ""},
    {.kind = NB_GIVE_DONATION,
     .text = "Members can give points to a charity that the program lists. The least amount is not "
             "known.",
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
                    NB_CAN_BALANCE | NB_CAN_ACTIVITY | NB_CAN_ASSIST | NB_DEEP_LINK_ALLOWED,
    .settings_bytes = sizeof(struct kit_gateway_settings),
    .state_bytes = sizeof(struct kit_machine_state),
    .state_version = KIT_MACHINE_STATE_VERSION,
    .option_count = sizeof(options) / sizeof(options[0]),
    .rule_count = CHOICE_RULE_COUNT,
    .spend_order_count = sizeof(spend_order) / sizeof(spend_order[0]),
    .give_count = sizeof(gives) / sizeof(gives[0]),
    .name = "choice",
    .version = "1.0.0",
    .title = "Choice Privileges",
    .options = options,
    .rules = choice_rules,
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
