#include "core/model/booking_lifecycle.h"

#include "core/base/mem.h"

#include <string.h>

struct state_facts {
    const char *word;
    bool may_expire;
    bool holds;
    bool final;
};

static const struct state_facts states[] = {
#define MODEL_BOOKING_STATES(name, word, may_expire, holds, final)                                 \
    [MODEL_BOOKING_##name] = {word, may_expire, holds, final},
#include "core/model/booking_lifecycle.def"
};

static const char *const event_words[] = {
    [MODEL_EVENT_NONE] = "none",
#define MODEL_BOOKING_EVENTS(name, word) [MODEL_EVENT_##name] = (word),
#include "core/model/booking_lifecycle.def"
};

static const char *const action_words[] = {
#define MODEL_BOOKING_ACTIONS(name, word) [MODEL_ACTION_##name] = (word),
#include "core/model/booking_lifecycle.def"
};

static const struct model_booking_row rows[] = {
#define MODEL_BOOKING_ROWS(from, event, to, action, why)                                           \
    {MODEL_BOOKING_##from, MODEL_EVENT_##event, MODEL_BOOKING_##to, MODEL_ACTION_##action, why},
#include "core/model/booking_lifecycle.def"
};

const struct model_booking_row *model_lifecycle_row(size_t i)
{
    return i < NB_COUNT(rows) ? &rows[i] : NULL;
}

size_t model_lifecycle_row_count(void)
{
    return NB_COUNT(rows);
}

bool model_booking_next(enum model_booking_state state, enum model_booking_event event,
                        struct model_booking_row *ret_row)
{
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        if (rows[i].from == state && rows[i].event == event) {
            *ret_row = rows[i];
            return true;
        }
    }
    return false;
}

static const struct state_facts *facts_of(enum model_booking_state state)
{
    NB_ASSERT((size_t)state < NB_COUNT(states));
    return &states[state];
}

const char *model_booking_state_word(enum model_booking_state state)
{
    return facts_of(state)->word;
}

const char *model_booking_event_word(enum model_booking_event event)
{
    NB_ASSERT((size_t)event < NB_COUNT(event_words));
    return event_words[event];
}

const char *model_booking_action_word(enum model_booking_action action)
{
    NB_ASSERT((size_t)action < NB_COUNT(action_words));
    return action_words[action];
}

bool model_booking_state_parse(const char *word, enum model_booking_state *ret_state)
{
    for (size_t i = 0; i < NB_COUNT(states); i++) {
        if (strcmp(word, states[i].word) == 0) {
            *ret_state = (enum model_booking_state)i;
            return true;
        }
    }
    return false;
}

bool model_booking_event_parse(const char *word, enum model_booking_event *ret_event)
{
    for (size_t i = MODEL_EVENT_NONE + 1; i < NB_COUNT(event_words); i++) {
        if (strcmp(word, event_words[i]) == 0) {
            *ret_event = (enum model_booking_event)i;
            return true;
        }
    }
    return false;
}

bool model_booking_may_expire(enum model_booking_state state)
{
    return facts_of(state)->may_expire;
}

bool model_booking_is_final(enum model_booking_state state)
{
    return facts_of(state)->final;
}

bool model_booking_holds_resources(enum model_booking_state state)
{
    return facts_of(state)->holds;
}

/* Mermaid writes the start and every end of a diagram as [*]. */
static const char *diagram_word(enum model_booking_state state)
{
    return state == MODEL_BOOKING_NONE ? "[*]" : model_booking_state_word(state);
}

void model_lifecycle_mermaid(struct nb_buf *out)
{
    nb_buf_text(out, "stateDiagram-v2\n");
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        nb_buf_printf(out, "    %s --> %s: %s\n", diagram_word(rows[i].from),
                      diagram_word(rows[i].to), model_booking_event_word(rows[i].event));
    }
    for (size_t i = 0; i < NB_COUNT(states); i++) {
        if (states[i].final) {
            nb_buf_printf(out, "    %s --> [*]\n", states[i].word);
        }
    }
}
