/* Small pure parts: parameters as PostgreSQL reads them, back-off, and which server is believed. */
#include "core/base/mem.h"
#include "core/pg/call.h"
#include "core/pg/cluster.h"
#include "core/pg/params.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(pg_values, .timeout = 10);

Test(pg_values, parameters_are_written_as_postgresql_reads_them)
{
    const char *const texts[] = {"plain", "a \"quoted\\\" one", "null", "{x,y}", ""};
    const int64_t numbers[] = {INT64_MIN, 0, INT64_MAX};
    struct nb_arena *arena = nb_arena_create(4096);
    struct pg_params params;

    pg_params_init(&params, arena);
    pg_params_int64(&params, INT64_MIN);
    pg_params_bool(&params, true);
    pg_params_text(&params, NULL);
    pg_params_night(&params, nb_night_of(2026, 11, 24));
    pg_params_int64_array(&params, numbers, 3);
    pg_params_text_array(&params, texts, NB_COUNT(texts));
    pg_params_public_id_array(&params, NULL, 0);
    pg_params_bytes(&params, "\0\xff", 2);
    cr_assert(pg_params_ok(&params, NULL));
    cr_assert_eq(params.count, 8);
    cr_assert_str_eq(params.values[0], "-9223372036854775808");
    cr_assert_str_eq(params.values[1], "t");
    cr_assert_null(params.values[2]);
    cr_assert_str_eq(params.values[3], "2026-11-24");
    cr_assert_str_eq(params.values[4], "{-9223372036854775808,0,9223372036854775807}");
    cr_assert_str_eq(params.values[5],
                     "{\"plain\",\"a \\\"quoted\\\\\\\" one\",\"null\",\"{x,y}\",\"\"}");
    cr_assert_str_eq(params.values[6], "{}");
    cr_assert_eq(params.lengths[7], 2);
    cr_assert_eq(params.formats[7], 1);
    cr_assert_eq(memcmp(params.values[7], "\0\xff", 2), 0);
    nb_arena_destroy(arena);
}

Test(pg_values, a_missing_text_in_an_array_is_null_and_degrees_keep_every_digit)
{
    const char *const texts[] = {NULL, "null"};
    const double degrees[] = {40.839617, -74.007061};
    struct nb_arena *arena = nb_arena_create(4096);
    struct pg_params params;

    pg_params_init(&params, arena);
    pg_params_text_array(&params, texts, NB_COUNT(texts));
    pg_params_degrees_array(&params, degrees, NB_COUNT(degrees));
    pg_params_degrees(&params, degrees[0]);
    cr_assert(pg_params_ok(&params, NULL));
    cr_assert_str_eq(params.values[0], "{NULL,\"null\"}");
    double first = 0;
    double second = 0;
    cr_assert_eq(sscanf(params.values[1], "{%lf,%lf}", &first, &second), 2);
    cr_assert(first == degrees[0] && second == degrees[1]);
    cr_assert(strtod(params.values[2], NULL) == degrees[0]);
    nb_arena_destroy(arena);
}

Test(pg_values, what_does_not_fit_is_refused_once_at_the_end)
{
    struct nb_arena *arena = nb_arena_create(64);
    struct pg_params params;
    struct nb_err err;
    char large[100];

    memset(large, 'x', sizeof(large) - 1);
    large[sizeof(large) - 1] = '\0';
    pg_params_init(&params, arena);
    pg_params_text(&params, large);
    pg_params_int64(&params, 1);
    cr_assert_not(pg_params_ok(&params, &err));
    cr_assert_eq(err.kind, NB_ERR_LIMIT);
    nb_arena_destroy(arena);
}

static const struct {
    struct pg_identity identity;
    bool accepted;
    const char *code;
} meetings[] = {
    {{"42", 5, true}, false, "standby"},
    {{"42", 5, false}, true, ""},
    {{"42", 5, false}, true, ""},
    {{"43", 9, false}, false, "other_cluster"},
    {{"42", 4, false}, false, "stale_primary"},
    {{"42", 6, false}, true, ""},
    {{"42", 5, false}, false, "stale_primary"},
};

Test(pg_values, only_the_newest_primary_of_one_cluster_is_believed)
{
    struct pg_cluster cluster = {.timeline = 0};

    for (size_t i = 0; i < NB_COUNT(meetings); i++) {
        struct nb_err err = {.kind = NB_ERR_NONE};
        cr_expect_eq(pg_cluster_accept(&cluster, &meetings[i].identity, &err), meetings[i].accepted,
                     "meeting %zu", i);
        cr_expect_str_eq(err.code, meetings[i].code, "meeting %zu", i);
    }
    cr_assert_eq(cluster.timeline, 6);
}

static const struct {
    struct pg_answer answer;
    enum nb_err_kind kind;
    const char *code;
} answers[] = {
    {{.outcome = PG_REFUSED, .sqlstate = "23505", .constraint = "one_live"},
     NB_ERR_CONFLICT,
     "one_live"},
    {{.outcome = PG_REFUSED, .sqlstate = "40P01", .constraint = ""}, NB_ERR_CONFLICT, "40P01"},
    {{.outcome = PG_REFUSED, .sqlstate = "42501", .constraint = ""}, NB_ERR_AUTH, "42501"},
    {{.outcome = PG_REFUSED, .sqlstate = "42703", .constraint = ""}, NB_ERR_BUG, "42703"},
    {{.outcome = PG_UNAVAILABLE, .sqlstate = "", .constraint = ""},
     NB_ERR_UNAVAILABLE,
     "database_unavailable"},
    {{.outcome = PG_UNKNOWN, .sqlstate = "", .constraint = ""}, NB_ERR_TIMEOUT, "outcome_unknown"},
};

Test(pg_values, an_answer_says_what_to_decide)
{
    const struct pg_answer done = {.outcome = PG_DONE};

    cr_assert(pg_answer_ok(&done, NULL));
    for (size_t i = 0; i < NB_COUNT(answers); i++) {
        struct nb_err err;
        cr_expect_not(pg_answer_ok(&answers[i].answer, &err));
        cr_expect_eq(err.kind, answers[i].kind, "%s", answers[i].code);
        cr_expect_str_eq(err.code, answers[i].code);
    }
}
