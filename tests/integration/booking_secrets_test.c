/*
 * What only one person at a time may see: the script of a task for the one who holds its claim, and
 * the place of a booking by a reveal that is counted and audited. Everything else is searched for
 * the canaries.
 */
#include "core/base/mem.h"
#include "core/vault/context.h"
#include "core/vault/seal.h"
#include "tests/integration/booking_house.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(booking_secrets, .timeout = 300);

#define SCRIPT                                                                                     \
    "{\"lines\": [{\"kind\": \"say\", \"text\": \"One room at {{property.name}} for "              \
    "{{guest.given_name}} {{guest.surname}}, {{stay.points}} points.\"}, {\"kind\": \"do\", "      \
    "\"text\": \"Call {{phone.approved}}.\"}], \"fields\": [{\"name\": \"confirmation\", "         \
    "\"kind\": \"text\", \"label\": \"Confirmation number\", \"required\": true}]}"

/* A points stay that a person books by phone: its task is open with a script. */
struct by_phone {
    struct api_house at;
    const char *request;
    const char *booking;
    const char *task;
    const char *nights; /* members check_in, check_out and units, as they are read back */
};

static void open_by_phone(struct by_phone *stay)
{
    struct api_house *at = &stay->at;

    booking_house_open(at);
    stay->request = booking_request(at, NULL);
    const char *account = booking_account(at, 60000, "assisted");
    const char *option = booking_option(
        at, stay->request,
        booking_text("nb_test.points_option(%%s, %s, %s)", booking_hotel(at), account));
    stay->booking = booking_made(at, stay->request, option, "");
    (void)booking_sql(at, "update nb.outbox_operation set state = 'claimed', lease_token = 1, "
                          "lease_until = nb.now() + interval '1 minute'");
    cr_assert_str_eq(booking_sql(at,
                                 "select nb.outbox_to_person(outbox_id, 1, '%s') from "
                                 "nb.outbox_operation",
                                 SCRIPT),
                     "done");
    stay->task = booking_sql(at, "select public_id from nb.task where kind = 'assisted_commit'");
    stay->nights = booking_sql(at,
                               "select format('\"check_in\": \"%%s\", \"check_out\": \"%%s\", "
                               "\"units\": %%s', check_in, check_out, units) from nb.booking where "
                               "public_id = '%s'",
                               stay->booking);
}

static int task_post(struct by_phone *stay, enum api_role role, const char *action,
                     const char *body)
{
    return booking_post(&stay->at, role, booking_text("/v1/tasks/%s/%s", stay->task, action), NULL,
                        body);
}

static int64_t claim(struct by_phone *stay)
{
    cr_assert_eq(task_post(stay, API_SPECIALIST, "claim", NULL), 200, "%s", stay->at.answer.body);
    return json_integer_value(
        json_object_get(json_object_get(stay->at.answer.json, "claim"), "token"));
}

static int done(struct by_phone *stay, int64_t token, const char *more)
{
    return task_post(stay, API_SPECIALIST, "done",
                     booking_text("{\"token\": %lld, %s}", (long long)token, more));
}

static bool has_canary(const char *text)
{
    static const char *const canaries[] = {BOOKING_ALIAS, "Canaryalias", BOOKING_SHELTER,
                                           BOOKING_HOTEL, "canary",      BOOKING_CONFIRMATION};
    for (size_t i = 0; i < NB_COUNT(canaries); i++) {
        if (strcasestr(text, canaries[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Everything that staff can read of a booking without a reveal. */
static void expect_silence(struct by_phone *stay)
{
    const char *paths[] = {
        booking_text("/v1/bookings/%s", stay->booking),
        booking_text("/v1/requests/%s/bookings", stay->request),
        booking_text("/v1/tasks?state=all"),
        booking_text("/v1/referrals"),
    };
    for (size_t i = 0; i < NB_COUNT(paths); i++) {
        cr_assert_eq(booking_get(&stay->at, API_DIRECTOR, paths[i]), 200, "%s", paths[i]);
        cr_expect_not(has_canary(stay->at.answer.body), "%s tells: %s", paths[i],
                      stay->at.answer.body);
    }
    cr_expect_not(has_canary(booking_sql(&stay->at, "select string_agg(a::text, ' ') from "
                                                    "nb.audit_event a")),
                  "the audit log tells");
    cr_expect_not(has_canary(booking_sql(&stay->at, "select string_agg(o::text, ' ') from "
                                                    "nb.operation o")),
                  "a remembered answer tells");
    cr_expect_not(has_canary(booking_sql(&stay->at, "select string_agg(e::text, ' ') from "
                                                    "nb.booking_event e")),
                  "an event tells");
}

Test(booking_secrets, a_booking_by_phone_goes_from_its_script_to_a_confirmation)
{
    struct by_phone stay;

    open_by_phone(&stay);
    cr_expect_str_eq(booking_state(&stay.at, stay.booking), "held");
    cr_assert_eq(booking_get(&stay.at, API_SPECIALIST, booking_text("/v1/tasks/%s", stay.task)),
                 200);
    cr_expect(json_is_null(json_object_get(stay.at.answer.json, "script")),
              "no script before the claim");
    int64_t token = claim(&stay);
    const char *script = booking_text("%s", stay.at.answer.body);
    cr_expect_not_null(strstr(script, "One room at " BOOKING_HOTEL " for Canaryalias Wren, 30000 "
                                      "points."),
                       "%s", script);
    cr_expect_not_null(strstr(script, "Call (ask an administrator: phone.approved)."), "%s",
                       script);
    cr_expect_str_eq(booking_state(&stay.at, stay.booking), "dispatching");
    cr_assert_eq(booking_get(&stay.at, API_SUPERVISOR, booking_text("/v1/tasks/%s", stay.task)),
                 200);
    cr_expect(json_is_null(json_object_get(stay.at.answer.json, "script")),
              "it is another's claim");
    task_post(&stay, API_SUPERVISOR, "claim", NULL);
    api_house_expect(&stay.at, 409, "taken");
    cr_assert_eq(done(&stay, token,
                      booking_text("\"outcome\": \"confirmed\", \"confirmation\": \"%s\", "
                                   "\"confirmation_again\": \"%s\", \"points\": 30000, %s",
                                   BOOKING_CONFIRMATION, BOOKING_CONFIRMATION, stay.nights)),
                 200, "%s", stay.at.answer.body);
    cr_expect_str_eq(talk_text(&stay.at.answer, "state"), "done");
    cr_expect_str_eq(booking_state(&stay.at, stay.booking), "confirmed");
    cr_expect_str_eq(booking_sql(&stay.at, "select sum(spent) from nb.points_lot"), "30000");
    cr_expect_not(
        has_canary(booking_sql(&stay.at, "select string_agg(encode(sealed, 'escape'), ' ') "
                                         "from pii.guest_secret")),
        "the number is sealed");
    cr_expect_str_eq(booking_sql(&stay.at, "select count(*) from nb.audit_event where action = "
                                           "'task.revealed'"),
                     "1");
    expect_silence(&stay);
    booking_house_close(&stay.at);
}

static const struct {
    const char *more;
    bool nights; /* as they were asked for */
    const char *code;
    const char *pointer;
    const char *why;
} misfits[] = {
    {"\"outcome\": \"confirmed\", \"confirmation\": \"A1\", \"points\": 30000", true,
     "field_errors", "/confirmation_again", "a number is typed twice"},
    {"\"outcome\": \"confirmed\", \"confirmation\": \"A1\", \"confirmation_again\": \"A2\"", true,
     "field_errors", "/confirmation_again", "and the same both times"},
    {"\"outcome\": \"confirmed\", \"confirmation\": \"A1\", \"confirmation_again\": \"A1\", "
     "\"points\": 33000",
     true, "field_errors", "/points_again", "other points than those held are typed twice"},
    {"\"outcome\": \"confirmed\", \"confirmation\": \"A1\", \"confirmation_again\": \"A1\", "
     "\"points\": 30000, \"check_in\": \"2031-01-01\", \"check_out\": \"2031-01-03\", \"units\": 1",
     false, "mismatch", "/check_in", "the nights must be those that were asked for"},
    {"\"outcome\": \"confirmed\", \"points\": 30000", true, "mismatch", "/confirmation",
     "no confirmation without a number"},
    {"\"outcome\": \"absent\"", false, "invalid", "/outcome", "not a word for this task"},
    {"\"outcome\": \"refused\"", false, "invalid", "/outcome", "a refusal has its reason"},
};

Test(booking_secrets, what_was_not_read_back_as_asked_for_changes_nothing)
{
    struct by_phone stay;

    open_by_phone(&stay);
    int64_t token = claim(&stay);
    for (size_t i = 0; i < NB_COUNT(misfits); i++) {
        done(&stay, token,
             misfits[i].nights ? booking_text("%s, %s", misfits[i].more, stay.nights)
                               : misfits[i].more);
        api_house_expect(&stay.at, 422, misfits[i].code);
        cr_expect_not_null(strstr(stay.at.answer.body, misfits[i].pointer), "%s: %s",
                           misfits[i].why, stay.at.answer.body);
    }
    cr_expect_str_eq(booking_state(&stay.at, stay.booking), "dispatching");
    done(&stay, token + 1, "\"outcome\": \"unclear\"");
    api_house_expect(&stay.at, 409, "stale");
    cr_assert_eq(done(&stay, token, "\"outcome\": \"unclear\""), 200, "%s", stay.at.answer.body);
    cr_expect_str_eq(booking_state(&stay.at, stay.booking), "unknown");
    cr_expect_str_eq(booking_sql(&stay.at, "select for_role from nb.task where kind = "
                                           "'unknown_outcome' and state = 'open'"),
                     "supervisor");
    booking_house_close(&stay.at);
}

Test(booking_secrets, a_task_given_back_leaves_the_booking_as_it_was)
{
    struct by_phone stay;

    open_by_phone(&stay);
    int64_t token = claim(&stay);
    cr_assert_eq(
        task_post(&stay, API_SPECIALIST, "release",
                  booking_text("{\"token\": %lld, \"why\": \"line_busy\"}", (long long)token)),
        200, "%s", stay.at.answer.body);
    cr_expect_str_eq(talk_text(&stay.at.answer, "handover"), "line_busy");
    cr_expect_str_eq(booking_state(&stay.at, stay.booking), "held");
    cr_expect_eq(claim(&stay), token + 1);
    booking_house_close(&stay.at);
}

/* In the middle of the call: giving it back would say that nothing was sent. */
Test(booking_secrets, a_task_is_handed_over_as_it_is_and_only_to_who_may)
{
    struct by_phone stay;
    struct api_house *at = &stay.at;

    open_by_phone(&stay);
    int64_t token = claim(&stay);
    cr_assert_eq(booking_get(at, API_SPECIALIST, "/v1/colleagues"), 200, "%s", at->answer.body);
    const json_t *colleague;
    const char *boss = NULL;
    size_t i;
    json_array_foreach(json_object_get(at->answer.json, "items"), i, colleague)
    {
        const char *role = json_string_value(json_object_get(colleague, "role"));
        if (role != NULL && strcmp(role, "supervisor") == 0) {
            boss = booking_text("%s", json_string_value(json_object_get(colleague, "id")));
        }
    }
    cr_assert_not_null(boss, "%s", at->answer.body);
    const char *stranger = booking_sql(at, "select u.public_id from nb.app_user u where "
                                           "u.hotline_id = (select max(hotline_id) from "
                                           "nb.hotline) limit 1");
    task_post(&stay, API_SPECIALIST, "hand-over",
              booking_text("{\"token\": %lld, \"to\": \"%s\", \"why\": \"end_of_shift\"}",
                           (long long)token, stranger));
    api_house_expect(at, 422, "invalid");
    cr_assert_eq(
        task_post(&stay, API_SPECIALIST, "hand-over",
                  booking_text("{\"token\": %lld, \"to\": \"%s\", \"why\": \"end_of_shift\"}",
                               (long long)token, boss)),
        200, "%s", at->answer.body);
    cr_expect_str_eq(booking_state(at, stay.booking), "dispatching",
                     "it is still in somebody's hand");
    done(&stay, token, "\"outcome\": \"unclear\"");
    api_house_expect(at, 409, "stale");
    cr_assert_eq(booking_get(at, API_SUPERVISOR, booking_text("/v1/tasks/%s", stay.task)), 200);
    cr_expect(json_is_object(json_object_get(at->answer.json, "script")), "who holds it reads it");
    cr_expect_eq(
        json_integer_value(json_object_get(json_object_get(at->answer.json, "claim"), "token")),
        token + 1);
    cr_assert_eq(task_post(&stay, API_SUPERVISOR, "done",
                           booking_text("{\"token\": %lld, \"outcome\": \"confirmed\", "
                                        "\"confirmation\": \"%s\", \"confirmation_again\": "
                                        "\"%s\", \"points\": 30000, %s}",
                                        (long long)token + 1, BOOKING_CONFIRMATION,
                                        BOOKING_CONFIRMATION, stay.nights)),
                 200, "%s", at->answer.body);
    cr_expect_str_eq(booking_state(at, stay.booking), "confirmed");
    expect_silence(&stay);
    booking_house_close(at);
}

Test(booking_secrets, a_reveal_is_counted_audited_and_the_only_answer_that_tells)
{
    struct by_phone stay;

    open_by_phone(&stay);
    int64_t token = claim(&stay);
    cr_assert_eq(done(&stay, token,
                      booking_text("\"outcome\": \"confirmed\", \"confirmation\": \"%s\", "
                                   "\"confirmation_again\": \"%s\", \"points\": 30000, %s",
                                   BOOKING_CONFIRMATION, BOOKING_CONFIRMATION, stay.nights)),
                 200, "%s", stay.at.answer.body);
    const char *path = booking_text("/v1/bookings/%s/reveal", stay.booking);
    booking_post(&stay.at, API_SPECIALIST, path, NULL, "{}");
    api_house_expect(&stay.at, 422, "field_errors");
    cr_assert_eq(
        booking_post(&stay.at, API_SPECIALIST, path, "seen", "{\"reason\": \"tell_guest\"}"), 200,
        "%s", stay.at.answer.body);
    const char *shown = booking_text("%s", stay.at.answer.body);
    cr_expect_not_null(strstr(shown, BOOKING_HOTEL), "%s", shown);
    cr_expect_not_null(strstr(shown, BOOKING_ALIAS));
    cr_expect_not_null(strstr(shown, BOOKING_CONFIRMATION));
    cr_assert_eq(
        booking_post(&stay.at, API_SPECIALIST, path, "seen", "{\"reason\": \"tell_guest\"}"), 200);
    cr_expect_str_eq(booking_sql(&stay.at,
                                 "select count(*) from nb.audit_event where action = "
                                 "'booking.revealed' and detail = '{\"reason\": \"tell_guest\"}' "
                                 "and actor_role = 'specialist' and subject_id = '%s'",
                                 stay.booking),
                     "2", "every look has its row, a repeated key as well");
    expect_silence(&stay);
    (void)booking_sql(&stay.at, "insert into nb.setting (name, value_text, effective_from) values "
                                "('reveals_per_hour', '3', nb.now() - interval '1 second')");
    booking_post(&stay.at, API_SPECIALIST, path, NULL, "{\"reason\": \"tell_guest\"}");
    api_house_expect(&stay.at, 429, "reveal_quota");
    cr_expect_not(has_canary(stay.at.answer.body));
    booking_house_close(&stay.at);
}

Test(booking_secrets, a_guest_who_was_erased_is_shown_no_more)
{
    struct by_phone stay;

    open_by_phone(&stay);
    (void)booking_sql(&stay.at, "update pii.guest_key set wrapped_key = null, destroyed_at = "
                                "nb.now()");
    booking_post(&stay.at, API_SPECIALIST, booking_text("/v1/bookings/%s/reveal", stay.booking),
                 NULL, "{\"reason\": \"emergency\"}");
    api_house_expect(&stay.at, 410, "guest_erased");
    booking_house_close(&stay.at);
}

Test(booking_secrets, what_was_booked_by_hand_is_entered_once_with_its_number)
{
    struct by_phone stay;

    open_by_phone(&stay);
    const char *request = booking_request(&stay.at, NULL);
    const char *entry = booking_text(
        "{\"property\": \"%s\", \"account\": \"%s\", \"points\": 30000, %s, \"households\": [0], "
        "\"confirmation\": \"%s\", \"confirmation_again\": \"%s\", \"booked_at\": "
        "\"2026-11-24T02:10:00Z\", \"booked_by\": \"specialist\"}",
        booking_sql(&stay.at, "select public_id from nb.property where name = '" BOOKING_HOTEL "'"),
        booking_sql(&stay.at, "select public_id from nb.points_account where label = 'wyndham'"),
        stay.nights, BOOKING_CONFIRMATION, BOOKING_CONFIRMATION);
    const char *path = booking_text("/v1/requests/%s/bookings/enter", request);
    cr_assert_eq(booking_post(&stay.at, API_SPECIALIST, path, "by-hand", entry), 201, "%s",
                 stay.at.answer.body);
    cr_expect_str_eq(talk_text(&stay.at.answer, "state"), "confirmed");
    const char *entered = booking_text("%s", talk_text(&stay.at.answer, "id"));
    cr_assert_eq(booking_post(&stay.at, API_SPECIALIST, path, "by-hand", entry), 201);
    cr_expect_str_eq(talk_text(&stay.at.answer, "id"), entered);
    cr_expect_str_eq(booking_sql(&stay.at, "select sum(spent) from nb.points_lot"), "30000");
    cr_assert_eq(booking_post(&stay.at, API_SPECIALIST,
                              booking_text("/v1/bookings/%s/reveal", entered), NULL,
                              "{\"reason\": \"settlement\"}"),
                 200, "%s", stay.at.answer.body);
    cr_expect_str_eq(talk_text(&stay.at.answer, "confirmation"), BOOKING_CONFIRMATION);
    booking_post(&stay.at, API_SPECIALIST,
                 booking_text("/v1/requests/%s/bookings/enter", booking_request(&stay.at, NULL)),
                 NULL, entry);
    api_house_expect(&stay.at, 409, "number_not_new");
    booking_house_close(&stay.at);
}

Test(booking_secrets, an_unknown_one_is_covered_and_the_one_that_the_guest_knows_stands)
{
    struct by_phone stay;
    struct api_house *at = &stay.at;

    open_by_phone(&stay);
    cr_assert_eq(done(&stay, claim(&stay), "\"outcome\": \"unclear\""), 200);
    const char *unit = booking_beds(at, 1);
    const char *option =
        booking_option(at, stay.request, booking_text("nb_test.shelter_option(%%s, %s)", unit));
    const char *path = booking_text("/v1/requests/%s/bookings", stay.request);
    booking_post(at, API_SPECIALIST, path, NULL, booking_text("{\"option\": \"%s\"}", option));
    api_house_expect(at, 409, "already_placed");
    const char *covering =
        booking_made(at, stay.request, option, booking_text(", \"covers\": \"%s\"", stay.booking));
    const char *offer = booking_sql(at, "select public_id from nb.referral");
    cr_assert_eq(
        booking_post(at, API_PROVIDER, booking_text("/v1/referrals/%s/accept", offer), NULL, "{}"),
        200, "%s", at->answer.body);
    cr_assert_eq(booking_post(at, API_SPECIALIST,
                              booking_text("/v1/bookings/%s/guest-told", covering), NULL, NULL),
                 200, "%s", at->answer.body);
    (void)booking_sql(at,
                      "select nb.booking_step(booking_id, 'read_found', null, 'dispatch', null, "
                      "'{}') from nb.booking where public_id = '%s'",
                      stay.booking);
    cr_expect_str_eq(booking_state(at, covering), "confirmed", "the guest was told of it");
    cr_expect_str_eq(booking_state(at, stay.booking), "cancel_pending");
    booking_post(at, API_SPECIALIST, booking_text("/v1/bookings/%s/survives", covering), NULL,
                 NULL);
    api_house_expect(at, 403, "role");
    booking_house_close(at);
}

#define ADDRESS "12 canary lane of the test"

/* A hotline's key, wrapped as nightbridge hotline add does; gives the address sealed with it. */
static const char *seal_address(struct api_house *at, const char *location)
{
    VAULT_AUTOSECRET struct vault_secret *key = vault_key_create();
    struct public_id hotline, place;
    uint8_t wrapped[VAULT_WRAPPED_BYTES];
    char context[VAULT_CONTEXT_TEXT];
    struct nb_buf sealed, hex;
    struct nb_err err = {0};

    cr_assert(nb_public_id_parse(booking_sql(at, "select public_id from nb.hotline order by "
                                                 "hotline_id limit 1"),
                                 &hotline));
    cr_assert(nb_public_id_parse(location, &place));
    vault_context_hotline_key(hotline, context);
    vault_key_wrap(at->keys, key, context, wrapped);
    nb_buf_init(&hex, (size_t)1 << 16);
    for (size_t i = 0; i < sizeof(wrapped); i++) {
        nb_buf_printf(&hex, "%02x", wrapped[i]);
    }
    (void)booking_sql(at,
                      "update nb.hotline set sealed_key = '\\x%s', key_epoch = %u where hotline_id "
                      "= (select min(hotline_id) from nb.hotline)",
                      nb_buf_str(&hex), vault_keys_epoch(at->keys));
    vault_context_address(place, context);
    nb_buf_init(&sealed, VAULT_SEAL_MAX);
    cr_assert(vault_seal(key, context, ADDRESS, strlen(ADDRESS), &sealed, &err), "%s", err.text);
    nb_buf_clear(&hex);
    for (size_t i = 0; i < sealed.length; i++) {
        nb_buf_printf(&hex, "%02x", (uint8_t)sealed.data[i]);
    }
    const char *text = booking_text("%s", nb_buf_str(&hex));
    nb_buf_fini(&hex);
    nb_buf_fini(&sealed);
    return text;
}

Test(booking_secrets, a_confidential_address_is_sealed_and_told_once_the_shelter_agreed)
{
    struct api_house at;

    booking_house_open(&at);
    const char *request = booking_request(&at, NULL);
    const char *unit = booking_beds(&at, 1);
    const char *location = booking_sql(
        &at,
        "select l.public_id from nb.unit_type t join nb.service v using (service_id) join "
        "nb.location l on l.location_id = v.location_id where t.unit_type_id = %s",
        unit);
    (void)booking_sql(&at,
                      "update nb.location set confidential = true, address = null, "
                      "sealed_address = '\\x%s' where public_id = '%s'",
                      seal_address(&at, location), location);
    cr_expect_str_eq(booking_sql(&at, "select count(*) from nb.location l where l::text ilike "
                                      "'%%canary lane%%'"),
                     "0", "nothing in the clear");
    const char *booking = booking_made(
        &at, request,
        booking_option(&at, request, booking_text("nb_test.shelter_option(%%s, %s)", unit)), "");
    const char *reveal = booking_text("/v1/bookings/%s/reveal", booking);
    cr_assert_eq(booking_post(&at, API_SPECIALIST, reveal, NULL, "{\"reason\": \"tell_guest\"}"),
                 200, "%s", at.answer.body);
    cr_expect_null(strstr(at.answer.body, ADDRESS), "it has not agreed yet");
    const char *offer = booking_sql(&at, "select public_id from nb.referral");
    cr_assert_eq(
        booking_post(&at, API_PROVIDER, booking_text("/v1/referrals/%s/accept", offer), NULL, "{}"),
        200, "%s", at.answer.body);
    cr_assert_eq(booking_post(&at, API_SPECIALIST, reveal, NULL, "{\"reason\": \"tell_guest\"}"),
                 200);
    cr_expect_not_null(strstr(at.answer.body, ADDRESS), "%s", at.answer.body);
    /* Sealed for the hotline that runs it: another one learns the rest and asks the shelter. */
    (void)booking_sql(&at, "update nb.hotline set sealed_key = set_byte(sealed_key, 70, "
                           "get_byte(sealed_key, 70) # 1)");
    cr_assert_eq(booking_post(&at, API_SPECIALIST, reveal, NULL, "{\"reason\": \"tell_guest\"}"),
                 200, "%s", at.answer.body);
    cr_expect_null(strstr(at.answer.body, ADDRESS));
    cr_expect_not_null(strstr(at.answer.body, BOOKING_ALIAS));
    cr_assert_eq(booking_get(&at, API_DIRECTOR, booking_text("/v1/bookings/%s", booking)), 200);
    cr_expect_not(has_canary(at.answer.body));
    booking_house_close(&at);
}
