#include "tests/integration/booking_house.h"

#include "core/base/mem.h"
#include "core/vault/context.h"
#include "core/vault/seal.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND_TEXT 1024

#define TEXTS_MOST 4096

static char *texts[TEXTS_MOST];
static size_t text_count;

const char *booking_text(const char *fmt, ...)
{
    va_list arguments;
    char *text = NULL;

    va_start(arguments, fmt);
    cr_assert(vasprintf(&text, fmt, arguments) >= 0);
    va_end(arguments);
    cr_assert_lt(text_count, TEXTS_MOST);
    texts[text_count++] = text;
    return text;
}

void booking_house_open(struct api_house *at)
{
    char command[COMMAND_TEXT];
    char *said = NULL;

    api_house_open(at);
    (void)snprintf(command, sizeof(command),
                   "psql -X -q -v ON_ERROR_STOP=1 -d '%s' -f tests/sql/support/fixture.sql "
                   "-f tests/sql/support/booking.sql",
                   at->house.owner_url);
    int status = house_shell(&at->house, &said, command);
    cr_assert_eq(status, 0, "%s", said);
    free(said);
    (void)booking_sql(at, "update nb.provider set vetting_state = 'vetted', vetted_by = "
                          "nb_test.person('supervisor'), vetted_at = nb.now()");
    (void)booking_sql(at, "update nb.service set name = '" BOOKING_SHELTER "'");
}

void booking_house_close(struct api_house *at)
{
    house_check_invariants(&at->house);
    api_house_close(at);
    while (text_count > 0) {
        free(texts[--text_count]);
    }
}

const char *booking_sql(struct api_house *at, const char *fmt, ...)
{
    char sql[4096];
    va_list arguments;

    va_start(arguments, fmt);
    int length = vsnprintf(sql, sizeof(sql), fmt, arguments);
    va_end(arguments);
    cr_assert_lt(length, (int)sizeof(sql));
    char *value = house_sql(&at->house, "%s", sql);
    const char *kept = booking_text("%s", value);
    free(value);
    return kept;
}

/* The guest's key, as intake would have made it. */
static void wrap_key(struct api_house *at, const char *request)
{
    VAULT_AUTOSECRET struct vault_secret *key = vault_key_create();
    uint8_t wrapped[VAULT_WRAPPED_BYTES];
    char context[VAULT_CONTEXT_TEXT];
    char hex[2 * VAULT_WRAPPED_BYTES + 1];
    struct public_id guest;

    cr_assert(nb_public_id_parse(
        booking_sql(
            at,
            "select g.public_id from pii.guest g join nb.shelter_request r using (guest_id) "
            "where r.public_id = '%s'",
            request),
        &guest));
    vault_context_guest_key(guest, context);
    vault_key_wrap(at->keys, key, context, wrapped);
    for (size_t i = 0; i < sizeof(wrapped); i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", wrapped[i]);
    }
    (void)booking_sql(at,
                      "insert into pii.guest_key (guest_id, wrapped_key, epoch) select r.guest_id, "
                      "'\\x%s', %u from nb.shelter_request r where r.public_id = '%s'",
                      hex, vault_keys_epoch(at->keys), request);
}

const char *booking_request(struct api_house *at, const char *households)
{
    const char *key =
        booking_sql(at, "select nb_test.request((select min(hotline_id) from nb.hotline), '%s')",
                    households == NULL ? "[{\"adults\": 1, \"children_ages\": []}]" : households);
    const char *request =
        booking_sql(at, "select public_id from nb.shelter_request where request_id = %s", key);

    (void)booking_sql(at,
                      "update pii.guest set alias = '" BOOKING_ALIAS "' where guest_id = (select "
                      "guest_id from nb.shelter_request where request_id = %s)",
                      key);
    wrap_key(at, request);
    return request;
}

const char *booking_beds(struct api_house *at, int beds)
{
    const char *unit = booking_sql(
        at, "select nb_test.beds(%d, 5, (select min(provider_id) from nb.provider))", beds);

    (void)booking_sql(at, "update nb.service set name = '" BOOKING_SHELTER "'");
    return unit;
}

const char *booking_option(struct api_house *at, const char *request, const char *maker)
{
    const char *search = booking_sql(at,
                                     "select nb_test.search(request_id) from nb.shelter_request "
                                     "where public_id = '%s'",
                                     request);
    char sql[2048];
    const char *place = strstr(maker, "%s");

    cr_assert_not_null(place);
    (void)snprintf(sql, sizeof(sql), "select %.*s%s%s", (int)(place - maker), maker, search,
                   place + 2);
    return booking_sql(at, "%s", sql);
}

const char *booking_hotel(struct api_house *at)
{
    const char *hotel = booking_sql(at, "select nb_test.points_hotel()");

    (void)booking_sql(
        at, "update nb.property set name = '" BOOKING_HOTEL "' where property_id = %s", hotel);
    return hotel;
}

const char *booking_account(struct api_house *at, int points, const char *mode)
{
    return booking_sql(at,
                       "select nb_test.account((select min(hotline_id) from nb.hotline), %d, "
                       "'wyndham', '%s')",
                       points, mode);
}

int booking_post(struct api_house *at, enum api_role role, const char *path, const char *key,
                 const char *body)
{
    static int next;

    return api_house_ask(
        at, (struct talk_request){.method = "POST",
                                  .path = path,
                                  .token = at->tokens[role],
                                  .key = key != NULL ? key : booking_text("key-%d", ++next),
                                  .body = body});
}

int booking_get(struct api_house *at, enum api_role role, const char *path)
{
    return api_house_ask(at, (struct talk_request){.path = path, .token = at->tokens[role]});
}

const char *booking_made(struct api_house *at, const char *request, const char *option,
                         const char *more)
{
    int status = booking_post(at, API_SPECIALIST, booking_text("/v1/requests/%s/bookings", request),
                              NULL, booking_text("{\"option\": \"%s\"%s}", option, more));

    cr_assert_eq(status, 201, "%s", at->answer.body);
    return booking_text("%s", talk_text(&at->answer, "id"));
}

const char *booking_state(struct api_house *at, const char *booking)
{
    cr_assert_eq(booking_get(at, API_SPECIALIST, booking_text("/v1/bookings/%s", booking)), 200,
                 "%s", at->answer.body);
    return booking_text("%s", talk_text(&at->answer, "state"));
}

const char *booking_stock(struct api_house *at)
{
    return booking_sql(at, "select md5(nb_test.stock()::text)");
}
