/* A travel plugin as small as there can be: a person books, with a script; no price, no gateway. */
#include "core/plugin/nb_plugin.h"

static enum nb_status validate(const struct nb_call *call, const struct nb_validate_ask *ask,
                               struct nb_validation *validation)
{
    (void)call;
    if (ask->kind == NB_VALIDATE_NONE || ask->kind >= NB_VALIDATE_COUNT) {
        return NB_REFUSED;
    }
    validation->looks_right = 1;
    return NB_OK;
}

static enum nb_status script(const struct nb_call *call, const struct nb_script_ask *ask,
                             struct nb_script *answer)
{
    static const struct nb_script_line lines[] = {{NB_SCRIPT_DO, 0, "Call {{phone.approved}}."}};
    (void)call;
    if (ask->operation != NB_OPERATION_COMMIT) {
        return NB_REFUSED;
    }
    *answer = (struct nb_script){.line_count = 1, .lines = lines};
    return NB_OK;
}

static enum nb_status step(const struct nb_call *call, void *state, const struct nb_event *event,
                           struct nb_effect *effect)
{
    (void)call;
    (void)state;
    if (event->kind != NB_EVENT_BEGIN || event->operation->kind == NB_OPERATION_NONE ||
        event->operation->kind >= NB_OPERATION_COUNT) {
        return NB_REFUSED;
    }
    effect->kind = NB_EFFECT_FAIL;
    effect->fail_kind = NB_FAIL_UNSUPPORTED;
    return NB_OK;
}

extern const struct nb_plugin nb_plugin;
NB_PLUGIN_EXPORT const struct nb_plugin nb_plugin = {
    .magic = NB_PLUGIN_MAGIC,
    .abi_major = NB_ABI_MAJOR,
    .size = sizeof(struct nb_plugin),
    .product = NB_PRODUCT_TRAVEL,
    .capabilities = NB_CAN_ASSIST,
    .name = "flight",
    .version = "1",
    .title = "Flight (for tests)",
    .validate = validate,
    .script = script,
    .step = step,
};
