/* Memory shared with a plugin host: its size is fixed, large and larger batches go through it or
 * around it alike, and what a host says of it is not believed. */
#include "core/base/mem.h"
#include "core/plugin/shared.h"
#include "core/plugin/wire.h"
#include "tests/unit/plugin/hosted.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(plugin_shared, .timeout = 60);

Test(plugin_shared, both_sides_see_it_and_none_can_change_its_size)
{
    struct plugin_shared here, there = {0};
    struct nb_err err = {0};
    int fd = -1;
    cr_assert(plugin_shared_create(&here, &fd, &err), "%s", err.text);
    cr_expect_geq(fd, 5, "out of the way of a child's own descriptors");
    cr_expect_eq(ftruncate(fd, 0), -1, "a read of the other side would fault");
    cr_expect_eq(errno, EPERM);
    cr_expect_eq(ftruncate(fd, 8 << 20), -1);
    cr_assert(plugin_shared_map(fd, &there, &err), "%s", err.text);
    memcpy(plugin_shared_asks(&here), "ask", 4);
    memcpy(plugin_shared_answers(&there), "answer", 7);
    cr_expect_str_eq((const char *)plugin_shared_asks(&there), "ask");
    cr_expect_str_eq((const char *)plugin_shared_answers(&here), "answer");
    plugin_shared_fini(&here);
    plugin_shared_fini(&here);
    plugin_shared_fini(&there);
}

Test(plugin_shared, memory_of_another_size_is_refused)
{
    char path[] = "/tmp/plugin_shared.XXXXXX";
    struct plugin_shared shared = {0};
    struct nb_err err = {0};
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    unlink(path);
    cr_expect_not(plugin_shared_map(fd, &shared, &err));
    cr_expect_str_eq(err.code, "plugin_shared_memory");
    cr_expect_not(plugin_shared_map(fd, &shared, &err), "it was closed");
    cr_expect_null(shared.bytes);
}

Test(plugin_shared, short_and_very_long_frames_go_another_way)
{
    uint8_t any = 0;
    const struct plugin_shared shared = {.bytes = &any};
    const struct plugin_shared none = {0};
    cr_expect_not(plugin_shared_takes(&shared, PLUGIN_SHARED_LEAST - 1));
    cr_expect(plugin_shared_takes(&shared, PLUGIN_SHARED_LEAST));
    cr_expect(plugin_shared_takes(&shared, PLUGIN_SHARED_BYTES));
    cr_expect_not(plugin_shared_takes(&shared, PLUGIN_SHARED_BYTES + 1));
    cr_expect_not(plugin_shared_takes(&none, PLUGIN_SHARED_LEAST));
}

static const struct {
    uint32_t rows;
    uint16_t nights;
    const char *why;
} sizes[] = {
    {3, 1, "the socket"},
    {NB_BATCH_MAX, 5, "the memory, both ways"},
    {NB_BATCH_MAX, 40, "around the asks' half and through the answers', or the other way"},
    {NB_BATCH_MAX, 90, "larger than both halves"},
    {NB_BATCH_MAX, 5, "the memory again"},
};

Test(plugin_shared, a_batch_of_any_size_is_answered)
{
    static struct nb_price_ask asks[NB_BATCH_MAX];
    int64_t nights[90];
    struct hosted hosted;
    for (size_t i = 0; i < NB_COUNT(nights); i++) {
        nights[i] = 10000;
    }
    hosted_open(&hosted, "none", NULL, 0);
    for (size_t i = 0; i < NB_COUNT(sizes); i++) {
        for (uint32_t k = 0; k < sizes[i].rows; k++) {
            asks[k] = (struct nb_price_ask){.check_in = 9825,
                                            .night_count = sizes[i].nights,
                                            .rooms = 1 + (uint16_t)(k % 2),
                                            .bedrooms = 1,
                                            .night_points = nights};
        }
        hosted_price_asks(&hosted, asks, sizes[i].rows);
        hosted_wait(&hosted, (int)i + 1);
        cr_assert_eq(hosted.result, PLUGIN_ANSWERED, "%s", sizes[i].why);
        cr_assert_eq(hosted.count, sizes[i].rows);
        cr_expect_eq(hosted.prices[0].total_points, 10000 * sizes[i].nights, "%s", sizes[i].why);
        cr_expect_eq(hosted.prices[1].total_points, 20000 * sizes[i].nights, "%s", sizes[i].why);
    }
    cr_expect_eq(plugin_host_losses(hosted.host), 0);
    hosted_close(&hosted);
}

Test(plugin_shared, a_row_that_crashes_takes_no_other_row_of_a_large_batch_along)
{
    static uint16_t rooms[NB_BATCH_MAX];
    struct hosted hosted;
    for (uint32_t i = 0; i < NB_BATCH_MAX; i++) {
        rooms[i] = 1;
    }
    rooms[3] = HOSTILE_ROOMS;
    hosted_open(&hosted, "crash", NULL, 0);
    hosted_price(&hosted, rooms, NB_BATCH_MAX, 5000);
    hosted_wait(&hosted, 1);
    cr_assert_eq(hosted.result, PLUGIN_ANSWERED);
    for (uint32_t i = 0; i < HOSTED_ROWS; i++) {
        cr_expect_eq(hosted.available[i], i != 3, "row %u", i);
        cr_expect_eq(hosted.prices[i].total_points, i == 3 ? 0 : 15000);
    }
    hosted_close(&hosted);
}

/* A host that answers OPEN with this header, and then keeps quiet. */
static void write_liar(const char *path, const struct wire_header *header)
{
    const uint8_t *bytes = (const uint8_t *)header;
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs("#!/bin/sh\nprintf '", file);
    for (size_t i = 0; i < sizeof(*header); i++) {
        fprintf(file, "\\%03o", bytes[i]);
    }
    fputs("' >&3\nread line <&3\nread line <&3\n", file);
    fclose(file);
    cr_assert_eq(chmod(path, 0700), 0);
}

static const struct {
    struct wire_header header;
    const char *why;
} lies[] = {
    {{.length = 64, .kind = PLUGIN_CALL_OPEN, .shared = 2, .id = 1}, "no such way"},
    {{.length = PLUGIN_SHARED_BYTES, .kind = PLUGIN_CALL_OPEN, .shared = 1, .id = 1},
     "longer than its half"},
    {{.length = 0xffffffffu, .kind = PLUGIN_CALL_OPEN, .shared = 1, .id = 1},
     "longer than anything"},
    {{.length = 64, .kind = PLUGIN_CALL_OPEN, .shared = 1, .id = 1},
     "nothing but zeros stands there"},
};

Test(plugin_shared, what_a_host_says_of_it_is_not_believed)
{
    char folder[] = "/tmp/plugin_liar.XXXXXX", program[64];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(program, sizeof(program), "%s/host", folder);
    for (size_t i = 0; i < NB_COUNT(lies); i++) {
        struct hosted hosted;
        write_liar(program, &lies[i].header);
        hosted_open_path(&hosted, program, "/nonexistent/plugin.so", NULL);
        hosted_wait_state(&hosted, PLUGIN_HOST_DYING);
        cr_expect_eq(plugin_host_losses(hosted.host), 1, "%s", lies[i].why);
        cr_expect_neq(plugin_host_state(hosted.host), PLUGIN_HOST_READY, "%s", lies[i].why);
        hosted_close(&hosted);
    }
    unlink(program);
    rmdir(folder);
}
