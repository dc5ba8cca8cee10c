#include "core/http/client.h"

#include "core/base/mem.h"
#include "core/http/client_private.h"

#include <ev.h>

#define CLIENT_MAGIC 0x6874636cU
#define SPARE_HANDLES 64

/* A descriptor that libcurl wants watched. Kept for the next one when it is done, so that none is
 * freed while its own callback is on the stack. */
struct watch {
    struct http_client *client;
    struct watch *next; /* of the spare ones */
    ev_io io;
};

struct http_client {
    unsigned magic;
    struct loop *loop;
    struct ev_loop *ev;
    CURLM *multi;
    CURLSH *share; /* TLS sessions outlive connections: a fresh one costs one round trip less */
    char *user_agent;
    size_t max_calls;
    ev_timer timer;
    bool collecting; /* a look at finished calls is queued */
    struct watch *spare_watches;
    CURL *spare_handles[SPARE_HANDLES];
    size_t spare_handle_count;
    struct http_exchange *under_way;
    size_t under_way_count;
};

/* --- exchanges --- */

static CURL *take_handle(struct http_client *client)
{
    CURL *easy = NULL;
    if (client->spare_handle_count > 0) {
        easy = client->spare_handles[--client->spare_handle_count];
    } else {
        easy = curl_easy_init();
    }
    NB_ASSERT(easy != NULL);
    NB_ASSERT(curl_easy_setopt(easy, CURLOPT_SHARE, client->share) == CURLE_OK);
    NB_ASSERT(curl_easy_setopt(easy, CURLOPT_USERAGENT, client->user_agent) == CURLE_OK);
    return easy;
}

static void put_back_handle(struct http_client *client, CURL *easy)
{
    if (client->spare_handle_count == SPARE_HANDLES) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_reset(easy);
    client->spare_handles[client->spare_handle_count++] = easy;
}

static void enter(struct http_client *client, struct http_exchange *exchange)
{
    exchange->client = client;
    exchange->next = client->under_way;
    exchange->link = &client->under_way;
    if (exchange->next != NULL) {
        exchange->next->link = &exchange->next;
    }
    client->under_way = exchange;
    client->under_way_count++;
}

static void leave(struct http_exchange *exchange)
{
    *exchange->link = exchange->next;
    if (exchange->next != NULL) {
        exchange->next->link = exchange->link;
    }
    exchange->client->under_way_count--;
}

static void take_from_multi(struct http_exchange *exchange)
{
    if (exchange->in_multi) {
        exchange->in_multi = false;
        NB_ASSERT(curl_multi_remove_handle(exchange->client->multi, exchange->easy) == CURLM_OK);
    }
}

/* The exchange leaves the books first: its owner may send again from inside done. */
static void finish(struct http_exchange *exchange)
{
    struct http_client *client = exchange->client;
    leave(exchange);
    take_from_multi(exchange);
    struct http_answer answer = http_exchange_answer(exchange);
    exchange->done(exchange->data, &answer);
    if (exchange->easy != NULL) {
        put_back_handle(client, exchange->easy);
    }
    http_exchange_free(exchange);
}

static void on_early_end(void *data)
{
    struct http_exchange *exchange = data;
    NB_CHECK_MAGIC(exchange, HTTP_EXCHANGE_MAGIC);
    finish(exchange);
}

enum http_sent http_exchange_cancel(struct http_exchange *exchange)
{
    NB_CHECK_MAGIC(exchange, HTTP_EXCHANGE_MAGIC);
    struct http_client *client = exchange->client;
    enum http_sent sent = exchange->may_have_left ? HTTP_MAYBE_SENT : HTTP_NOT_SENT;
    leave(exchange);
    take_from_multi(exchange);
    loop_next_turn_forget(client->loop, exchange);
    if (exchange->easy != NULL) {
        put_back_handle(client, exchange->easy);
    }
    http_exchange_free(exchange);
    return sent;
}

/* --- libcurl on the loop --- */

static struct http_exchange *exchange_of(CURL *easy)
{
    char *memory = NULL;
    NB_ASSERT(curl_easy_getinfo(easy, CURLINFO_PRIVATE, &memory) == CURLE_OK && memory != NULL);
    struct http_exchange *exchange = (struct http_exchange *)(void *)memory;
    NB_ASSERT(exchange->magic == HTTP_EXCHANGE_MAGIC);
    return exchange;
}

/* Once a turn. The result is taken out of a message before the handle is removed: that frees it. */
static void collect(void *data)
{
    struct http_client *client = data;
    NB_CHECK_MAGIC(client, CLIENT_MAGIC);
    client->collecting = false;
    int left = 0;
    for (CURLMsg *message = curl_multi_info_read(client->multi, &left); message != NULL;
         message = curl_multi_info_read(client->multi, &left)) {
        if (message->msg == CURLMSG_DONE) {
            struct http_exchange *exchange = exchange_of(message->easy_handle);
            exchange->result = message->data.result;
            finish(exchange);
        }
    }
}

static void collect_soon(struct http_client *client)
{
    if (!client->collecting) {
        client->collecting = true;
        loop_next_turn(client->loop, collect, client);
    }
}

static void act(struct http_client *client, curl_socket_t fd, int events)
{
    int running = 0;
    NB_ASSERT(curl_multi_socket_action(client->multi, fd, events, &running) == CURLM_OK);
    collect_soon(client);
}

static void on_io(struct ev_loop *ev, ev_io *io, int events)
{
    struct watch *watch = io->data;
    struct http_client *client = watch->client;
    (void)ev;
    NB_CHECK_MAGIC(client, CLIENT_MAGIC);
    int flags = ((events & EV_READ) != 0 ? CURL_CSELECT_IN : 0) |
                ((events & EV_WRITE) != 0 ? CURL_CSELECT_OUT : 0);
    act(client, io->fd, flags);
}

/* From now, not from when this turn began: a timer that rings too early makes libcurl do nothing,
 * and it does not ask again. Milliseconds become seconds by a division of doubles. */
static void start_timer(struct http_client *client, long wait_ms)
{
    ev_timer_stop(client->ev, &client->timer);
    if (wait_ms < 0) {
        return;
    }
    ev_now_update(client->ev);
    ev_timer_set(&client->timer, (double)wait_ms / 1000.0, 0.0);
    ev_timer_start(client->ev, &client->timer);
}

static void on_timer(struct ev_loop *ev, ev_timer *timer, int events)
{
    struct http_client *client = timer->data;
    (void)ev;
    (void)events;
    NB_CHECK_MAGIC(client, CLIENT_MAGIC);
    act(client, CURL_SOCKET_TIMEOUT, 0);
    long wait_ms = -1;
    if (!ev_is_active(&client->timer) && curl_multi_timeout(client->multi, &wait_ms) == CURLM_OK &&
        wait_ms >= 0) {
        /* Rounding: the same moment is still ahead, so libcurl did not announce it again. */
        start_timer(client, wait_ms > 0 ? wait_ms : 1);
    }
}

/* Inside libcurl: only remembers; 0 means the next turn, never now. */
static int on_timer_wanted(CURLM *multi, long wait_ms, void *data)
{
    struct http_client *client = data;
    (void)multi;
    NB_CHECK_MAGIC(client, CLIENT_MAGIC);
    start_timer(client, wait_ms);
    return 0;
}

static struct watch *take_watch(struct http_client *client, curl_socket_t fd)
{
    struct watch *watch = client->spare_watches;
    if (watch != NULL) {
        client->spare_watches = watch->next;
    } else {
        watch = nb_alloc(sizeof *watch);
        watch->client = client;
        ev_init(&watch->io, on_io);
        watch->io.data = watch;
    }
    NB_ASSERT(curl_multi_assign(client->multi, fd, watch) == CURLM_OK);
    return watch;
}

static int on_socket_wanted(CURL *easy, curl_socket_t fd, int what, void *data, void *assigned)
{
    struct http_client *client = data;
    struct watch *watch = assigned;
    (void)easy;
    NB_CHECK_MAGIC(client, CLIENT_MAGIC);
    if (watch != NULL) {
        ev_io_stop(client->ev, &watch->io);
    }
    if (what == CURL_POLL_REMOVE) {
        if (watch != NULL) {
            watch->next = client->spare_watches;
            client->spare_watches = watch;
        }
        return 0;
    }
    if (watch == NULL) {
        watch = take_watch(client, fd);
    }
    int events =
        ((what & CURL_POLL_IN) != 0 ? EV_READ : 0) | ((what & CURL_POLL_OUT) != 0 ? EV_WRITE : 0);
    ev_io_set(&watch->io, fd, events);
    ev_io_start(client->ev, &watch->io);
    return 0;
}

/* --- from outside --- */

static void set_up_multi(struct http_client *client, long max_idle)
{
    CURLM *multi = client->multi;
    bool good =
        curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket_wanted) == CURLM_OK &&
        curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, client) == CURLM_OK &&
        curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer_wanted) == CURLM_OK &&
        curl_multi_setopt(multi, CURLMOPT_TIMERDATA, client) == CURLM_OK &&
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, max_idle) == CURLM_OK &&
        curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING) == CURLM_OK &&
        curl_share_setopt(client->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK;
    NB_ASSERT(good);
}

struct http_client *http_client_create(struct loop *loop, const struct http_client_config *config)
{
    NB_ASSERT(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    struct http_client *client = nb_alloc(sizeof *client);
    client->magic = CLIENT_MAGIC;
    client->loop = loop;
    client->ev = loop_ev(loop);
    client->max_calls = config->max_calls != 0 ? config->max_calls : 512;
    client->user_agent = config->user_agent != NULL ? nb_strdup(config->user_agent) : NULL;
    ev_init(&client->timer, on_timer);
    client->timer.data = client;
    client->multi = curl_multi_init();
    client->share = curl_share_init();
    NB_ASSERT(client->multi != NULL && client->share != NULL);
    set_up_multi(client, config->max_idle > 0 ? config->max_idle : 64);
    return client;
}

struct http_client *http_client_destroy(struct http_client *client)
{
    if (client == NULL) {
        return NULL;
    }
    NB_CHECK_MAGIC(client, CLIENT_MAGIC);
    while (client->under_way != NULL) {
        (void)http_exchange_cancel(client->under_way);
    }
    while (client->spare_handle_count > 0) {
        curl_easy_cleanup(client->spare_handles[--client->spare_handle_count]);
    }
    NB_ASSERT(curl_multi_cleanup(client->multi) == CURLM_OK);
    NB_ASSERT(curl_share_cleanup(client->share) == CURLSHE_OK);
    ev_timer_stop(client->ev, &client->timer);
    loop_next_turn_forget(client->loop, client);
    while (client->spare_watches != NULL) {
        struct watch *watch = client->spare_watches;
        client->spare_watches = watch->next;
        nb_free(watch);
    }
    curl_global_cleanup();
    nb_free(client->user_agent);
    client->magic = 0;
    return nb_free(client);
}

struct http_exchange *http_client_send(struct http_client *client, const struct http_call *call)
{
    NB_CHECK_MAGIC(client, CLIENT_MAGIC);
    struct http_exchange *exchange = http_exchange_create(call, take_handle(client));
    if (client->under_way_count >= client->max_calls) {
        exchange->early = HTTP_FAILED_BUSY;
    }
    enter(client, exchange);
    if (exchange->early != HTTP_FAILED_NONE) {
        loop_next_turn(client->loop, on_early_end, exchange);
        return exchange;
    }
    NB_ASSERT(curl_multi_add_handle(client->multi, exchange->easy) == CURLM_OK);
    exchange->in_multi = true;
    return exchange;
}

size_t http_client_under_way(const struct http_client *client)
{
    return client->under_way_count;
}
