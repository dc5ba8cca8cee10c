#include "core/api/body.h"

#include "core/api/api.h"
#include "core/base/mem.h"
#include "core/config/accounts.h"
#include "core/http/server.h"

#define BODY_MAGIC 0x41424459u
#define API_VERSION "1" /* of the addresses under /v1, not of the program */

struct body {
    unsigned magic;
    struct role *role;
    struct api *api;
    struct http_server *server;
    struct config_accounts *accounts;
    loop_call_fn drained;
    void *drained_data;
};

static bool is_ready(void *data, struct nb_err *ret_why)
{
    return role_ready(data, ret_why);
}

static void write_metrics(void *data, struct nb_buf *buf)
{
    role_metrics_write(data, buf);
}

static struct body *body_free(struct body *body)
{
    /* The server first: it borrows answers of the api. */
    http_server_destroy(body->server);
    api_destroy(body->api);
    config_accounts_destroy(body->accounts);
    body->magic = 0;
    return nb_free(body);
}

bool api_body_start(struct role *role, void **ret_body, struct nb_err *err)
{
    struct config_accounts *accounts = NULL;

    if (!config_accounts_read(role->config->accounts_file, &accounts, err)) {
        return false;
    }
    struct body *body = nb_alloc(sizeof(*body));
    body->magic = BODY_MAGIC;
    body->role = role;
    body->accounts = accounts;
    body->api = api_create(&(struct api_config){.loop = role->loop,
                                                .store = role->store,
                                                .keys = role->keys,
                                                .metrics = role->metrics,
                                                .plugins = role->plugins,
                                                .accounts = accounts,
                                                .ready = is_ready,
                                                .write_metrics = write_metrics,
                                                .data = role,
                                                .version = API_VERSION});
    body->server = http_server_create(role->loop,
                                      &(struct http_server_config){.listen_fd = role->listen_fd,
                                                                   .handle = api_handle,
                                                                   .data = body->api},
                                      err);
    if (body->server == NULL) {
        body_free(body);
        return false;
    }
    *ret_body = body;
    return true;
}

static void on_calls_drained(void *data)
{
    struct body *body = data;

    NB_CHECK_MAGIC(body, BODY_MAGIC);
    body->drained(body->drained_data);
}

/* Every connection is closed; a client that went away may have left its call behind. */
static void on_server_drained(void *data)
{
    struct body *body = data;

    NB_CHECK_MAGIC(body, BODY_MAGIC);
    api_drain(body->api, on_calls_drained, body);
}

void api_body_stop(void *object, loop_call_fn drained, void *data)
{
    struct body *body = object;

    NB_CHECK_MAGIC(body, BODY_MAGIC);
    body->drained = drained;
    body->drained_data = data;
    http_server_stop(body->server, on_server_drained, body);
}

void api_body_end(void *object)
{
    struct body *body = object;

    NB_CHECK_MAGIC(body, BODY_MAGIC);
    body_free(body);
}
