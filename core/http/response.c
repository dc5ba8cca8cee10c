/*
 * Answers as libmicrohttpd's objects: built from a struct, or once for all.
 */
#include "core/http/server_private.h"

#include "core/base/mem.h"

#include <stdint.h>
#include <strings.h>

struct http_constant {
    int status;
    struct MHD_Response *response;
};

static void free_taken(void *memory)
{
    nb_free(memory);
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    NB_ASSERT(MHD_add_response_header(response, name, value) == MHD_YES);
}

static struct MHD_Response *response_of_body(const struct http_response *given)
{
    void *body = (void *)(uintptr_t)given->body;
    struct MHD_Response *response = NULL;
    if (body == NULL || given->body_bytes == 0) {
        if (given->take) {
            nb_free(body);
        }
        response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    } else if (given->take) {
        response =
            MHD_create_response_from_buffer_with_free_callback(given->body_bytes, body, free_taken);
    } else {
        response = MHD_create_response_from_buffer(given->body_bytes, body, MHD_RESPMEM_MUST_COPY);
    }
    NB_ASSERT(response != NULL);
    return response;
}

static struct MHD_Response *build(const struct http_response *given)
{
    struct MHD_Response *response = response_of_body(given);
    bool cache_said = false;
    for (size_t i = 0; i < given->header_count; i++) {
        NB_ASSERT(http_header_valid(&given->headers[i]));
        add_header(response, given->headers[i].name, given->headers[i].value);
        cache_said = cache_said || strcasecmp(given->headers[i].name, "Cache-Control") == 0;
    }
    if (given->content_type != NULL) {
        add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, given->content_type);
    }
    if (!cache_said) {
        add_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    }
    add_header(response, "X-Content-Type-Options", "nosniff");
    return response;
}

void http_respond(struct http_request *request, const struct http_response *response)
{
    struct MHD_Response *built = build(response);
    if (request->server != NULL && request->server->stopping) {
        add_header(built, MHD_HTTP_HEADER_CONNECTION, "close");
    }
    http_request_answer(request, response->status, built);
}

void http_respond_problem(struct http_request *request, const struct http_problem *problem)
{
    struct nb_buf text;
    nb_buf_init(&text, (size_t)64 * 1024);
    http_problem_write(problem, &text);
    NB_ASSERT(!text.failed);
    struct http_response response = {
        .status = problem->status,
        .content_type = HTTP_PROBLEM_TYPE,
        .body_bytes = text.length,
        .take = true,
    };
    response.body = nb_buf_take(&text);
    http_respond(request, &response);
}

struct http_constant *http_constant_create(const struct http_response *response)
{
    struct http_constant *constant = nb_alloc(sizeof *constant);
    constant->status = response->status;
    constant->response = build(response);
    return constant;
}

struct http_constant *http_constant_destroy(struct http_constant *constant)
{
    if (constant == NULL) {
        return NULL;
    }
    MHD_destroy_response(constant->response);
    return nb_free(constant);
}

void http_respond_constant(struct http_request *request, const struct http_constant *constant)
{
    request->response_shared = true;
    http_request_answer(request, constant->status, constant->response);
}
