/*
 * For tests: a rehearsal gateway as a child process, and calls to it. Fails the running Criterion
 * test when anything of its own goes wrong. The program is named by NIGHTBRIDGE_REHEARSAL_GATEWAY.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_HARNESS_PROCESS_H
#define TESTS_SUPPORT_REHEARSAL_HARNESS_PROCESS_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#define REH_CREDENTIAL "rehearsal-credential"

struct reh_process {
    pid_t pid;
    int port;
};

struct reh_reply {
    int status;   /* 0 when no answer came */
    json_t *body; /* owned; NULL when there is none, or it is not JSON */
};

/*
 * Starts a gateway with an empty book on any port; arguments end with NULL and are added to the
 * credential's. It ends with the test's process at the latest.
 */
struct reh_process reh_process_start(const char *const *arguments);
void reh_process_stop(struct reh_process *process);

/*
 * One call on a connection of its own, 10 s at most. key: the Idempotency-Key or NULL. body is
 * taken, NULL for none.
 */
struct reh_reply reh_process_call(const struct reh_process *process, const char *method,
                                  const char *path, const char *key, json_t *body);
/* A control call below /rehearsal/ that must succeed; gives its body. */
json_t *reh_process_control(const struct reh_process *process, const char *method, const char *name,
                            json_t *body);
void reh_reply_fini(struct reh_reply *reply);

#endif
