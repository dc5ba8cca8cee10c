#include "tests/integration/search_house.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *search_format(const char *fmt, ...)
{
    static char texts[16][4096];
    static unsigned used;
    char *text = texts[used++ % 16];
    va_list arguments;

    va_start(arguments, fmt);
    int length = vsnprintf(text, sizeof(texts[0]), fmt, arguments);
    va_end(arguments);
    cr_assert(length >= 0 && (size_t)length < sizeof(texts[0]));
    return text;
}

const char *search_dump(const json_t *json)
{
    static char text[8192];
    char *all = json_dumps(json, JSON_INDENT(1) | JSON_ENCODE_ANY);

    (void)snprintf(text, sizeof(text), "%s", all == NULL ? "nothing" : all);
    free(all);
    return text;
}

void search_house_open(struct search_house *at, bool plugins)
{
    search_house_open_with(at, plugins, NULL);
}

void search_house_open_with(struct search_house *at, bool plugins, const char *program)
{
    *at = (struct search_house){.keys = 0};
    house_open(&at->house,
               &(struct house_options){.world = true, .gateway = plugins, .plugin = program});
    house_daemon_start(&at->house, &at->daemon, NULL);
    at->token = house_token(&at->house, "specialist");
}

void search_house_close(struct search_house *at)
{
    /* While it runs: what a moved clock made due is its work. */
    house_check_invariants(&at->house);
    int status = house_daemon_stop(&at->daemon);
    char *log = house_daemon_log(&at->daemon);
    cr_expect_eq(status, 0, "the daemon ended with %d:\n%s", status, log);
    free(log);
    free(at->token);
    house_close(&at->house);
}

struct house_reply search_ask(struct search_house *at, const char *token, const char *method,
                              const char *path, const char *body)
{
    json_t *json = body == NULL ? NULL : json_loads(body, 0, NULL);
    const char *key =
        strcmp(method, "POST") == 0 ? search_format("search-test-%d", ++at->keys) : NULL;

    cr_assert(body == NULL || json != NULL, "%s", body);
    return house_call(&at->daemon, token == NULL ? at->token : token, method, path, key, json);
}

char *search_token(struct search_house *at, const char *user, const char *role)
{
    char *said = NULL;

    if (user == NULL) {
        return house_token(&at->house, role);
    }
    cr_assert_eq(HOUSE_RUN(&at->house, &said, "token", "new", user, "--role", role, "--json"), 0,
                 "%s", said);
    json_t *answer = json_loads(said, 0, NULL);
    char *token = strdup(search_text(answer, "token"));
    json_decref(answer);
    free(said);
    return token;
}

json_t *search_open(struct search_house *at, const char *fields)
{
    struct house_reply reply = search_ask(at, NULL, "POST", "/v1/requests",
                                          search_format("{%s," SEARCH_QUESTIONS "}", fields));

    cr_assert_eq(reply.status, 201, "%d %s", reply.status, search_dump(reply.body));
    return reply.body;
}

json_t *search_run(struct search_house *at, const json_t *request, const char *body)
{
    struct house_reply reply =
        search_ask(at, NULL, "POST",
                   search_format("/v1/requests/%s/searches", search_text(request, "id")), body);

    cr_assert_eq(reply.status / 100, 2, "%d %s", reply.status, search_dump(reply.body));
    return reply.body;
}

json_t *search_for(struct search_house *at, const char *fields)
{
    json_t *request = search_open(at, fields);
    json_t *search = search_run(at, request, "{}");

    json_decref(request);
    return search;
}

json_t *search_get(struct search_house *at, const char *token, const char *path)
{
    struct house_reply reply = search_ask(at, token, "GET", path, NULL);

    cr_assert_eq(reply.status, 200, "%s: %d %s", path, reply.status, search_dump(reply.body));
    return reply.body;
}

/* Places of a scene are named so; those of the directory have a number behind the name. */
static bool is_place(const json_t *json, const char *place)
{
    return strstr(search_text(json, "place"), search_format("%s (sample)", place)) != NULL;
}

json_t *search_option(const json_t *search, const char *place)
{
    json_t *option;
    size_t i;

    json_array_foreach(json_object_get(search, "options"), i, option)
    {
        if (is_place(option, place)) {
            return option;
        }
    }
    return NULL;
}

static json_t *refusal_of_page(const json_t *page, const char *place)
{
    json_t *refusal;
    size_t i;

    json_array_foreach(json_object_get(page, "items"), i, refusal)
    {
        if (is_place(refusal, place)) {
            return json_incref(refusal);
        }
    }
    return NULL;
}

json_t *search_refusal(struct search_house *at, const char *token, const json_t *search,
                       const char *place)
{
    const char *path =
        search_format("/v1/searches/%s/refusals?limit=100", search_text(search, "id"));
    const char *first = path;
    json_t *found = NULL;

    while (found == NULL && path != NULL) {
        json_t *page = search_get(at, token, path);
        const char *next = json_string_value(json_object_get(page, "next"));
        found = refusal_of_page(page, place);
        path = next == NULL ? NULL : search_format("%s&cursor=%s", first, next);
        json_decref(page);
    }
    return found;
}

bool search_refused_for(struct search_house *at, const json_t *search, const char *place,
                        const char *reason)
{
    json_t *refusal = search_refusal(at, NULL, search, place);
    json_t *why;
    size_t i;
    bool found = false;

    json_array_foreach(json_object_get(refusal, "why_not"), i, why)
    {
        found = found || strcmp(search_text(why, "reason"), reason) == 0;
    }
    json_decref(refusal);
    return found;
}

const char *search_text(const json_t *json, const char *name)
{
    const char *text = json_string_value(json_object_get(json, name));

    cr_assert_not_null(text, "%s in %s", name, search_dump(json));
    return text;
}

int64_t search_number(const json_t *json, const char *name)
{
    cr_assert(json_is_integer(json_object_get(json, name)), "%s in %s", name, search_dump(json));
    return json_integer_value(json_object_get(json, name));
}

bool search_has_word(const json_t *array, const char *word)
{
    json_t *item;
    size_t i;

    json_array_foreach(array, i, item)
    {
        if (strcmp(json_string_value(item), word) == 0) {
            return true;
        }
    }
    return false;
}
