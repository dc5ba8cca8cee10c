#include "core/scheduler/clock.h"

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/loop/timer.h"
#include "core/scheduler/clock_plan.h"
#include "core/store/clock.h"

#include <inttypes.h>

#define CLOCK_MAGIC 0x434c4f4bu
#define TICK_MS 1000
#define SECOND_MS INT64_C(1000)
#define HOUR_MS (3600 * SECOND_MS)
#define LAG_PERIOD_MS (10 * SECOND_MS)
/* An alarm that stands is said again. */
#define REMIND_MS HOUR_MS

/* Nothing may be late by more than a minute (B10). */
#define OVERDUE_MS (60 * SECOND_MS)
#define SILENT_MS (30 * SECOND_MS)

/* Batches are small: each is one transaction that holds the locks of what it touches. */
static const struct clock_rule rules[STORE_SWEEPS] = {
    [STORE_SWEEP_HOLDS] = {"holds", SECOND_MS, 100, SILENT_MS, OVERDUE_MS},
    [STORE_SWEEP_REFERRALS] = {"referrals", SECOND_MS, 100, SILENT_MS, OVERDUE_MS},
    [STORE_SWEEP_TASKS] = {"tasks", SECOND_MS, 100, SILENT_MS, OVERDUE_MS},
    [STORE_SWEEP_UNTAKEN] = {"untaken", 5 * SECOND_MS, 100, SILENT_MS, OVERDUE_MS},
    [STORE_SWEEP_BOOKINGS] = {"bookings", 5 * SECOND_MS, 100, SILENT_MS, OVERDUE_MS},
    [STORE_SWEEP_REQUESTS] = {"requests", 2 * SECOND_MS, 100, SILENT_MS, OVERDUE_MS},
    [STORE_SWEEP_REREADS] = {"rereads", 5 * SECOND_MS, 100, SILENT_MS, OVERDUE_MS},
    /* Looked at often enough that a restart skips no day; an account without expired points costs
     * nothing. */
    [STORE_SWEEP_POINTS] = {"points", 600 * SECOND_MS, 50, HOUR_MS, 0},
    [STORE_SWEEP_AUDIT] = {"audit", 5 * SECOND_MS, 2000, SILENT_MS, 0},
};

static const char *const labels[STORE_SWEEPS] = {
    [STORE_SWEEP_HOLDS] = "sweep=\"holds\"",       [STORE_SWEEP_REFERRALS] = "sweep=\"referrals\"",
    [STORE_SWEEP_TASKS] = "sweep=\"tasks\"",       [STORE_SWEEP_UNTAKEN] = "sweep=\"untaken\"",
    [STORE_SWEEP_BOOKINGS] = "sweep=\"bookings\"", [STORE_SWEEP_REQUESTS] = "sweep=\"requests\"",
    [STORE_SWEEP_REREADS] = "sweep=\"rereads\"",   [STORE_SWEEP_POINTS] = "sweep=\"points\"",
    [STORE_SWEEP_AUDIT] = "sweep=\"audit\"",
};

struct clock_look {
    struct clock *clock;
    enum store_sweep which;
    struct clock_sweep sweep;
    struct nb_mono told; /* the standing alarm was last logged */
    struct http_metric *rows;
    struct http_metric *failures;
    struct http_metric *lag;
    struct http_metric *alarm;
};

enum clock_state {
    CLOCK_NONE = 0,
    CLOCK_LOOKING,
    CLOCK_STOPPING, /* waits for the answers of looks that are on their way */
    CLOCK_STOPPED,
    CLOCK_ORPHAN, /* destroyed; the last answer frees it */
};

struct clock {
    unsigned magic;
    struct clock_config config;
    struct loop_timer tick;
    struct clock_look looks[STORE_SWEEPS]; /* by enum store_sweep; 0 is none */
    int running;                           /* calls that are not answered yet */
    bool lag_running;
    struct nb_mono lag_due;
    bool check_running;
    struct nb_mono check_due;
    int broken; /* rules that the last run of the invariants found broken */
    struct http_metric *broken_metric;
    enum clock_state state;
    loop_call_fn stopped;
    void *stopped_data;
};

static void look(struct clock_look *look);

static void set_state(struct clock *clock, enum clock_state state)
{
    NB_ASSERT(state > clock->state);
    clock->state = state;
}

static void free_clock(struct clock *clock)
{
    loop_timer_fini(&clock->tick);
    clock->magic = 0;
    nb_free(clock);
}

/* A call was answered; what waits for the last one is told. */
static void one_less(struct clock *clock)
{
    clock->running--;
    if (clock->running > 0) {
        return;
    }
    if (clock->state == CLOCK_STOPPING) {
        set_state(clock, CLOCK_STOPPED);
        loop_next_turn(clock->config.loop, clock->stopped, clock->stopped_data);
    } else if (clock->state == CLOCK_ORPHAN) {
        free_clock(clock);
    }
}

static void tell_alarm(struct clock_look *look, struct nb_mono now)
{
    bool changed = clock_sweep_judge(&look->sweep, now);
    enum clock_alarm alarm = look->sweep.alarm;

    http_metric_set(look->alarm, alarm != CLOCK_ALARM_NONE);
    if (changed && alarm == CLOCK_ALARM_NONE) {
        nb_log(NB_LOG_INFO, "alarm_over", NB_TEXT("sweep", look->sweep.rule->name));
        return;
    }
    if (alarm != CLOCK_ALARM_NONE &&
        (changed || nb_mono_ms_between(look->told, now) >= REMIND_MS)) {
        look->told = now;
        nb_log(NB_LOG_ERROR, "alarm", NB_TEXT("sweep", look->sweep.rule->name),
               NB_TEXT("why", clock_alarm_word(alarm)), NB_NUMBER("lag_ms", look->sweep.lag_ms));
    }
}

static void on_swept(void *data, const struct store_result *result, int64_t rows)
{
    struct clock_look *done = data;
    struct clock *clock = done->clock;
    struct nb_mono now = nb_mono_now();
    bool ok = result->outcome == STORE_OK;

    NB_CHECK_MAGIC(clock, CLOCK_MAGIC);
    if (clock->state == CLOCK_ORPHAN) {
        one_less(clock);
        return;
    }
    if (ok) {
        http_metric_add(done->rows, rows);
    } else {
        http_metric_add(done->failures, 1);
        nb_log(NB_LOG_WARN, "sweep_failed", NB_TEXT("sweep", done->sweep.rule->name),
               NB_TEXT("kind", nb_err_kind_name(result->err.kind)),
               NB_TEXT("code", result->err.code));
    }
    bool again = clock_sweep_done(&done->sweep, now, ok, rows);
    tell_alarm(done, now);
    if (clock->state == CLOCK_LOOKING) {
        clock->config.progress(clock->config.progress_data);
        if (again) {
            look(done);
        }
    }
    one_less(clock);
}

static void look(struct clock_look *look)
{
    struct clock *clock = look->clock;

    clock_sweep_started(&look->sweep);
    clock->running++;
    store_clock_sweep(clock->config.store, look->which, look->sweep.rule->batch, on_swept, look);
}

static void on_lags(void *data, const struct store_result *result, const struct store_lags *lags)
{
    struct clock *clock = data;

    NB_CHECK_MAGIC(clock, CLOCK_MAGIC);
    clock->lag_running = false;
    clock->lag_due = nb_mono_add_ms(nb_mono_now(), LAG_PERIOD_MS);
    if (clock->state == CLOCK_ORPHAN) {
        /* its metrics are gone */
    } else if (lags == NULL) {
        nb_log(NB_LOG_WARN, "lags_unknown", NB_TEXT("code", result->err.code));
    } else {
        for (int i = 1; i < STORE_SWEEPS; i++) {
            struct clock_look *look = &clock->looks[i];

            clock_sweep_lag(&look->sweep, lags->lag_ms[i]);
            http_metric_set(look->lag, lags->lag_ms[i] / 1000);
        }
    }
    one_less(clock);
}

static void on_broken(void *data, const struct store_result *result,
                      const struct store_broken_rule *broken, size_t count)
{
    struct clock *clock = data;
    bool ok = result->outcome == STORE_OK;

    NB_CHECK_MAGIC(clock, CLOCK_MAGIC);
    clock->check_running = false;
    clock->check_due = nb_mono_add_ms(nb_mono_now(), ok ? HOUR_MS : 60 * SECOND_MS);
    if (clock->state == CLOCK_ORPHAN) {
        /* its metrics are gone */
    } else if (!ok) {
        nb_log(NB_LOG_WARN, "invariants_not_checked", NB_TEXT("code", result->err.code));
    } else {
        clock->broken = (int)count;
        http_metric_set(clock->broken_metric, (int64_t)count);
        for (size_t i = 0; i < count; i++) {
            nb_log(NB_LOG_ERROR, "alarm", NB_TEXT("invariant", broken[i].invariant),
                   NB_TEXT("subject", broken[i].subject));
        }
    }
    one_less(clock);
}

static void look_after_sweeps(struct clock *clock, struct nb_mono now)
{
    if (!clock->lag_running && nb_mono_ms_between(clock->lag_due, now) >= 0) {
        clock->lag_running = true;
        clock->running++;
        store_clock_lags(clock->config.check, on_lags, clock);
    }
    if (!clock->check_running && nb_mono_ms_between(clock->check_due, now) >= 0) {
        clock->check_running = true;
        clock->running++;
        store_clock_invariants(clock->config.check, on_broken, clock);
    }
}

static void on_tick(void *data)
{
    struct clock *clock = data;
    struct nb_mono now = nb_mono_now();

    NB_CHECK_MAGIC(clock, CLOCK_MAGIC);
    for (int i = 1; i < STORE_SWEEPS; i++) {
        tell_alarm(&clock->looks[i], now);
        if (clock_sweep_is_due(&clock->looks[i].sweep, now)) {
            look(&clock->looks[i]);
        }
    }
    if (clock->config.check != NULL) {
        look_after_sweeps(clock, now);
    }
    loop_timer_start(&clock->tick, TICK_MS);
}

/* Series of one name are declared one after another. */
static void declare_metrics(struct clock *clock)
{
    struct http_metrics *metrics = clock->config.metrics;

    for (int i = 1; i < STORE_SWEEPS; i++) {
        clock->looks[i].rows = http_metrics_counter(metrics, "nightbridge_clock_rows_total",
                                                    labels[i], "Rows that a sweep worked off.");
    }
    for (int i = 1; i < STORE_SWEEPS; i++) {
        clock->looks[i].failures =
            http_metrics_counter(metrics, "nightbridge_clock_failures_total", labels[i],
                                 "Looks of a sweep that got no answer.");
    }
    for (int i = 1; i < STORE_SWEEPS; i++) {
        clock->looks[i].lag =
            http_metrics_gauge(metrics, "nightbridge_clock_lag_seconds", labels[i],
                               "Age of the oldest row that is due and was not worked off.");
    }
    for (int i = 1; i < STORE_SWEEPS; i++) {
        clock->looks[i].alarm =
            http_metrics_gauge(metrics, "nightbridge_clock_alarm", labels[i],
                               "1 while a sweep is silent, or leaves lying what is due.");
    }
    clock->broken_metric = http_metrics_gauge(metrics, "nightbridge_invariants_broken", NULL,
                                              "Rows of the last hourly run of the invariants.");
}

struct clock *clock_create(const struct clock_config *config)
{
    struct clock *clock = nb_alloc(sizeof(*clock));
    struct nb_mono now = nb_mono_now();

    clock->magic = CLOCK_MAGIC;
    clock->config = *config;
    clock->state = CLOCK_LOOKING;
    clock->lag_due = now;
    clock->check_due = now;
    for (int i = 1; i < STORE_SWEEPS; i++) {
        clock->looks[i].clock = clock;
        clock->looks[i].which = (enum store_sweep)i;
        clock_sweep_init(&clock->looks[i].sweep, &rules[i], now);
    }
    declare_metrics(clock);
    loop_timer_init(&clock->tick, config->loop, on_tick, clock);
    loop_timer_start(&clock->tick, 0);
    return clock;
}

void clock_stop(struct clock *clock, loop_call_fn stopped, void *data)
{
    NB_CHECK_MAGIC(clock, CLOCK_MAGIC);
    set_state(clock, CLOCK_STOPPING);
    loop_timer_stop(&clock->tick);
    clock->stopped = stopped;
    clock->stopped_data = data;
    clock->running++;
    one_less(clock);
}

struct clock *clock_destroy(struct clock *clock)
{
    if (clock == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(clock, CLOCK_MAGIC);
    set_state(clock, CLOCK_ORPHAN);
    loop_timer_stop(&clock->tick);
    clock->running++;
    one_less(clock);
    return NULL;
}

int clock_alarms(const struct clock *clock)
{
    int standing = clock->broken;

    NB_CHECK_MAGIC(clock, CLOCK_MAGIC);
    for (int i = 1; i < STORE_SWEEPS; i++) {
        standing += clock->looks[i].sweep.alarm != CLOCK_ALARM_NONE;
    }
    return standing;
}
