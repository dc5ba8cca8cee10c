#include "core/api/repeat.h"

#include "core/api/answer.h"

struct repeat {
    struct api_call *call;
    struct http_problem problem;
    bool absent;
    store_write_fn done;
};

static void on_known(void *data, const struct store_result *result, const struct store_write *write)
{
    const struct repeat *repeat = data;
    struct api_call *call = repeat->call;

    if (result->outcome != STORE_OK || write != NULL) {
        repeat->done(call, result, write);
    } else if (repeat->absent) {
        api_refuse_absent(call);
    } else {
        api_answer_problem(call, &repeat->problem);
    }
}

static void find(struct api_call *call, struct repeat *repeat, store_write_fn done)
{
    repeat->call = call;
    repeat->done = done;
    store_operation_find(api_store(call), call->actor.pool, &call->operation, on_known, repeat);
}

void api_refuse_if_new(struct api_call *call, const struct http_problem *problem,
                       store_write_fn done)
{
    struct repeat *repeat = api_alloc(call, sizeof(*repeat));

    repeat->problem = *problem;
    find(call, repeat, done);
}

void api_refuse_absent_if_new(struct api_call *call, store_write_fn done)
{
    struct repeat *repeat = api_alloc(call, sizeof(*repeat));

    repeat->absent = true;
    find(call, repeat, done);
}
