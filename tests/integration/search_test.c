/*
 * From request to ranked options, through HTTP, on the sample world with real plugin hosts: the
 * sentences of the intake and of the list, each where a scene of the world shows it.
 */
#include "core/base/mem.h"
#include "tests/support/house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct house house;
static struct house_daemon daemon_;
static char *token;
static int keys_used;

static void open_house(void)
{
    house_open(&house, &(struct house_options){.world = true, .gateway = true});
    house_daemon_start(&house, &daemon_, NULL);
    token = house_token(&house, "specialist");
}

static void close_house(void)
{
    int status = house_daemon_stop(&daemon_);
    char *log = house_daemon_log(&daemon_);
    cr_expect_eq(status, 0, "the daemon ended with %d:\n%s", status, log);
    free(log);
    house_check_invariants(&house);
    free(token);
    house_close(&house);
}

TestSuite(search, .init = open_house, .fini = close_house, .timeout = 120);

#define QUESTIONS                                                                                  \
    "\"child_involved\":false,\"immediate_violence\":false,\"consents_to_report\":false"

static struct house_reply post(const char *path, const char *body)
{
    char key[64];
    (void)snprintf(key, sizeof(key), "test-%d", ++keys_used);
    json_t *json = json_loads(body, 0, NULL);
    cr_assert_not_null(json, "%s", body);
    return house_call(&daemon_, token, "POST", path, key, json);
}

static char *dump(const json_t *json)
{
    static char text[8192];
    char *all = json_dumps(json, JSON_INDENT(1) | JSON_ENCODE_ANY);
    (void)snprintf(text, sizeof(text), "%s", all == NULL ? "nothing" : all);
    free(all);
    return text;
}

/* Opens a request; its fields beside the three questions. Gives its representation. */
static json_t *open_request(const char *fields)
{
    char body[4096];
    (void)snprintf(body, sizeof(body), "{%s," QUESTIONS "}", fields);
    struct house_reply reply = post("/v1/requests", body);
    cr_assert_eq(reply.status, 201, "%d %s", reply.status, dump(reply.body));
    return reply.body;
}

static const char *text_of(const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));
    cr_assert_not_null(text, "%s in %s", name, dump(json));
    return text;
}

static int64_t number_of(const json_t *json, const char *name)
{
    cr_assert(json_is_integer(json_object_get(json, name)), "%s in %s", name, dump(json));
    return json_integer_value(json_object_get(json, name));
}

static json_t *search_with(const json_t *request, const char *body)
{
    char path[128];
    (void)snprintf(path, sizeof(path), "/v1/requests/%s/searches", text_of(request, "id"));
    struct house_reply reply = post(path, body);
    cr_assert_eq(reply.status / 100, 2, "%d %s", reply.status, dump(reply.body));
    return reply.body;
}

/* Opens and searches. */
static json_t *search_for(const char *fields)
{
    json_t *request = open_request(fields);
    json_t *search = search_with(request, "{}");
    json_decref(request);
    return search;
}

/* NULL when no option stands for that place. */
static json_t *option_at(const json_t *search, const char *place)
{
    json_t *option;
    size_t i;

    json_array_foreach(json_object_get(search, "options"), i, option)
    {
        if (strstr(text_of(option, "place"), place) != NULL) {
            return option;
        }
    }
    return NULL;
}

static json_t *get(const char *path)
{
    struct house_reply reply = house_call(&daemon_, token, "GET", path, NULL, NULL);
    cr_assert_eq(reply.status, 200, "%s: %d %s", path, reply.status, dump(reply.body));
    return reply.body;
}

/* Every page of the refused places; the one that stands for that place, or NULL. Owned. */
static json_t *refusal_at(const json_t *search, const char *place)
{
    char path[512];
    const char *cursor = "";
    json_t *found = NULL;

    for (int pages = 0; pages < 200 && found == NULL && cursor != NULL; pages++) {
        (void)snprintf(path, sizeof(path), "/v1/searches/%s/refusals?limit=100%s%s",
                       text_of(search, "id"), *cursor != '\0' ? "&cursor=" : "", cursor);
        json_t *page = get(path);
        json_t *refusal;
        size_t i;
        json_array_foreach(json_object_get(page, "items"), i, refusal)
        {
            if (strstr(text_of(refusal, "place"), place) != NULL) {
                found = json_incref(refusal);
            }
        }
        const char *next = json_string_value(json_object_get(page, "next"));
        static char kept[256];
        if (next != NULL) {
            (void)snprintf(kept, sizeof(kept), "%s", next);
        }
        cursor = next == NULL ? NULL : kept;
        json_decref(page);
    }
    return found;
}

static bool refused_for(const json_t *search, const char *place, const char *reason)
{
    json_t *refusal = refusal_at(search, place);
    json_t *why;
    size_t i;
    bool found = false;

    json_array_foreach(json_object_get(refusal, "why_not"), i, why)
    {
        found = found || strcmp(text_of(why, "reason"), reason) == 0;
    }
    json_decref(refusal);
    return found;
}

Test(search, a_general_shelter_at_1_km_stands_after_a_hotel_at_4_and_a_fitting_shelter_at_12)
{
    json_t *search = search_for("\"place\":{\"postal_code\":\"25301\"},\"nights\":2,"
                                "\"gender\":\"women\",\"id_documents\":[\"state_id\"],"
                                "\"households\":[{\"adults\":1}]");
    json_t *shelter = option_at(search, "Harbor Stone House");
    json_t *hotel = option_at(search, "Copper Square");
    json_t *general = option_at(search, "Charleston Night Shelter");

    cr_assert(shelter != NULL && hotel != NULL && general != NULL, "%s", dump(search));
    cr_expect_eq(number_of(shelter, "rank"), 1);
    cr_expect_eq(number_of(hotel, "rank"), 2);
    cr_expect_eq(number_of(general, "rank"), 3);
    json_decref(search);
}

Test(search, a_place_that_nobody_vetted_is_never_offered_and_says_so)
{
    json_t *search = search_for("\"place\":{\"postal_code\":\"68102\"},\"nights\":1,"
                                "\"id_documents\":[\"state_id\"],\"households\":[{\"adults\":1}]");

    cr_expect_null(option_at(search, "Quiet Lantern House"), "%s", dump(search));
    cr_expect(refused_for(search, "Quiet Lantern House", "not_vetted"));
    cr_expect(refused_for(search, "Bluebird Terrace", "not_vetted"));
    cr_expect_not_null(option_at(search, "Amber Bridge House"));
    json_decref(search);
}
