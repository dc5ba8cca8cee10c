/* Bodies: what is refused before a tree exists, and what a field table says about a tree. */
#include "core/base/mem.h"
#include "core/http/body.h"
#include "core/http/fields.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(http_body, .timeout = 10);
TestSuite(http_fields, .timeout = 10);

#define TEXT(literal) (literal), sizeof(literal) - 1

Test(http_body, refuses_what_is_not_one_plain_document)
{
    static const struct {
        const char *body;
        size_t bytes;
        int status; /* 0: accepted */
        const char *why;
    } rows[] = {
        {TEXT("{\"a\":1}"), 0, "an object"},
        {TEXT("[1,2]"), 0, "a list"},
        {TEXT(""), 400, "nothing"},
        {TEXT("17"), 400, "a bare number"},
        {TEXT("\"x\""), 400, "a bare text"},
        {TEXT("{\"a\":1} x"), 400, "something behind the end"},
        {TEXT("{\"a\":1,\"a\":2}"), 400, "a name given twice"},
        {TEXT("{\"a\":\"x\\u0000y\"}"), 400, "an escaped NUL"},
        {TEXT("{\"a\":\"x\0y\"}"), 400, "a raw NUL"},
        {TEXT("{\"a\":1}\0"), 400, "a NUL behind the end"},
        {TEXT("{\"a\":9223372036854775807}"), 0, "the largest integer"},
        {TEXT("{\"a\":9223372036854775808}"), 400, "one more"},
        {TEXT("{\"a\":1e400}"), 400, "beyond a double"},
        {TEXT("{\"a\":\"\xff\"}"), 400, "not UTF-8"},
        {TEXT("{\"a\":"), 400, "half a document"},
        {TEXT("{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[\"}"), 0, "brackets in a text are no depth"},
        {TEXT("{\"a\":\"0123456789012345678901234567890123456789012345678901234567890\"}"), 413,
         "over the ceiling"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        json_t *json = NULL;
        struct http_problem problem = {0};
        bool good = http_body_parse(rows[i].body, rows[i].bytes, 64, &json, &problem);
        cr_expect_eq(good, rows[i].status == 0, "%s: %s", rows[i].why, problem.detail);
        cr_expect_eq(problem.status, rows[i].status, "%s", rows[i].why);
        json_decref(json);
    }
}

Test(http_body, a_bomb_of_a_hundred_thousand_levels_costs_no_stack)
{
    size_t bytes = 100000;
    char *bomb = nb_alloc(bytes + 1);
    memset(bomb, '[', bytes);
    json_t *json = NULL;
    struct http_problem problem;
    cr_expect_not(http_body_parse(bomb, bytes, bytes, &json, &problem));
    cr_expect_eq(problem.status, 400);
    cr_expect_not_null(strstr(problem.detail, "16 levels"));
    nb_free(bomb);
}

Test(http_body, says_where_but_never_what_stood_there)
{
    json_t *json = NULL;
    struct http_problem problem;
    cr_expect_not(http_body_parse(TEXT("{\"a\":1,\n\"Maria\": Gonzalez}"), 64, &json, &problem));
    cr_expect_not_null(strstr(problem.detail, "line 2"));
    cr_expect_null(strstr(problem.detail, "Gonz"));
    cr_expect_null(strstr(problem.detail, "Maria"));
}

Test(http_body, knows_the_types_of_json)
{
    cr_expect(http_body_is_json("application/json"));
    cr_expect(http_body_is_json("Application/JSON; charset=utf-8"));
    cr_expect(http_body_is_json("application/merge-patch+json"));
    cr_expect_not(http_body_is_json("text/plain"));
    cr_expect_not(http_body_is_json("application/jsonp"));
    cr_expect_not(http_body_is_json(NULL));
}

static const char *const urgencies[] = {"crisis", "urgent", "planned", NULL};
static const struct http_fields ages = {
    .fields = &(const struct http_field){.type = HTTP_INTEGER, .min = 0, .max = 17}, .count = 1};
static const struct http_field party_rows[] = {
    {.name = "adults", .type = HTTP_INTEGER, .required = true, .min = 0, .max = 60},
    {.name = "children_ages", .type = HTTP_ARRAY, .max = 12, .of = &ages},
};
static const struct http_fields party = {"Party", party_rows, NB_COUNT(party_rows)};
static const struct http_field point_rows[] = {
    {.name = "latitude", .type = HTTP_NUMBER, .required = true, .min = -90, .max = 90},
};
static const struct http_fields point = {"Point", point_rows, NB_COUNT(point_rows)};
static const struct http_field rows_of_request[] = {
    {.name = "urgency",
     .type = HTTP_ENUM,
     .required = true,
     .words = urgencies,
     .about = "How soon.",
     .example = "crisis"},
    {.name = "check_in", .type = HTTP_NIGHT, .required = true},
    {.name = "party", .type = HTTP_OBJECT, .required = true, .of = &party},
    {.name = "avoid", .type = HTTP_ARRAY, .min = 1, .max = 2, .of = &point},
    {.name = "alias", .type = HTTP_TEXT, .min = 2, .max = 5, .secret = true},
    {.name = "note", .type = HTTP_TEXT, .nullable = true},
    {.name = "seen_at", .type = HTTP_INSTANT},
    {.name = "option_id", .type = HTTP_PUBLIC_ID},
    {.name = "card", .type = HTTP_BOOLEAN, .example = "true"},
};
static const struct http_fields request = {"ShelterRequest", rows_of_request,
                                           NB_COUNT(rows_of_request)};

/* Parsed without the refusal of names given twice: a later one replaces what GOOD says. */
static bool check(const char *text, struct http_problem *problem)
{
    json_t *json = json_loads(text, 0, NULL);
    cr_assert_not_null(json, "%s", text);
    bool good = http_fields_check(&request, json, problem);
    json_decref(json);
    return good;
}

#define GOOD "\"urgency\":\"crisis\",\"check_in\":\"2026-11-24\",\"party\":{\"adults\":2}"

Test(http_fields, accepts_what_the_table_allows)
{
    struct http_problem problem;
    cr_expect(check("{" GOOD "}", &problem));
    cr_expect(check("{" GOOD ",\"note\":null,\"card\":false,\"alias\":\"\xc3\xa9t\xc3\xa9\","
                    "\"seen_at\":\"2026-11-24T03:00:00-05:00\","
                    "\"option_id\":\"00112233-4455-6677-8899-aabbccddeeff\","
                    "\"avoid\":[{\"latitude\":-33.5}]}",
                    &problem));
}

Test(http_fields, says_what_is_wrong_and_where)
{
    static const struct {
        const char *body;
        const char *pointer;
        const char *detail;
    } rows[] = {
        {"{" GOOD ",\"party\":{\"adults\":2,\"children_ages\":[3,4,18]}}", "/party/children_ages/2",
         "must be a whole number between 0 and 17"},
        {"{" GOOD ",\"party\":{\"adults\":\"2\"}}", "/party/adults",
         "must be a whole number between 0 and 60"},
        {"{" GOOD ",\"party\":{\"adults\":2.0}}", "/party/adults",
         "must be a whole number between 0 and 60"},
        {"{" GOOD ",\"party\":{}}", "/party/adults", "is required"},
        {"{" GOOD ",\"party\":{\"adults\":1,\"pets/x~y\":1}}", "/party/pets~1x~0y",
         "is not known here; allowed: adults, children_ages"},
        {"{" GOOD ",\"party\":[]}", "/party", "must be an object"},
        {"{" GOOD ",\"urgency\":\"soon\"}", "/urgency", "must be one of: crisis, urgent, planned"},
        {"{" GOOD ",\"urgency\":3}", "/urgency", "must be one of: crisis, urgent, planned"},
        {"{" GOOD ",\"check_in\":\"2026-02-30\"}", "/check_in",
         "must be a date that exists, as YYYY-MM-DD"},
        {"{" GOOD ",\"avoid\":[]}", "/avoid", "must have between 1 and 2 items"},
        {"{" GOOD ",\"avoid\":{}}", "/avoid", "must be a list"},
        {"{" GOOD ",\"avoid\":[{\"latitude\":91}]}", "/avoid/0/latitude",
         "must be between -90 and 90 degrees"},
        {"{" GOOD ",\"avoid\":[{\"latitude\":\"91\"}]}", "/avoid/0/latitude",
         "must be a number of degrees"},
        {"{" GOOD ",\"alias\":\"abcdef\"}", "/alias", "must have between 2 and 5 characters"},
        {"{" GOOD ",\"alias\":\"a\\u0007b\"}", "/alias", "must not contain control characters"},
        {"{" GOOD ",\"alias\":null}", "/alias", "must be text"},
        {"{" GOOD ",\"seen_at\":\"2026-11-24T03:00:00\"}", "/seen_at",
         "must be a moment with an offset, as 2026-11-24T03:00:00Z"},
        {"{" GOOD ",\"option_id\":\"17\"}", "/option_id",
         "must be an id of 36 characters, as in the answers of this API"},
        {"{" GOOD ",\"card\":1}", "/card", "must be true or false"},
        {"[]", "", "must be an object"},
    };
    for (size_t i = 0; i < NB_COUNT(rows); i++) {
        struct http_problem problem;
        cr_expect_not(check(rows[i].body, &problem), "%s", rows[i].body);
        cr_expect_eq(problem.status, 422);
        cr_expect_eq(problem.count, 1, "%s: %zu errors", rows[i].body, problem.count);
        cr_expect_str_eq(problem.errors[0].pointer, rows[i].pointer, "%s", rows[i].body);
        cr_expect_str_eq(problem.errors[0].detail, rows[i].detail, "%s", rows[i].body);
    }
}

Test(http_fields, collects_every_error_at_once)
{
    struct http_problem problem;
    cr_expect_not(check("{\"urgency\":\"x\",\"party\":{\"adults\":99,\"children_ages\":[20,21]},"
                        "\"extra\":1}",
                        &problem));
    cr_expect_eq(problem.count, 6);
}

Test(http_fields, a_thousand_errors_are_still_a_short_answer)
{
    struct http_problem problem;
    json_t *json = json_object();
    for (int i = 0; i < 1000; i++) {
        char name[300];
        memset(name, 'n', sizeof name);
        (void)snprintf(name + 280, 20, "%d", i);
        json_object_set_new(json, name, json_integer(i));
    }
    cr_expect_not(http_fields_check(&request, json, &problem));
    cr_expect_eq(problem.count, HTTP_PROBLEM_ERRORS);
    cr_expect_eq(problem.count + problem.left_out, 1003);
    json_decref(json);
}

static json_t *property(const json_t *schema, const char *name)
{
    return json_object_get(json_object_get(schema, "properties"), name);
}

Test(http_fields, the_schema_says_what_the_check_enforces)
{
    json_t *schema = http_fields_schema(&request);
    cr_expect_str_eq(json_string_value(json_object_get(schema, "title")), "ShelterRequest");
    cr_expect(json_is_false(json_object_get(schema, "additionalProperties")));
    cr_expect_eq(json_array_size(json_object_get(schema, "required")), 3);

    json_t *alias = property(schema, "alias");
    cr_expect_eq(json_integer_value(json_object_get(alias, "minLength")), 2);
    cr_expect_eq(json_integer_value(json_object_get(alias, "maxLength")), 5);
    cr_expect(json_is_true(json_object_get(alias, "writeOnly")));

    json_t *urgency = property(schema, "urgency");
    cr_expect_eq(json_array_size(json_object_get(urgency, "enum")), 3);
    cr_expect_str_eq(json_string_value(json_object_get(urgency, "description")), "How soon.");

    json_t *list = property(property(schema, "party"), "children_ages");
    json_t *age = json_object_get(list, "items");
    cr_expect_eq(json_integer_value(json_object_get(list, "maxItems")), 12);
    cr_expect_eq(json_integer_value(json_object_get(age, "maximum")), 17);

    json_t *examples = json_object_get(property(schema, "card"), "examples");
    cr_expect(json_is_true(json_array_get(examples, 0)), "shown as JSON, not as text");
    json_t *types = json_object_get(property(schema, "note"), "type");
    cr_expect_str_eq(json_string_value(json_array_get(types, 1)), "null");
    json_decref(schema);
}
