/*
 * From request to ranked options, through HTTP, on the sample world with real plugin hosts: each
 * sentence about the list, where a scene of the world shows it.
 */
#include "tests/integration/search_house.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct search_house at;

static void open_house(void)
{
    search_house_open(&at, true);
}

static void close_house(void)
{
    search_house_close(&at);
}

TestSuite(search, .init = open_house, .fini = close_house, .timeout = 300);

#define ADULT "\"households\":[{\"adults\":1}]"
#define PAPERS "\"id_documents\":[\"state_id\"],\"has_card\":true"

static json_t *price_of(const json_t *option)
{
    return json_object_get(option, "price");
}

Test(search, a_general_shelter_at_1_km_stands_after_a_hotel_at_4_and_a_fitting_shelter_at_12)
{
    json_t *search = search_for(&at, "\"place\":{\"postal_code\":\"25301\"},\"nights\":2,"
                                     "\"gender\":\"women\"," PAPERS "," ADULT);
    json_t *shelter = search_option(search, "Harbor Stone House");
    json_t *hotel = search_option(search, "Copper Square");
    json_t *general = search_option(search, "Charleston Night Shelter");

    cr_assert(shelter != NULL && hotel != NULL && general != NULL, "%s", search_dump(search));
    cr_expect_eq(search_number(shelter, "rank"), 1);
    cr_expect_eq(search_number(hotel, "rank"), 2);
    cr_expect_eq(search_number(general, "rank"), 3);
    cr_expect_str_eq(search_text(shelter, "class"), "adjacent");
    cr_expect_float_eq((double)search_number(shelter, "distance_m"), 12000.0, 400.0);
    cr_expect(search_has_word(json_object_get(general, "flags"), "general_shelter_after_hotels"));
    /* Points beside a free shelter want a reason, and say what they leave. */
    cr_expect(json_is_true(json_object_get(hotel, "reason_needed")));
    cr_expect_eq(search_number(price_of(hotel), "points"), 30000);
    cr_expect_gt(search_number(price_of(hotel), "leaves"), 0);
    cr_expect_str_eq(search_text(json_object_get(hotel, "freshness"), "word"), "fresh");
    json_decref(search);
}

/* Weights and rules are rows; a request keeps those of its opening, whatever is decided later. */
Test(search, is_judged_by_the_rows_that_held_when_the_request_was_opened)
{
    const char *fields = "\"place\":{\"postal_code\":\"83702\"},\"nights\":4," PAPERS "," ADULT;
    json_t *early = search_open(&at, fields);
    json_t *before = search_run(&at, early, "{\"preview\":true}");

    free(house_sql(
        &at.house,
        "insert into nb.ranking_policy (hotline_id, weights, thresholds, "
        "effective_from) select null, '{\"distance\": 1000}', p.thresholds, nb.now() from "
        "nb.ranking_policy p where p.hotline_id is null order by p.effective_from desc "
        "limit 1"));
    free(house_sql(&at.house, "insert into nb.setting (name, value_text, effective_from) values "
                              "('approval_rows', '[]', nb.now())"));
    json_t *after = search_run(&at, early, "{\"preview\":true}");
    cr_expect(
        json_equal(json_object_get(json_array_get(json_object_get(before, "options"), 0), "score"),
                   json_object_get(json_array_get(json_object_get(after, "options"), 0), "score")));
    json_t *late = search_open(&at, fields);
    json_t *other = search_run(&at, late, "{\"preview\":true}");
    const json_t *option;
    size_t i;
    json_array_foreach(json_object_get(other, "options"), i, option)
    {
        cr_expect_eq(search_number(option, "score"),
                     1000 * search_number(json_object_get(option, "reasons"), "distance"),
                     "by the new weights alone");
    }
    cr_expect_gt(i, 0);
    cr_expect_eq(json_is_null(json_object_get(late, "needs_approval")), 1, "nor limits of nights");
    json_t *again =
        search_get(&at, NULL, search_format("/v1/requests/%s", search_text(early, "id")));
    cr_expect(json_is_object(json_object_get(again, "needs_approval")), "the old limits hold");
    json_decref(again);
    json_decref(other);
    json_decref(late);
    json_decref(after);
    json_decref(before);
    json_decref(early);
}

Test(search, a_place_that_nobody_vetted_is_never_offered_and_says_so)
{
    json_t *search =
        search_for(&at, "\"place\":{\"postal_code\":\"68102\"},\"nights\":1," PAPERS "," ADULT);

    cr_expect_null(search_option(search, "Quiet Lantern House"), "%s", search_dump(search));
    cr_expect(search_refused_for(&at, search, "Quiet Lantern House", "not_vetted"));
    cr_expect(search_refused_for(&at, search, "Bluebird Terrace", "not_vetted"));
    cr_expect_not_null(search_option(search, "Amber Bridge House"));
    json_decref(search);
}

Test(search, a_watched_guest_is_not_sent_where_their_own_card_is_wanted)
{
    json_t *search = search_for(&at, "\"place\":{\"postal_code\":\"70112\"},\"nights\":1,"
                                     "\"account_watched\":true," PAPERS "," ADULT);

    cr_expect(search_refused_for(&at, search, "Granite Landing", "guest_card_watched"),
              "the desk wants it");
    cr_expect(search_refused_for(&at, search, "Foxglove Crossing", "guest_card_watched"),
              "the program wants it, and a form is no waiver");
    cr_expect_not_null(search_option(search, "Larkspur Terrace"), "%s", search_dump(search));
    cr_expect_not_null(search_option(search, "Tamarack Junction"), "the desk waived it");
    json_decref(search);
}

Test(search, after_midnight_tonight_is_still_last_night_until_the_cut_off)
{
    static const struct {
        const char *clock;
        int night; /* days from the date at which it begins */
        const char *why;
    } rows[] = {
        {"02:30", 0, "before the night audit it is last night"},
        {"05:30", 1, "after it the day has begun"},
    };
    /* The nights of the sample begin tonight; the clock moves to the small hours that follow. */
    char *today = house_sql(&at.house, "select (nb.now() at time zone 'America/New_York' - "
                                       "interval '5 hours')::date");
    for (size_t i = 0; i < 2; i++) {
        free(house_sql(&at.house,
                       "select nb_test.set_now((date '%s' + 1 + time '%s') at time zone "
                       "'America/New_York')",
                       today, rows[i].clock));
        json_t *search =
            search_for(&at, "\"place\":{\"postal_code\":\"04101\"},\"nights\":1," PAPERS "," ADULT);
        json_t *hotel = search_option(search, "Tamarack Crossing");
        cr_assert_not_null(hotel, "%s", search_dump(search));
        char *night = house_sql(&at.house, "select date '%s' + %d", today, rows[i].night);
        cr_expect_str_eq(search_text(hotel, "check_in"), night, "%s", rows[i].why);
        free(night);
        /* Its beds are free from the second night on. */
        bool general = search_option(search, "Portland Night Shelter") != NULL;
        cr_expect_eq(general, rows[i].night == 1, "%s", rows[i].why);
        json_decref(search);
    }
    free(today);
}

Test(search, where_the_guest_must_not_be_nothing_is_offered_and_only_the_authors_role_reads_why)
{
    char *supervisor = search_token(&at, NULL, "supervisor");
    json_t *search = search_for(&at, "\"place\":{\"postal_code\":\"98104\"},\"nights\":1,"
                                     "\"avoid_places\":[{\"postal_code\":\"98104\",\"radius_m\":"
                                     "1500}]," PAPERS "," ADULT);
    static const char *const inside[] = {"Copper Landing", "Granite Square",
                                         "Seattle Night Shelter"};

    for (size_t i = 0; i < 3; i++) {
        cr_expect_null(search_option(search, inside[i]), "%s", inside[i]);
        cr_expect(search_refused_for(&at, search, inside[i], "zone"), "%s", inside[i]);
        json_t *shown = search_refusal(&at, supervisor, search, inside[i]);
        json_t *why = json_object_get(shown, "why_not");
        cr_assert_eq(json_array_size(why), 1, "no other reason stands beside it");
        cr_expect_str_eq(search_text(json_array_get(why, 0), "reason"), "not_offered");
        json_decref(shown);
    }
    cr_expect_not_null(search_option(search, "Heron Junction"), "%s", search_dump(search));
    json_t *other =
        search_get(&at, supervisor, search_format("/v1/searches/%s", search_text(search, "id")));
    char *text = json_dumps(other, 0);
    cr_expect_null(strstr(text, "\"zone\": \"It"), "%s", text);
    cr_expect_null(strstr(text, "\"reason\": \"zone\""), "%s", text);
    cr_expect_not_null(strstr(text, "\"reason\": \"not_offered\""), "%s", text);
    free(text);
    json_t *asked = search_get(
        &at, supervisor,
        search_format("/v1/searches/%s/refusals?reason=zone", search_text(search, "id")));
    cr_expect_eq(json_array_size(json_object_get(asked, "items")), 0);
    json_decref(asked);
    json_decref(other);
    json_decref(search);
    free(supervisor);
}

Test(search, a_service_animal_and_no_document_are_no_way_out_of_the_list)
{
    json_t *search = search_for(&at, "\"place\":{\"postal_code\":\"05401\"},\"nights\":2,"
                                     "\"service_animals\":1," ADULT);
    json_t *hotel = search_option(search, "Bluebird Crossing");

    cr_expect(search_refused_for(&at, search, "River Meadow House", "no_service_animals"));
    cr_expect(search_refused_for(&at, search, "Larkspur Square", "needs_id"));
    cr_expect(search_refused_for(&at, search, "Tamarack Terrace", "needs_id"));
    cr_assert_not_null(hotel, "%s", search_dump(search));
    const json_t *risk = json_object_get(hotel, "check_in_risk");
    cr_expect_str_eq(search_text(risk, "level"), "medium");
    cr_expect_str_eq(search_text(json_array_get(json_object_get(risk, "reasons"), 0), "reason"),
                     "without_id");
    cr_expect_not_null(search_option(search, "Foxglove Park"));
    json_decref(search);
}

Test(search, a_minor_alone_gets_the_youth_house_and_no_hotel_and_people_are_told)
{
    json_t *request = search_open(&at, "\"place\":{\"postal_code\":\"57104\"},\"nights\":3,"
                                       "\"households\":[{\"children_ages\":[16]}]");
    const json_t *tasks = json_object_get(request, "open_tasks");
    json_t *search = search_run(&at, request, "{}");

    cr_expect(json_is_true(json_object_get(request, "unaccompanied_minor")));
    cr_expect(search_has_word(tasks, "youth_route"), "%s", search_dump(tasks));
    cr_expect(search_has_word(tasks, "mandated_report"), "%s", search_dump(tasks));
    cr_expect_not_null(search_option(search, "Maple Meadow House"), "%s", search_dump(search));
    cr_expect_eq(search_number(search, "offered"), 1, "%s", search_dump(search));
    cr_expect(search_refused_for(&at, search, "Granite Junction", "minor_no_hotel"));
    cr_expect(search_refused_for(&at, search, "Heron Square", "minor_no_hotel"));
    cr_expect(search_refused_for(&at, search, "Sioux Falls Night Shelter", "household"));
    json_decref(search);
    json_decref(request);
}

Test(search, a_search_that_finds_nothing_is_unmet_need_that_a_person_owns)
{
    json_t *request = search_open(
        &at, "\"place\":{\"postal_code\":\"83001\"},\"nights\":2,\"max_distance_m\":20000,"
             "\"id_documents\":[\"state_id\"]," ADULT);
    json_t *search = search_run(&at, request, "{}");
    const char *id = search_text(request, "id");

    cr_expect_eq(search_number(search, "offered"), 0, "%s", search_dump(search));
    json_t *again = search_run(&at, request, "{}");
    json_t *after = search_get(&at, NULL, search_format("/v1/requests/%s", id));
    cr_expect_str_eq(search_text(after, "state"), "unmet");
    cr_expect(search_has_word(json_object_get(after, "open_tasks"), "unmet_need"));
    cr_expect_eq(house_number(&at.house,
                              "select count(*) from nb.unmet_need u join "
                              "nb.shelter_request r using (request_id) where "
                              "r.public_id = '%s' and u.people = 1 and u.task_id is not "
                              "null and u.resolved_at is null",
                              id),
                 1, "counted once, however often it is looked for");
    json_decref(after);
    json_decref(again);
    json_decref(search);
    json_decref(request);
}

Test(search, five_nights_at_marriott_cost_four)
{
    json_t *search =
        search_for(&at, "\"place\":{\"postal_code\":\"87102\"},\"nights\":5," PAPERS "," ADULT);
    json_t *hotel = search_option(search, "Tamarack Square");

    cr_assert_not_null(hotel, "%s", search_dump(search));
    json_t *price = price_of(hotel);
    cr_expect_eq(search_number(price, "free_nights"), 1);
    int64_t sum = 0;
    int free_ones = 0;
    json_t *night;
    size_t i;
    json_array_foreach(json_object_get(price, "night_points"), i, night)
    {
        sum += json_integer_value(night);
        free_ones += json_integer_value(night) == 0;
    }
    cr_expect_eq(json_array_size(json_object_get(price, "night_points")), 5);
    cr_expect_eq(free_ones, 1);
    cr_expect_eq(search_number(price, "points"), sum);
    json_t *cancel = json_object_get(hotel, "cancel_by");
    cr_expect_str_eq(search_text(cancel, "zone"), "America/Denver");
    cr_expect_not_null(strstr(search_text(cancel, "local"), ":00"));
    json_decref(search);
}

/* A house that wants to know two days before, asked for tonight and for a night next month. */
Test(search, a_deadline_that_is_over_is_not_shown_as_one_to_meet)
{
    static const char *const bodies[] = {"{}", "{\"preview\":true}"};
    char *night = house_sql(&at.house, "select (nb.now() at time zone 'America/Denver')::date + 5");
    const char *first_nights[] = {"tonight", night};

    free(house_sql(&at.house, "update nb.property set cancel_hours_before = 48"));
    for (int later = 0; later < 2; later++) {
        for (int i = 0; i < 2; i++) {
            json_t *request =
                search_open(&at, search_format("\"place\":{\"postal_code\":\"87102\"},\"nights\":1,"
                                               "\"check_in\":\"%s\"," PAPERS "," ADULT,
                                               first_nights[later]));
            json_t *search = search_run(&at, request, bodies[i]);
            json_t *hotel = search_option(search, "Tamarack Square");
            cr_assert_not_null(hotel, "%s", search_dump(search));
            const json_t *passed = json_object_get(json_object_get(hotel, "cancel_by"), "passed");
            cr_expect(json_is_boolean(passed) && json_is_true(passed) == (later == 0), "%s",
                      search_dump(hotel));
            json_decref(search);
            json_decref(request);
        }
    }
    free(night);
}

Test(search, a_family_of_six_takes_two_rooms_and_at_wyndham_two_bookings)
{
    json_t *search = search_for(
        &at, "\"place\":{\"postal_code\":\"59101\"},\"nights\":2," PAPERS ",\"households\":"
             "[{\"adults\":2,\"children_ages\":[3,6,9,14],\"teen_son\":true}]");
    json_t *hotel = search_option(search, "Heron Park");

    cr_assert_not_null(hotel, "%s", search_dump(search));
    cr_expect_eq(search_number(hotel, "units"), 2);
    cr_expect_eq(search_number(hotel, "bookings"), 2);
    cr_expect_eq(search_number(price_of(hotel), "points"), 2 * 2 * 15000);
    cr_expect(search_has_word(json_object_get(hotel, "flags"), "several_bookings"));
    cr_expect(search_refused_for(&at, search, "Copper Junction", "no_capacity"), "one room");
    cr_expect(search_refused_for(&at, search, "Billings Family Shelter", "no_capacity"));
    cr_expect(search_refused_for(&at, search, "Maple Haven House", "teen_son"));
    json_decref(search);
}

/* 45 workers: 13 alone, 8 couples, 4 families of four. */
static const char *workers(void)
{
    static char text[4096];
    size_t at_text = 0;

    for (int i = 0; i < 25; i++) {
        const char *household = i < 13   ? "{\"adults\":1}"
                                : i < 21 ? "{\"adults\":2}"
                                         : "{\"adults\":2,\"children_ages\":[4,7]}";
        at_text += (size_t)snprintf(text + at_text, sizeof(text) - at_text, "%s%s",
                                    i == 0 ? "" : ",", household);
    }
    return text;
}

Test(search, a_group_is_divided_by_whole_households_and_the_rest_is_owned)
{
    json_t *request = search_open(
        &at, search_format("\"place\":{\"postal_code\":\"06103\"},\"nights\":2,\"may_split\":true,"
                           "\"max_distance_m\":30000,\"id_documents\":[\"passport\"],\"has_card\":"
                           "true,\"households\":[%s]",
                           workers()));
    json_t *search = search_run(&at, request, "{}");
    const json_t *allocation = json_object_get(search, "allocation");
    const json_t *suggestion;
    size_t i;
    int seen[25] = {0};

    cr_assert(json_is_object(allocation), "%s", search_dump(search));
    json_array_foreach(json_object_get(allocation, "suggested"), i, suggestion)
    {
        const json_t *household;
        size_t j;
        json_array_foreach(json_object_get(suggestion, "households"), j, household)
        {
            seen[json_integer_value(household)]++;
        }
    }
    json_t *left;
    json_array_foreach(json_object_get(allocation, "left_over"), i, left)
    {
        seen[json_integer_value(left)]++;
    }
    for (i = 0; i < 25; i++) {
        cr_expect_eq(seen[i], 1, "household %zu stands once, placed or left over", i);
    }
    int64_t people_left = search_number(allocation, "people_left");
    cr_expect_eq(search_number(allocation, "people_placed") + people_left, 45);
    cr_expect_gt(people_left, 0);
    cr_expect_eq(house_number(&at.house,
                              "select sum(u.people) from nb.unmet_need u join nb.shelter_request r "
                              "using (request_id) where r.public_id = '%s' and u.task_id is not "
                              "null",
                              search_text(request, "id")),
                 people_left);
    json_decref(search);
    json_decref(request);
}

Test(search, canada_and_mexico_are_searched_in_their_own_zones)
{
    static const struct {
        const char *place;
        const char *zone;
    } rows[] = {
        {"{\"country\":\"CA\",\"region\":\"ON\",\"city\":\"Toronto\"}", "America/Toronto"},
        {"{\"country\":\"CA\",\"region\":\"bc\",\"city\":\"vancouver\"}", "America/Vancouver"},
        {"{\"country\":\"MX\",\"region\":\"JAL\",\"city\":\"Guadalajara\"}", "America/Mexico_City"},
        {"{\"latitude\":21.16,\"longitude\":-86.85}", "America/Cancun"},
    };

    for (size_t i = 0; i < 4; i++) {
        json_t *request = search_open(
            &at, search_format("\"place\":%s,\"nights\":1," PAPERS "," ADULT, rows[i].place));
        const json_t *place = json_object_get(request, "place");
        json_t *search = search_run(&at, request, "{}");
        cr_expect_str_eq(search_text(place, "zone"), rows[i].zone);
        cr_expect_gt(search_number(search, "considered"), 0, "%s", rows[i].place);
        json_decref(search);
        json_decref(request);
    }
}

Test(search, a_preview_records_nothing_and_shows_the_same_order)
{
    json_t *request =
        search_open(&at, "\"place\":{\"postal_code\":\"83702\"},\"nights\":3," PAPERS "," ADULT);
    json_t *preview = search_run(&at, request, "{\"preview\":true}");

    cr_expect_eq(house_number(&at.house, "select count(*) from nb.search"), 0);
    cr_expect_eq(house_number(&at.house, "select count(*) from nb.candidate"), 0);
    cr_expect(json_is_null(json_object_get(preview, "id")));
    json_t *search = search_run(&at, request, "{}");
    const json_t *seen = json_object_get(preview, "options");
    const json_t *kept = json_object_get(search, "options");
    cr_assert_eq(json_array_size(seen), json_array_size(kept));
    cr_assert_gt(json_array_size(kept), 2);
    for (size_t i = 0; i < json_array_size(kept); i++) {
        const json_t *a = json_array_get(seen, i);
        const json_t *b = json_array_get(kept, i);
        cr_expect_str_eq(search_text(a, "place"), search_text(b, "place"));
        cr_expect(json_equal(json_object_get(a, "price"), json_object_get(b, "price")), "%s",
                  search_dump(a));
        cr_expect(json_equal(json_object_get(a, "flags"), json_object_get(b, "flags")));
    }
    json_decref(search);
    json_decref(preview);
    json_decref(request);
}

Test(search, what_decides_a_report_is_no_part_of_the_order)
{
    const char *fields = "\"place\":{\"postal_code\":\"83702\"},\"nights\":2," PAPERS "," ADULT;
    json_t *quiet = search_for(&at, fields);
    struct house_reply opened =
        search_ask(&at, NULL, "POST", "/v1/requests",
                   search_format("{%s,\"child_involved\":true,\"immediate_violence\":true,"
                                 "\"consents_to_report\":false}",
                                 fields));
    cr_assert_eq(opened.status, 201, "%s", search_dump(opened.body));
    json_t *loud = search_run(&at, opened.body, "{}");
    const json_t *a = json_object_get(quiet, "options");
    const json_t *b = json_object_get(loud, "options");

    cr_expect(search_has_word(json_object_get(opened.body, "open_tasks"), "mandated_report"));
    cr_assert_eq(json_array_size(a), json_array_size(b));
    for (size_t i = 0; i < json_array_size(a); i++) {
        cr_expect_str_eq(search_text(json_array_get(a, i), "place"),
                         search_text(json_array_get(b, i), "place"));
    }
    json_decref(loud);
    json_decref(quiet);
    house_reply_fini(&opened);
}

Test(search, a_house_to_avoid_for_now_and_a_house_that_has_enough_of_us_say_so)
{
    free(house_sql(
        &at.house,
        "insert into nb.do_not_place (property_id, reason, placed_by, expires_at) "
        "select p.property_id, 'unsafe', u.user_id, nb.now() + interval '1 day' from "
        "nb.property p, nb.app_user u where p.name like '%%Heron Crossing (sample)' order by "
        "u.user_id limit 1"));
    free(house_sql(&at.house, "update nb.property set guest_cap = 0 where name like '%%Granite "
                              "Park (sample)'"));
    json_t *search =
        search_for(&at, "\"place\":{\"postal_code\":\"83702\"},\"nights\":1," PAPERS "," ADULT);

    cr_expect(search_refused_for(&at, search, "Heron Crossing", "do_not_place"));
    cr_expect(search_refused_for(&at, search, "Granite Park", "property_cap"));
    json_decref(search);
}

Test(search, every_place_within_reach_stands_once_and_pages_join_without_a_gap)
{
    json_t *search = search_for(&at, "\"place\":{\"postal_code\":\"60623\"},\"nights\":1,"
                                     "\"max_distance_m\":150000," PAPERS "," ADULT);
    int64_t offered = search_number(search, "offered");
    int64_t refused = search_number(search, "considered") - offered;
    const char *id = search_text(search, "id");
    const char *lists[] = {"options", "refusals"};
    const int64_t wanted[] = {offered, refused};

    for (int i = 0; i < 2; i++) {
        const char *first = search_format("/v1/searches/%s/%s?limit=17", id, lists[i]);
        const char *path = first;
        int64_t count = 0;
        while (path != NULL) {
            json_t *page = search_get(&at, NULL, path);
            const json_t *item;
            size_t j;
            json_array_foreach(json_object_get(page, "items"), j, item)
            {
                count++;
                cr_expect(i == 1 || search_number(item, "rank") == count, "%s", search_dump(item));
            }
            const char *next = json_string_value(json_object_get(page, "next"));
            path = next == NULL ? NULL : search_format("%s&cursor=%s", first, next);
            json_decref(page);
        }
        cr_expect_eq(count, wanted[i], "%s", lists[i]);
    }
    int64_t counted = 0;
    json_t *reason;
    size_t i;
    json_array_foreach(json_object_get(search, "refused"), i, reason)
    {
        counted += search_number(reason, "places");
    }
    cr_expect_eq(counted, refused, "the counts are those of the list");
    json_decref(search);
}

Test(search, options_behind_the_first_page_become_bookable_when_somebody_pages_there)
{
    free(house_sql(&at.house,
                   "update nb.property set guest_cap = 9, takes_no_id = true, card_rule = "
                   "'none_needed', min_check_in_age = 18, vetting_state = 'vetted', vetted_by = "
                   "(select min(user_id) from nb.app_user), vetted_at = nb.now()"));
    free(house_sql(&at.house, "update nb.property_rate set rooms_available = 9"));
    json_t *search = search_for(&at, "\"place\":{\"postal_code\":\"10001\"},\"nights\":1,"
                                     "\"max_distance_m\":300000," PAPERS "," ADULT);
    const char *id = search_text(search, "id");
    int64_t offered = search_number(search, "offered");

    cr_assert_gt(offered, 60);
    cr_expect_eq(house_number(&at.house, "select count(*) from nb.candidate"), 50);
    const char *first = search_format("/v1/searches/%s/options?limit=40", id);
    json_t *page = search_get(&at, NULL, first);
    const char *next = search_text(page, "next");
    json_t *second = search_get(&at, NULL, search_format("%s&cursor=%s", first, next));
    const json_t *items = json_object_get(second, "items");
    cr_expect_eq(search_number(json_array_get(items, 0), "rank"), 41);
    cr_expect_eq(search_number(json_array_get(items, 15), "rank"), 56);
    cr_expect_eq(house_number(&at.house, "select count(*) from nb.candidate"), offered);
    cr_expect_eq(house_number(&at.house, "select count(*) from nb.search where further is null and "
                                         "recorded = offered"),
                 1);
    json_decref(second);
    json_decref(page);
    json_decref(search);
}

Test(search, the_same_key_searches_once)
{
    json_t *request =
        search_open(&at, "\"place\":{\"postal_code\":\"83702\"},\"nights\":1," PAPERS "," ADULT);
    const char *path = search_format("/v1/requests/%s/searches", search_text(request, "id"));
    struct house_reply first =
        house_call(&at.daemon, at.token, "POST", path, "once", json_object());
    struct house_reply second =
        house_call(&at.daemon, at.token, "POST", path, "once", json_object());

    cr_assert_eq(first.status, 201);
    cr_assert_eq(second.status, 201);
    cr_expect_str_eq(search_text(first.body, "id"), search_text(second.body, "id"));
    cr_expect_eq(house_number(&at.house, "select count(*) from nb.search"), 1);
    struct house_reply other =
        house_call(&at.daemon, at.token, "POST", path, "once", json_pack("{s:b}", "preview", 0));
    cr_expect_eq(other.status, 422, "%s", search_dump(other.body));
    house_reply_fini(&other);
    house_reply_fini(&second);
    house_reply_fini(&first);
    json_decref(request);
}

static struct search_house bare;

Test(search_without_plugins, leaves_hotels_without_a_price_and_the_others_stand, .timeout = 300)
{
    search_house_open(&bare, false);
    json_t *search = search_for(&bare, "\"place\":{\"postal_code\":\"25301\"},\"nights\":2,"
                                       "\"gender\":\"women\"," PAPERS "," ADULT);

    cr_expect(search_refused_for(&bare, search, "Copper Square", "price_unavailable"));
    cr_expect_not_null(search_option(search, "Harbor Stone House"));
    cr_expect_not_null(search_option(search, "Charleston Night Shelter"));
    json_decref(search);
    search_house_close(&bare);
}
