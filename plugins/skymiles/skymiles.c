/*
 * Delta SkyMiles as a translator, for a flight: a person books every ticket, by a script that reads
 * the rules of the day (script.c). It prices nothing, because only the program knows what a ticket
 * costs, and it speaks to no gateway: the contract of the house is of stays. Rules are rows
 * (rules.c); a traveler's legal name is a placeholder and never a value.
 */
#include "plugins/kit/check.h"
#include "plugins/kit/gateway.h"
#include "plugins/kit/statement.h"
#include "plugins/skymiles/rules.h"
#include "plugins/skymiles/script.h"

static const struct kit_defaults defaults = {skymiles_rules, SKYMILES_RULE_COUNT};

static const struct kit_formats formats = {
    .property = "An airport code has three capital letters.",
    .brand = "This is no airline code of SkyMiles that we know.",
    .member = "A SkyMiles number is one word of capital letters and digits: read it again.",
    .member_pattern = "X{1,9}X{0,9}",
    .confirmation = "A locator is one word of capital letters and digits: read it again.",
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
    return skymiles_script(call, defaults, ask, answer);
}

/* Nothing is ever sent, so that there is no state, and no event after the first. */
static enum nb_status step(const struct nb_call *call, void *state, const struct nb_event *event,
                           struct nb_effect *effect)
{
    (void)call;
    (void)state;
    uint32_t asked = event->operation->kind;
    if (event->kind != NB_EVENT_BEGIN || asked == NB_OPERATION_NONE ||
        asked >= NB_OPERATION_COUNT) {
        return NB_REFUSED;
    }
    *effect = (struct nb_effect){.kind = NB_EFFECT_FAIL,
                                 .fail_kind = NB_FAIL_UNSUPPORTED,
                                 .text = "A person does this, with the script.",
                                 .facts = kit_facts_none()};
    return NB_OK;
}

/* What its activity page shows: a day, words, miles. Of a ticket that was given up the rows say
 * nothing of their own: who saves them names the kind. */
static const struct kit_statement_form form = {
    .columns = {[KIT_COLUMN_POSTED] = "date",
                [KIT_COLUMN_KIND] = "kind",
                [KIT_COLUMN_POINTS] = "miles",
                [KIT_COLUMN_DESCRIPTION] = "description"}};

static enum nb_status parse_statement(const struct nb_call *call,
                                      const struct nb_statement_ask *ask,
                                      struct nb_statement *statement)
{
    return kit_statement(call, &form, ask, statement);
}

/* The descriptor ------------------------------------------------------------------------------- */

static const uint32_t spend_order[] = {NB_SPEND_OLDEST_FIRST};

static const struct nb_give gives[] = {
    {.kind = NB_GIVE_MEMBER_TRANSFER,
     .yearly_out = 150000,
     .yearly_in = 300000,
     .text = "Transfer miles from your account to the custodian's. It costs you USD 0.01 for each "
             "mile and USD 30 for each transfer. In a year a member sends 150,000 miles at most "
             "and receives 300,000 at most.",
     .source = "press",
     .verified_on = ""},
    {.kind = NB_GIVE_DONATION,
     .minimum = 1000,
     .text = "Give miles through SkyWish, 1,000 at least, to a charity that the program lists. Ask "
             "the program before: what is known of it is some years old.",
     .source = "press, some years old",
     .verified_on = ""},
};

extern const struct nb_plugin nb_plugin;
NB_PLUGIN_EXPORT const struct nb_plugin nb_plugin = {
    .magic = NB_PLUGIN_MAGIC,
    .abi_major = NB_ABI_MAJOR,
    .abi_minor = 0,
    .size = sizeof(struct nb_plugin),
    .product = NB_PRODUCT_TRAVEL,
    .capabilities = NB_CAN_ASSIST,
    .rule_count = SKYMILES_RULE_COUNT,
    .spend_order_count = sizeof(spend_order) / sizeof(spend_order[0]),
    .give_count = sizeof(gives) / sizeof(gives[0]),
    .name = "skymiles",
    .version = "1.0.0",
    .title = "Delta SkyMiles",
    .rules = skymiles_rules,
    .spend_order = spend_order,
    .gives = gives,
    .validate = validate,
    .script = script,
    .step = step,
    .parse_statement = parse_statement,
};
