/*
 * Host names become addresses off the loop: getaddrinfo blocks for seconds when a name server is
 * away, and PQconnectStart would call it. A name with several addresses gives several endpoints; a
 * name that has none is left out.
 */
#ifndef NB_PG_RESOLVE_H
#define NB_PG_RESOLVE_H

#include "core/pg/conninfo.h"

struct loop;
struct pg_resolve;

/* found is borrowed for the call; count 0 when nothing had an address. */
typedef void (*pg_resolve_fn)(void *data, const struct pg_endpoints *found);

/*
 * Starts a thread that looks the names up and calls done(data, ...) once, in a later turn of the
 * loop. Borrows loop and data until then; the object is gone when done is called.
 */
struct pg_resolve *pg_resolve_start(struct loop *loop, const struct pg_endpoints *asked,
                                    pg_resolve_fn done, void *data);
/* done will not be called; the thread ends by itself. Accepts NULL, returns NULL. */
struct pg_resolve *pg_resolve_cancel(struct pg_resolve *resolve);

#endif
