#include "core/scheduler/dispatch.h"

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/scheduler/dispatch_private.h"
#include "gen/statements.h"

#define DISPATCH_MAGIC 0x64697370u

/* The role's own calls ------------------------------------------------------------------------- */

static void free_dispatch(struct dispatch *dispatch)
{
    while (dispatch->paces != NULL) {
        struct dispatch_pace *pace = dispatch->paces;
        dispatch->paces = pace->next;
        nb_free(pace);
    }
    dispatch->accounts = config_accounts_destroy(dispatch->accounts);
    dispatch->magic = 0;
    nb_free(dispatch);
}

/* A call is back; false when the role has ended meanwhile. */
static bool back(struct dispatch *dispatch)
{
    NB_CHECK_MAGIC(dispatch, DISPATCH_MAGIC);
    dispatch->calls--;
    if (dispatch->ended && dispatch->calls == 0) {
        free_dispatch(dispatch);
        return false;
    }
    return !dispatch->ended;
}

static void tell_drained(struct dispatch *dispatch)
{
    if (dispatch->drained != NULL && dispatch->in_flight == 0 && !dispatch->claiming) {
        loop_next_turn(dispatch->role->loop, dispatch->drained, dispatch->drained_data);
        dispatch->drained = NULL;
    }
}

static void keep_state(struct dispatch *dispatch, const struct store_outbox_state *state)
{
    dispatch->seen = *state;
    http_metric_set(dispatch->metrics.unknown_open, state->unknown_open);
    http_metric_set(dispatch->metrics.waiting, state->waiting);
    http_metric_set(dispatch->metrics.paused, state->paused ? 1 : 0);
    http_metric_add(dispatch->metrics.lapsed, state->lapsed);
    if (state->lapsed > 0) {
        nb_log(NB_LOG_WARN, "dispatch_leases_lapsed", NB_NUMBER("count", state->lapsed));
    }
}

static void on_swept(void *data, const struct store_result *result,
                     const struct store_outbox_state *state)
{
    struct dispatch *dispatch = data;
    if (!back(dispatch)) {
        return;
    }
    dispatch->sweeping = false;
    if (result->outcome == STORE_OK) {
        keep_state(dispatch, state);
        role_progress(dispatch->role);
        if (state->lapsed > 0) {
            dispatch_look(dispatch);
        }
    }
}

static void sweep(struct dispatch *dispatch)
{
    if (!dispatch->sweeping) {
        dispatch->sweeping = true;
        dispatch->calls++;
        store_outbox_sweep(dispatch->role->store, on_swept, dispatch);
    }
}

/* Without these nothing that is in flight could be told from what is lost. */
static bool limits_hold(const struct store_dispatch_limits *limits, const struct config *config,
                        struct nb_err *err)
{
    if (limits->lease_ms <= config->heartbeat_timeout_ms) {
        return nb_err_set(
            err, NB_ERR_INVALID, "lease_too_short",
            "The setting lease_ms must be longer than heartbeat_timeout_ms: a process "
            "that hangs is killed before its work may be claimed again.");
    }
    if (limits->settle_ms <= limits->lease_ms) {
        return nb_err_set(err, NB_ERR_INVALID, "settle_too_short",
                          "The setting settle_window_ms must be longer than lease_ms.");
    }
    return limits->rate_per_minute > 0 && limits->rate_burst > 0 && limits->retry_first_ms > 0 &&
                   limits->retry_ceiling_ms >= limits->retry_first_ms
               ? true
               : nb_err_set(err, NB_ERR_INVALID, "limits",
                            "The settings of retry and rate must be greater than zero.");
}

static void on_limits(void *data, const struct store_result *result,
                      const struct store_dispatch_limits *limits)
{
    struct dispatch *dispatch = data;
    if (!back(dispatch)) {
        return;
    }
    struct nb_err err;
    if (result->outcome != STORE_OK) {
        return;
    }
    dispatch->limits = *limits;
    dispatch->limits_known = limits_hold(limits, dispatch->role->config, &err);
    if (!dispatch->limits_known) {
        nb_log(NB_LOG_ERROR, "dispatch_limits", NB_TEXT("why", err.text));
    }
    dispatch_look(dispatch);
}

static void on_begun(void *data, const struct store_result *result,
                     const struct store_outbox_state *state)
{
    struct dispatch *dispatch = data;
    if (!back(dispatch)) {
        return;
    }
    if (result->outcome == STORE_OK) {
        dispatch->begun = true;
        keep_state(dispatch, state);
        dispatch->calls++;
        store_outbox_limits(dispatch->role->store, on_limits, dispatch);
    }
}

static void begin(struct dispatch *dispatch)
{
    dispatch->calls++;
    store_outbox_begin(dispatch->role->store, on_begun, dispatch);
}

/* Claiming ------------------------------------------------------------------------------------- */

static void on_claimed(void *data, const struct store_result *result, const struct store_work *work,
                       int count)
{
    struct dispatch *dispatch = data;
    if (!back(dispatch)) {
        return;
    }
    /* The lease began in the database after this moment: ours ends before its end. */
    struct nb_mono lease_until = nb_mono_add_ms(dispatch->claimed_at, dispatch->claimed_lease_ms);
    bool more = dispatch->again || count == DISPATCH_CLAIM_MAX;
    dispatch->claiming = false;
    for (int i = 0; result->outcome == STORE_OK && i < count; i++) {
        operation_start(dispatch, &work[i], lease_until);
    }
    http_metric_set(dispatch->metrics.in_flight, dispatch->in_flight);
    if (more && result->outcome == STORE_OK) {
        dispatch_look(dispatch);
    }
    tell_drained(dispatch);
}

/* Claims when there is room for so many. */
static void claim(struct dispatch *dispatch, int least)
{
    int room = DISPATCH_IN_FLIGHT_MAX - dispatch->in_flight;
    dispatch->again = dispatch->claiming;
    dispatch->hungry = room < least;
    if (dispatch->claiming || dispatch->stopping || !dispatch->limits_known || room < least) {
        return;
    }
    dispatch->claiming = true;
    dispatch->calls++;
    dispatch->claimed_at = nb_mono_now();
    dispatch->claimed_lease_ms = dispatch->limits.lease_ms;
    store_outbox_claim(dispatch->role->store, nb_public_id_random(),
                       room < DISPATCH_CLAIM_MAX ? room : DISPATCH_CLAIM_MAX,
                       dispatch->claimed_lease_ms, on_claimed, dispatch);
}

/* A claim of one costs the server nearly what a claim of many does, so it waits for room. */
void dispatch_look(struct dispatch *dispatch)
{
    claim(dispatch, DISPATCH_CLAIM_MAX);
}

static void on_poll(void *data)
{
    struct dispatch *dispatch = data;
    NB_CHECK_MAGIC(dispatch, DISPATCH_MAGIC);
    loop_timer_start(&dispatch->poll, DISPATCH_POLL_MS);
    if (dispatch->calls == 0 && !dispatch->begun) {
        begin(dispatch);
    } else if (dispatch->begun && dispatch->polls % DISPATCH_SWEEP_POLLS == 0) {
        sweep(dispatch);
        dispatch->calls++;
        store_outbox_limits(dispatch->role->store, on_limits, dispatch);
    } else {
        /* Calls to one program may hang and leave little room for a long time. */
        claim(dispatch, 1);
    }
    dispatch->polls++;
}

static void on_hint(void *data, const char *payload)
{
    (void)payload;
    dispatch_look(data);
}

void dispatch_forget(struct dispatch *dispatch)
{
    http_metric_set(dispatch->metrics.in_flight, dispatch->in_flight);
    if (dispatch->hungry && dispatch->in_flight <= DISPATCH_IN_FLIGHT_MAX - DISPATCH_CLAIM_MAX) {
        dispatch_look(dispatch);
    }
    tell_drained(dispatch);
}

/* The body ------------------------------------------------------------------------------------- */

bool dispatch_body_start(struct role *role, void **ret_body, struct nb_err *err)
{
    struct config_accounts *accounts = NULL;
    if (!config_accounts_read(role->config->accounts_file, &accounts, err)) {
        return false;
    }
    struct dispatch *dispatch = nb_alloc(sizeof(*dispatch));
    dispatch->magic = DISPATCH_MAGIC;
    dispatch->role = role;
    dispatch->accounts = accounts;
    dispatch->client = http_client_create(
        role->loop, &(struct http_client_config){.max_calls = DISPATCH_IN_FLIGHT_MAX});
    dispatch_metrics_declare(&dispatch->metrics, role->metrics);
    loop_timer_init(&dispatch->poll, role->loop, on_poll, dispatch);
    loop_timer_start(&dispatch->poll, 0);
    dispatch->notify =
        store_listen(role->store, STORE_DISPATCH, &sql_outbox_listen, on_hint, dispatch);
    *ret_body = dispatch;
    return true;
}

bool dispatch_body_ready(void *body, struct nb_err *ret_why)
{
    const struct dispatch *dispatch = body;
    NB_CHECK_MAGIC(dispatch, DISPATCH_MAGIC);
    if (!dispatch->limits_known) {
        return nb_err_set(ret_why, NB_ERR_UNAVAILABLE, "dispatch_starting",
                          "Dispatch has not read its limits yet.");
    }
    if (dispatch->seen.paused) {
        return nb_err_set(ret_why, NB_ERR_UNAVAILABLE, "dispatch_paused",
                          "Dispatch sends reads only, until `nightbridge resume`.");
    }
    return true;
}

void dispatch_body_stop(void *body, loop_call_fn drained, void *data)
{
    struct dispatch *dispatch = body;
    NB_CHECK_MAGIC(dispatch, DISPATCH_MAGIC);
    dispatch->stopping = true;
    dispatch->drained = drained;
    dispatch->drained_data = data;
    loop_timer_stop(&dispatch->poll);
    struct operation *next = NULL;
    for (struct operation *operation = dispatch->operations; operation != NULL; operation = next) {
        next = operation->next;
        operation_stop(operation);
    }
    tell_drained(dispatch);
}

void dispatch_body_end(void *body)
{
    struct dispatch *dispatch = body;
    NB_CHECK_MAGIC(dispatch, DISPATCH_MAGIC);
    loop_timer_fini(&dispatch->poll);
    dispatch->notify = pg_notify_destroy(dispatch->notify);
    dispatch->client = http_client_destroy(dispatch->client);
    while (dispatch->operations != NULL) {
        operation_orphan(dispatch->operations);
    }
    dispatch->ended = true;
    if (dispatch->calls == 0) {
        free_dispatch(dispatch);
    }
}
