/*
 * Chance is splitmix64 from the seed, drawn in the order of calls: a sequential run replays
 * exactly.
 */
#include "tests/support/rehearsal/fault.h"

#include "core/base/err.h"

#include <string.h>

static const struct {
    const char *name;
    unsigned operations;
    int64_t delay_ms;
} kinds[REH_FAULT_END] = {
#define REH_FAULT_ROW(suffix, name, operations, delay)                                             \
    [REH_FAULT_##suffix] = {name, operations, delay},
    REH_FAULTS(REH_FAULT_ROW)};

static const char *const operations[REH_OPERATIONS] = {
    [REH_QUOTE] = "quote",       [REH_HOLD] = "hold",     [REH_COMMIT] = "commit",
    [REH_READ] = "read",         [REH_CANCEL] = "cancel", [REH_BALANCE] = "balance",
    [REH_ACTIVITY] = "activity",
};

enum reh_fault_kind reh_fault_of(const char *name)
{
    for (int i = REH_FAULT_NONE + 1; i < REH_FAULT_END; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return (enum reh_fault_kind)i;
        }
    }
    return REH_FAULT_NONE;
}

const char *reh_fault_name(enum reh_fault_kind kind)
{
    return kinds[kind].name;
}

int64_t reh_fault_default_delay_ms(enum reh_fault_kind kind)
{
    return kinds[kind].delay_ms;
}

enum reh_operation reh_operation_of(const char *name)
{
    for (int i = REH_OPERATION_NONE + 1; i < REH_OPERATIONS; i++) {
        if (strcmp(operations[i], name) == 0) {
            return (enum reh_operation)i;
        }
    }
    return REH_OPERATION_NONE;
}

const char *reh_operation_name(enum reh_operation operation)
{
    return operations[operation];
}

void reh_faults_init(struct reh_faults *faults, uint64_t seed)
{
    *faults = (struct reh_faults){.random = seed};
    NB_ASSERT(pthread_mutex_init(&faults->lock, NULL) == 0);
}

/* Decimal text to millionths, without floating point: "0.25" is 250000. */
static bool millionths(const char *text, uint32_t *ret_value)
{
    uint64_t value = 0;
    int places = -1; /* after the point; -1 before it */
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text == '.' && places < 0) {
            places = 0;
            continue;
        }
        if (*text < '0' || *text > '9' || places == 6 || value > 1000000) {
            return false;
        }
        value = value * 10 + (uint64_t)(*text - '0');
        places += places >= 0 ? 1 : 0;
    }
    for (int i = places < 0 ? 0 : places; i < 6; i++) {
        value *= 10;
    }
    *ret_value = (uint32_t)value;
    return value <= 1000000;
}

bool reh_faults_parse(struct reh_faults *faults, const char *text)
{
    char name[64] = "";
    uint32_t value = 0;
    const char *equals = strchr(text, '=');
    if (equals == NULL || (size_t)(equals - text) >= sizeof(name)) {
        return false;
    }
    memcpy(name, text, (size_t)(equals - text));
    enum reh_fault_kind kind = reh_fault_of(name);
    if (kind == REH_FAULT_NONE || !millionths(equals + 1, &value)) {
        return false;
    }
    faults->per_million[kind] = value;
    return true;
}

bool reh_faults_schedule(struct reh_faults *faults, const struct reh_schedule *schedule)
{
    pthread_mutex_lock(&faults->lock);
    bool fits = faults->count < REH_SCHEDULES_MAX;
    if (fits) {
        faults->schedules[faults->count++] = *schedule;
    }
    pthread_mutex_unlock(&faults->lock);
    return fits;
}

void reh_faults_clear(struct reh_faults *faults)
{
    pthread_mutex_lock(&faults->lock);
    faults->count = 0;
    memset(faults->per_million, 0, sizeof(faults->per_million));
    pthread_mutex_unlock(&faults->lock);
}

static bool schedule_matches(const struct reh_schedule *schedule, enum reh_program program,
                             enum reh_operation operation, const char *property_code)
{
    return (schedule->program == REH_PROGRAM_NONE || schedule->program == program) &&
           (schedule->operation == REH_OPERATION_NONE || schedule->operation == operation) &&
           (schedule->property_code[0] == '\0' ||
            strcmp(schedule->property_code, property_code) == 0);
}

/* Takes one use of the oldest schedule that matches; its slot is freed with its last use. */
static struct reh_fault scheduled(struct reh_faults *faults, enum reh_program program,
                                  enum reh_operation operation, const char *property_code)
{
    for (size_t i = 0; i < faults->count; i++) {
        struct reh_schedule *schedule = &faults->schedules[i];
        if (!schedule_matches(schedule, program, operation, property_code)) {
            continue;
        }
        struct reh_fault fault = {schedule->kind, schedule->delay_ms};
        if (--schedule->times == 0) {
            faults->count--;
            memmove(schedule, schedule + 1, (faults->count - i) * sizeof(*schedule));
        }
        return fault;
    }
    return (struct reh_fault){0};
}

static uint64_t random_next(struct reh_faults *faults)
{
    uint64_t z = (faults->random += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The first fault of the list whose die falls; each that suits is rolled,
 * so runs are comparable. */
static struct reh_fault by_chance(struct reh_faults *faults, enum reh_operation operation)
{
    struct reh_fault fault = {0};
    for (int i = REH_FAULT_NONE + 1; i < REH_FAULT_END; i++) {
        if (faults->per_million[i] == 0 || (kinds[i].operations & REH_ONLY(operation)) == 0) {
            continue;
        }
        bool falls = random_next(faults) % 1000000 < faults->per_million[i];
        if (falls && fault.kind == REH_FAULT_NONE) {
            fault = (struct reh_fault){(enum reh_fault_kind)i, kinds[i].delay_ms};
        }
    }
    return fault;
}

struct reh_fault reh_faults_choose(struct reh_faults *faults, enum reh_program program,
                                   enum reh_operation operation, const char *property_code)
{
    pthread_mutex_lock(&faults->lock);
    struct reh_fault fault = scheduled(faults, program, operation, property_code);
    if (fault.kind == REH_FAULT_NONE) {
        fault = by_chance(faults, operation);
    }
    faults->applied[fault.kind]++;
    pthread_mutex_unlock(&faults->lock);
    return fault;
}
