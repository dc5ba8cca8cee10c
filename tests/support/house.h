/*
 * A whole house for one test: a database of its own, keys, configuration, and as many daemons and
 * gateways as wanted. tests/support/with-cluster gives the cluster; without it tests are skipped.
 * Everything started here dies with the test's process at the latest, and what a crash leaves
 * behind stands in the cluster's folder, which goes away as a whole.
 * Not for unit tests. Every function fails the running test when something of its own goes wrong.
 */
#ifndef NB_TESTS_SUPPORT_HOUSE_H
#define NB_TESTS_SUPPORT_HOUSE_H

#include "tests/support/rehearsal/harness/process.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct house_options {
    bool world;         /* the sample world instead of an empty installation */
    bool gateway;       /* a rehearsal gateway, and the plugins wyndham and marriott */
    const char *plugin; /* of one program more, "ihg"; NULL: none */
    const char *extra;  /* further lines of the configuration; NULL: none */
    const char *const *gateway_arguments; /* ends with NULL; NULL: none */
};

struct house {
    char folder[96]; /* below the cluster's */
    char database[48];
    char owner_url[256];
    char config[128];
    struct reh_process gateway; /* pid 0: none */
};

struct house_daemon {
    const struct house *house;
    pid_t pid; /* of the supervisor */
    uint16_t port;
    char log[128]; /* its file */
};

struct house_reply {
    int status;   /* 0: no answer */
    json_t *body; /* owned; NULL when there is none or it is not JSON */
};

/* options NULL: all zero. */
void house_open(struct house *house, const struct house_options *options);
/* Stops the gateway, drops the database, removes the folder. Stop the daemons first. */
void house_close(struct house *house);

/* Runs SQL as the owner; the first row as psql -At prints it, "" when there is none; free() it. */
char *house_sql(const struct house *house, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same as a number. */
int64_t house_number(const struct house *house, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Runs the invariant file: fails the test with what it says when it still says it after a
 * minute, in which the clock role works off what a jump of the test clock made due. */
void house_check_invariants(const struct house *house);

/* Runs nightbridge with these words (ends with NULL) on this house; the exit status. *ret_text is
 * what it printed on both outputs; free() it; ret_text may be NULL. */
int house_run(const struct house *house, char **ret_text, const char *const *words);
#define HOUSE_RUN(house, ret_text, ...)                                                            \
    house_run(house, ret_text, (const char *const[]){__VA_ARGS__, NULL})

/* The same with a command of bash. */
int house_shell(const struct house *house, char **ret_text, const char *command);

/* A new hotline named so, a new user of that role (at home in the first hotline when the role wants
 * one) and a token of theirs. */
void house_hotline(const struct house *house, const char *name);
char *house_token(const struct house *house, const char *role); /* free() it */

/* Starts nightbridged with these further words (ends with NULL; NULL: none) and waits until it is
 * ready. */
void house_daemon_start(const struct house *house, struct house_daemon *daemon,
                        const char *const *words);
/* The same without waiting; its port is known when it listens. */
void house_daemon_launch(const struct house *house, struct house_daemon *daemon,
                         const char *const *words);
/* Sends SIGTERM (when it still runs) and waits; the exit status, negative for a signal. */
int house_daemon_stop(struct house_daemon *daemon);
/* It ended by itself; its status is told by house_daemon_stop. */
bool house_daemon_ended(const struct house_daemon *daemon);
/* The process of a role that runs now, 0 when there is none. */
pid_t house_role_pid(const struct house_daemon *daemon, const char *role, int index);
/* The whole log so far; free() it. */
char *house_daemon_log(const struct house_daemon *daemon);

/* One request on a connection of its own. token, key and body may be NULL; body is taken. */
struct house_reply house_call(const struct house_daemon *daemon, const char *token,
                              const char *method, const char *path, const char *key, json_t *body);
void house_reply_fini(struct house_reply *reply);

/* A machine may be busy, and a sanitized daemon is slow: patience is so many times what is
 * expected. */
#define HOUSE_PATIENCE 6
/* Polls until condition holds; fails the test when it does not within HOUSE_PATIENCE times the
 * seconds that it is expected to take. */
#define HOUSE_UNTIL(seconds, condition)                                                            \
    do {                                                                                           \
        int64_t house_until_ = house_now_ms() + (int64_t)(seconds)*HOUSE_PATIENCE * 1000;          \
        while (!(condition)) {                                                                     \
            cr_assert_lt(house_now_ms(), house_until_, "not within %d s: %s", (int)(seconds),      \
                         #condition);                                                              \
            house_pause();                                                                         \
        }                                                                                          \
    } while (0)
int64_t house_now_ms(void);
void house_pause(void); /* a few milliseconds */

#endif
