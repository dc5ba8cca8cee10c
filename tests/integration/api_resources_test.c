/* Gifts, balances, capacity, vetting and tokens through HTTP: one effect for each key, and nobody
 * else's things. */
#include "core/base/clock.h"
#include "core/store/donation.h"
#include "core/store/lock_key.h"
#include "core/loop/timer.h"
#include "tests/integration/api_house.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

TestSuite(api_resources, .timeout = 300);

#define FIRST_HOTLINE "hotline_id = (select min(hotline_id) from nb.hotline)"
#define SECOND_HOTLINE "hotline_id = (select max(hotline_id) from nb.hotline)"

static int get(struct api_house *at, const char *token, const char *path)
{
    return api_house_ask(at, (struct talk_request){.path = path, .token = token});
}

static int send(struct api_house *at, const char *token, const char *path, const char *key,
                const char *body)
{
    return api_house_ask(
        at, (struct talk_request){
                .method = "POST", .path = path, .token = token, .key = key, .body = body});
}

static const char *gift(struct api_house *at, const char *hotline, int points)
{
    return api_house_text(
        "{\"account\":\"%s\",\"fund\":\"%s\",\"points\":%d,\"received_on\":\"2026-01-05\"}",
        api_house_id(at, "points_account", hotline),
        api_house_id(at, "donor_fund", "name = 'fund of giver one'"), points);
}

static int64_t number_at(const json_t *json, const char *object, const char *member)
{
    return json_integer_value(json_object_get(json_object_get(json, object), member));
}

Test(api_resources, a_gift_arrives_once_under_its_key_and_shows_in_the_balance)
{
    struct api_house at;

    api_house_open(&at);
    const char *finance = at.tokens[API_FINANCE];
    const char *account = api_house_id(&at, "points_account", FIRST_HOTLINE);
    const char *body = gift(&at, FIRST_HOTLINE, 15000);
    cr_assert_eq(send(&at, finance, "/v1/donations", "gift-1", body), 201, "%s", at.answer.body);
    const char *id = api_house_text("%s", talk_text(&at.answer, "id"));
    const char *shown = api_house_text("%s", at.answer.body);
    cr_assert_eq(send(&at, finance, "/v1/donations", "gift-1", body), 201);
    cr_expect_str_eq(at.answer.body, shown);
    cr_expect_str_eq(talk_header(&at.answer, "Idempotency-Replayed"), "true");
    send(&at, finance, "/v1/donations", "gift-1", gift(&at, FIRST_HOTLINE, 99));
    api_house_expect(&at, 422, "idempotency_key_reused");
    cr_assert_eq(get(&at, finance, api_house_text("/v1/accounts/%s", account)), 200);
    cr_expect_eq(number_at(at.answer.json, "balance", "available"), 15000);
    cr_assert_eq(get(&at, finance, api_house_text("/v1/accounts/%s/lots", account)), 200);
    const json_t *lots = json_object_get(at.answer.json, "items");
    cr_assert_eq(json_array_size(lots), 1);
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(lots, 0), "donation")), id);
    house_check_invariants(&at.house);
    api_house_close(&at);
}

#define REQUEST_BODY                                                                               \
    "{\"place\":{\"postal_code\":\"06103\"},\"check_in\":\"%s\",\"households\":[{\"adults\":1}],"  \
    "\"child_involved\":false,\"immediate_violence\":false,\"consents_to_report\":false}"

Test(api_resources, a_request_is_answered_alike_when_its_first_night_has_passed_meanwhile)
{
    struct api_house at;

    api_house_open(&at);
    const char *staff = at.tokens[API_SPECIALIST];
    char *night = house_sql(&at.house, "select nb.business_date('America/New_York', '05:00')");
    const char *body = api_house_text(REQUEST_BODY, night);
    cr_assert_eq(send(&at, staff, "/v1/requests", "first", body), 201, "%s", at.answer.body);
    const char *id = api_house_text("%s", talk_text(&at.answer, "id"));
    /* Tokens of the test live a day; the night ends at five in the morning. */
    free(house_sql(&at.house,
                   "select nb_test.set_now(('%s'::date + 1 + time '05:01') at time zone "
                   "'America/New_York')",
                   night));
    cr_assert_eq(send(&at, staff, "/v1/requests", "first", body), 201, "%s", at.answer.body);
    cr_expect_str_eq(talk_text(&at.answer, "id"), id);
    cr_expect_str_eq(talk_header(&at.answer, "Idempotency-Replayed"), "true");
    send(&at, staff, "/v1/requests", "first", api_house_text(REQUEST_BODY, "2026-01-05"));
    api_house_expect(&at, 422, "idempotency_key_reused");
    send(&at, staff, "/v1/requests", "second", body);
    api_house_expect(&at, 422, "field_errors");
    cr_expect_eq(house_number(&at.house, "select count(*) from nb.shelter_request"), 1);
    free(night);
    api_house_close(&at);
}

Test(api_resources, a_claim_is_answered_alike_when_the_task_has_gone_to_a_higher_role_meanwhile)
{
    struct api_house at;

    api_house_open(&at);
    const char *staff = at.tokens[API_SPECIALIST];
    free(house_sql(&at.house,
                   "insert into nb.task (hotline_id, kind, for_role, due_at) select "
                   "min(hotline_id), 'overdue', 'specialist', nb.now() from nb.hotline"));
    const char *task = api_house_id(&at, "task", "true");
    const char *path = api_house_text("/v1/tasks/%s/claim", task);
    cr_assert_eq(send(&at, staff, path, "first", NULL), 200, "%s", at.answer.body);
    free(house_sql(&at.house, "update nb.task set state = 'open', lease_until = null, for_role = "
                              "'director'"));
    cr_assert_eq(send(&at, staff, path, "first", NULL), 200, "%s", at.answer.body);
    cr_expect_str_eq(talk_text(&at.answer, "id"), task);
    cr_expect_str_eq(talk_header(&at.answer, "Idempotency-Replayed"), "true");
    send(&at, staff, path, "second", NULL);
    api_house_expect(&at, 404, "not_found");
    api_house_close(&at);
}

Test(api_resources, another_hotlines_account_does_not_exist)
{
    struct api_house at;

    api_house_open(&at);
    const char *theirs = api_house_id(&at, "points_account", SECOND_HOTLINE);
    get(&at, at.tokens[API_DIRECTOR], api_house_text("/v1/accounts/%s", theirs));
    api_house_expect(&at, 404, "not_found");
    get(&at, at.tokens[API_FINANCE], api_house_text("/v1/accounts/%s/lots", theirs));
    api_house_expect(&at, 404, "not_found");
    send(&at, at.tokens[API_FINANCE], "/v1/donations", "k", gift(&at, SECOND_HOTLINE, 5));
    api_house_expect(&at, 422, "field_errors");
    cr_expect_eq(house_number(&at.house, "select count(*) from nb.donation"), 0);
    cr_assert_eq(get(&at, at.other_staff, api_house_text("/v1/accounts/%s", theirs)), 200);
    cr_assert_eq(get(&at, at.tokens[API_DIRECTOR], "/v1/accounts"), 200);
    cr_expect_eq(json_array_size(json_object_get(at.answer.json, "items")), 1);
    api_house_close(&at);
}

Test(api_resources, a_partner_sees_its_own_gifts_and_no_account)
{
    struct api_house at;

    api_house_open(&at);
    cr_assert_eq(
        send(&at, at.tokens[API_FINANCE], "/v1/donations", "k", gift(&at, FIRST_HOTLINE, 7)), 201);
    cr_assert_eq(get(&at, at.tokens[API_PARTNER], "/v1/donations"), 200);
    const json_t *items = json_object_get(at.answer.json, "items");
    cr_assert_eq(json_array_size(items), 1);
    cr_expect_null(json_object_get(json_array_get(items, 0), "account"));
    cr_assert_eq(get(&at, at.other_partner, "/v1/donations"), 200);
    cr_expect_eq(json_array_size(json_object_get(at.answer.json, "items")), 0);
    get(&at, at.tokens[API_PARTNER], "/v1/accounts");
    api_house_expect(&at, 403, "role");
    api_house_close(&at);
}

Test(api_resources, pages_follow_each_other_without_a_gap_or_a_twin)
{
    struct api_house at;
    int64_t seen[7] = {0};
    size_t count = 0;
    const char *path = "/v1/donations?limit=3";

    api_house_open(&at);
    for (int i = 1; i <= 7; i++) {
        cr_assert_eq(send(&at, at.tokens[API_FINANCE], "/v1/donations", api_house_text("p-%d", i),
                          gift(&at, FIRST_HOTLINE, i)),
                     201);
    }
    while (path != NULL) {
        size_t i;
        json_t *item;
        cr_assert_eq(get(&at, at.tokens[API_FINANCE], path), 200);
        json_array_foreach(json_object_get(at.answer.json, "items"), i, item)
        {
            cr_assert_lt(count, 7);
            seen[count++] = json_integer_value(json_object_get(item, "points"));
        }
        const char *next = talk_text(&at.answer, "next");
        path = next[0] == '\0' ? NULL : api_house_text("/v1/donations?limit=3&cursor=%s", next);
        if (path != NULL) {
            get(&at, at.tokens[API_FINANCE], api_house_text("/v1/funds?cursor=%s", next));
            api_house_expect(&at, 400, "cursor");
        }
    }
    cr_assert_eq(count, 7);
    for (int i = 0; i < 7; i++) {
        cr_expect_eq(seen[i], 7 - i, "the latest first");
    }
    api_house_close(&at);
}

Test(api_resources, an_etag_changes_with_what_it_stands_for)
{
    struct api_house at;

    api_house_open(&at);
    const char *path =
        api_house_text("/v1/accounts/%s", api_house_id(&at, "points_account", FIRST_HOTLINE));
    struct talk_request again = {.path = path, .token = at.tokens[API_FINANCE]};
    cr_assert_eq(api_house_ask(&at, again), 200);
    again.headers = api_house_text("If-None-Match: %s\r\n", talk_header(&at.answer, "ETag"));
    cr_expect_eq(api_house_ask(&at, again), 304);
    cr_expect_str_empty(at.answer.body);
    send(&at, at.tokens[API_FINANCE], "/v1/donations", "k", gift(&at, FIRST_HOTLINE, 7));
    cr_expect_eq(api_house_ask(&at, again), 200);
    api_house_close(&at);
}

/* --- capacity --- */

static const char *report(struct api_house *at, const char *house, const char *from, int capacity)
{
    return api_house_text(
        "{\"unit\":\"%s\",\"from_night\":\"%s\",\"to_night\":\"%s\","
        "\"capacity\":%d}",
        api_house_id(at, "unit_type", api_house_text("name = 'beds of house %s'", house)), from,
        from, capacity);
}

static const char *tonight(struct api_house *at)
{
    char *night = house_sql(&at->house, "select nb.place_tonight(t) from nb.unit_type t limit 1");
    const char *text = api_house_text("%s", night);

    free(night);
    return text;
}

Test(api_resources, a_house_reports_its_own_units_and_a_hotline_what_it_was_told)
{
    struct api_house at;

    api_house_open(&at);
    const char *night = tonight(&at);
    const char *mine = report(&at, "one", night, 4);
    cr_assert_eq(send(&at, at.tokens[API_PROVIDER], "/v1/capacity", "c1", mine), 201, "%s",
                 at.answer.body);
    cr_expect_str_eq(talk_text(&at.answer, "source"), "api");
    cr_assert_eq(send(&at, at.tokens[API_PROVIDER], "/v1/capacity", "c1", mine), 201);
    cr_expect_eq(house_number(&at.house, "select count(*) from nb.capacity_report"), 1);
    send(&at, at.tokens[API_PROVIDER], "/v1/capacity", "c2", report(&at, "two", night, 4));
    api_house_expect(&at, 422, "field_errors");
    cr_assert_eq(
        send(&at, at.tokens[API_SPECIALIST], "/v1/capacity", "c3", report(&at, "two", night, 2)),
        201);
    cr_expect_str_eq(talk_text(&at.answer, "source"), "phone");
    cr_assert_eq(
        get(&at, at.tokens[API_PROVIDER], api_house_text("/v1/capacity?from_night=%s", night)),
        200);
    const json_t *items = json_object_get(at.answer.json, "items");
    cr_assert_eq(json_array_size(items), 1);
    const json_t *nights = json_object_get(json_array_get(items, 0), "nights");
    cr_expect_eq(json_integer_value(json_object_get(json_array_get(nights, 0), "free")), 4);
    api_house_close(&at);
}

Test(api_resources, what_is_promised_is_not_taken_away_by_a_report)
{
    struct api_house at;

    api_house_open(&at);
    const char *night = tonight(&at);
    send(&at, at.tokens[API_PROVIDER], "/v1/capacity", "c1", report(&at, "one", night, 4));
    free(house_sql(&at.house, "update nb.unit_night set held = 3"));
    send(&at, at.tokens[API_PROVIDER], "/v1/capacity", "c2", report(&at, "one", night, 2));
    api_house_expect(&at, 409, "below_promised");
    send(&at, at.tokens[API_PROVIDER], "/v1/capacity", "c3", report(&at, "one", "2020-01-01", 2));
    api_house_expect(&at, 422, "invalid");
    cr_expect_eq(house_number(&at.house, "select capacity from nb.unit_night"), 4);
    cr_assert_eq(api_house_ask(&at, (struct talk_request){.method = "PUT",
                                                          .path = "/v1/capacity",
                                                          .token = at.tokens[API_PROVIDER],
                                                          .body = report(&at, "one", night, 5)}),
                 201);
    get(&at, at.tokens[API_PROVIDER],
        api_house_text("/v1/capacity?from_night=%s&to_night=2199-01-01", night));
    api_house_expect(&at, 400, "query_errors");
    api_house_close(&at);
}

/* --- directory --- */

Test(api_resources, a_place_is_vetted_by_those_who_may)
{
    struct api_house at;

    api_house_open(&at);
    const char *id = api_house_id(&at, "provider", "name = 'house one'");
    const char *path = api_house_text("/v1/directory/providers/%s/vet", id);
    cr_assert_eq(send(&at, at.tokens[API_SUPERVISOR], path, "v1", "{\"decision\":\"vetted\"}"), 200,
                 "%s", at.answer.body);
    cr_expect_str_eq(talk_text(&at.answer, "vetting_state"), "vetted");
    cr_assert_eq(send(&at, at.tokens[API_ADMIN], path, "v2", "{\"decision\":\"suspended\"}"), 200);
    cr_expect_str_eq(talk_text(&at.answer, "vetting_state"), "suspended");
    /* The first key again: it is not decided a second time, and what is shown is how it stands. */
    cr_assert_eq(send(&at, at.tokens[API_SUPERVISOR], path, "v1", "{\"decision\":\"vetted\"}"),
                 200);
    cr_expect_str_eq(talk_text(&at.answer, "vetting_state"), "suspended");
    cr_assert_eq(get(&at, at.tokens[API_ADMIN], "/v1/directory/providers?vetting_state=suspended"),
                 200);
    cr_expect_eq(json_array_size(json_object_get(at.answer.json, "items")), 1);
    api_house_close(&at);
}

/* --- tokens --- */

Test(api_resources, a_revoked_token_stops_within_a_second)
{
    struct api_house at;

    api_house_open(&at);
    cr_assert_eq(get(&at, at.tokens[API_DIRECTOR], "/v1/programs"), 200);
    free(house_sql(&at.house, "update nb.api_token set revoked_at = nb.now()"));
    int64_t revoked = house_now_ms();
    while (get(&at, at.tokens[API_DIRECTOR], "/v1/programs") == 200) {
        cr_assert_lt(house_now_ms() - revoked, 1000);
        house_pause();
    }
    api_house_expect(&at, 401, "token_invalid");
    api_house_close(&at);
}

/* The scope of a key is the person, so that it survives the token under which it was used first. */
Test(api_resources, a_key_means_the_same_under_the_persons_next_token)
{
    struct api_house at;

    api_house_open(&at);
    const char *body = gift(&at, FIRST_HOTLINE, 15000);
    cr_assert_eq(send(&at, at.tokens[API_FINANCE], "/v1/donations", "gift-1", body), 201, "%s",
                 at.answer.body);
    const char *id = api_house_text("%s", talk_text(&at.answer, "id"));
    char *next = api_house_token(&at, "finance",
                                 "hotline_id = (select min(hotline_id) from "
                                 "nb.hotline)");
    free(house_sql(&at.house,
                   "update nb.api_token set user_id = (select min(t.user_id) from nb.api_token t "
                   "where t.role = 'finance') where api_token_id = (select max(t.api_token_id) "
                   "from nb.api_token t where t.role = 'finance')"));
    free(house_sql(&at.house, "update nb.api_token set revoked_at = nb.now() where api_token_id = "
                              "(select min(t.api_token_id) from nb.api_token t where t.role = "
                              "'finance')"));
    cr_assert_eq(send(&at, next, "/v1/donations", "gift-1", body), 201, "%s", at.answer.body);
    cr_expect_str_eq(talk_text(&at.answer, "id"), id);
    cr_expect_str_eq(talk_header(&at.answer, "Idempotency-Replayed"), "true");
    cr_expect_eq(house_number(&at.house, "select count(*) from nb.donation"), 1);
    free(next);
    api_house_close(&at);
}

Test(api_resources, a_locked_person_and_a_right_taken_back_end_a_token_too)
{
    struct api_house at;

    api_house_open(&at);
    free(house_sql(&at.house, "update nb.role_grant set revoked_at = nb.now() where role = "
                              "'director'"));
    free(house_sql(&at.house, "update nb.app_user set state = 'locked' where display_name like "
                              "'finance%%'"));
    get(&at, at.tokens[API_DIRECTOR], "/v1/programs");
    api_house_expect(&at, 401, "token_invalid");
    get(&at, at.tokens[API_FINANCE], "/v1/programs");
    api_house_expect(&at, 401, "token_invalid");
    cr_expect_eq(get(&at, at.tokens[API_COORDINATOR], "/v1/programs"), 200);
    api_house_close(&at);
}

/* --- the store beneath --- */

#define MANY 64

struct many {
    struct loop *loop;
    int answered;
    int made;
};

static void on_made(void *data, const struct store_result *result, const struct store_write *write)
{
    struct many *many = data;

    cr_expect_eq(result->outcome, STORE_OK, "%s", result->err.text);
    many->made += write != NULL && write->status == 201;
    if (++many->answered == MANY) {
        loop_stop(many->loop);
    }
}

Test(api_resources, writes_that_wait_share_their_commits_under_one_lock)
{
    struct api_house at;
    char keys[MANY][16];
    struct store_topup topup = {.points = {1}, .received_on = nb_night_of(2026, 1, 5)};

    api_house_open(&at);
    struct many many = {.loop = at.loop};
    topup.account.v =
        house_number(&at.house, "select account_id from nb.points_account where %s", FIRST_HOTLINE);
    cr_assert(nb_public_id_parse(api_house_id(&at, "points_account", FIRST_HOTLINE),
                                 &topup.account_public));
    cr_assert(nb_public_id_parse(api_house_id(&at, "donor_fund", NULL), &topup.fund));
    const int64_t actor = house_number(
        &at.house, "select user_id from nb.app_user where display_name like 'director%%'");
    while (!store_ready(at.store)) {
        get(&at, NULL, "/readyz");
    }
    for (int i = 0; i < MANY; i++) {
        struct store_operation operation = {.actor = {actor}, .key = keys[i]};
        (void)snprintf(keys[i], sizeof(keys[i]), "many-%d", i);
        store_donation_record(at.store, STORE_STAFF, &operation, &topup, on_made, &many);
    }
    loop_run(at.loop);
    cr_expect_eq(many.made, MANY);
    cr_expect_leq(store_stats(at.store, STORE_STAFF).groups, 3, "32 share a commit");
    cr_expect_eq(house_number(&at.house, "select balance from nb.ledger_account where bucket = "
                                         "'available'"),
                 MANY);
    api_house_close(&at);
}

Test(api_resources, lock_keys_are_those_of_the_database)
{
    static const char *const kinds[] = {"account", "unit", "directory", "a_rather_long_kind_word"};
    struct api_house at;

    api_house_open(&at);
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        for (int64_t id = 1; id < INT64_MAX / 37; id *= 37) {
            cr_expect_eq(
                store_lock_key(kinds[k], id),
                house_number(&at.house, "select nb.lock_key('%s', %" PRId64 ")", kinds[k], id));
        }
    }
    api_house_close(&at);
}
