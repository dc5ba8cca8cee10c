/*
 * One HTTP request after another to a server on the test's own loop: sends, turns the loop until
 * the answer is whole, and takes it apart.
 */
#ifndef NB_TESTS_SUPPORT_TALK_H
#define NB_TESTS_SUPPORT_TALK_H

#include "core/loop/turn.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* NULL leaves a part out. */
struct talk_request {
    const char *method; /* NULL: GET */
    const char *path;
    const char *token;   /* of Authorization: Bearer */
    const char *key;     /* of Idempotency-Key */
    const char *type;    /* of Content-Type; NULL with a body: application/json */
    const char *headers; /* further lines, each ended by CRLF */
    const char *body;
    int patience_ms; /* 0: 60 s */
};

struct talk_answer {
    int status;   /* 0: no answer */
    char *head;   /* with the status line */
    char *body;   /* NUL-terminated */
    json_t *json; /* of the body; NULL when it is none */
};

/* Fills answer, which was zeroed or holds an earlier answer. Its status is 0 when nobody listens,
 * when patience ends, and when it ends before its length. */
void talk_ask(struct loop *loop, uint16_t port, const struct talk_request *request,
              struct talk_answer *answer);
/* The same in two steps, for several small requests at once: sends and gives the socket; waits for
 * its answer and closes it. Somebody must listen. */
int talk_begin(uint16_t port, const struct talk_request *request);
void talk_end(struct loop *loop, int fd, struct talk_answer *answer);
/* Accepts a zeroed struct. */
void talk_answer_fini(struct talk_answer *answer);
/* The header's value in static storage, "" when it is absent. */
const char *talk_header(const struct talk_answer *answer, const char *name);
/* The text of a member of the body's object, "" when absent. */
const char *talk_text(const struct talk_answer *answer, const char *member);

#endif
