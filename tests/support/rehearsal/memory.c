/*
 * Bodies compare as JSON values: the order of members and white space mean nothing.
 */
#include "tests/support/rehearsal/memory.h"

#include "core/base/mem.h"
#include "tests/support/rehearsal/route.h"

#include <stdio.h>

struct remembered {
    json_t *request;
    json_t *answer;
    int status;
};

struct memory_key {
    char text[256];
};

static struct memory_key memory_key_of(const struct reh_call *call, const char *key)
{
    struct memory_key name;
    snprintf(name.text, sizeof(name.text), "%s/%s/%.127s", reh_program_name(call->program),
             reh_operation_name(call->operation), key);
    return name;
}

bool reh_memory_recall(const struct reh_call *call, const char *key, struct reh_answer *ret_answer)
{
    if (!reh_route_writes(call->operation)) {
        return false;
    }
    const struct remembered *before =
        reh_map_get(&call->book->answers, memory_key_of(call, key).text);
    if (before == NULL) {
        return false;
    }
    *ret_answer = json_equal(before->request, call->body)
                      ? reh_answer_ok(before->status, json_deep_copy(before->answer))
                      : reh_answer_refuse("key_reused", "this key came with another body", NULL);
    return true;
}

void reh_memory_keep(const struct reh_call *call, const char *key, const struct reh_answer *answer)
{
    if (!reh_route_writes(call->operation) || answer->status >= 300) {
        return;
    }
    struct remembered *now = nb_alloc(sizeof(*now));
    now->request = json_deep_copy(call->body);
    now->answer = json_deep_copy(answer->body);
    now->status = answer->status;
    reh_map_put(&call->book->answers, memory_key_of(call, key).text, now);
}
