/*
 * An HTTP server that follows a script on raw sockets, in a thread of its own: what a real server
 * does only when it breaks, it does on purpose. One connection at a time, in the order of the
 * script.
 */
#ifndef NB_TESTS_SCRIPTED_HTTP_H
#define NB_TESTS_SCRIPTED_HTTP_H

#include <stddef.h>
#include <stdint.h>

enum scripted_do {
    SCRIPTED_END = 0,
    SCRIPTED_ACCEPT, /* waits for a connection */
    SCRIPTED_READ,   /* reads one whole request (Content-Length) and keeps it */
    SCRIPTED_SEND,   /* text */
    SCRIPTED_REPEAT, /* text, `times` times */
    SCRIPTED_DRIP,   /* text, a byte each `times` milliseconds */
    SCRIPTED_HOLD,   /* nothing, until the other side closes or the server is stopped */
    SCRIPTED_CLOSE,  /* orderly */
    SCRIPTED_RESET,  /* with RST */
};

struct scripted_step {
    enum scripted_do what;
    const char *text;
    int times;
};

struct scripted_http;

/* Borrows the steps. Listens on 127.0.0.1. */
struct scripted_http *scripted_http_start(const struct scripted_step *steps);
uint16_t scripted_http_port(const struct scripted_http *server);
/* Whole requests read so far. */
size_t scripted_http_requests(const struct scripted_http *server);
/* The last request read; call after the script has ended or the client has its answer. */
const char *scripted_http_last(const struct scripted_http *server);
/* Ends the thread wherever it stands. Accepts NULL. */
void scripted_http_stop(struct scripted_http *server);

#endif
