/*
 * nightbridge request options and refusals: a search, its options ranked, and why the others are
 * not offered.
 */
#include "core/base/mem.h"
#include "core/cli/api_call.h"
#include "core/cli/render.h"
#include "core/cli/request_private.h"

#include <stdio.h>

#define LIMIT "100"

/* Borrows body. */
static int call(struct cli *cli, enum http_method method, const char *pattern, const char *id,
                json_t *body, json_t **ret_answer)
{
    NB_AUTOFREE char *path = cli_api_path(cli, pattern, id);
    const struct cli_api_request request = {.method = method, .path = path, .body = body};
    int status = CLI_USAGE;
    if (path == NULL || !cli_api_call(cli, &request, ret_answer, &status)) {
        return status;
    }
    return CLI_OK;
}

/* What was looked at, and the reasons of what is not offered, by how many places they concern. */
static void tell_search(struct cli *cli, const json_t *search)
{
    char cell[CLI_CELL_TEXT], other[CLI_CELL_TEXT];
    size_t position;
    const json_t *reason;
    cli_render_cell(search, "id", cell);
    cli_line(cli, "search %s", cell);
    cli_render_cell(search, "considered", cell);
    cli_render_cell(search, "offered", other);
    cli_line(cli, "%s places in reach, %s offered", cell, other);
    json_array_foreach(json_object_get(search, "refused"), position, reason)
    {
        cli_render_cell(reason, "places", cell);
        cli_render_cell(reason, "sentence", other);
        cli_line(cli, "%6s not: %s", cell, other);
    }
    if (json_is_true(json_object_get(search, "stale"))) {
        cli_line(cli, "This search is old: search again before booking.");
    }
}

/* The search of the words and options: a new one, or the one that is named. */
static int find_search(struct cli *cli, json_t **ret_search)
{
    const char *search = cli_option(cli, "search");
    if (search != NULL) {
        return call(cli, HTTP_GET, "/v1/searches/{}", search, NULL, ret_search);
    }
    json_t *body = json_object();
    int status =
        call(cli, HTTP_POST, "/v1/requests/{}/searches", cli_word(cli, 0), body, ret_search);
    json_decref(body);
    return status;
}

/* A search and one of its lists as one document. Takes both. */
static json_t *join(json_t *search, json_t *page)
{
    (void)json_object_del(search, "options"); /* the first page would stand there twice */
    NB_ASSERT(json_object_set_new(page, "search", search) == 0);
    return page;
}

static int run(struct cli *cli, const char *pattern, const struct cli_column *columns,
               const char *empty)
{
    json_t *search = NULL;
    json_t *page = NULL;
    int status = find_search(cli, &search);
    if (status != CLI_OK) {
        return status;
    }
    const char *id = json_string_value(json_object_get(search, "id"));
    status = id == NULL ? cli_refuse(cli, "no_search", "Nothing was recorded to list.")
                        : call(cli, HTTP_GET, pattern, id, NULL, &page);
    if (status != CLI_OK) {
        json_decref(search);
        return status;
    }
    tell_search(cli, search);
    return cli_render_list(cli, join(search, page), columns, empty);
}

static int run_options(struct cli *cli)
{
    static const struct cli_column columns[] = {{"#", "rank"},
                                                {"option", "id"},
                                                {"place", "place"},
                                                {"class", "class"},
                                                {"meters", "distance_m"},
                                                {"points", "price.points"},
                                                {"leaves", "price.leaves"},
                                                {"risk", "check_in_risk.level"},
                                                {"seen", "freshness.word"},
                                                {"cancel by", "cancel_by.local"},
                                                {"over", "cancel_by.passed"},
                                                {NULL, NULL}};
    return run(
        cli, "/v1/searches/{}/options?limit=" LIMIT, columns,
        "Nothing is offered. It is recorded as unmet need, and somebody was given the task.");
}

static int run_refusals(struct cli *cli)
{
    static const struct cli_column columns[] = {{"place", "place"},
                                                {"kind", "kind"},
                                                {"meters", "distance_m"},
                                                {"why not", "why_not.0.sentence"},
                                                {NULL, NULL}};
    return run(cli, "/v1/searches/{}/refusals?limit=" LIMIT, columns, "Nothing was refused.");
}

static const struct cli_option options[] = {
    {"search", "SEARCH", "list an earlier search instead of a new one", false},
    CLI_KEY_OPTION,
    CLI_API_OPTIONS,
};

const struct cli_command cli_request_options = {
    .name = "options",
    .usage = "REQUEST [--search SEARCH]",
    .help = "searches, and lists every suitable place, the best first",
    .examples = "  nightbridge request options 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11\n",
    .options = options,
    .words_min = 1,
    .words_max = 1,
    .run = run_options,
};
const struct cli_command cli_request_refusals = {
    .name = "refusals",
    .usage = "REQUEST [--search SEARCH]",
    .help = "searches, and lists every place in reach that is not offered, and why not",
    .examples = "  nightbridge request refusals 9f0c6d1e-7a52-4b1f-8f53-0d7f1f6a2b11\n",
    .options = options,
    .words_min = 1,
    .words_max = 1,
    .run = run_refusals,
};
