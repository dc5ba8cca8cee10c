/* Intake: what a body becomes, what it contradicts, and what the place adds. */
#include "core/api/request_fields.h"
#include "core/base/mem.h"
#include "core/scheduler/intake.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(intake_body, .timeout = 10);

#define NEEDED "\"child_involved\":false,\"immediate_violence\":false,\"consents_to_report\":false"
#define HARTFORD "\"place\":{\"postal_code\":\"06103\"}"
#define ONE "\"households\":[{\"adults\":1}]"
#define PLAIN ONE "," HARTFORD "," NEEDED

struct table {
    struct nb_arena *arena;
    json_t *body;
    struct intake intake;
    struct http_problem problem;
    bool fits; /* the field table */
    bool good; /* and nothing contradicts */
};

static struct table read_body(const char *text)
{
    struct table table = {.arena = nb_arena_create(1 << 20), .body = json_loads(text, 0, NULL)};

    cr_assert_not_null(table.body, "%s", text);
    table.fits = http_fields_check(&api_request_fields, table.body, &table.problem);
    if (table.fits) {
        table.good = intake_read(table.body, table.arena, &table.intake, &table.problem);
    }
    return table;
}

static void put_away(struct table *table)
{
    json_decref(table->body);
    nb_arena_destroy(table->arena);
}

static struct store_place_found hartford(void)
{
    struct store_place_found place = {.found = true,
                                      .latitude = 41.77,
                                      .longitude = -72.67,
                                      .country = "US",
                                      .region = "CT",
                                      .zone = "America/New_York"};
    place.tonight = nb_night_of(2026, 11, 25);
    return place;
}

Test(intake_body, little_is_asked_and_the_rest_has_a_cautious_meaning)
{
    struct table table = read_body("{" PLAIN "}");

    cr_assert(table.good, "%s", table.problem.detail);
    cr_expect(table.intake.tonight);
    cr_expect_eq(table.intake.nights, INTAKE_NIGHTS_DEFAULT);
    cr_expect_eq(table.intake.max_distance_m, INTAKE_REACH_DEFAULT_M);
    cr_expect_eq(table.intake.party.gender, MODEL_GENDER_UNSAID);
    cr_expect_not(table.intake.has_card);
    cr_expect_str_eq(table.intake.shares_back, "nothing");
    cr_expect_str_eq(table.intake.asked_by, "guest");
    cr_expect_str_eq(table.intake.place_label, "06103");
    cr_expect_null(table.intake.safe_contact);
    put_away(&table);
}

Test(intake_body, there_is_no_field_for_a_name_or_a_status)
{
    static const char *const names[] = {"name",        "first_name",         "surname",
                                        "nationality", "immigration_status", "date_of_birth",
                                        "phone"};
    for (size_t i = 0; i < NB_COUNT(names); i++) {
        char text[512];
        snprintf(text, sizeof(text), "{" PLAIN ",\"%s\":\"x\"}", names[i]);
        struct table table = read_body(text);
        cr_expect_not(table.fits, "%s", names[i]);
        cr_expect_eq(table.problem.status, 422);
        put_away(&table);
    }
}

Test(intake_body, what_the_field_table_refuses)
{
    static const struct {
        const char *body;
        const char *pointer;
        const char *why;
    } rows[] = {
        {"{" PLAIN ",\"nights\":400}", "/nights", "a year in a hotel"},
        {"{" PLAIN ",\"nights\":0}", "/nights", "no night"},
        {"{" HARTFORD "," NEEDED ",\"households\":[]}", "/households", "nobody"},
        {"{" ONE "," HARTFORD "}", "/child_involved", "the questions are asked, not assumed"},
        {"{" PLAIN ",\"max_distance_m\":9000000}", "/max_distance_m", "another continent"},
        {"{" PLAIN ",\"id_documents\":[\"birth_certificate\"]}", "/id_documents/0", "no such word"},
        {"{" PLAIN ",\"urgency\":\"asap\"}", "/urgency", "no such word"},
        {"{" ONE "," NEEDED ",\"place\":{\"latitude\":95,\"longitude\":0}}", "/place/latitude",
         "beyond the pole"},
        {"{" PLAIN ",\"avoid_places\":[{\"postal_code\":\"06103\"}]}", "/avoid_places/0/radius_m",
         "how far"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct table table = read_body(rows[i].body);
        cr_expect_not(table.fits, "%s", rows[i].why);
        cr_expect_str_eq(table.problem.errors[0].pointer, rows[i].pointer, "%s", rows[i].why);
        put_away(&table);
    }
}

Test(intake_body, what_contradicts_itself_is_refused_with_the_place_where)
{
    static const struct {
        const char *body;
        const char *pointer;
        const char *why;
    } rows[] = {
        {"{\"households\":[{\"adults\":0}]," HARTFORD "," NEEDED "}", "/households/0", "nobody"},
        {"{\"households\":[{\"adults\":1,\"children_ages\":[4],\"teen_son\":true}]," HARTFORD
         "," NEEDED "}",
         "/households/0", "a son of 4 is no teenager"},
        {"{\"households\":[{\"children_ages\":[16],\"oldest_adult_age\":30}]," HARTFORD "," NEEDED
         "}",
         "/households/0", "an adult's age without an adult"},
        {"{" PLAIN ",\"check_in\":\"tomorrow\"}", "/check_in", "a word that is no date"},
        {"{" PLAIN ",\"check_in\":\"2026-02-30\"}", "/check_in", "a date that does not exist"},
        {"{" PLAIN ",\"min_distance_m\":5000,\"max_distance_m\":4000}", "/max_distance_m",
         "nothing lies between"},
        {"{" ONE "," NEEDED ",\"place\":{}}", "/place", "nowhere"},
        {"{" ONE "," NEEDED ",\"place\":{\"city\":\"Toronto\",\"country\":\"CA\"}}", "/place",
         "a city without its region"},
        {"{" ONE "," NEEDED ",\"place\":{\"postal_code\":\"06103\",\"latitude\":41.7}}", "/place",
         "two answers"},
        {"{" PLAIN ",\"safe_contact\":\"x\"}", "/safe_contact", "a contact without a mode"},
        {"{" PLAIN ",\"safe_contact_mode\":\"text_ok\"}", "/safe_contact",
         "a mode without a contact"},
        {"{" PLAIN ",\"languages\":[\"span ish\"]}", "/languages/0", "no tag"},
        {"{" PLAIN ",\"asking_provider\":\"00000000-0000-4000-8000-000000000000\"}",
         "/asking_provider", "a provider that does not ask"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct table table = read_body(rows[i].body);
        cr_assert(table.fits, "%s", rows[i].why);
        cr_expect_not(table.good, "%s", rows[i].why);
        cr_expect_eq(table.problem.status, 422);
        cr_expect_str_eq(table.problem.errors[0].pointer, rows[i].pointer, "%s", rows[i].why);
        put_away(&table);
    }
}

Test(intake_body, urgency_follows_from_the_first_night_unless_it_is_said)
{
    static const struct {
        const char *fields;
        enum model_urgency urgency;
        const char *why;
    } rows[] = {
        {"", MODEL_URGENCY_CRISIS, "tonight"},
        {",\"check_in\":\"2026-11-26\"", MODEL_URGENCY_CRISIS, "within a day"},
        {",\"check_in\":\"2026-11-28\"", MODEL_URGENCY_URGENT, "within three"},
        {",\"check_in\":\"2026-11-29\"", MODEL_URGENCY_PLANNED, "later"},
        {",\"check_in\":\"2026-11-29\",\"urgency\":\"urgent\"", MODEL_URGENCY_URGENT, "as said"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        char text[512];
        struct store_place_found place = hartford();
        snprintf(text, sizeof(text), "{" PLAIN "%s}", rows[i].fields);
        struct table table = read_body(text);
        cr_assert(table.good);
        cr_assert(intake_settle(&table.intake, &place, 1, &table.problem), "%s", rows[i].why);
        cr_expect_eq(table.intake.urgency, rows[i].urgency, "%s", rows[i].why);
        put_away(&table);
    }
}

Test(intake_body, a_night_that_is_over_or_too_far_ahead_is_refused_with_what_is_allowed)
{
    static const char *const nights[] = {"2026-11-24", "2028-01-01", "2001-01-01"};

    for (size_t i = 0; i < NB_COUNT(nights); i++) {
        char text[512];
        struct store_place_found place = hartford();
        snprintf(text, sizeof(text), "{" PLAIN ",\"check_in\":\"%s\"}", nights[i]);
        struct table table = read_body(text);
        cr_assert(table.good);
        cr_expect_not(intake_settle(&table.intake, &place, 1, &table.problem));
        cr_expect_eq(table.problem.status, 422);
        cr_expect_str_eq(table.problem.errors[0].pointer, "/check_in");
        cr_expect_not_null(strstr(table.problem.errors[0].detail, "2026-11-25"));
        put_away(&table);
    }
}

Test(intake_body, a_place_that_does_not_exist_is_named_also_among_those_to_avoid)
{
    struct table table =
        read_body("{" PLAIN ",\"avoid_places\":[{\"postal_code\":\"06103\",\"radius_m\":1000},"
                  "{\"city\":\"Nowhere\",\"region\":\"ON\",\"country\":\"CA\",\"radius_m\":500}]}");
    struct store_place_ask asks[INTAKE_PLACES_MAX];
    struct store_place_found found[3] = {hartford(), hartford(), {.found = false}};

    cr_assert(table.good);
    cr_assert_eq(intake_places(&table.intake, asks), 3u);
    cr_expect_eq(asks[0].kind, STORE_PLACE_POSTAL);
    cr_expect_eq(asks[2].kind, STORE_PLACE_CITY);
    cr_expect_not(intake_settle(&table.intake, found, 3, &table.problem));
    cr_expect_str_eq(table.problem.errors[0].pointer, "/avoid_places/1/city");
    found[0].found = false;
    found[2].found = true;
    cr_expect_not(intake_settle(&table.intake, found, 3, &table.problem));
    cr_expect_str_eq(table.problem.errors[0].pointer, "/place/postal_code");
    cr_expect_null(strstr(table.problem.errors[0].detail, "06103"), "nothing sent is echoed");
    put_away(&table);
}

Test(intake_body, the_facts_for_the_database_hold_no_secret)
{
    struct table table = read_body(
        "{" PLAIN ",\"alias\":\"Canary\",\"safe_contact\":\"Canary\","
        "\"safe_contact_mode\":\"text_ok\",\"case_reference\":\"Canary\","
        "\"avoid_places\":[{\"latitude\":44.4242,\"longitude\":-71.4242,\"radius_m\":4242}]}");
    struct store_place_found found[2] = {hartford(), hartford()};

    cr_assert(table.good);
    found[1].latitude = 44.4242;
    found[1].longitude = -71.4242;
    cr_assert(intake_settle(&table.intake, found, 2, &table.problem));
    json_t *facts = intake_facts(&table.intake);
    char *text = json_dumps(facts, JSON_COMPACT);
    cr_expect_null(strstr(text, "Canary"), "%s", text);
    cr_expect_null(strstr(text, "4242"), "%s", text);
    json_t *zone = intake_zone_json(&table.intake.zones[0]);
    cr_expect_eq(json_integer_value(json_object_get(zone, "radius_m")), 4242);
    json_decref(zone);
    free(text);
    json_decref(facts);
    put_away(&table);
}

Test(intake_body, a_minor_alone_is_seen_in_any_household)
{
    struct table table =
        read_body("{\"households\":[{\"adults\":2},{\"adults\":0,\"children_ages\":[16]}],"
                  "\"may_split\":true," HARTFORD "," NEEDED "}");
    struct store_place_found place = hartford();

    cr_assert(table.good);
    cr_assert(intake_settle(&table.intake, &place, 1, &table.problem));
    json_t *facts = intake_facts(&table.intake);
    cr_expect(json_is_true(json_object_get(facts, "unaccompanied_minor")));
    json_decref(facts);
    put_away(&table);
}
