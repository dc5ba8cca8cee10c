/*
 * A plugin that keeps the contract until its option `behavior` names something else: then it does a
 * forbidden thing (deeds.h) when it prices a row of HOSTILE_ROOMS rooms or validates HOSTILE_TEXT,
 * or breaks one rule of the contract everywhere. Its initial behavior stands in the file as text,
 * so that a test can make a file of each kind.
 */
#include "plugins/kit/eligible.h"
#include "plugins/kit/lots.h"
#include "plugins/kit/machine.h"
#include "plugins/kit/price.h"
#include "plugins/kit/script.h"
#include "tests/support/plugins/hostile/deeds.h"
#include "tests/support/plugins/hostile/hostile.h"

#include <string.h>

static const struct nb_rule_default rules[] = {
    {"booking.rooms_max", "100", "invented", "", "Rooms in one reservation."},
    {"expiry.idle_months", "12", "invented", "", "HOSTILE-HELP: months without activity."},
};
static const struct kit_defaults defaults = {rules, sizeof(rules) / sizeof(rules[0])};
static const struct kit_gateway_settings gateway = {15000, 90000, false};

static const struct hostile_settings *settings_of(const struct nb_call *call)
{
    return call->settings;
}

static bool is(const struct nb_call *call, const char *behavior)
{
    return hostile_is(settings_of(call), behavior);
}

/* Elsewhere in every process: what no answer and no state may depend on. */
static int64_t somewhere(void)
{
    static char here;
    return (int64_t)(intptr_t)&here / 16;
}

static void burn(uint64_t turns)
{
    for (volatile uint64_t i = 0; i < turns; i = i + 1) {
    }
}

static enum nb_status price_one(const struct nb_call *call, const struct nb_price_ask *ask,
                                struct nb_price *price)
{
    int64_t *nights = NULL;
    price->reason = kit_price_nights(call, ask, &nights);
    if (price->reason != NB_PRICE_REASON_NONE) {
        return NB_OK;
    }
    if (nights == NULL && !is(call, "starved")) {
        return NB_NO_MEMORY;
    }
    nights[0] += is(call, "moody") ? somewhere() : 0;
    enum nb_status status = kit_price_finish(call, ask, nights, ask->rooms, 0, price);
    if (is(call, "shorter") && price->night_count > 1) {
        price->total_points -= price->night_points[--price->night_count];
    }
    return status;
}

static enum nb_status quote_price(const struct nb_call *call, const struct nb_price_ask *asks,
                                  uint32_t count, struct nb_price *prices)
{
    enum nb_status status = NB_OK;
    for (uint32_t i = 0; i < count && status == NB_OK; i++) {
        if (asks[i].rooms == HOSTILE_ROOMS) {
            hostile_do(settings_of(call));
        }
        if (asks[i].rooms == HOSTILE_ROOMS && is(call, "refuse")) {
            return NB_REFUSED;
        }
        burn(is(call, "slow") ? 10000000 : 0);
        status = price_one(call, &asks[i], &prices[i]);
    }
    return status;
}

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
    enum nb_status status = kit_refund(call, defaults, ask, refund);
    refund->points_back += is(call, "generous");
    return status;
}

/* Much more than may travel, of static memory. */
static enum nb_status huge(struct nb_validation *validation)
{
    static char text[1 << 20];
    memset(text, 'a', sizeof(text) - 1);
    validation->warning = text;
    return NB_OK;
}

static enum nb_status validate(const struct nb_call *call, const struct nb_validate_ask *ask,
                               struct nb_validation *validation)
{
    if (ask->kind == NB_VALIDATE_NONE || ask->kind >= NB_VALIDATE_COUNT) {
        return NB_REFUSED;
    }
    validation->looks_right = 1;
    if (ask->text == NULL || strcmp(ask->text, HOSTILE_TEXT) != 0) {
        return NB_OK;
    }
    hostile_do(settings_of(call));
    if (is(call, "huge")) {
        validation->looks_right = 0;
        return huge(validation);
    }
    if (is(call, "wild")) {
        validation->looks_right = 0;
        validation->warning = (const char *)(intptr_t)8;
    }
    return is(call, "status") ? (enum nb_status)77 : NB_OK;
}

static const struct nb_script_line lines[] = {
    {NB_SCRIPT_SAY, 0, "For {{guest.surname}}, until {{stay.check_out}}."}};
static const struct kit_script scripts[] = {
    KIT_SCRIPT(NB_OPERATION_COMMIT, false, lines, kit_fields_booked)};

static enum nb_status script(const struct nb_call *call, const struct nb_script_ask *ask,
                             struct nb_script *answer)
{
    (void)call;
    return kit_script_find(scripts, 1, ask, answer);
}

/* The step machine: the kit's, and one rule broken --------------------------------------------- */

struct state {
    struct kit_machine_state machine;
    int64_t pointer;
};

static void spoil_request(const struct nb_call *call, struct nb_request *request)
{
    static const struct nb_header loud[] = {{"Authorization", "Bearer x"}};
    if (is(call, "loud")) {
        request->headers = loud;
        request->header_count = 1;
    } else if (is(call, "leaky")) {
        request->path = "/v1/login?password={{credential.password}}";
    } else if (is(call, "elsewhere")) {
        request->path = "https://elsewhere.example/v1";
    } else if (is(call, "nameless") && request->is_write == 1) {
        request->header_count = 0;
        request->body = "{}";
    } else if (is(call, "not_json") && request->body != NULL) {
        request->body = "{\"reference\":";
    }
}

static enum nb_status spoil_failure(const struct nb_call *call, const struct nb_event *event,
                                    struct nb_effect *effect)
{
    (void)event;
    if (is(call, "forgetful") && effect->outcome == NB_OUTCOME_UNKNOWN) {
        *effect = (struct nb_effect){.kind = NB_EFFECT_FAIL, .fail_kind = NB_FAIL_NOT_SENT};
    } else if (is(call, "blind") && effect->outcome == NB_OUTCOME_UNKNOWN) {
        return NB_REFUSED;
    }
    return NB_OK;
}

static enum nb_status step(const struct nb_call *call, void *memory, const struct nb_event *event,
                           struct nb_effect *effect)
{
    struct state *state = memory;
    enum nb_status status = kit_machine_step(call, &gateway, &state->machine, event, effect);
    state->pointer = is(call, "pointer") ? somewhere() : 0;
    if (status == NB_REFUSED && is(call, "trusting")) {
        *effect = (struct nb_effect){.kind = NB_EFFECT_WAIT, .wait_ms = 1000};
        return NB_OK;
    }
    if (is(call, "idle") && event->kind == NB_EVENT_BEGIN) {
        *effect = (struct nb_effect){.kind = NB_EFFECT_FAIL, .fail_kind = NB_FAIL_UNSUPPORTED};
    }
    if (status == NB_OK && effect->kind == NB_EFFECT_REQUEST) {
        spoil_request(call, &effect->request);
    }
    if (status == NB_OK && effect->kind == NB_EFFECT_DONE && event->kind != NB_EVENT_RESPONSE) {
        status = spoil_failure(call, event, effect);
    }
    if (is(call, "believer") && event->kind == NB_EVENT_RESPONSE && status == NB_OK &&
        effect->kind == NB_EFFECT_DONE && event->response->status < 300 &&
        event->operation->kind == NB_OPERATION_COMMIT) {
        effect->outcome = NB_OUTCOME_CONFIRMED;
    }
    return status;
}

/* What an older state becomes: only version 1 is known. */
static enum nb_status migrate_state(const struct nb_call *call, uint32_t from_version,
                                    const void *from, uint32_t from_bytes, void *memory)
{
    struct state *state = memory;
    (void)call;
    if (from_version != HOSTILE_OLD_STATE || from_bytes != sizeof(state->machine)) {
        return NB_REFUSED;
    }
    memcpy(&state->machine, from, sizeof(state->machine));
    return NB_OK;
}

static const struct nb_option options[] = {
    {"behavior", NB_OPTION_TEXT, offsetof(struct hostile_settings, behavior),
     sizeof(((struct hostile_settings *)0)->behavior), 0, 0, HOSTILE_INITIAL, "What it does."},
    {"path", NB_OPTION_TEXT, offsetof(struct hostile_settings, path),
     sizeof(((struct hostile_settings *)0)->path), 0, 0, "/nowhere", "A file."},
    {"target", NB_OPTION_INTEGER, offsetof(struct hostile_settings, target), 0, 0, INT64_MAX, "0",
     "A process."},
    {"address", NB_OPTION_INTEGER, offsetof(struct hostile_settings, address), 0, 0, INT64_MAX, "0",
     "A place in it."},
};
static const uint32_t spend_order[] = {NB_SPEND_OLDEST_FIRST};

extern const struct nb_plugin nb_plugin;
NB_PLUGIN_EXPORT const struct nb_plugin nb_plugin = {
    .magic = NB_PLUGIN_MAGIC,
    .abi_major = NB_ABI_MAJOR,
    .size = sizeof(struct nb_plugin),
    .product = NB_PRODUCT_STAY,
    .capabilities = NB_CAN_QUOTE | NB_CAN_HOLD | NB_CAN_COMMIT | NB_CAN_CANCEL | NB_CAN_READ |
                    NB_CAN_BALANCE | NB_CAN_ACTIVITY | NB_CAN_ASSIST,
    .settings_bytes = sizeof(struct hostile_settings),
    .state_bytes = sizeof(struct state),
    .state_version = HOSTILE_OLD_STATE + 1,
    .option_count = sizeof(options) / sizeof(options[0]),
    .rule_count = sizeof(rules) / sizeof(rules[0]),
    .spend_order_count = 1,
    .name = "hostile",
    .version = "1.0",
    .title = "Hostile (for tests)",
    .options = options,
    .rules = rules,
    .spend_order = spend_order,
    .quote_price = quote_price,
    .eligible = eligible,
    .expiry_of = expiry_of,
    .refund_effect = refund_effect,
    .validate = validate,
    .script = script,
    .step = step,
    .migrate_state = migrate_state,
};
