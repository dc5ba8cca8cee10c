/*
 * Single bookings, several in one statement: most of what a look for one costs the server is
 * setting up its plan, so wishes that come while others are being answered go out together.
 * Invariant: nothing waits for the sake of a batch. While fewer than FINDS_MOST statements are in
 * flight a wish goes at once; a full batch goes in any case, to wait in the pool like other calls.
 */
#include "core/base/mem.h"
#include "core/store/booking_private.h"
#include "core/store/private.h"

#define WISHES_MOST 16
/* Measured: with more of them the batches are smaller, and the cores wait for each other. */
#define FINDS_MOST 1

struct wish {
    struct hotline_id hotline;
    struct public_id booking;
    store_booking_fn done;
    void *data;
};

struct store_find {
    struct store *store;
    int count;
    struct wish wishes[WISHES_MOST];
};

static void send(struct store_find *find);

/* Whoever is told may ask for the next one; the batch is our own by then. */
static void send_gathered(struct store *store)
{
    struct store_find *find = store->gathered;

    if (find != NULL && (store->finds < FINDS_MOST || find->count == WISHES_MOST)) {
        store->gathered = NULL;
        send(find);
    }
}

static void add(struct store_find *find, const struct wish *wish)
{
    NB_ASSERT(find->count < WISHES_MOST);
    find->wishes[find->count++] = *wish;
}

static struct store_find *find_new(struct store *store)
{
    struct store_find *find = nb_alloc(sizeof(*find));

    find->store = store;
    return find;
}

/* An exception says nothing of which wish it was for: each is asked for by itself. */
static void ask_one_by_one(const struct store_find *find)
{
    for (int i = 0; i < find->count; i++) {
        struct store_find *single = find_new(find->store);
        add(single, &find->wishes[i]);
        send(single);
    }
}

static void tell_all(const struct store_find *find, const struct store_reading *reading)
{
    int row_of[WISHES_MOST];

    for (int i = 0; i < find->count; i++) {
        row_of[i] = -1;
    }
    for (int row = 0; row < store_reading_count(reading); row++) {
        int64_t n = pg_row_int64(reading->rows, row, "n");
        NB_ASSERT(n >= 1 && n <= find->count);
        row_of[n - 1] = row;
    }
    for (int i = 0; i < find->count; i++) {
        const struct wish *wish = &find->wishes[i];
        struct store_booking booking;
        int row = row_of[i];
        if (row < 0) {
            wish->done(wish->data, reading->result, NULL);
            continue;
        }
        store_booking_summary(reading, row, &booking);
        booking.attempts = pg_row_text(reading->rows, row, "attempts");
        booking.timeline = pg_row_text(reading->rows, row, "timeline");
        booking.tasks = pg_row_text(reading->rows, row, "tasks");
        booking.referral = pg_row_text(reading->rows, row, "referral");
        wish->done(wish->data, reading->result, &booking);
    }
}

/* The pools are being closed, or gone. */
static void give_up_gathered(struct store *store)
{
    const struct store_result result = {.outcome = STORE_UNAVAILABLE};
    struct store_find *find = store->gathered;

    if (find != NULL) {
        store->gathered = NULL;
        tell_all(find, &(struct store_reading){.result = &result});
        nb_free(find);
    }
}

static void on_found(const struct store_reading *reading)
{
    struct store_find *find = reading->data;

    find->store->finds--;
    if (find->store->closing) {
        give_up_gathered(find->store);
    } else {
        send_gathered(find->store);
    }
    if (reading->result->outcome == STORE_REFUSED && find->count > 1) {
        ask_one_by_one(find);
    } else {
        tell_all(find, reading);
    }
    nb_free(find);
}

static void send(struct store_find *find)
{
    struct store_call *call = store_call_new(find->store, STORE_STAFF, &sql_booking_find);
    int64_t hotlines[WISHES_MOST];
    struct public_id ids[WISHES_MOST];

    for (int i = 0; i < find->count; i++) {
        hotlines[i] = find->wishes[i].hotline.v;
        ids[i] = find->wishes[i].booking;
    }
    find->store->finds++;
    pg_params_int64_array(store_call_params(call), hotlines, (size_t)find->count);
    pg_params_public_id_array(store_call_params(call), ids, (size_t)find->count);
    store_call_look(call, on_found, NULL, find);
}

void store_booking_find(struct store *store, struct hotline_id hotline, struct public_id booking,
                        store_booking_fn done, void *data)
{
    const struct wish wish = {.hotline = hotline, .booking = booking, .done = done, .data = data};

    if (store->gathered == NULL) {
        store->gathered = find_new(store);
    }
    add(store->gathered, &wish);
    send_gathered(store);
}
