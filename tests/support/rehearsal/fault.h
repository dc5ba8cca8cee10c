/*
 * Misbehavior: what there is (one list), what is scheduled exactly, and what comes by seed and
 * probability. A fault is chosen once per call, before anything is done.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_FAULT_H
#define TESTS_SUPPORT_REHEARSAL_FAULT_H

#include "tests/support/rehearsal/program.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum reh_operation {
    REH_OPERATION_NONE = 0,
    REH_QUOTE,
    REH_HOLD,
    REH_COMMIT,
    REH_READ,
    REH_CANCEL,
    REH_BALANCE,
    REH_ACTIVITY,
};
#define REH_OPERATIONS 8

#define REH_ANY 0xfeu
#define REH_ONLY(operation) (1u << (operation))

/* X(enum suffix, name, operations it suits when it comes by probability, delay
 * it has by default) */
#define REH_FAULTS(X)                                                                              \
    /* before anything is done */                                                                  \
    X(DROP_BEFORE, "drop_before", REH_ANY, 0)                                                      \
    X(HALF_OPEN, "half_open", REH_ANY, 600000)                                                     \
    X(GONE, "gone", REH_ANY, 0)                                                                    \
    X(THROTTLE, "throttle", REH_ANY, 0)                                                            \
    X(THROTTLE_DATE, "throttle_date", REH_ANY, 0)                                                  \
    X(THROTTLE_GARBAGE, "throttle_garbage", REH_ANY, 0)                                            \
    X(THROTTLE_ZERO, "throttle_zero", REH_ANY, 0)                                                  \
    X(THROTTLE_LONG, "throttle_long", REH_ANY, 0)                                                  \
    X(REDIRECT, "redirect", REH_ANY, 0)                                                            \
    X(REDIRECT_FILE, "redirect_file", REH_ANY, 0)                                                  \
    X(OWN_KEY_BEFORE, "own_key_conflict_before", REH_ONLY(REH_COMMIT), 0)                          \
    X(LATE_EFFECT, "late_effect", REH_ANY, 2000)                                                   \
    /* the world changes just before */                                                            \
    X(SOLD_OUT, "sold_out", REH_ONLY(REH_COMMIT), 0)                                               \
    X(PRICE_CHANGED, "price_changed", REH_ONLY(REH_COMMIT), 0)                                     \
    X(POLICY_CHANGED, "policy_changed", REH_ONLY(REH_COMMIT), 0)                                   \
    /* the effect itself is odd */                                                                 \
    X(EFFECT_TWICE, "effect_twice", REH_ONLY(REH_COMMIT), 0)                                       \
    X(SAME_NUMBER, "same_number", REH_ONLY(REH_COMMIT), 0)                                         \
    X(PENDING_LATE, "pending_late", REH_ONLY(REH_COMMIT), 2000)                                    \
    X(PENDING_NEVER, "pending_never", REH_ONLY(REH_COMMIT), 0)                                     \
    X(LAGGING_READ, "lagging_read", REH_ONLY(REH_COMMIT), 2000)                                    \
    X(HIDDEN, "hidden", REH_ONLY(REH_READ), 0)                                                     \
    X(CANCEL_IGNORED, "cancel_ignored", REH_ONLY(REH_CANCEL), 0)                                   \
    /* the answer lies */                                                                          \
    X(ERROR_BUT_DONE, "error_but_done", REH_ANY, 0)                                                \
    X(NO_NUMBER, "no_number", REH_ONLY(REH_COMMIT), 0)                                             \
    X(FOREIGN_NUMBER, "foreign_number", REH_ONLY(REH_COMMIT), 0)                                   \
    X(OWN_KEY, "own_key_conflict", REH_ONLY(REH_COMMIT), 0)                                        \
    X(WRONG_NIGHTS, "wrong_nights", REH_ONLY(REH_QUOTE) | REH_ONLY(REH_COMMIT), 0)                 \
    X(WRONG_PROPERTY, "wrong_property", REH_ONLY(REH_QUOTE) | REH_ONLY(REH_COMMIT), 0)             \
    /* done, and then the wire */                                                                  \
    X(SLOW, "slow", REH_ANY, 2000)                                                                 \
    X(LOST_ANSWER, "lost_answer", REH_ANY, 0)                                                      \
    X(RESET, "reset", REH_ANY, 0)                                                                  \
    X(TRICKLE, "trickle", REH_ANY, 1000)                                                           \
    X(HUGE_HEADER, "huge_header", REH_ANY, 0)                                                      \
    X(HUGE_BODY, "huge_body", REH_ANY, 0)                                                          \
    X(TRUNCATED, "truncated_json", REH_ANY, 0)                                                     \
    X(DUPLICATE_KEYS, "duplicate_keys", REH_ANY, 0)                                                \
    X(DEEP, "deep_json", REH_ANY, 0)                                                               \
    X(OVERFLOW, "number_overflow", REH_ANY, 0)                                                     \
    X(GARBAGE, "garbage", REH_ANY, 0)                                                              \
    X(NOT_HTTP, "not_http", REH_ANY, 0)

#define REH_FAULT_ENUM(suffix, name, operations, delay) REH_FAULT_##suffix,
enum reh_fault_kind { REH_FAULT_NONE = 0, REH_FAULTS(REH_FAULT_ENUM) REH_FAULT_END };

struct reh_fault {
    enum reh_fault_kind kind;
    int64_t delay_ms;
};

/* One scheduled fault; empty or zero fields match everything. */
struct reh_schedule {
    enum reh_fault_kind kind;
    enum reh_program program;
    enum reh_operation operation;
    char property_code[32];
    int64_t times; /* left */
    int64_t delay_ms;
};

#define REH_SCHEDULES_MAX 256

struct reh_faults {
    pthread_mutex_t lock;
    uint64_t random;                     /* splitmix64 state */
    uint32_t per_million[REH_FAULT_END]; /* probability of each */
    uint64_t applied[REH_FAULT_END];     /* for the log */
    size_t count;
    struct reh_schedule schedules[REH_SCHEDULES_MAX]; /* oldest first */
};

enum reh_fault_kind reh_fault_of(const char *name);
const char *reh_fault_name(enum reh_fault_kind kind);
int64_t reh_fault_default_delay_ms(enum reh_fault_kind kind);
enum reh_operation reh_operation_of(const char *name);
const char *reh_operation_name(enum reh_operation operation);

void reh_faults_init(struct reh_faults *faults, uint64_t seed);
/* "NAME=PROBABILITY" with a decimal of at most six places between 0 and 1; false when it is not. */
bool reh_faults_parse(struct reh_faults *faults, const char *text);
/* False when there is no room. */
bool reh_faults_schedule(struct reh_faults *faults, const struct reh_schedule *schedule);
/* Forgets what is scheduled and every probability. */
void reh_faults_clear(struct reh_faults *faults);
/* What is scheduled goes before chance; kind none when nothing is due. */
struct reh_fault reh_faults_choose(struct reh_faults *faults, enum reh_program program,
                                   enum reh_operation operation, const char *property_code);

#endif
