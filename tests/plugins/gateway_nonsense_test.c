/* What no gateway and no house should say, and what every plugin makes of it: a refusal, and no
 * request. */
#include "tests/plugins/gateway_cases.h"

#include "core/plugin/tree.h"

#include <string.h>

TestSuite(gateway_nonsense, .timeout = 60);

Test(gateway_nonsense, an_event_that_makes_no_sense_is_refused)
{
    static const struct nb_response empty = {.status = 200};
    struct nb_operation cancel = of_kind(NB_OPERATION_CANCEL);
    struct nb_operation unknown = of_kind(NB_OPERATION_COUNT);
    struct nb_operation none = of_kind(NB_OPERATION_NONE);
    const struct nb_event begins[] = {{.kind = NB_EVENT_BEGIN, .operation = &unknown},
                                      {.kind = NB_EVENT_BEGIN, .operation = &none}};
    const struct nb_event events[] = {
        {.kind = NB_EVENT_NONE, .operation = &gateway_stay},
        {.kind = NB_EVENT_COUNT, .operation = &gateway_stay},
        {.kind = 900, .operation = &gateway_stay},
        {.kind = NB_EVENT_WOKE, .operation = &gateway_stay}, /* it never waits */
        {.kind = NB_EVENT_RESPONSE, .operation = &gateway_stay},
        {.kind = NB_EVENT_RESPONSE, .operation = &cancel, .response = &empty},
        {.kind = NB_EVENT_FAILED, .operation = &gateway_stay},
        {.kind = NB_EVENT_FAILED, .operation = &gateway_stay, .failure = NB_FAILURE_TIMEOUT},
        {.kind = NB_EVENT_FAILED, .operation = &gateway_stay, .sent = NB_SENT_YES},
        {.kind = NB_EVENT_FAILED,
         .operation = &gateway_stay,
         .failure = NB_FAILURE_COUNT,
         .sent = NB_SENT_YES},
        {.kind = NB_EVENT_FAILED,
         .operation = &gateway_stay,
         .failure = NB_FAILURE_TIMEOUT,
         .sent = NB_SENT_YES + 1},
        {.kind = NB_EVENT_CANCEL, .operation = &gateway_stay},
        {.kind = NB_EVENT_CANCEL, .operation = &gateway_stay, .sent = NB_SENT_YES + 1},
    };
    EACH_PLUGIN(p)
    {
        struct inside inside;
        const struct nb_effect *effect;
        inside_open(&inside, gateway_plugins[p]);
        for (size_t i = 0; i < NB_COUNT(begins); i++) {
            cr_expect_eq(inside_step(&inside, &begins[i], &effect), NB_REFUSED);
        }
        bring(&inside, &gateway_stay, true);
        for (size_t i = 0; i < NB_COUNT(events); i++) {
            cr_expect_eq(inside_step(&inside, &events[i], &effect), NB_REFUSED, "event %zu", i);
        }
        expect_done(inside_respond(&inside, &gateway_stay, 201, BOOKED("confirmed")),
                    NB_OUTCOME_CONFIRMED, "none of them did harm");
        const struct nb_event late = {
            .kind = NB_EVENT_RESPONSE, .operation = &gateway_stay, .response = &empty};
        cr_expect_eq(inside_step(&inside, &late, &effect), NB_REFUSED,
                     "nothing comes after the end");
        inside_close(&inside);
    }
}

static const struct bad_operation {
    const char *reference;
    const char *property;
    int32_t check_in;
    int32_t check_out;
    uint16_t rooms;
    const char *why;
} bad_operations[] = {
    {NULL, "ABCDE", 9825, 9827, 1, "no reference"},
    {"", "ABCDE", 9825, 9827, 1, "an empty reference"},
    {"a/../b", "ABCDE", 9825, 9827, 1, "a reference that is a path"},
    {"a?b", "ABCDE", 9825, 9827, 1, "a reference that is a query"},
    {"{{account.member}}", "ABCDE", 9825, 9827, 1, "a reference that is a placeholder"},
    {REFERENCE, NULL, 9825, 9827, 1, "no property"},
    {REFERENCE, "ABCDE", 9827, 9825, 1, "it ends before it begins"},
    {REFERENCE, "ABCDE", 9825, 9825, 1, "no night"},
    {REFERENCE, "ABCDE", NB_DAY_NONE, 9827, 1, "no first night"},
    {REFERENCE, "ABCDE", 9825, NB_DAY_NEVER, 1, "no end"},
    {REFERENCE, "ABCDE", 9825, 9825 + NB_NIGHTS_MAX + 1, 1, "longer than any stay"},
    {REFERENCE, "ABCDE", 9825, 9827, 0, "no room"},
};

Test(gateway_nonsense, an_operation_that_makes_no_sense_is_never_sent)
{
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, gateway_plugins[p]);
        for (size_t i = 0; i < NB_COUNT(bad_operations); i++) {
            const struct bad_operation *bad = &bad_operations[i];
            struct nb_operation operation = with_quote(NB_OPERATION_COMMIT);
            operation.reference = bad->reference;
            operation.property_code = bad->property;
            operation.check_in = bad->check_in;
            operation.check_out = bad->check_out;
            operation.rooms = bad->rooms;
            expect_failed(inside_begin(&inside, &operation), NB_FAIL_BAD_ASK, bad->why);
        }
        inside_close(&inside);
    }
}

Test(gateway_nonsense, texts_of_others_never_become_placeholders_or_structure)
{
    static const char nasty[] = "{{credential.password}}\",\"points_total\":0,\"x\":\"\\";
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, gateway_plugins[p]);
        struct nb_operation operation = of_kind(NB_OPERATION_COMMIT);
        operation.quote_id = operation.property_code = nasty;
        const struct nb_effect *effect = inside_begin(&inside, &operation);
        json_t *body = request_body(&operation, effect, NB_METHOD_POST, "/v1/reservations");
        cr_expect_str_eq(text_in(body, "property_code"), nasty, "the same text, as a text");
        cr_expect_str_eq(text_in(body, "quote_id"), nasty);
        cr_expect_eq(json_integer_value(json_object_get(body, "points_total")), 30000);
        cr_expect(strstr(effect->request.body, "{{credential") == NULL);
        json_decref(body);
        inside_close(&inside);
    }
}

/* One call with less and less memory: it says so, and the next call is whole. */
static void expect_frugal(struct inside *inside, const struct nb_event *event)
{
    uint8_t before[NB_STATE_BYTES_MAX];
    memcpy(before, inside->state, sizeof(before));
    int refused = 0;
    for (uint32_t bytes = 1; bytes < 32768; bytes = bytes * 5 / 4 + 1) {
        const struct nb_effect *effect = NULL;
        inside->context.arena_bytes = bytes;
        enum nb_status status = inside_step(inside, event, &effect);
        cr_expect(status == NB_OK || status == NB_NO_MEMORY, "%u bytes: %d", bytes, status);
        refused += status == NB_NO_MEMORY;
        memcpy(inside->state, before, sizeof(before));
    }
    inside->context.arena_bytes = 0;
    cr_expect_gt(refused, 3);
}

Test(gateway_nonsense, without_memory_it_says_so)
{
    struct nb_err err;
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, gateway_plugins[p]);
        const struct nb_event begin = {.kind = NB_EVENT_BEGIN, .operation = &gateway_stay};
        expect_frugal(&inside, &begin);
        expect_quote_request(&gateway_stay, inside_begin(&inside, &gateway_stay));
        struct nb_arena *arena = nb_arena_create(NB_TREE_BYTES_MAX);
        struct nb_response response = {.status = 200};
        cr_assert(plugin_tree_of_json(arena, QUOTE, strlen(QUOTE), &response.body, &err));
        const struct nb_event quoted = {
            .kind = NB_EVENT_RESPONSE, .operation = &gateway_stay, .response = &response};
        expect_frugal(&inside, &quoted);
        expect_commit_request(&gateway_stay, inside_respond(&inside, &gateway_stay, 200, QUOTE),
                              "q-1");
        nb_arena_destroy(arena);
        inside_close(&inside);
    }
}

Test(gateway_nonsense, deadlines_are_settings)
{
    static const struct plugin_setting settings[] = {{"quote_deadline_ms", "2000"},
                                                     {"write_deadline_ms", "3000"}};
    struct nb_err err = {0};
    EACH_PLUGIN(p)
    {
        struct inside inside;
        inside_open(&inside, gateway_plugins[p]);
        cr_expect_eq(inside_begin(&inside, &gateway_stay)->request.deadline_ms, 15000);
        cr_expect_eq(inside_respond(&inside, &gateway_stay, 200, QUOTE)->request.deadline_ms,
                     90000);
        plugin_invoker_destroy(inside.first);
        plugin_invoker_destroy(inside.second);
        inside.first = plugin_invoker_create(inside.plugin, settings, 2, &err);
        inside.second = plugin_invoker_create(inside.plugin, settings, 2, &err);
        cr_expect_eq(inside_begin(&inside, &gateway_stay)->request.deadline_ms, 2000);
        cr_expect_eq(inside_respond(&inside, &gateway_stay, 200, QUOTE)->request.deadline_ms, 3000);
        inside_close(&inside);
    }
}
