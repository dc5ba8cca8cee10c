/*
 * A write as an operation: who does it, under which key, and what the database answers to every
 * write function of sql/functions (README.md has the shape). A repeated key has one effect and is
 * answered alike; what is shown for it is read again under the caller's present rights.
 */
#ifndef NB_STORE_OPERATION_H
#define NB_STORE_OPERATION_H

#include "core/base/ids.h"
#include "core/store/call.h"
#include "core/vault/fingerprint.h"

/* Borrowed until the function that takes it returns. */
struct store_operation {
    struct user_id actor;
    struct hotline_id hotline; /* 0 for somebody who belongs to none */
    const char *key;           /* Idempotency-Key: 1 to 255 visible characters */
    struct vault_print fingerprint;
};

struct store_write {
    const char *outcome; /* a word of the function ("received", "not_found", ...), or of the key:
                            "running", "mismatch" */
    int status;          /* the HTTP status that the function means */
    const char *resource_kind; /* NULL without a resource */
    bool has_resource;
    struct public_id resource;
    int64_t version;    /* of the resource; 0 without one */
    const char *detail; /* JSON text, NULL without: coded facts, no guest data */
    bool replayed;      /* done before, under the same key */
};

/* write is NULL unless result->outcome is STORE_OK. */
typedef void (*store_write_fn)(void *data, const struct store_result *result,
                               const struct store_write *write);

/* A call of a write function, its first four parameters filled in from the operation. */
struct store_call *store_operation_call(struct store *store, enum store_role role,
                                        const struct pg_statement *statement,
                                        const struct store_operation *operation);
/* Takes call; reads one row of the columns (outcome, status, resource_kind, resource_id, version,
 * detail, replayed). */
void store_operation_send(struct store_call *call, store_write_fn done, void *data);
/* The same in a transaction of its own: for a function that takes a lock nobody could name before,
 * which in a group would be taken out of order. */
void store_operation_send_alone(struct store_call *call, store_write_fn done, void *data);
/* The answer in the first row of a write function, for a function that answers with more than that;
 * texts are borrowed from the rows. */
struct store_write store_write_read(const struct pg_rows *rows);

/* What the key has done before, as the write function would answer a repetition: for a call that is
 * refused before it comes that far, as what was allowed at the first time may not be any more.
 * done gets NULL with STORE_OK when the key is new. */
void store_operation_find(struct store *store, enum store_role role,
                          const struct store_operation *operation, store_write_fn done, void *data);

#endif
