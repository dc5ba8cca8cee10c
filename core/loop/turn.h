/*
 * One libev loop and its turns. A turn is: wait, run what is ready, run the calls put off with
 * loop_next_turn, free what was put off with loop_defer_free. Not a thread pool, not a queue for
 * work that lasts: a callback turns its event into a value and returns within milliseconds.
 * Invariant: nothing is freed inside its own callback.
 */
#ifndef NB_LOOP_TURN_H
#define NB_LOOP_TURN_H

struct loop;
struct ev_loop;

typedef void (*loop_call_fn)(void *data);

/*
 * Gives a loop; aborts when the kernel has no way to wait. Ignores SIGPIPE in this process, so that
 * a peer that went away is an error of write(). Create it after fork(), once in each process.
 */
struct loop *loop_create(void);
/* Frees what was put off, forgets calls that are still queued. Accepts NULL, returns NULL. Every
 * watcher must have been stopped. Never called from a callback of this loop. */
struct loop *loop_destroy(struct loop *loop);

/* Turns until loop_stop, or until nothing is left that could wake it. May be called again. What a
 * turn logs below WARN leaves at its end, with one write. */
void loop_run(struct loop *loop);
/* The current turn is finished first, deferred frees included. */
void loop_stop(struct loop *loop);

/* Shares libev's own loop, for watchers that a library asks for (libpq, curl, libmicrohttpd). */
struct ev_loop *loop_ev(struct loop *loop);

/* Calls call(data) once, after the callbacks of this turn and before the next wait, in the order
 * of queueing. Borrows data until then. */
void loop_next_turn(struct loop *loop, loop_call_fn call, void *data);
/* Drops every queued call with this data. */
void loop_next_turn_forget(struct loop *loop, const void *data);

/*
 * Takes object and calls destroy(object) at the end of the turn, when no callback of it is on the
 * stack; also forgets calls queued with it as data. The owner has stopped its watchers already.
 * Once per object.
 */
void loop_defer_free(struct loop *loop, void *object, loop_call_fn destroy);

#endif
