/*
 * A PostgreSQL server that does what a test says: scripted_pq.c defines libpq's own function names,
 * so a test program that calls anything of this header has it in place of libpq. It knows pipeline
 * mode and segments (everything up to a sync), not SQL.
 * A statement called "identity" or "session_identity" is answered with the server's identity; every
 * other one with one row {statement, first_param, txid}: txid is the same for all statements
 * between two syncs.
 */
#ifndef NB_TESTS_SUPPORT_SCRIPTED_PQ_H
#define NB_TESTS_SUPPORT_SCRIPTED_PQ_H

#include <stdbool.h>
#include <stdint.h>

/* What becomes of a segment. */
enum scripted_act {
    SCRIPTED_ANSWER = 0,
    SCRIPTED_RAISE,           /* the statement named raises an exception; the rest is skipped */
    SCRIPTED_RAISE_AT_COMMIT, /* every statement answers, the commit fails */
    SCRIPTED_WARN,            /* commits, with the warning that no standby confirmed it */
    SCRIPTED_LOSE,            /* the connection is lost while the first statement runs */
    SCRIPTED_LOSE_AT_COMMIT,  /* every statement answers, then the connection is lost */
    SCRIPTED_SILENT,          /* no answer ever */
};

struct scripted_segment {
    enum scripted_act act;
    const char *statement; /* SCRIPTED_RAISE: name; NULL: the first one */
    const char *sqlstate;
    const char *constraint; /* NULL for none */
};

struct scripted_server {
    const char *system_identifier;
    int64_t timeline;
    bool in_recovery;
    bool refuses; /* the connection attempt fails */
    bool silent;  /* the connection attempt hangs */
};

/* One value of a row; NULL is SQL NULL. A row ends with a name of NULL. */
struct scripted_column {
    const char *name;
    const char *value;
};

/* From now on this statement is answered with these rows in place of the usual one; the last word
 * counts. Everything is borrowed. */
void scripted_pq_rows(const char *statement, int count, const struct scripted_column *const *rows);

/* Forgets every script, the log and the count of attempts. */
void scripted_pq_reset(void);
/* The next segment that no earlier script is for; when none is left, segments are answered. */
void scripted_pq_segment(struct scripted_segment segment);
/* What the next connection attempt meets; the last one said stays for all that follow. */
void scripted_pq_server(struct scripted_server server);
/* Attempts so far. */
int scripted_pq_connects(void);
/* Everything sent but identities: "prepare a;a(1);b();sync;", in order, over all connections. */
const char *scripted_pq_log(void);
/* The host of the last connection attempt. */
const char *scripted_pq_last_host(void);

#endif
