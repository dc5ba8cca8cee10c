/*
 * Nothing is ever deleted: a cancelled reservation stays in the book with its status.
 */
#include "tests/support/rehearsal/book.h"

#include "core/base/ids.h"
#include "core/base/mem.h"

#include <stdio.h>
#include <string.h>

#define DAY_US INT64_C(86400000000)
#define HOUR_US INT64_C(3600000000)
#define QUOTE_US (15 * 60 * INT64_C(1000000))
#define EPOCH_2000_DAYS 10957 /* from 1970-01-01 to 2000-01-01 */

struct key {
    char text[2 * REH_TEXT_MAX];
};

static struct key key_of(enum reh_program program, const char *name)
{
    struct key key;
    snprintf(key.text, sizeof(key.text), "%s/%.*s", reh_program_name(program), REH_TEXT_MAX, name);
    return key;
}

static void text_put(char ret_text[REH_TEXT_MAX], const char *text)
{
    snprintf(ret_text, REH_TEXT_MAX, "%s", text);
}

void reh_book_init(struct reh_book *book)
{
    *book = (struct reh_book){0};
    NB_ASSERT(pthread_mutex_init(&book->lock, NULL) == 0);
}

void reh_book_lock(struct reh_book *book)
{
    NB_ASSERT(pthread_mutex_lock(&book->lock) == 0);
}

void reh_book_unlock(struct reh_book *book)
{
    NB_ASSERT(pthread_mutex_unlock(&book->lock) == 0);
}

int64_t reh_book_now_us(const struct reh_book *book)
{
    return nb_instant_of_machine().us + book->offset_us;
}

struct night reh_book_today(const struct reh_book *book)
{
    return (struct night){(int32_t)(reh_book_now_us(book) / DAY_US - EPOCH_2000_DAYS)};
}

struct reh_property *reh_book_property(const struct reh_book *book, enum reh_program program,
                                       const char *code)
{
    return reh_map_get(&book->properties, key_of(program, code).text);
}

struct reh_property *reh_book_property_put(struct reh_book *book, enum reh_program program,
                                           const char *code, int64_t rooms, int64_t points,
                                           int64_t bedrooms)
{
    struct reh_property *property = reh_book_property(book, program, code);
    if (property == NULL) {
        property = nb_alloc(sizeof(*property));
        property->program = program;
        text_put(property->code, code);
        property->policy = 1;
        property->cancel_hours = 36;
        reh_map_put(&book->properties, key_of(program, code).text, property);
    }
    property->rooms = rooms;
    property->points = points;
    property->bedrooms = bedrooms;
    return property;
}

struct reh_account *reh_book_account(const struct reh_book *book, enum reh_program program,
                                     const char *member)
{
    return reh_map_get(&book->accounts, key_of(program, member).text);
}

static void line_post(struct reh_book *book, struct reh_account *account, const char *kind,
                      int64_t points, const struct reh_reservation *reservation)
{
    struct reh_line *line = nb_alloc(sizeof(*line));
    line->posted_on = reh_book_today(book);
    line->kind = kind;
    line->points = points;
    line->reservation = reservation;
    line->next = account->lines;
    account->lines = line;
    account->points += points;
}

struct reh_account *reh_book_account_put(struct reh_book *book, enum reh_program program,
                                         const char *member, int64_t points)
{
    struct reh_account *account = reh_book_account(book, program, member);
    if (account == NULL) {
        account = nb_alloc(sizeof(*account));
        account->program = program;
        text_put(account->member, member);
        account->next = book->all_accounts;
        book->all_accounts = account;
        reh_map_put(&book->accounts, key_of(program, member).text, account);
    }
    line_post(book, account, "adjust", points - account->points, NULL);
    return account;
}

/* A pending reservation that never settles took nothing. */
static bool takes_rooms(const struct reh_book *book, const struct reh_reservation *reservation)
{
    switch (reservation->status) {
    case REH_HELD:
        return reservation->held_until_us > reh_book_now_us(book);
    case REH_PENDING:
        return reservation->settles_us != REH_NEVER;
    case REH_CONFIRMED:
        return true;
    case REH_CANCELLED:
    case REH_STATUS_NONE:
        return false;
    }
    return false;
}

static int64_t rooms_taken(const struct reh_book *book, const struct reh_property *property,
                           struct night night, const struct reh_reservation *except)
{
    int64_t taken = 0;
    for (const struct reh_reservation *r = property->reservations; r != NULL;
         r = r->next_of_property) {
        if (r != except && r->check_in.day <= night.day && night.day < r->check_out.day &&
            takes_rooms(book, r)) {
            taken += r->rooms;
        }
    }
    return taken;
}

int64_t reh_book_free_rooms(const struct reh_book *book, const struct reh_property *property,
                            struct night check_in, struct night check_out,
                            const struct reh_reservation *except)
{
    int64_t fewest = INT64_MAX;
    for (struct night night = check_in; night.day < check_out.day; night = nb_night_add(night, 1)) {
        int64_t rooms = property->rooms - rooms_taken(book, property, night, except);
        fewest = rooms < fewest ? rooms : fewest;
    }
    return fewest;
}

/* Index of the night's own price, or price_count. */
static size_t own_price(const struct reh_property *property, struct night night)
{
    size_t i = 0;
    while (i < property->price_count && property->prices[i].night.day != night.day) {
        i++;
    }
    return i;
}

bool reh_book_night_price_put(struct reh_property *property, struct night night, int64_t points)
{
    size_t at = own_price(property, night);
    if (at == REH_PRICES_MAX) {
        return false;
    }
    property->prices[at] = (struct reh_night_price){night, points};
    property->price_count += at == property->price_count;
    return true;
}

static int64_t list_price(const struct reh_property *property, struct night night)
{
    size_t at = own_price(property, night);
    return at == property->price_count ? property->points : property->prices[at].points;
}

void reh_book_price(const struct reh_property *property, const struct reh_stay *stay,
                    struct reh_price *ret_price)
{
    int64_t list[REH_NIGHTS_MAX];
    int32_t nights = nb_nights_between(stay->check_in, stay->check_out);
    NB_ASSERT(nights > 0 && nights <= REH_NIGHTS_MAX);
    for (int32_t i = 0; i < nights; i++) {
        list[i] = list_price(property, nb_night_add(stay->check_in, i));
    }
    reh_price_stay(property->program, list, nights,
                   (struct reh_units){stay->rooms, property->bedrooms, stay->card}, ret_price);
}

struct reh_quote *reh_book_quote(struct reh_book *book, struct reh_property *property,
                                 const struct reh_stay *stay)
{
    struct reh_quote *quote = nb_alloc(sizeof(*quote));
    char id[NB_PUBLIC_ID_TEXT];
    nb_public_id_format(nb_public_id_random(), id);
    text_put(quote->id, id);
    quote->property = property;
    quote->stay = *stay;
    quote->policy = property->policy;
    quote->expires_us = reh_book_now_us(book) + QUOTE_US;
    reh_book_price(property, stay, &quote->price);
    reh_map_put(&book->quotes, key_of(property->program, quote->id).text, quote);
    return quote;
}

struct reh_quote *reh_book_quote_of(const struct reh_book *book, enum reh_program program,
                                    const char *id)
{
    return reh_map_get(&book->quotes, key_of(program, id).text);
}

struct reh_reservation *reh_book_reserve(struct reh_book *book, const struct reh_quote *quote,
                                         const char *reference)
{
    struct reh_reservation *r = nb_alloc(sizeof(*r));
    struct reh_reservation *first = reh_book_find(book, quote->property->program, reference);
    r->program = quote->property->program;
    r->property = quote->property;
    text_put(r->reference, reference);
    r->check_in = quote->stay.check_in;
    r->check_out = quote->stay.check_out;
    r->rooms = quote->stay.rooms;
    r->points_total = quote->price.total;
    r->policy = quote->policy;
    r->created_us = reh_book_now_us(book);
    r->next_of_property = quote->property->reservations;
    quote->property->reservations = r;
    r->next = book->all_reservations;
    book->all_reservations = r;
    if (first != NULL) {
        r->is_twin = true;
        r->twin = first->twin;
        first->twin = r;
    } else {
        reh_map_put(&book->reservations, key_of(r->program, reference).text, r);
    }
    return r;
}

void reh_book_confirm(struct reh_book *book, struct reh_reservation *reservation)
{
    reservation->status = REH_CONFIRMED;
    reh_program_confirmation(reservation->program, ++book->numbers, reservation->confirmation);
    line_post(book, reservation->account, "redeem", -reservation->points_total, reservation);
}

void reh_book_cancel(struct reh_book *book, struct reh_reservation *reservation)
{
    if (reservation->status == REH_CONFIRMED) {
        reservation->points_returned = reservation->points_total;
        line_post(book, reservation->account, "reinstate", reservation->points_total, reservation);
    }
    reservation->status = REH_CANCELLED;
}

struct reh_reservation *reh_book_find(struct reh_book *book, enum reh_program program,
                                      const char *reference)
{
    struct reh_reservation *r = reh_map_get(&book->reservations, key_of(program, reference).text);
    if (r != NULL && r->status == REH_PENDING && r->settles_us <= reh_book_now_us(book)) {
        reh_book_confirm(book, r);
    }
    return r;
}

int64_t reh_book_cancel_by_us(const struct reh_reservation *reservation)
{
    return (reservation->check_in.day + (int64_t)EPOCH_2000_DAYS) * DAY_US +
           reservation->property->cancel_hours * HOUR_US;
}
