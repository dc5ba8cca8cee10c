/* Requests and replies as bytes: whole they say the same on the other side, broken they say no. */
#include "core/base/mem.h"
#include "core/plugin/frame.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(plugin_codec, .timeout = 60);

#define ARENA ((size_t)32 << 20)

static const struct nb_rule rules[] = {{"booking.rooms_max", "1", 0, NB_DAY_NEVER},
                                       {"price.tiers", "", 9000, 9900}};
static const struct plugin_context context = {
    .now_us = 1, .today = 9824, .rule_count = 2, .zone = "America/Chicago", .rules = rules};

/* One of everything that a step can be told. */
struct story {
    struct nb_node leaves[2];
    struct nb_node root;
    struct nb_response response;
    struct nb_operation operation;
    struct nb_event event;
    uint8_t state[8];
    struct plugin_step_ask ask;
};

static void story_fill(struct story *story)
{
    *story = (struct story){
        .leaves = {{.kind = NB_NODE_TEXT, .name = "confirmation", .value = "C1"},
                   {.kind = NB_NODE_INTEGER, .integer = -5, .name = "points", .value = "-5"}},
        .root = {.kind = NB_NODE_OBJECT, .child_count = 2},
        .response = {.status = 201, .retry_after_ms = 7},
        .operation = {.kind = NB_OPERATION_COMMIT,
                      .rooms = 2,
                      .reference = "r-1",
                      .property_code = "ABCDE"},
        .event = {.kind = NB_EVENT_RESPONSE, .steps = 3},
        .state = {1, 2, 3, 4, 5, 6, 7, 8},
        .ask = {.state_version = 1, .state_bytes = 8},
    };
    story->root.children = story->leaves;
    story->response.body = &story->root;
    story->event.response = &story->response;
    story->event.operation = &story->operation;
    story->ask.state = story->state;
    story->ask.event = &story->event;
}

static struct wire_reader reader_of(const struct nb_buf *frame, struct nb_arena *arena)
{
    return (struct wire_reader){.at = (uint8_t *)frame->data + sizeof(struct wire_header),
                                .left = frame->length - sizeof(struct wire_header),
                                .arena = arena};
}

static void write_story(struct nb_buf *frame)
{
    struct story story;
    struct nb_err err = {0};
    story_fill(&story);
    nb_buf_init(frame, WIRE_FRAME_BYTES_MAX);
    cr_assert(plugin_request_write(frame, PLUGIN_CALL_STEP, 42, &context, &story.ask, 1, &err),
              "%s", err.text);
}

Test(plugin_codec, a_step_is_the_same_on_the_other_side)
{
    struct nb_buf frame;
    struct nb_arena *arena = nb_arena_create(ARENA);
    write_story(&frame);
    struct wire_header header;
    memcpy(&header, frame.data, sizeof(header));
    cr_expect_eq(header.kind, PLUGIN_CALL_STEP);
    cr_expect_eq(header.id, 42);
    cr_expect_eq(header.length, frame.length - sizeof(header));
    struct wire_reader reader = reader_of(&frame, arena);
    struct plugin_request request;
    struct nb_err err = {0};
    cr_assert(plugin_request_read(&reader, PLUGIN_CALL_STEP, &request, &err), "%s", err.text);
    const struct plugin_step_ask *ask = request.asks;
    const struct nb_node *root = ask->event->response->body;
    cr_expect_eq(request.context.today, 9824);
    cr_expect_str_eq(request.context.zone, "America/Chicago");
    cr_expect_eq(request.context.rule_count, 2);
    cr_expect_str_eq(request.context.rules[1].key, "price.tiers");
    cr_expect_str_eq(request.context.rules[1].value, "", "an empty text is not an absent one");
    cr_expect_eq(ask->state_bytes, 8);
    cr_expect_eq(ask->state[7], 8);
    cr_expect_eq(ask->event->response->retry_after_ms, 7);
    cr_expect_eq(ask->event->operation->rooms, 2);
    cr_expect_null(ask->event->operation->confirmation);
    cr_expect_eq(root->child_count, 2);
    cr_expect_str_eq(root->children[0].value, "C1");
    cr_expect_eq(root->children[1].integer, -5);
    nb_arena_destroy(arena);
    nb_buf_fini(&frame);
}

/* A copy of exactly that length, so that a read past its end is seen by the sanitizer. */
static bool read_cut(const struct nb_buf *frame, size_t count, struct nb_arena *arena)
{
    NB_AUTOFREE uint8_t *copy = nb_alloc(count + 1);
    memcpy(copy, frame->data + sizeof(struct wire_header), count);
    struct wire_reader reader = {.at = copy, .left = count, .arena = arena};
    struct plugin_request request;
    nb_arena_reset(arena);
    return plugin_request_read(&reader, PLUGIN_CALL_STEP, &request, NULL);
}

Test(plugin_codec, a_frame_cut_anywhere_is_refused)
{
    struct nb_buf frame;
    struct nb_arena *arena = nb_arena_create(ARENA);
    write_story(&frame);
    size_t whole = frame.length - sizeof(struct wire_header);
    for (size_t count = 0; count < whole; count++) {
        cr_expect_not(read_cut(&frame, count, arena), "%zu of %zu bytes", count, whole);
    }
    cr_expect(read_cut(&frame, whole, arena));
    nb_arena_destroy(arena);
    nb_buf_fini(&frame);
}

Test(plugin_codec, bytes_that_lie_are_refused_or_read_but_never_believed)
{
    static const uint8_t lies[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    struct nb_buf frame;
    struct nb_arena *arena = nb_arena_create(ARENA);
    write_story(&frame);
    for (size_t at = sizeof(struct wire_header); at < frame.length; at++) {
        char before = frame.data[at];
        for (size_t i = 0; i < NB_COUNT(lies); i++) {
            frame.data[at] = (char)lies[i];
            (void)read_cut(&frame, frame.length - sizeof(struct wire_header), arena);
        }
        frame.data[at] = before;
    }
    nb_arena_destroy(arena);
    nb_buf_fini(&frame);
}

Test(plugin_codec, more_bytes_than_announced_are_refused)
{
    struct nb_buf frame;
    struct nb_arena *arena = nb_arena_create(ARENA);
    write_story(&frame);
    nb_buf_char(&frame, 'x');
    cr_expect_not(read_cut(&frame, frame.length - sizeof(struct wire_header), arena));
    nb_arena_destroy(arena);
    nb_buf_fini(&frame);
}

/* Ceilings ------------------------------------------------------------------------------------- */

static const char *write_code(enum plugin_call_kind kind, const struct plugin_context *told,
                              const void *asks, uint32_t count)
{
    static struct nb_err err;
    struct nb_buf frame;
    nb_buf_init(&frame, WIRE_FRAME_BYTES_MAX);
    err = (struct nb_err){0};
    bool written = plugin_request_write(&frame, kind, 1, told, asks, count, &err);
    nb_buf_fini(&frame);
    return written ? "" : err.code;
}

Test(plugin_codec, what_is_over_a_ceiling_does_not_leave)
{
    static struct nb_price_ask prices[NB_BATCH_MAX + 1];
    static int64_t nights[NB_NIGHTS_MAX + 1];
    static char text[NB_TEXT_BYTES_MAX + 2];
    struct nb_validate_ask validate = {.kind = NB_VALIDATE_MEMBER, .text = text};
    struct plugin_context told = context;
    cr_expect_str_eq(write_code(PLUGIN_CALL_PRICE, &context, prices, NB_BATCH_MAX), "");
    cr_expect_str_eq(write_code(PLUGIN_CALL_PRICE, &context, prices, NB_BATCH_MAX + 1),
                     "plugin_batch");
    cr_expect_str_eq(write_code(PLUGIN_CALL_PRICE, &context, prices, 0), "plugin_batch");
    cr_expect_str_eq(write_code(PLUGIN_CALL_VALIDATE, &context, &validate, 2), "plugin_batch",
                     "only some calls are batches");
    cr_expect_str_eq(write_code(PLUGIN_CALL_NONE, &context, prices, 1), "plugin_batch");
    cr_expect_str_eq(write_code(PLUGIN_CALL_COUNT, &context, prices, 1), "plugin_batch");
    prices[0].night_points = nights;
    prices[0].night_count = NB_NIGHTS_MAX;
    cr_expect_str_eq(write_code(PLUGIN_CALL_PRICE, &context, prices, 1), "");
    prices[0].night_count = NB_NIGHTS_MAX + 1;
    cr_expect_str_eq(write_code(PLUGIN_CALL_PRICE, &context, prices, 1), "plugin_wire_limit");
    memset(text, 'a', NB_TEXT_BYTES_MAX);
    cr_expect_str_eq(write_code(PLUGIN_CALL_VALIDATE, &context, &validate, 1), "");
    text[NB_TEXT_BYTES_MAX] = 'a';
    cr_expect_str_eq(write_code(PLUGIN_CALL_VALIDATE, &context, &validate, 1), "plugin_wire_limit");
    told.rules = NULL;
    cr_expect_str_eq(write_code(PLUGIN_CALL_PRICE, &told, prices + 1, 1), "plugin_rows_missing");
    told.rules = rules;
    told.rule_count = NB_RULES_MAX + 1;
    cr_expect_str_eq(write_code(PLUGIN_CALL_PRICE, &told, prices + 1, 1), "plugin_wire_limit");
}

Test(plugin_codec, a_tree_that_is_too_deep_does_not_leave)
{
    static struct nb_node nodes[WIRE_DEPTH_MAX + 8];
    struct story story;
    story_fill(&story);
    for (size_t i = 0; i + 1 < NB_COUNT(nodes); i++) {
        nodes[i] =
            (struct nb_node){.kind = NB_NODE_ARRAY, .child_count = 1, .children = &nodes[i + 1]};
    }
    nodes[NB_COUNT(nodes) - 1].kind = NB_NODE_NULL;
    story.response.body = nodes;
    cr_expect_str_eq(write_code(PLUGIN_CALL_STEP, &context, &story.ask, 1), "plugin_wire_limit");
    story.response.body = nodes + 8;
    cr_expect_str_eq(write_code(PLUGIN_CALL_STEP, &context, &story.ask, 1), "plugin_wire_limit",
                     "the event above the tree counts as well");
    story.response.body = nodes + NB_COUNT(nodes) - NB_TREE_DEPTH_MAX;
    cr_expect_str_eq(write_code(PLUGIN_CALL_STEP, &context, &story.ask, 1), "",
                     "an answer of the deepest kind fits");
}

/* Replies -------------------------------------------------------------------------------------- */

static bool read_reply(const struct nb_buf *frame, uint32_t kind, struct plugin_reply *ret_reply,
                       struct nb_arena *arena)
{
    struct wire_reader reader = reader_of(frame, arena);
    return plugin_reply_read(&reader, kind, ret_reply, NULL);
}

Test(plugin_codec, an_answer_that_cannot_be_carried_becomes_none_at_all)
{
    static char text[NB_TEXT_BYTES_MAX + 2];
    memset(text, 'a', NB_TEXT_BYTES_MAX + 1);
    const struct nb_validation answers[] = {{.warning = text}};
    const struct wire_header request = {.kind = PLUGIN_CALL_VALIDATE, .id = 9};
    struct nb_arena *arena = nb_arena_create(ARENA);
    struct plugin_reply reply;
    struct nb_buf frame;
    nb_buf_init(&frame, WIRE_FRAME_BYTES_MAX);
    plugin_reply_write(&frame, &request, NB_OK, answers, 1);
    cr_assert(read_reply(&frame, PLUGIN_CALL_VALIDATE, &reply, arena));
    cr_expect_eq(reply.status, NB_STATUS_NONE);
    cr_expect_eq(reply.count, 0);
    struct wire_header header;
    memcpy(&header, frame.data, sizeof(header));
    cr_expect_eq(header.id, 9, "it still says which call it belongs to");
    nb_buf_fini(&frame);
    /* The same when the frame itself has no room. */
    nb_buf_init(&frame, sizeof(struct wire_header) + 32);
    plugin_reply_write(&frame, &request, NB_OK, answers, 1);
    cr_assert(read_reply(&frame, PLUGIN_CALL_VALIDATE, &reply, arena));
    cr_expect_eq(reply.status, NB_STATUS_NONE);
    nb_buf_fini(&frame);
    nb_arena_destroy(arena);
}

static const struct nonsense {
    uint32_t words[6]; /* status, count, then the answer of validate: looks_right, reserved, text */
    size_t count;
    const char *why;
} nonsense[] = {
    {{NB_OK, 0}, 2, "fine, and nothing in it"},
    {{NB_REFUSED, 1, 1, 0, 0}, 5, "refused, and something in it"},
    {{NB_NO_MEMORY + 1, 0}, 2, "a status that does not exist"},
    {{NB_OK, 2, 1, 0, 0}, 5, "two rows announced of a call that has one"},
    {{NB_OK, 0xffffffffu, 1, 0, 0}, 5, "four thousand million rows"},
    {{NB_OK, 1, 1, 0, 0xffffffffu}, 5, "a text longer than the frame"},
    {{NB_OK, 1, 1, 0, 3, 0x00610062}, 6, "a text with a NUL in it"},
    {{NB_OK, 1, 1, 0, 0, 0}, 6, "more bytes than announced"},
    {{NB_OK, 1, 2, 0, 0}, 5, "neither right nor wrong"},
    {{NB_OK, 1, 0, 0, 0}, 5, "a warning without words"},
};

Test(plugin_codec, a_reply_that_makes_no_sense_is_refused)
{
    struct nb_arena *arena = nb_arena_create(ARENA);
    for (size_t i = 0; i < NB_COUNT(nonsense); i++) {
        struct plugin_reply reply;
        struct nonsense copy = nonsense[i];
        struct wire_reader reader = {.at = (uint8_t *)copy.words,
                                     .left = nonsense[i].count * sizeof(uint32_t),
                                     .arena = arena};
        cr_expect_not(plugin_reply_read(&reader, PLUGIN_CALL_VALIDATE, &reply, NULL), "%s",
                      nonsense[i].why);
    }
    static uint32_t good[] = {NB_OK, 1, 1, 0, 0};
    struct plugin_reply reply;
    struct wire_reader reader = {.at = (uint8_t *)good, .left = sizeof(good), .arena = arena};
    cr_expect(plugin_reply_read(&reader, PLUGIN_CALL_VALIDATE, &reply, NULL), "the plain one");
    nb_arena_destroy(arena);
}

Test(plugin_codec, a_count_costs_no_memory_before_its_rows_are_there)
{
    struct nb_arena *arena = nb_arena_create(ARENA);
    /* Two rules whose texts are announced in a request that ends behind the announcement. */
    struct plugin_context told = {.rule_count = NB_RULES_MAX};
    uint8_t bytes[sizeof(told)] = {0};
    memcpy(bytes, &told, offsetof(struct plugin_context, zone));
    bytes[offsetof(struct plugin_context, zone) + sizeof(uint32_t)] = 1;
    struct plugin_request request;
    struct wire_reader reader = {
        .at = bytes, .left = offsetof(struct plugin_context, zone) + 5, .arena = arena};
    cr_expect_not(plugin_request_read(&reader, PLUGIN_CALL_PRICE, &request, NULL));
    cr_expect_lt(nb_arena_used(arena), 1024);
    nb_arena_destroy(arena);
}
