#include "core/plugin/fixture.h"

#include "core/base/mem.h"
#include "core/plugin/fixture_read.h"
#include "core/plugin/session.h"
#include "core/plugin/tree.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 512

static const struct plugin_context plain_context = {.today = 9824,
                                                    .now_us = INT64_C(1795478400000000)};

struct player {
    struct plugin_session *session;
    struct plugin_context context;
    struct nb_rule rules[FIXTURE_RULES_MAX];
    struct nb_operation operation;
    uint8_t state[NB_STATE_BYTES_MAX];
    uint32_t state_bytes;
    uint32_t state_version;
    char why[160]; /* the file's own words; empty until it was read */
};

static bool no_answer(struct player *player, struct plugin_said said, struct nb_err *err)
{
    return nb_err_set(err, NB_ERR_INVALID, "fixture", "%s",
                      said.result == PLUGIN_REFUSED ? "the plugin refuses it"
                                                    : plugin_session_loss(player->session));
}

/* Prices --------------------------------------------------------------------------------------- */

static bool play_price(struct player *player, json_t *row, struct nb_err *err)
{
    struct fixture_price price;
    json_error_t where;
    json_t *ask = NULL, *expect = NULL;
    const char *why = NULL;
    if (json_unpack_ex(row, &where, JSON_STRICT, "{s:s, s:o, s:o}", "why", &why, "ask", &ask,
                       "expect", &expect) != 0) {
        return nb_err_set(err, NB_ERR_INVALID, "fixture", "price: %s", where.text);
    }
    if (!fixture_read_price(ask, &price, err)) {
        return false;
    }
    struct plugin_said said =
        plugin_session_ask(player->session, PLUGIN_CALL_PRICE, &player->context, &price.ask, 1);
    if (said.result != PLUGIN_ANSWERED) {
        return no_answer(player, said, err);
    }
    json_t *found = fixture_of_price(said.rows);
    struct nb_err inner = {0};
    bool matches = fixture_matches(expect, found, &inner);
    json_decref(found);
    return matches || nb_err_set(err, NB_ERR_INVALID, "fixture", "%.100s: %s", why, inner.text);
}

/* Steps ---------------------------------------------------------------------------------------- */

static struct plugin_said ask_step(struct player *player, const struct nb_event *event)
{
    struct plugin_step_ask ask = {.event = event};
    if (event->kind != NB_EVENT_BEGIN) {
        ask.state = player->state;
        ask.state_bytes = player->state_bytes;
        ask.state_version = player->state_version;
    }
    return plugin_session_ask(player->session, PLUGIN_CALL_STEP, &player->context, &ask, 1);
}

static bool match_step(struct player *player, struct plugin_said said, json_t *wanted,
                       struct nb_err *err)
{
    bool refusal = json_is_true(json_object_get(wanted, "refused"));
    if (said.result != PLUGIN_ANSWERED) {
        return (refusal && said.result == PLUGIN_REFUSED) || no_answer(player, said, err);
    }
    const struct plugin_step *step = said.rows;
    memcpy(player->state, step->state, step->state_bytes);
    player->state_bytes = step->state_bytes;
    player->state_version = step->state_version;
    json_t *found = fixture_of_effect(step->effect);
    bool matches = fixture_matches(wanted, found, err);
    json_decref(found);
    return matches;
}

static bool play_step(struct player *player, json_t *row, struct nb_err *err)
{
    struct nb_event event;
    struct nb_response response;
    json_t *body = NULL, *wanted = NULL;
    if (!fixture_read_event(row, &event, &response, &body, &wanted, err)) {
        return false;
    }
    event.operation = &player->operation;
    struct nb_arena *arena = nb_arena_create((size_t)16 << 20);
    char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
    bool held = text == NULL || plugin_tree_of_json(arena, text, strlen(text), &response.body, err);
    held = held && match_step(player, ask_step(player, &event), wanted, err);
    free(text);
    nb_arena_destroy(arena);
    return held;
}

/* Statements ----------------------------------------------------------------------------------- */

static bool play_statement(struct player *player, json_t *lines, json_t *wanted, struct nb_err *err)
{
    char *text = fixture_read_lines(lines, err);
    if (text == NULL) {
        return false;
    }
    const struct nb_statement_ask ask = {.byte_count = (uint32_t)strlen(text), .bytes = text};
    struct plugin_said said =
        plugin_session_ask(player->session, PLUGIN_CALL_STATEMENT, &player->context, &ask, 1);
    bool refusal = json_is_true(json_object_get(wanted, "refused"));
    bool held = refusal && said.result == PLUGIN_REFUSED;
    if (said.result == PLUGIN_ANSWERED) {
        json_t *found = fixture_of_statement(said.rows);
        held = fixture_matches(wanted, found, err);
        json_decref(found);
    } else if (!held) {
        held = no_answer(player, said, err);
    }
    nb_free(text);
    return held;
}

/* Files ---------------------------------------------------------------------------------------- */

static bool play_rows(struct player *player, json_t *rows, const char *what,
                      bool (*play)(struct player *, json_t *, struct nb_err *), struct nb_err *err)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        struct nb_err inner = {0};
        if (!play(player, json_array_get(rows, i), &inner)) {
            return nb_err_set(err, NB_ERR_INVALID, "fixture", "%s %zu: %s", what, i + 1,
                              inner.text);
        }
    }
    return true;
}

static bool play_json(struct player *player, json_t *json, struct nb_err *err)
{
    json_error_t where;
    json_t *rules = NULL, *operation = NULL, *steps = NULL, *prices = NULL;
    json_t *statement = NULL, *expect = NULL;
    const char *why = NULL;
    if (json_unpack_ex(json, &where, JSON_STRICT, "{s:s, s?o, s?o, s?o, s?o, s?o, s?o}", "why",
                       &why, "rules", &rules, "operation", &operation, "steps", &steps, "prices",
                       &prices, "statement", &statement, "expect", &expect) != 0) {
        return nb_err_set(err, NB_ERR_INVALID, "fixture", "%s", where.text);
    }
    snprintf(player->why, sizeof(player->why), "%s", why);
    if (json_array_size(steps) + json_array_size(prices) + json_array_size(statement) == 0 ||
        (json_array_size(steps) > 0) != (operation != NULL) ||
        (statement != NULL) != (expect != NULL)) {
        return nb_err_set(err, NB_ERR_INVALID, "fixture",
                          "It needs prices, or an operation and its steps, or a statement and what "
                          "to expect.");
    }
    player->context = plain_context;
    player->context.rules = player->rules;
    return fixture_read_rules(rules, player->rules, &player->context.rule_count, err) &&
           (operation == NULL || fixture_read_operation(operation, &player->operation, err)) &&
           play_rows(player, prices, "price", play_price, err) &&
           (statement == NULL || play_statement(player, statement, expect, err)) &&
           play_rows(player, steps, "step", play_step, err);
}

static bool play_file(struct player *player, const char *folder, const char *name,
                      struct nb_err *err)
{
    char path[PATH_BYTES];
    json_error_t where;
    snprintf(path, sizeof(path), "%.240s/%.240s", folder, name);
    json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
    if (json == NULL) {
        return nb_err_set(err, NB_ERR_INVALID, "fixture", "line %d: %s", where.line, where.text);
    }
    bool held = play_json(player, json, err);
    json_decref(json);
    return held;
}

static int is_fixture(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

static void say(FILE *out, struct plugin_conformance_report *report, const char *what,
                const char *about, bool held, const struct nb_err *err)
{
    fprintf(out, "%-7s %s: %s\n", held ? "ok" : "FAILED", what, held ? about : err->text);
    report->passed += held;
    report->failed += !held;
    if (!held && report->failed == 1) {
        snprintf(report->first_failure, sizeof(report->first_failure), "%.60s: %.180s", what,
                 err->text);
    }
}

static void play_folder(struct player *player, const char *folder, FILE *out,
                        struct plugin_conformance_report *report)
{
    struct dirent **entries = NULL;
    struct nb_err err = {0};
    int count = scandir(folder, &entries, is_fixture, alphasort);
    if (count <= 0) {
        (void)nb_err_set(&err, NB_ERR_NOT_FOUND, "fixture", "There is no fixture (*.json) in it.");
        say(out, report, folder, "", false, &err);
    }
    for (int i = 0; i < count; i++) {
        player->why[0] = '\0';
        bool held = play_file(player, folder, entries[i]->d_name, &err);
        say(out, report, entries[i]->d_name, player->why, held, &err);
        free(entries[i]);
    }
    free(entries);
}

bool plugin_fixtures_run(const char *path, const char *host_program, const char *folder, FILE *out,
                         struct plugin_conformance_report *report)
{
    struct player *player = nb_alloc(sizeof(*player));
    struct nb_err err = {0};
    *report = (struct plugin_conformance_report){0};
    player->session = plugin_session_open(host_program, path, &err);
    if (player->session == NULL) {
        say(out, report, "it opens in a plugin host", "", false, &err);
    } else {
        play_folder(player, folder, out, report);
    }
    plugin_session_close(player->session);
    nb_free(player);
    return report->failed == 0;
}
