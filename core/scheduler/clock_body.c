#include "core/scheduler/clock_body.h"

#include "core/base/mem.h"
#include "core/scheduler/clock.h"

#define BODY_MAGIC 0x434c4b52u
/* The invariants read whole tables. */
#define CHECK_DEADLINE_MS (INT64_C(15) * 60 * 1000)

struct clock_body {
    unsigned magic;
    struct role *role;
    struct store *check;
    struct clock *clock;
};

static void on_progress(void *data)
{
    struct clock_body *body = data;

    NB_CHECK_MAGIC(body, BODY_MAGIC);
    role_progress(body->role);
}

static struct store *open_check(const struct role *role, struct nb_err *err)
{
    const struct config *config = role->config;
    const struct vault_secret *password = config->passwords[CONFIG_LOGIN_CHECK];
    struct store_config wanted = {.database_url = config->database_url,
                                  .application_name = "clock_check",
                                  .deadline_ms = CHECK_DEADLINE_MS};

    wanted.pools[STORE_CHECK].readers = 1;
    wanted.pools[STORE_CHECK].password =
        password == NULL ? NULL : (const char *)vault_secret_reveal(password, VAULT_FOR_SENDING);
    return store_create(role->loop, &wanted, err);
}

bool clock_body_start(struct role *role, void **ret_body, struct nb_err *err)
{
    struct store *check = open_check(role, err);

    if (check == NULL) {
        return false;
    }
    struct clock_body *body = nb_alloc(sizeof(*body));
    body->magic = BODY_MAGIC;
    body->role = role;
    body->check = check;
    body->clock = clock_create(&(struct clock_config){.loop = role->loop,
                                                      .store = role->store,
                                                      .check = check,
                                                      .metrics = role->metrics,
                                                      .progress = on_progress,
                                                      .progress_data = body});
    *ret_body = body;
    return true;
}

void clock_body_stop(void *object, loop_call_fn drained, void *data)
{
    struct clock_body *body = object;

    NB_CHECK_MAGIC(body, BODY_MAGIC);
    /* An answer of the invariants is not waited for. */
    body->check = store_destroy(body->check);
    clock_stop(body->clock, drained, data);
}

void clock_body_end(void *object)
{
    struct clock_body *body = object;

    NB_CHECK_MAGIC(body, BODY_MAGIC);
    body->clock = clock_destroy(body->clock);
    body->check = store_destroy(body->check);
    body->magic = 0;
    nb_free(body);
}
