/* Bookings through HTTP, told as stories: held, offered, accepted, declined, given back; and what
 * is refused, with what to do. */
#include "core/base/mem.h"
#include "tests/integration/booking_house.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(booking, .timeout = 300);

static const char *bed_option(struct api_house *at, const char *request, const char *unit)
{
    return booking_option(at, request, booking_text("nb_test.shelter_option(%%s, %s)", unit));
}

static const char *offer_of(struct api_house *at, const char *booking)
{
    return booking_sql(at,
                       "select r.public_id from nb.referral r join nb.booking b using (booking_id) "
                       "where b.public_id = '%s' order by r.referral_id desc limit 1",
                       booking);
}

static const char *decline(struct api_house *at, const char *offer)
{
    cr_assert_eq(booking_post(at, API_PROVIDER, booking_text("/v1/referrals/%s/decline", offer),
                              NULL, "{\"reason\": \"full\", \"side\": \"provider\"}"),
                 200, "%s", at->answer.body);
    return talk_text(&at->answer, "state");
}

static const char *next_action(const struct api_house *at)
{
    const json_t *next = json_object_get(at->answer.json, "next");
    const char *action = json_string_value(json_object_get(next, "action"));

    return action == NULL ? "" : action;
}

static bool pointer_is(const struct api_house *at, const char *pointer)
{
    const json_t *errors = json_object_get(at->answer.json, "errors");
    size_t i;
    const json_t *one;

    json_array_foreach(errors, i, one)
    {
        const char *found = json_string_value(json_object_get(one, "pointer"));
        if (found != NULL && strcmp(found, pointer) == 0) {
            return true;
        }
    }
    return false;
}

Test(booking, a_shelter_takes_the_party_and_the_guest_arrives)
{
    struct api_house at;

    booking_house_open(&at);
    const char *request = booking_request(&at, NULL);
    const char *booking =
        booking_made(&at, request, bed_option(&at, request, booking_beds(&at, 1)), "");
    cr_expect_str_eq(booking_state(&at, booking), "offered");
    cr_expect_str_eq(next_action(&at), "await_the_answer");
    cr_assert_eq(booking_get(&at, API_PROVIDER, "/v1/referrals?state=offered"), 200);
    const json_t *offer = json_array_get(json_object_get(at.answer.json, "items"), 0);
    cr_assert_not_null(offer, "%s", at.answer.body);
    cr_expect(json_is_null(json_object_get(offer, "alias")), "no alias before it accepts");
    cr_expect(json_is_null(json_object_get(offer, "booking")), "no booking for a provider");
    cr_expect_eq(json_array_size(json_object_get(json_object_get(offer, "party"), "households")),
                 1);
    const char *id = booking_text("%s", json_string_value(json_object_get(offer, "id")));
    cr_assert_eq(
        booking_post(&at, API_PROVIDER, booking_text("/v1/referrals/%s/accept", id), NULL, "{}"),
        200, "%s", at.answer.body);
    cr_expect_str_eq(talk_text(&at.answer, "alias"), BOOKING_ALIAS);
    cr_expect_str_eq(booking_state(&at, booking), "confirmed");
    cr_expect_str_eq(next_action(&at), "confirm_the_desk");
    const char *path = booking_text("/v1/bookings/%s", booking);
    booking_post(&at, API_SPECIALIST, booking_text("%s/check-in", path), NULL, NULL);
    api_house_expect(&at, 409, "wrong_state");
    cr_assert_eq(booking_post(&at, API_SPECIALIST, booking_text("%s/desk-confirmation", path), NULL,
                              "{\"contact\": \"shelter_staff\", \"alias_known\": true, "
                              "\"no_calls_no_visitors\": true}"),
                 200, "%s", at.answer.body);
    cr_expect_str_eq(next_action(&at), "tell_the_guest");
    cr_assert_eq(booking_post(&at, API_SPECIALIST, booking_text("%s/guest-told", path), NULL, NULL),
                 200, "%s", at.answer.body);
    cr_expect_str_eq(next_action(&at), "check_in");
    cr_assert_eq(booking_post(&at, API_SPECIALIST, booking_text("%s/check-in", path), NULL, NULL),
                 200);
    cr_assert_eq(booking_post(&at, API_SPECIALIST, booking_text("%s/check-out", path), NULL,
                              "{\"early\": true, \"reason\": \"next_place\"}"),
                 200, "%s", at.answer.body);
    cr_expect_str_eq(talk_text(&at.answer, "state"), "checked_out");
    cr_expect_eq(json_array_size(json_object_get(at.answer.json, "timeline")), 6);
    booking_house_close(&at);
}

Test(booking, the_timeline_says_why_and_a_version_is_a_tag)
{
    struct api_house at;

    booking_house_open(&at);
    const char *request = booking_request(&at, NULL);
    const char *booking =
        booking_made(&at, request, bed_option(&at, request, booking_beds(&at, 1)), "");
    const char *path = booking_text("/v1/bookings/%s", booking);
    cr_assert_eq(booking_get(&at, API_DIRECTOR, path), 200);
    const json_t *timeline = json_object_get(at.answer.json, "timeline");
    const json_t *first = json_array_get(timeline, 0);
    cr_expect_str_eq(json_string_value(json_object_get(first, "event")), "hold");
    cr_expect_str_eq(json_string_value(json_object_get(first, "why")),
                     "the guest chose a place and everything it needs was free");
    const char *tag = booking_text("%s", talk_header(&at.answer, "ETag"));
    cr_assert_str_not_empty(tag);
    cr_expect_eq(api_house_ask(&at, (struct talk_request){.path = path,
                                                          .token = at.tokens[API_DIRECTOR],
                                                          .headers = booking_text(
                                                              "If-None-Match: %s\r\n", tag)}),
                 304);
    cr_assert_eq(
        booking_get(&at, API_SPECIALIST, booking_text("/v1/requests/%s/bookings", request)), 200);
    cr_expect_eq(json_array_size(json_object_get(at.answer.json, "items")), 1);
    booking_house_close(&at);
}

Test(booking, a_decline_moves_on_to_the_next_candidate_that_was_allowed)
{
    struct api_house at;

    booking_house_open(&at);
    const char *request = booking_request(&at, NULL);
    const char *first_unit = booking_beds(&at, 1);
    const char *second_unit = booking_beds(&at, 1);
    const char *option = bed_option(&at, request, first_unit);
    (void)booking_sql(&at,
                      "select nb_test.shelter_option(search_id, %s, 2) from nb.candidate where "
                      "public_id = '%s'",
                      second_unit, option);
    const char *booking = booking_made(&at, request, option, ", \"allow_next\": true");
    cr_expect_str_eq(decline(&at, offer_of(&at, booking)), "declined");
    cr_expect_str_eq(booking_state(&at, booking), "offered");
    cr_expect_eq(json_array_size(json_object_get(at.answer.json, "attempts")), 2);
    cr_expect_str_eq(
        booking_sql(&at, "select sum(held) from nb.unit_night where unit_type_id = %s", first_unit),
        "0");
    cr_expect_str_eq(booking_sql(&at, "select sum(held) from nb.unit_night where unit_type_id = %s",
                                 second_unit),
                     "2");
    cr_expect_str_eq(decline(&at, offer_of(&at, booking)), "declined");
    cr_expect_str_eq(booking_state(&at, booking), "declined");
    cr_expect_str_eq(next_action(&at), "search_again");
    cr_assert_eq(booking_get(&at, API_SPECIALIST, "/v1/tasks?for_role=specialist"), 200);
    const json_t *tasks = json_object_get(at.answer.json, "items");
    cr_expect_eq(json_array_size(tasks), 1);
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(tasks, 0), "kind")),
                     "rebook");
    booking_house_close(&at);
}

Test(booking, the_same_key_books_once_and_another_body_is_refused)
{
    struct api_house at;

    booking_house_open(&at);
    const char *request = booking_request(&at, NULL);
    const char *unit = booking_beds(&at, 5);
    const char *path = booking_text("/v1/requests/%s/bookings", request);
    const char *body = booking_text("{\"option\": \"%s\"}", bed_option(&at, request, unit));
    cr_assert_eq(booking_post(&at, API_SPECIALIST, path, "once", body), 201, "%s", at.answer.body);
    const char *id = booking_text("%s", talk_text(&at.answer, "id"));
    cr_assert_eq(booking_post(&at, API_SPECIALIST, path, "once", body), 201);
    cr_expect_str_eq(talk_text(&at.answer, "id"), id);
    cr_expect_str_eq(talk_header(&at.answer, "Idempotency-Replayed"), "true");
    booking_post(
        &at, API_SPECIALIST, path, "once",
        booking_text("{\"option\": \"%s\", \"allow_next\": true}", bed_option(&at, request, unit)));
    api_house_expect(&at, 422, "idempotency_key_reused");
    cr_expect_str_eq(booking_sql(&at, "select count(*) from nb.booking"), "1");
    booking_house_close(&at);
}

Test(booking, cancelling_gives_back_exactly_what_was_held)
{
    struct api_house at;

    booking_house_open(&at);
    const char *account = booking_account(&at, 60000, "gateway");
    const char *hotel = booking_hotel(&at);
    const char *unit = booking_beds(&at, 2);
    const char *before = booking_stock(&at);
    const char *bed_request = booking_request(&at, NULL);
    const char *bed = booking_made(&at, bed_request, bed_option(&at, bed_request, unit), "");
    const char *points_request = booking_request(&at, NULL);
    const char *room = booking_made(
        &at, points_request,
        booking_option(&at, points_request,
                       booking_text("nb_test.points_option(%%s, %s, %s)", hotel, account)),
        "");
    cr_expect_str_eq(booking_state(&at, room), "held");
    cr_expect_str_eq(booking_sql(&at, "select sum(held) from nb.points_lot"), "30000");
    cr_expect_str_neq(booking_stock(&at), before);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(booking_post(&at, API_SPECIALIST,
                                  booking_text("/v1/bookings/%s/cancel", i == 0 ? bed : room), NULL,
                                  "{\"reason\": \"guest_choice\"}"),
                     200, "%s", at.answer.body);
        cr_expect_str_eq(talk_text(&at.answer, "state"), "cancelled");
    }
    cr_expect_str_eq(booking_stock(&at), before);
    booking_post(&at, API_SPECIALIST, booking_text("/v1/bookings/%s/cancel", bed), NULL,
                 "{\"reason\": \"whim\"}");
    api_house_expect(&at, 422, "field_errors");
    booking_house_close(&at);
}

Test(booking, a_family_of_two_rooms_gets_both_or_none)
{
    struct api_house at;

    booking_house_open(&at);
    const char *poor = booking_account(&at, 59999, "gateway");
    const char *rich = booking_account(&at, 60000, "gateway");
    const char *hotel = booking_hotel(&at);
    const char *before = booking_stock(&at);
    const char *request =
        booking_request(&at, "[{\"adults\": 2, \"children_ages\": [3, 6, 9, 14]}]");
    const char *path = booking_text("/v1/requests/%s/bookings", request);
    const char *two = booking_text("{\"option\": \"%s\"}",
                                   booking_option(&at, request,
                                                  booking_text("nb_test.points_option(%%s, %s, "
                                                               "%s, 1, 2)",
                                                               hotel, poor)));
    booking_post(&at, API_SPECIALIST, path, NULL, two);
    api_house_expect(&at, 409, "insufficient_points");
    cr_expect_str_eq(booking_stock(&at), before);
    cr_expect_str_eq(booking_sql(&at, "select count(*) from nb.booking"), "0");
    const char *fine = booking_option(
        &at, request, booking_text("nb_test.points_option(%%s, %s, %s, 1, 2)", hotel, rich));
    cr_assert_eq(
        booking_post(&at, API_SPECIALIST, path, NULL, booking_text("{\"option\": \"%s\"}", fine)),
        201, "%s", at.answer.body);
    const json_t *bookings = json_object_get(at.answer.json, "bookings");
    cr_assert_eq(json_array_size(bookings), 2, "%s", at.answer.body);
    cr_expect_str_eq(
        json_string_value(json_object_get(json_object_get(at.answer.json, "group"), "kind")),
        "family");
    const char *one = booking_text("%s", talk_text(&at.answer, "id"));
    cr_assert_eq(booking_post(&at, API_SPECIALIST, booking_text("/v1/bookings/%s/cancel", one),
                              NULL, "{\"reason\": \"mistake\"}"),
                 200);
    cr_expect_str_eq(booking_stock(&at), before, "the other room went with it");
    booking_house_close(&at);
}

Test(booking, points_while_a_shelter_is_free_need_a_coded_reason)
{
    struct api_house at;

    booking_house_open(&at);
    const char *request = booking_request(&at, NULL);
    const char *option =
        booking_option(&at, request,
                       booking_text("nb_test.points_option(%%s, %s, %s, 1, 1, 2, '{0}', true)",
                                    booking_hotel(&at), booking_account(&at, 90000, "gateway")));
    const char *path = booking_text("/v1/requests/%s/bookings", request);
    booking_post(&at, API_SPECIALIST, path, NULL, booking_text("{\"option\": \"%s\"}", option));
    api_house_expect(&at, 422, "reason_needed");
    cr_expect(pointer_is(&at, "/reason"), "%s", at.answer.body);
    cr_expect_not_null(strstr(at.answer.body, "guest_choice"), "the words are named");
    booking_post(&at, API_SPECIALIST, path, NULL,
                 booking_text("{\"option\": \"%s\", \"reason\": \"why not\"}", option));
    api_house_expect(&at, 422, "field_errors");
    cr_expect_eq(booking_post(&at, API_SPECIALIST, path, NULL,
                              booking_text("{\"option\": \"%s\", \"reason\": \"unsafe\"}", option)),
                 201, "%s", at.answer.body);
    booking_house_close(&at);
}

Test(booking, each_refusal_says_what_to_do)
{
    struct api_house at;

    booking_house_open(&at);
    const char *request = booking_request(&at, NULL);
    const char *unit = booking_beds(&at, 1);
    const char *path = booking_text("/v1/requests/%s/bookings", request);
    const char *old = bed_option(&at, request, unit);
    (void)booking_sql(&at,
                      "update nb.search set made_at = made_at - interval '1 day', expires_at = "
                      "nb.now() - interval '1 second'");
    booking_post(&at, API_SPECIALIST, path, NULL, booking_text("{\"option\": \"%s\"}", old));
    api_house_expect(&at, 409, "stale");
    cr_expect_not_null(strstr(at.answer.body, "search again"), "%s", at.answer.body);
    cr_expect(pointer_is(&at, "/option"));
    const char *poor =
        booking_option(&at, request,
                       booking_text("nb_test.points_option(%%s, %s, %s)", booking_hotel(&at),
                                    booking_account(&at, 29999, "gateway")));
    booking_post(&at, API_SPECIALIST, path, NULL, booking_text("{\"option\": \"%s\"}", poor));
    api_house_expect(&at, 409, "insufficient_points");
    cr_expect_not_null(strstr(at.answer.body, "wanted 30000 points, usable 29999"), "%s",
                       at.answer.body);
    const char *other = booking_request(&at, NULL);
    const char *theirs = bed_option(&at, other, unit);
    booking_post(&at, API_SPECIALIST, path, NULL, booking_text("{\"option\": \"%s\"}", theirs));
    api_house_expect(&at, 422, "field_errors");
    cr_expect(pointer_is(&at, "/option"), "%s", at.answer.body);
    const char *mine = bed_option(&at, request, unit);
    (void)booking_made(&at, request, mine, "");
    booking_post(&at, API_SPECIALIST, path, NULL, booking_text("{\"option\": \"%s\"}", mine));
    api_house_expect(&at, 409, "already_placed");
    booking_post(&at, API_SPECIALIST, booking_text("/v1/requests/%s/bookings", other), NULL,
                 booking_text("{\"option\": \"%s\"}", theirs));
    api_house_expect(&at, 409, "no_capacity");
    booking_post(&at, API_SPECIALIST, path, NULL, "{}");
    api_house_expect(&at, 422, "field_errors");
    booking_house_close(&at);
}

Test(booking, a_long_stay_needs_a_higher_right)
{
    struct api_house at;

    booking_house_open(&at);
    const char *unit = booking_beds(&at, 1);
    const char *request = booking_request(&at, NULL);
    const char *option = booking_option(
        &at, request, booking_text("nb_test.shelter_option(%%s, %s, 1, 1, 4)", unit));
    const char *path = booking_text("/v1/requests/%s/bookings", request);
    const char *body = booking_text("{\"option\": \"%s\"}", option);
    booking_post(&at, API_SPECIALIST, path, NULL, body);
    api_house_expect(&at, 403, "over_limit");
    cr_expect_not_null(strstr(at.answer.body, "coordinator"), "%s", at.answer.body);
    cr_expect_eq(booking_post(&at, API_COORDINATOR, path, NULL, body), 201, "%s", at.answer.body);
    booking_house_close(&at);
}

/* Books so many nights of a bed; gives the status. */
static int book_nights(struct api_house *at, enum api_role role, int nights, const char *more)
{
    const char *request = booking_request(at, NULL);
    const char *unit = booking_sql(at,
                                   "select nb_test.beds(1, %d, (select min(provider_id) from "
                                   "nb.provider))",
                                   nights);
    const char *option = booking_option(
        at, request, booking_text("nb_test.shelter_option(%%s, %s, 1, 1, %d)", unit, nights));

    return booking_post(at, role, booking_text("/v1/requests/%s/bookings", request), NULL,
                        booking_text("{\"option\": \"%s\"%s}", option, more));
}

Test(booking, beyond_the_seventh_night_a_reason_is_on_record_and_beyond_the_tenth_a_directors)
{
    static const char why[] = ", \"long_stay_reason\": \"next_place_dated\"";
    struct api_house at;

    booking_house_open(&at);
    cr_expect_eq(book_nights(&at, API_SUPERVISOR, 7, ""), 201, "%s", at.answer.body);
    cr_expect_eq(book_nights(&at, API_SUPERVISOR, 7, why), 422, "%s", at.answer.body);
    cr_expect(pointer_is(&at, "/long_stay_reason"), "%s", at.answer.body);
    book_nights(&at, API_COORDINATOR, 8, why);
    api_house_expect(&at, 403, "over_limit");
    cr_expect_not_null(strstr(at.answer.body, "supervisor, with a reason"), "%s", at.answer.body);
    book_nights(&at, API_SUPERVISOR, 8, "");
    api_house_expect(&at, 422, "reason_needed");
    cr_expect(pointer_is(&at, "/long_stay_reason"), "%s", at.answer.body);
    cr_expect_eq(book_nights(&at, API_SUPERVISOR, 8, why), 201, "%s", at.answer.body);
    book_nights(&at, API_SUPERVISOR, 11, why);
    api_house_expect(&at, 403, "over_limit");
    book_nights(&at, API_DIRECTOR, 11, "");
    api_house_expect(&at, 422, "reason_needed");
    cr_assert_eq(book_nights(&at, API_DIRECTOR, 11, why), 201, "%s", at.answer.body);
    cr_assert_eq(booking_get(&at, API_SPECIALIST,
                             booking_text("/v1/bookings/%s", talk_text(&at.answer, "id"))),
                 200);
    cr_expect_str_eq(talk_text(&at.answer, "long_stay_reason"), "next_place_dated");
    cr_expect_str_eq(booking_sql(&at, "select string_agg(actor_role, ' ' order by audit_event_id) "
                                      "from nb.audit_event where action = 'booking.held' and "
                                      "detail ->> 'long_stay_reason' = 'next_place_dated'"),
                     "supervisor director");
    booking_house_close(&at);
}

Test(booking, nobody_else_learns_that_it_exists)
{
    static const struct {
        const char *method;
        const char *action;
        const char *body;
    } asks[] = {
        {"GET", "", NULL},
        {"POST", "/cancel", "{\"reason\": \"mistake\"}"},
        {"POST", "/desk-confirmation",
         "{\"contact\": \"manager\", \"alias_known\": true, \"no_calls_no_visitors\": true}"},
        {"POST", "/guest-told", NULL},
        {"POST", "/check-in", NULL},
        {"POST", "/check-out", "{}"},
        {"POST", "/no-show", NULL},
        {"POST", "/refused-at-desk", "{\"reason\": \"card\"}"},
        {"POST", "/survives", NULL},
        {"POST", "/reveal", "{\"reason\": \"emergency\"}"},
    };
    struct api_house at;

    booking_house_open(&at);
    const char *request = booking_request(&at, NULL);
    const char *option = bed_option(&at, request, booking_beds(&at, 2));
    const char *booking = booking_made(&at, request, option, "");
    const char *audited = booking_sql(&at, "select count(*) from nb.audit_event");
    for (size_t i = 0; i < NB_COUNT(asks); i++) {
        api_house_ask(&at, (struct talk_request){
                               .method = asks[i].method,
                               .path = booking_text("/v1/bookings/%s%s", booking, asks[i].action),
                               .token = at.other_staff,
                               .key = booking_text("theirs-%zu", i),
                               .body = asks[i].body});
        api_house_expect(&at, 404, "not_found");
    }
    api_house_ask(&at,
                  (struct talk_request){.method = "POST",
                                        .path = booking_text("/v1/requests/%s/bookings", request),
                                        .token = at.other_staff,
                                        .key = "theirs",
                                        .body = booking_text("{\"option\": \"%s\"}", option)});
    api_house_expect(&at, 404, "not_found");
    cr_expect_str_eq(booking_sql(&at, "select count(*) from nb.audit_event"), audited);
    const char *offer = booking_text("/v1/referrals/%s", offer_of(&at, booking));
    api_house_ask(&at, (struct talk_request){.path = offer, .token = at.other_provider});
    api_house_expect(&at, 404, "not_found");
    api_house_ask(&at, (struct talk_request){.path = "/v1/referrals", .token = at.other_provider});
    cr_expect_eq(json_array_size(json_object_get(at.answer.json, "items")), 0);
    api_house_ask(&at, (struct talk_request){.method = "POST",
                                             .path = booking_text("%s/accept", offer),
                                             .token = at.other_provider,
                                             .key = "not-theirs",
                                             .body = "{}"});
    api_house_expect(&at, 404, "not_found");
    cr_expect_str_eq(booking_state(&at, booking), "offered");
    booking_house_close(&at);
}

Test(booking, staff_record_an_answer_that_they_heard_by_phone)
{
    struct api_house at;

    booking_house_open(&at);
    const char *request = booking_request(&at, NULL);
    const char *booking =
        booking_made(&at, request, bed_option(&at, request, booking_beds(&at, 1)), "");
    const char *offer = booking_text("/v1/referrals/%s", offer_of(&at, booking));
    booking_post(&at, API_SPECIALIST, booking_text("%s/accept", offer), NULL, "{}");
    api_house_expect(&at, 422, "field_errors");
    booking_post(&at, API_PROVIDER, booking_text("%s/accept", offer), NULL,
                 "{\"heard_by_phone\": true}");
    api_house_expect(&at, 422, "field_errors");
    cr_assert_eq(booking_post(&at, API_SPECIALIST, booking_text("%s/accept", offer), NULL,
                              "{\"heard_by_phone\": true}"),
                 200, "%s", at.answer.body);
    cr_expect_str_eq(talk_text(&at.answer, "booking"), booking);
    cr_expect_str_eq(booking_state(&at, booking), "confirmed");
    booking_post(&at, API_PROVIDER, booking_text("%s/decline", offer), NULL,
                 "{\"reason\": \"full\", \"side\": \"provider\"}");
    api_house_expect(&at, 409, "ended");
    booking_house_close(&at);
}

Test(booking, nobody_is_told_to_travel_before_the_desk_knows)
{
    struct api_house at;

    booking_house_open(&at);
    const char *request = booking_request(&at, NULL);
    const char *unit = booking_sql(&at, "select nb_test.partner_rooms(1, (select min(provider_id) "
                                        "from nb.provider))");
    const char *booking = booking_made(
        &at, request,
        booking_option(&at, request, booking_text("nb_test.partner_option(%%s, %s, 1, 0)", unit)),
        "");
    const char *path = booking_text("/v1/bookings/%s", booking);
    cr_assert_eq(booking_post(&at, API_PROVIDER,
                              booking_text("/v1/referrals/%s/accept", offer_of(&at, booking)), NULL,
                              "{}"),
                 200, "%s", at.answer.body);
    booking_post(&at, API_SPECIALIST, booking_text("%s/guest-told", path), NULL, NULL);
    api_house_expect(&at, 409, "desk_not_confirmed");
    booking_post(&at, API_SPECIALIST, booking_text("%s/desk-confirmation", path), NULL,
                 "{\"contact\": \"front_desk\", \"alias_known\": true, \"no_calls_no_visitors\": "
                 "false}");
    api_house_expect(&at, 422, "field_errors");
    cr_expect(pointer_is(&at, "/no_calls_no_visitors"));
    booking_house_close(&at);
}
