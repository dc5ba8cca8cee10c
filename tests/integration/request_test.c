/*
 * Intake through HTTP: what is asked, what is refused and where, what is kept sealed, who is
 * recognized, and what starts by itself.
 */
#include "tests/integration/search_house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct search_house at;

static void open_house(void)
{
    search_house_open(&at, false);
}

static void close_house(void)
{
    search_house_close(&at);
}

TestSuite(request, .init = open_house, .fini = close_house, .timeout = 300);

#define PLACE "\"place\":{\"postal_code\":\"06103\"}"
#define ADULT "\"households\":[{\"adults\":1}]"
#define PLAIN PLACE "," ADULT

static const char *path_of(const json_t *request)
{
    return search_format("/v1/requests/%s", search_text(request, "id"));
}

/* The first pointer of a problem. */
static const char *pointer_of(const struct house_reply *reply)
{
    return search_text(json_array_get(json_object_get(reply->body, "errors"), 0), "pointer");
}

/* house_call has no headers of its own: If-Match goes by the command that curl is. */
static int change_at(const char *path, const char *match, const char *body, char **ret_text)
{
    const char *command = search_format(
        "curl -s -m 20 -X PATCH http://127.0.0.1:%d%s -H 'Authorization: Bearer %s' -H "
        "'Content-Type: application/json' %s%s%s -d '%s' -w '\\n%%{http_code}'",
        at.daemon.port, path, at.token,
        match == NULL ? "" : "-H 'If-Match: ", match == NULL ? "" : match, match == NULL ? "" : "'",
        body);
    FILE *pipe = popen(command, "r");
    static char text[16384];
    size_t bytes = fread(text, 1, sizeof(text) - 1, pipe);
    cr_assert_eq(pclose(pipe), 0);
    text[bytes] = '\0';
    char *status = strrchr(text, '\n');
    cr_assert_not_null(status);
    *status = '\0';
    *ret_text = text;
    return atoi(status + 1);
}

static int change(const json_t *request, const char *match, const char *body, char **ret_text)
{
    return change_at(path_of(request), match, body, ret_text);
}

Test(request, what_makes_no_sense_is_refused_with_the_field_and_what_is_allowed)
{
    static const struct {
        const char *body;
        int status;
        const char *pointer;
        const char *why;
    } rows[] = {
        {"{" PLAIN "," SEARCH_QUESTIONS ",\"name\":\"x\"}", 422, "/name", "there is no name"},
        {"{" PLAIN "," SEARCH_QUESTIONS ",\"immigration_status\":\"x\"}", 422,
         "/immigration_status", "and no status"},
        {"{" PLAIN "," SEARCH_QUESTIONS ",\"nights\":400}", 422, "/nights", "400 nights"},
        {"{" PLAIN "," SEARCH_QUESTIONS ",\"check_in\":\"2001-01-01\"}", 422, "/check_in",
         "a night that is over"},
        {"{" PLAIN "}", 422, "/child_involved", "the three questions are asked"},
        {"{" ADULT "," SEARCH_QUESTIONS ",\"place\":{\"postal_code\":\"00000\"}}", 422,
         "/place/postal_code", "a postal code that does not exist"},
        {"{" ADULT "," SEARCH_QUESTIONS
         ",\"place\":{\"city\":\"Atlantis\",\"region\":\"ON\",\"country\":\"CA\"}}",
         422, "/place/city", "a city that does not exist"},
        {"{" ADULT "," SEARCH_QUESTIONS ",\"place\":{\"latitude\":0,\"longitude\":0}}", 422,
         "/place", "the open sea"},
        {"{" PLAIN "," SEARCH_QUESTIONS
         ",\"avoid_places\":[{\"postal_code\":\"00000\",\"radius_m\":500}]}",
         422, "/avoid_places/0/postal_code", "a zone around nothing"},
        {"{" PLAIN "," SEARCH_QUESTIONS
         ",\"asked_by\":\"provider\",\"asking_provider\":\"00000000-0000-4000-8000-000000000000\"}",
         422, "/asking_provider", "a provider that does not exist"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct house_reply reply = search_ask(&at, NULL, "POST", "/v1/requests", rows[i].body);
        cr_expect_eq(reply.status, rows[i].status, "%s: %s", rows[i].why, search_dump(reply.body));
        cr_expect_str_eq(pointer_of(&reply), rows[i].pointer, "%s", rows[i].why);
        house_reply_fini(&reply);
    }
    cr_expect_eq(house_number(&at.house, "select count(*) from nb.shelter_request"), 0,
                 "nothing half-done");
    cr_expect_eq(house_number(&at.house, "select count(*) from pii.guest"), 0);
}

Test(request, a_repeat_contact_finds_the_open_request)
{
    const char *fields = PLAIN ",\"case_reference\":\"AB-12\"," SEARCH_QUESTIONS;
    struct house_reply first =
        search_ask(&at, NULL, "POST", "/v1/requests", search_format("{%s}", fields));
    cr_assert_eq(first.status, 201, "%s", search_dump(first.body));
    const char *id = search_text(first.body, "id");
    char *colleague = search_token(&at, NULL, "supervisor");
    struct house_reply again =
        search_ask(&at, colleague, "POST", "/v1/requests",
                   "{" PLAIN ",\"case_reference\":\" ab-12 \"," SEARCH_QUESTIONS "}");

    cr_expect_eq(again.status, 409, "%s", search_dump(again.body));
    cr_expect_str_eq(search_text(again.body, "code"), "repeat");
    cr_expect_not_null(strstr(search_text(again.body, "detail"), id), "the open one is named");
    struct house_reply anyway = search_ask(&at, NULL, "POST", "/v1/requests",
                                           search_format("{%s,\"open_anyway\":true}", fields));
    cr_expect_eq(anyway.status, 201);
    cr_expect_str_eq(search_text(anyway.body, "repeat_of"), id);
    /* The same words at another hotline are another case. */
    char *north = search_token(&at, "Maple Sample", "specialist");
    struct house_reply other =
        search_ask(&at, north, "POST", "/v1/requests", search_format("{%s}", fields));
    cr_expect_eq(other.status, 201, "%s", search_dump(other.body));
    house_reply_fini(&other);
    house_reply_fini(&anyway);
    house_reply_fini(&again);
    house_reply_fini(&first);
    free(north);
    free(colleague);
}

Test(request, belongs_to_its_hotline_alone)
{
    json_t *request = search_open(&at, PLAIN);
    char *north = search_token(&at, "Maple Sample", "specialist");
    json_t *search = search_run(&at, request, "{}");
    const char *id = search_text(request, "id");
    const char *found = search_text(search, "id");
    const struct {
        const char *method;
        const char *path;
        const char *body;
    } rows[] = {
        {"GET", search_format("/v1/requests/%s", id), NULL},
        {"POST", search_format("/v1/requests/%s/searches", id), "{}"},
        {"POST", search_format("/v1/requests/%s/searches", id), "{\"preview\":true}"},
        {"POST", search_format("/v1/requests/%s/close", id), "{\"reason\":\"withdrawn\"}"},
        {"POST", search_format("/v1/requests/%s/reveal", id), "{\"reason\":\"call_back\"}"},
        {"GET", search_format("/v1/searches/%s", found), NULL},
        {"GET", search_format("/v1/searches/%s/options", found), NULL},
        {"GET", search_format("/v1/searches/%s/refusals", found), NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct house_reply reply =
            search_ask(&at, north, rows[i].method, rows[i].path, rows[i].body);
        cr_expect_eq(reply.status, 404, "%s %s: %d", rows[i].method, rows[i].path, reply.status);
        house_reply_fini(&reply);
    }
    json_t *list = search_get(&at, north, "/v1/requests");
    cr_expect_eq(json_array_size(json_object_get(list, "items")), 0);
    json_decref(list);
    json_decref(search);
    json_decref(request);
    free(north);
}

Test(request, answers_decide_the_report_by_rows_that_a_region_may_have_of_its_own)
{
    static const struct {
        const char *answers;
        const char *kind; /* NULL: none */
        const char *why;
    } rows[] = {
        {"false,false,false", NULL, "nothing to report"},
        {"true,false,false", "mandated_report", "a child, with or without consent"},
        {"true,true,false", "mandated_report", "at once"},
        {"false,true,false", "emergency_report", "somebody may be hurt now"},
        {"false,false,true", "consented_report", "the adult wants it"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char words[3][8];
        cr_assert_eq(sscanf(rows[i].answers, "%7[^,],%7[^,],%7s", words[0], words[1], words[2]), 3);
        struct house_reply reply =
            search_ask(&at, NULL, "POST", "/v1/requests",
                       search_format("{" PLAIN ",\"child_involved\":%s,\"immediate_violence\":%s,"
                                     "\"consents_to_report\":%s}",
                                     words[0], words[1], words[2]));
        cr_assert_eq(reply.status, 201, "%s", search_dump(reply.body));
        const json_t *tasks = json_object_get(reply.body, "open_tasks");
        cr_expect_eq(json_array_size(tasks), rows[i].kind == NULL ? 0 : 1, "%s", rows[i].why);
        cr_expect(rows[i].kind == NULL || search_has_word(tasks, rows[i].kind), "%s", rows[i].why);
        house_reply_fini(&reply);
    }
    free(house_sql(&at.house,
                   "insert into nb.report_rule (country, region, position, kind, due_ms, source, "
                   "effective_from) values ('US', 'CT', 1, 'none', 1, 'test', '2026-01-01')"));
    struct house_reply here = search_ask(
        &at, NULL, "POST", "/v1/requests",
        "{" PLAIN ",\"child_involved\":true,\"immediate_violence\":true,\"consents_to_report\":"
        "true}");
    cr_expect_eq(json_array_size(json_object_get(here.body, "open_tasks")), 0, "of its own");
    house_reply_fini(&here);
}

/* What the law asked for when somebody answered; a rule that comes later is for those who come
 * later. */
Test(request, keeps_the_report_rules_of_its_opening)
{
    json_t *early = search_open(&at, PLAIN);
    char *text = NULL;

    free(house_sql(&at.house,
                   "insert into nb.report_rule (country, region, position, kind, due_ms, "
                   "source, effective_from) values ('US', 'CT', 1, 'emergency_report', "
                   "1, 'test', '2026-01-01')"));
    cr_assert_eq(change(early, "\"v1\"", "{\"child_involved\":true}", &text), 200, "%s", text);
    json_t *changed = json_loads(text, 0, NULL);
    cr_expect(search_has_word(json_object_get(changed, "open_tasks"), "mandated_report"), "%s",
              text);
    cr_expect_not(search_has_word(json_object_get(changed, "open_tasks"), "emergency_report"));
    json_t *late = search_open(&at, PLAIN);
    cr_expect(search_has_word(json_object_get(late, "open_tasks"), "emergency_report"), "%s",
              search_dump(late));
    json_decref(late);
    json_decref(changed);
    json_decref(early);
}

Test(request, what_is_secret_is_sealed_and_shown_by_an_audited_reveal)
{
    const char *fields =
        PLAIN ",\"alias\":\"Robin Canary\",\"safe_contact\":\"Canary 555 0100\","
              "\"safe_contact_mode\":\"text_ok\",\"case_reference\":\"Canary-77\","
              "\"avoid_places\":[{\"latitude\":41.4242,\"longitude\":-72.4242,\"radius_m\":1234}]";
    json_t *request = search_open(&at, fields);
    char *text = json_dumps(request, 0);
    const char *path = search_format("%s/reveal", path_of(request));

    cr_expect_null(strstr(text, "Canary"), "%s", text);
    cr_expect_null(strstr(text, "4242"), "%s", text);
    cr_expect_eq(search_number(request, "places_to_avoid"), 1);
    free(text);
    static const char *const tables[] = {"nb.shelter_request", "nb.operation",
                                         "nb.audit_event",     "nb.task",
                                         "pii.guest_secret",   "nb.situation_ref"};
    /* Sealed bytes are shown in hexadecimal digits, where four digits alone come by chance. */
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        cr_expect_eq(house_number(&at.house,
                                  "select count(*) from %s t where t::text ~ concat_ws('|', "
                                  "'Canary', '41[.]4242', '72[.]4242', encode('Canary', 'hex'), "
                                  "encode('.4242', 'hex'))",
                                  tables[i]),
                     0, "%s", tables[i]);
    }
    struct house_reply shown = search_ask(&at, NULL, "POST", path, "{\"reason\":\"call_back\"}");
    cr_assert_eq(shown.status, 200, "%s", search_dump(shown.body));
    cr_expect_str_eq(search_text(shown.body, "alias"), "Robin Canary");
    cr_expect_str_eq(search_text(shown.body, "safe_contact"), "Canary 555 0100");
    const json_t *zone = json_array_get(json_object_get(shown.body, "avoid_places"), 0);
    cr_expect_float_eq(json_number_value(json_object_get(zone, "latitude")), 41.4242, 1e-9);
    cr_expect_eq(search_number(zone, "radius_m"), 1234);
    char *supervisor = search_token(&at, NULL, "supervisor");
    struct house_reply other =
        search_ask(&at, supervisor, "POST", path, "{\"reason\":\"incident\"}");
    cr_expect_eq(other.status, 200);
    cr_expect(json_is_null(json_object_get(other.body, "avoid_places")), "not their author's role");
    json_t *again = search_get(&at, supervisor, path_of(request));
    cr_expect(json_is_null(json_object_get(again, "places_to_avoid")));
    cr_expect_eq(house_number(&at.house, "select count(*) from nb.audit_event where action = "
                                         "'request.revealed' and detail ? 'reason'"),
                 2);
    char *log = house_daemon_log(&at.daemon);
    cr_expect_null(strstr(log, "Canary"));
    free(log);
    json_decref(again);
    house_reply_fini(&other);
    house_reply_fini(&shown);
    json_decref(request);
    free(supervisor);
}

Test(request, reveals_have_a_quota_and_end_with_the_guests_key)
{
    json_t *request = search_open(&at, PLAIN ",\"alias\":\"Robin Canary\"");
    const char *path = search_format("%s/reveal", path_of(request));
    struct house_reply bare = search_ask(&at, NULL, "POST", path, "{\"reason\":\"call_back\"}");

    cr_assert_eq(bare.status, 200, "%s", search_dump(bare.body));
    cr_expect(json_is_null(json_object_get(bare.body, "safe_contact")), "none was given");
    cr_expect_eq(json_array_size(json_object_get(bare.body, "avoid_places")), 0);
    free(house_sql(&at.house, "delete from pii.guest_key"));
    struct house_reply erased = search_ask(&at, NULL, "POST", path, "{\"reason\":\"call_back\"}");
    cr_expect_eq(erased.status, 410, "%s", search_dump(erased.body));
    free(house_sql(&at.house, "update nb.reveal_count set reveals = 60"));
    struct house_reply late = search_ask(&at, NULL, "POST", path, "{\"reason\":\"call_back\"}");
    cr_expect_eq(late.status, 429, "%s", search_dump(late.body));
    cr_expect_eq(house_number(&at.house, "select count(*) from nb.audit_event where action = "
                                         "'request.reveal_refused'"),
                 1);
    struct house_reply idle = search_ask(&at, NULL, "POST", path, "{\"reason\":\"curious\"}");
    cr_expect_eq(idle.status, 422, "%s", search_dump(idle.body));
    house_reply_fini(&idle);
    house_reply_fini(&late);
    house_reply_fini(&erased);
    house_reply_fini(&bare);
    json_decref(request);
}

Test(request, a_change_names_the_version_it_was_made_on_and_makes_searches_stale)
{
    json_t *request = search_open(
        &at, PLAIN ",\"nights\":2,\"safe_contact\":\"x\",\"safe_contact_mode\":\"text_ok\","
                   "\"languages\":[\"es\"]");
    json_t *search = search_run(&at, request, "{}");
    char *text = NULL;

    cr_expect_eq(change(request, NULL, "{\"nights\":3}", &text), 428, "%s", text);
    cr_expect_eq(change(request, "\"v9\"", "{\"nights\":3}", &text), 412, "%s", text);
    cr_expect_eq(change(request, "\"v1\"", "{\"alias\":\"x\"}", &text), 422, "%s", text);
    cr_expect_eq(change(request, "\"v1\"", "{\"nights\":400}", &text), 422, "%s", text);
    cr_assert_eq(
        change(request, "\"v1\"", "{\"nights\":3,\"pets\":1,\"child_involved\":true}", &text), 200,
        "%s", text);
    json_t *after = json_loads(text, 0, NULL);
    cr_expect_eq(search_number(after, "nights"), 3);
    cr_expect_eq(search_number(after, "pets"), 1);
    cr_expect_str_eq(search_text(after, "safe_contact_mode"), "text_ok", "what is not named stays");
    cr_expect_str_eq(search_text(json_object_get(after, "place"), "label"), "06103");
    cr_expect_str_eq(search_text(json_object_get(after, "place"), "zone"), "America/New_York");
    cr_expect(search_has_word(json_object_get(after, "languages"), "es"));
    cr_expect(search_has_word(json_object_get(after, "open_tasks"), "mandated_report"));
    json_t *stale =
        search_get(&at, NULL, search_format("/v1/searches/%s", search_text(search, "id")));
    cr_expect(json_is_true(json_object_get(stale, "stale")));
    json_decref(stale);
    json_decref(after);
    json_decref(search);
    json_decref(request);
}

Test(request, says_beforehand_who_may_book_so_many_nights)
{
    static const struct {
        int nights;
        const char *role;
        const char *by; /* NULL: the role itself, at once */
        bool reason;
    } rows[] = {
        {3, "specialist", NULL, false},        {4, "specialist", "coordinator", false},
        {4, "coordinator", NULL, false},       {7, "coordinator", "supervisor", false},
        {8, "supervisor", "supervisor", true}, {11, "specialist", "director", true},
        {11, "director", "director", true},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *token = search_token(&at, NULL, rows[i].role);
        json_t *request = search_open(&at, search_format(PLAIN ",\"nights\":%d", rows[i].nights));
        json_t *shown = search_get(&at, token, path_of(request));
        const json_t *needs = json_object_get(shown, "needs_approval");
        cr_expect_eq(json_is_null(needs), rows[i].by == NULL, "%d as %s", rows[i].nights,
                     rows[i].role);
        cr_expect(rows[i].by == NULL ||
                      (strcmp(search_text(needs, "by"), rows[i].by) == 0 &&
                       json_is_true(json_object_get(needs, "long_stay_reason")) == rows[i].reason),
                  "%d as %s: %s", rows[i].nights, rows[i].role, search_dump(shown));
        json_decref(shown);
        json_decref(request);
        free(token);
    }
}

/* Who asks for a party learns what the guest lets them know. */
Test(request, a_house_that_asked_learns_back_what_the_guest_consents_to)
{
    char *name = house_sql(&at.house, "select min(display_name) from nb.app_user where provider_id "
                                      "is not null");
    char *house = house_sql(&at.house,
                            "select p.public_id from nb.provider p join nb.app_user u using "
                            "(provider_id) where u.display_name = '%s'",
                            name);
    char *token = search_token(&at, name, "provider");
    static const char *const shares[] = {"nothing", "placed"};
    for (int i = 0; i < 2; i++) {
        json_t *request = search_open(
            &at, search_format(PLAIN ",\"alias\":\"Robin Canary\",\"asked_by\":\"provider\","
                                     "\"asking_provider\":\"%s\",\"shares_back\":\"%s\"",
                               house, shares[i]));
        free(house_sql(&at.house,
                       "update nb.shelter_request set state = 'placed' where public_id = "
                       "'%s'",
                       search_text(request, "id")));
        json_decref(request);
    }
    json_decref(search_open(&at, PLAIN));
    json_t *page = search_get(&at, token, "/v1/asked?limit=1");
    const json_t *first = json_array_get(json_object_get(page, "items"), 0);
    cr_expect_str_eq(search_text(first, "shares_back"), "placed", "the latest first");
    cr_expect_str_eq(search_text(first, "progress"), "placed");
    json_t *next =
        search_get(&at, token, search_format("/v1/asked?cursor=%s", search_text(page, "next")));
    cr_expect_eq(json_array_size(json_object_get(next, "items")), 1, "its own and no other");
    const json_t *second = json_array_get(json_object_get(next, "items"), 0);
    cr_expect(json_is_null(json_object_get(second, "progress")), "%s", search_dump(second));
    cr_expect_null(strstr(search_dump(next), "Canary"));
    struct house_reply staff = search_ask(&at, NULL, "GET", "/v1/asked", NULL);
    cr_expect_eq(staff.status, 403);
    house_reply_fini(&staff);
    json_decref(next);
    json_decref(page);
    free(token);
    free(house);
    free(name);
    /* What the test moved by hand goes back. */
    free(house_sql(&at.house, "update nb.shelter_request set state = 'open'"));
}

Test(request, a_closed_one_is_searched_no_more_and_reports_stay_owed)
{
    struct house_reply opened = search_ask(
        &at, NULL, "POST", "/v1/requests",
        "{" PLAIN ",\"child_involved\":true,\"immediate_violence\":false,\"consents_to_report\":"
        "false}");
    const char *path = path_of(opened.body);
    struct house_reply closed = search_ask(&at, NULL, "POST", search_format("%s/close", path),
                                           "{\"reason\":\"withdrawn\"}");

    cr_assert_eq(closed.status, 200, "%s", search_dump(closed.body));
    cr_expect_str_eq(search_text(closed.body, "state"), "closed");
    cr_expect(search_has_word(json_object_get(closed.body, "open_tasks"), "mandated_report"));
    struct house_reply searched =
        search_ask(&at, NULL, "POST", search_format("%s/searches", path), "{}");
    cr_expect_eq(searched.status, 409, "%s", search_dump(searched.body));
    house_reply_fini(&searched);
    house_reply_fini(&closed);
    house_reply_fini(&opened);
}

Test(request, a_draft_survives_sealed_and_is_its_writers_alone)
{
    char *colleague = search_token(&at, NULL, "specialist");
    struct house_reply made = search_ask(&at, NULL, "POST", "/v1/drafts",
                                         "{\"nights\":2,\"alias\":\"Canary\"," ADULT "}");
    cr_assert_eq(made.status, 201, "%s", search_dump(made.body));
    const char *path = search_format("/v1/drafts/%s", search_text(made.body, "id"));
    struct house_reply other = search_ask(&at, colleague, "GET", path, NULL);

    cr_expect_eq(other.status, 404);
    json_t *mine = search_get(&at, NULL, path);
    cr_expect_eq(search_number(json_object_get(mine, "request"), "nights"), 2);
    char *text = NULL;
    cr_expect_eq(change_at(path, NULL, "{\"nights\":3}", &text), 428, "%s", text);
    cr_expect_eq(change_at(path, "\"v7\"", "{\"nights\":3}", &text), 412, "%s", text);
    cr_expect_eq(change_at(path, "\"v1\"", "{\"nights\":3,\"alias\":null}", &text), 200, "%s",
                 text);
    json_t *later = json_loads(text, 0, NULL);
    const json_t *typed = json_object_get(later, "request");
    cr_expect_eq(search_number(typed, "nights"), 3);
    cr_expect_null(json_object_get(typed, "alias"), "null takes it out");
    cr_expect_eq(json_array_size(json_object_get(typed, "households")), 1, "the rest stays");
    json_decref(later);
    json_t *list = search_get(&at, NULL, "/v1/drafts");
    cr_expect_eq(json_array_size(json_object_get(list, "items")), 1);
    cr_expect_eq(house_number(&at.house,
                              "select count(*) from nb.request_draft d where d.sealed::text like "
                              "'%%' || encode('Canary', 'hex') || '%%'"),
                 0);
    struct house_reply dropped = search_ask(&at, NULL, "DELETE", path, NULL);
    cr_expect_eq(dropped.status, 204);
    struct house_reply gone = search_ask(&at, NULL, "GET", path, NULL);
    cr_expect_eq(gone.status, 404);
    house_reply_fini(&gone);
    house_reply_fini(&dropped);
    json_decref(list);
    json_decref(mine);
    house_reply_fini(&other);
    house_reply_fini(&made);
    free(colleague);
}

Test(request, two_contacts_of_one_case_at_one_moment_open_one_request)
{
    enum { TOGETHER = 8 };
    char file[] = "/tmp/nb-request-test-XXXXXX";
    int fd = mkstemp(file);
    cr_assert_geq(fd, 0);
    cr_assert_geq(dprintf(fd, "{" PLAIN ",\"case_reference\":\"race\"," SEARCH_QUESTIONS "}"), 0);
    const char *command = search_format(
        "for i in $(seq %d); do curl -s -m 20 -o /dev/null -w '%%{http_code}\\n' -X POST "
        "http://127.0.0.1:%d/v1/requests -H 'Authorization: Bearer %s' -H 'Content-Type: "
        "application/json' -H \"Idempotency-Key: race-$i\" -d @%s & done; wait",
        TOGETHER, at.daemon.port, at.token, file);
    FILE *pipe = popen(command, "r");
    int opened = 0;
    int repeats = 0;
    for (int status = 0; fscanf(pipe, "%d", &status) == 1;) {
        opened += status == 201;
        repeats += status == 409;
    }
    cr_assert_eq(pclose(pipe), 0);
    (void)remove(file);
    cr_expect_eq(opened, 1);
    cr_expect_eq(repeats, TOGETHER - 1);
    cr_expect_eq(house_number(&at.house, "select count(*) from nb.shelter_request"), 1);
}
