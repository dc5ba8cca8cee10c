/* Batches as flat rows: the same on the other side, in place or copied; broken they say no, and no
 * pointer of the sender's ever arrives. */
#include "core/base/mem.h"
#include "core/plugin/frame.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(plugin_flat, .timeout = 60);

#define ARENA ((size_t)32 << 20)
#define HEADER sizeof(struct wire_header)

static const int64_t two_nights[] = {15000, 17000};
static const struct nb_cash fees[] = {
    {.minor = 3900, .kind = NB_CASH_RESORT_FEE, .currency = "USD"},
    {.minor = 1200, .kind = NB_CASH_TAX, .currency = "USD"},
};
static const struct nb_price_ask asks[] = {
    {.check_in = 9800, .night_count = 2, .rooms = 1, .night_points = two_nights},
    {.check_in = 9801, .night_count = 3, .rooms = 2, .night_tier = 40000},
    {.check_in = 9802,
     .night_count = 1,
     .rooms = 1,
     .night_points = two_nights + 1,
     .extra_count = 2,
     .extras = fees},
};
static const struct plugin_context context = {.today = 9790, .zone = "America/Chicago"};

static void write_asks(struct nb_buf *frame)
{
    struct nb_err err = {0};
    nb_buf_init(frame, WIRE_FRAME_BYTES_MAX);
    cr_assert(
        plugin_request_write(frame, PLUGIN_CALL_PRICE, 7, &context, asks, NB_COUNT(asks), &err),
        "%s", err.text);
}

/* From a copy of exactly `count` bytes, so that a look past its end is seen by the sanitizer. */
static bool read_asks(const struct nb_buf *frame, size_t count, bool in_place,
                      struct nb_arena *arena, uint8_t **ret_copy,
                      struct plugin_request *ret_request)
{
    *ret_copy = nb_alloc(count + 1);
    memcpy(*ret_copy, frame->data + HEADER, count);
    struct wire_reader reader = {
        .at = *ret_copy, .left = count, .arena = arena, .in_place = in_place};
    nb_arena_reset(arena);
    return plugin_request_read(&reader, PLUGIN_CALL_PRICE, ret_request, NULL);
}

static void expect_asks(const struct plugin_request *request)
{
    const struct nb_price_ask *read = request->asks;
    cr_assert_eq(request->count, NB_COUNT(asks));
    cr_expect_str_eq(request->context.zone, "America/Chicago");
    for (uint32_t i = 0; i < NB_COUNT(asks); i++) {
        cr_expect_eq(read[i].check_in, asks[i].check_in);
        cr_expect_eq(read[i].rooms, asks[i].rooms);
        cr_expect_eq(read[i].extra_count, asks[i].extra_count);
    }
    cr_expect_arr_eq(read[0].night_points, two_nights, sizeof(two_nights));
    cr_expect_neq(read[0].night_points, asks[0].night_points, "a copy, not the sender's own");
    cr_expect_null(read[1].night_points);
    cr_expect_eq(read[1].night_tier, 40000);
    cr_expect_null(read[1].extras);
    cr_expect_eq(read[2].night_points[0], 17000);
    cr_expect_arr_eq(read[2].extras, fees, sizeof(fees));
}

Test(plugin_flat, a_batch_is_the_same_on_the_other_side)
{
    struct nb_buf frame;
    struct nb_arena *arena = nb_arena_create(ARENA);
    write_asks(&frame);
    for (int in_place = 0; in_place <= 1; in_place++) {
        uint8_t *copy;
        struct plugin_request request;
        cr_assert(read_asks(&frame, frame.length - HEADER, in_place, arena, &copy, &request));
        if (in_place == 0) {
            nb_free(copy); /* what was read does not need the bytes any more */
            copy = NULL;
        }
        expect_asks(&request);
        nb_free(copy);
    }
    nb_arena_destroy(arena);
    nb_buf_fini(&frame);
}

Test(plugin_flat, no_address_of_the_sender_is_on_the_wire)
{
    struct nb_buf frame;
    write_asks(&frame);
    const void *secrets[] = {two_nights, two_nights + 1, fees};
    for (size_t i = 0; i < NB_COUNT(secrets); i++) {
        cr_expect_null(memmem(frame.data, frame.length, &secrets[i], sizeof(secrets[i])));
    }
    nb_buf_fini(&frame);
}

Test(plugin_flat, a_batch_cut_anywhere_is_refused)
{
    struct nb_buf frame;
    struct nb_arena *arena = nb_arena_create(ARENA);
    write_asks(&frame);
    for (size_t count = 0; count < 2 * (frame.length - HEADER); count++) {
        uint8_t *copy;
        struct plugin_request request;
        cr_expect_not(read_asks(&frame, count / 2, count % 2 == 1, arena, &copy, &request));
        nb_free(copy);
    }
    nb_arena_destroy(arena);
    nb_buf_fini(&frame);
}

/* Whatever pointer came through leads to bytes that were sent. */
static int64_t touch(const struct plugin_request *request)
{
    const struct nb_price_ask *read = request->asks;
    int64_t sum = 0;
    for (uint32_t i = 0; i < request->count; i++) {
        for (uint32_t k = 0; read[i].night_points != NULL && k < read[i].night_count; k++) {
            sum ^= read[i].night_points[k];
        }
        for (uint32_t k = 0; read[i].extras != NULL && k < read[i].extra_count; k++) {
            sum ^= read[i].extras[k].minor;
        }
    }
    return sum;
}

Test(plugin_flat, bytes_that_lie_lead_nowhere_else)
{
    static const uint8_t lies[] = {0x00, 0x01, 0x02, 0x7f, 0x80, 0xff};
    struct nb_buf frame;
    struct nb_arena *arena = nb_arena_create(ARENA);
    volatile int64_t sum = 0;
    write_asks(&frame);
    for (size_t at = HEADER; at < frame.length; at++) {
        char before = frame.data[at];
        for (size_t i = 0; i < 2 * NB_COUNT(lies); i++) {
            uint8_t *copy;
            struct plugin_request request;
            frame.data[at] = (char)lies[i / 2];
            if (read_asks(&frame, frame.length - HEADER, i % 2 == 1, arena, &copy, &request)) {
                sum ^= touch(&request);
            }
            nb_free(copy);
        }
        frame.data[at] = before;
    }
    nb_arena_destroy(arena);
    nb_buf_fini(&frame);
}

Test(plugin_flat, an_answer_without_the_rows_that_it_counts_does_not_leave)
{
    const struct nb_price prices[] = {{.total_points = 1, .night_count = 1}};
    const struct wire_header request = {.kind = PLUGIN_CALL_PRICE, .id = 3};
    struct nb_arena *arena = nb_arena_create(ARENA);
    struct plugin_reply reply;
    struct nb_buf frame;
    nb_buf_init(&frame, WIRE_FRAME_BYTES_MAX);
    plugin_reply_write(&frame, &request, NB_OK, prices, 1);
    struct wire_reader reader = {
        .at = (uint8_t *)frame.data + HEADER, .left = frame.length - HEADER, .arena = arena};
    cr_assert(plugin_reply_read(&reader, PLUGIN_CALL_PRICE, &reply, NULL));
    cr_expect_eq(reply.status, NB_STATUS_NONE);
    nb_buf_fini(&frame);
    nb_arena_destroy(arena);
}

Test(plugin_flat, only_a_table_that_covers_its_whole_struct_is_flat)
{
    static const struct wire_field half[] = {WIRE_BLOCK_UP_TO(struct nb_price, night_points),
                                             {.kind = WIRE_END}};
    static const struct wire_field whole[] = {
        WIRE_BLOCK_UP_TO(struct nb_price, night_points),
        WIRE_ROWS_OF(WIRE_ROWS, struct nb_price, night_points, night_count, NB_NIGHTS_MAX, NULL),
        WIRE_ROWS_OF(WIRE_ROWS, struct nb_price, extras, extra_count, NB_ROWS_MAX, NULL),
        {.kind = WIRE_END}};
    static const struct wire_field text[] = {WIRE_BLOCK_UP_TO(struct nb_refusal, text),
                                             WIRE_TEXT_OF(struct nb_refusal, text, 10),
                                             {.kind = WIRE_END}};
    cr_expect_not(wire_is_flat(half, sizeof(struct nb_price), true),
                  "a pointer that nobody overwrites would come from outside");
    cr_expect(wire_is_flat(whole, sizeof(struct nb_price), false));
    cr_expect(wire_is_flat(text, sizeof(struct nb_refusal), true));
    cr_expect_not(wire_is_flat(text, sizeof(struct nb_refusal), false));
    cr_expect(
        wire_is_flat(plugin_calls[PLUGIN_CALL_PRICE].ask, sizeof(struct nb_price_ask), false));
    cr_expect_not(
        wire_is_flat(plugin_calls[PLUGIN_CALL_STEP].ask, sizeof(struct plugin_step_ask), true),
        "an event leads further");
}

/* Rows with texts stand inside other rows: a context's rules, an answer's refusals. */

static const struct nb_rule rules[] = {{"booking.rooms_max", "1", 0, NB_DAY_NEVER},
                                       {"price.tiers", "", 9000, 9900},
                                       {"empty", NULL, 1, 2}};
static const struct plugin_context told = {.rule_count = 3, .zone = "UTC", .rules = rules};

static bool read_told(const uint8_t *bytes, size_t count, bool in_place, struct nb_arena *arena,
                      uint8_t **ret_copy, struct plugin_request *ret_request)
{
    *ret_copy = nb_alloc(count + 1);
    memcpy(*ret_copy, bytes, count);
    struct wire_reader reader = {
        .at = *ret_copy, .left = count, .arena = arena, .in_place = in_place};
    nb_arena_reset(arena);
    return plugin_request_read(&reader, PLUGIN_CALL_PRICE, ret_request, NULL);
}

Test(plugin_flat, texts_of_rows_are_the_same_on_the_other_side)
{
    struct nb_arena *arena = nb_arena_create(ARENA);
    struct nb_buf frame;
    nb_buf_init(&frame, WIRE_FRAME_BYTES_MAX);
    cr_assert(
        plugin_request_write(&frame, PLUGIN_CALL_PRICE, 7, &told, asks, NB_COUNT(asks), NULL));
    for (int in_place = 0; in_place <= 1; in_place++) {
        uint8_t *copy;
        struct plugin_request request;
        cr_assert(read_told((const uint8_t *)frame.data + HEADER, frame.length - HEADER, in_place,
                            arena, &copy, &request));
        const struct nb_rule *read = request.context.rules;
        cr_expect_str_eq(read[0].key, "booking.rooms_max");
        cr_expect_str_eq(read[0].value, "1");
        cr_expect_str_eq(read[1].value, "", "an empty text is not an absent one");
        cr_expect_null(read[2].value);
        cr_expect_eq(read[2].to, 2);
        cr_expect_eq(((const struct nb_price_ask *)request.asks)[2].extras[1].minor, 1200);
        nb_free(copy);
    }
    nb_arena_destroy(arena);
    nb_buf_fini(&frame);
}

/* Every text of it ends inside what was sent. */
static size_t lengths(const struct plugin_request *request)
{
    size_t sum = 0;
    for (uint32_t i = 0; i < request->context.rule_count; i++) {
        const struct nb_rule *rule = &request->context.rules[i];
        sum += rule->key == NULL ? 0 : strlen(rule->key);
        sum += rule->value == NULL ? 0 : strlen(rule->value);
    }
    return sum;
}

Test(plugin_flat, texts_that_lie_are_refused_or_end_where_they_should)
{
    static const uint8_t lies[] = {0x00, 0x01, 0x02, 0x7f, 0xff};
    struct nb_arena *arena = nb_arena_create(ARENA);
    struct nb_buf frame;
    volatile size_t sum = 0;
    nb_buf_init(&frame, WIRE_FRAME_BYTES_MAX);
    cr_assert(
        plugin_request_write(&frame, PLUGIN_CALL_PRICE, 7, &told, asks, NB_COUNT(asks), NULL));
    for (size_t at = HEADER; at < frame.length; at++) {
        char before = frame.data[at];
        for (size_t i = 0; i < 2 * NB_COUNT(lies); i++) {
            uint8_t *copy;
            struct plugin_request request;
            frame.data[at] = (char)lies[i / 2];
            if (read_told((const uint8_t *)frame.data + HEADER, frame.length - HEADER, i % 2 == 1,
                          arena, &copy, &request)) {
                sum += lengths(&request);
            }
            nb_free(copy);
        }
        frame.data[at] = before;
    }
    nb_arena_destroy(arena);
    nb_buf_fini(&frame);
}
