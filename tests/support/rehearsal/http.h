/*
 * HTTP/1.1 over a socket, as little as a rehearsal needs, with full control of the wire: an answer
 * can be cut, reset, trickled or never sent. Blocking; one thread a connection.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_HTTP_H
#define TESTS_SUPPORT_REHEARSAL_HTTP_H

#include "tests/support/rehearsal/answer.h"
#include "tests/support/rehearsal/fault.h"

#include <stdbool.h>
#include <stddef.h>

#define REH_HEAD_MAX 32768
#define REH_BODY_MAX (1 << 20)

struct reh_http {
    int fd;
    size_t length; /* bytes in buffer */
    char *buffer;  /* owned, REH_HEAD_MAX + REH_BODY_MAX + 1; starts with the present request */
};

struct reh_request {
    char method[16];
    char path[1024];  /* without the query */
    char query[1024]; /* empty when there is none */
    char authorization[256];
    char idempotency_key[128];
    char *body; /* borrowed from the buffer, NUL-terminated */
    size_t body_bytes;
    size_t total_bytes; /* head and body, to be dropped before the next request */
};

void reh_http_init(struct reh_http *http, int fd);
void reh_http_fini(struct reh_http *http);
/* False at the end of the connection and for anything that is not a request we read. */
bool reh_http_read(struct reh_http *http, struct reh_request *ret_request);
void reh_http_drop(struct reh_http *http, const struct reh_request *request);
/* Writes the answer as the fault wants it; false when the connection is over. */
bool reh_http_write(struct reh_http *http, const struct reh_answer *answer, struct reh_fault fault);
/* Waits, or returns early (false) when the peer closes. */
bool reh_http_wait(const struct reh_http *http, int64_t delay_ms);

#endif
