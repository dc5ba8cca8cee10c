/*
 * What a role process tells its operator over HTTP, on a port of its own (metrics_listen): several
 * api processes share the API's port, so a scrape there would see one of them, any one.
 */
#include "core/http/problem.h"
#include "core/scheduler/role_private.h"

#include <string.h>

#define METRICS_BYTES ((size_t)1 << 20)

static void answer_metrics(struct role_process *process, struct http_request *request)
{
    struct nb_buf text;
    nb_buf_init(&text, METRICS_BYTES);
    role_metrics_write(&process->role, &text);
    size_t length = text.length;
    http_respond(request, &(struct http_response){.status = 200,
                                                  .content_type = HTTP_METRICS_TYPE,
                                                  .body = nb_buf_take(&text),
                                                  .body_bytes = length,
                                                  .take = true});
}

static void answer_text(struct http_request *request, const char *text)
{
    http_respond(request, &(struct http_response){.status = 200,
                                                  .content_type = "text/plain; charset=utf-8",
                                                  .body = text,
                                                  .body_bytes = strlen(text)});
}

static void answer_ready(struct role_process *process, struct http_request *request)
{
    struct nb_err why;
    if (role_ready(&process->role, &why)) {
        answer_text(request, "ready\n");
    } else {
        struct http_problem problem;
        http_problem_init(&problem, 503, why.code, "%s", why.text);
        http_respond_problem(request, &problem);
    }
}

static void handle(void *data, struct http_request *request)
{
    struct role_process *process = data;
    const char *path = http_request_path(request);
    NB_ASSERT(process->magic == ROLE_MAGIC);
    bool reads =
        http_request_method(request) == HTTP_GET || http_request_method(request) == HTTP_HEAD;
    if (reads && strcmp(path, "/metrics") == 0) {
        answer_metrics(process, request);
    } else if (reads && strcmp(path, "/livez") == 0) {
        answer_text(request, "alive\n");
    } else if (reads && strcmp(path, "/readyz") == 0) {
        answer_ready(process, request);
    } else {
        struct http_problem problem;
        http_problem_init(&problem, 404, "not_found",
                          "Here are /livez, /readyz and /metrics, to be read.");
        http_respond_problem(request, &problem);
    }
}

struct http_server *role_http_create(struct role_process *process, struct nb_err *err)
{
    const struct http_server_config config = {
        .listen_fd = process->metrics_fd, .max_connections = 64, .handle = handle, .data = process};
    return http_server_create(process->role.loop, &config, err);
}
