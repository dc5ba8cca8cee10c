/* The parts of client.h that are no machine: names, and rows with their type. */
#include "core/plugin/client.h"

const char *plugin_host_state_name(enum plugin_host_state state)
{
    switch (state) {
    case PLUGIN_HOST_STARTING:
        return "starting";
    case PLUGIN_HOST_READY:
        return "ready";
    case PLUGIN_HOST_DYING:
        return "dying";
    case PLUGIN_HOST_WAITING:
        return "waiting";
    case PLUGIN_HOST_REFUSED:
        return "refused";
    case PLUGIN_HOST_NONE:
        break;
    }
    return "none";
}

#define ANSWER_ROWS(name, kind_wanted, type)                                                       \
    const type *plugin_answer_##name(const struct plugin_answer *answer)                           \
    {                                                                                              \
        NB_ASSERT(answer->kind == (kind_wanted));                                                  \
        return answer->rows;                                                                       \
    }
ANSWER_ROWS(prices, PLUGIN_CALL_PRICE, struct nb_price)
ANSWER_ROWS(eligible, PLUGIN_CALL_ELIGIBLE, struct nb_eligible)
ANSWER_ROWS(expiry, PLUGIN_CALL_EXPIRY, struct nb_expiry)
ANSWER_ROWS(refund, PLUGIN_CALL_REFUND, struct nb_refund)
ANSWER_ROWS(validation, PLUGIN_CALL_VALIDATE, struct nb_validation)
ANSWER_ROWS(script, PLUGIN_CALL_SCRIPT, struct nb_script)
ANSWER_ROWS(step, PLUGIN_CALL_STEP, struct plugin_step)
