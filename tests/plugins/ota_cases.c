#include "tests/plugins/ota_cases.h"

#include "core/plugin/tree_xml.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct nb_operation ota_stay = {.kind = NB_OPERATION_COMMIT,
                                      .check_in = 9825,
                                      .check_out = 9827,
                                      .rooms = 1,
                                      .adults = 2,
                                      .child_count = 2,
                                      .child_ages = {4, 11},
                                      .points_total = 30000,
                                      .reference = OTA_REFERENCE,
                                      .property_code = "51351"};
const struct kit_gateway_settings ota_settings = {.quote_deadline_ms = 15000,
                                                  .write_deadline_ms = 90000};

static void *take(void *handle, size_t bytes)
{
    return nb_arena_alloc(handle, bytes);
}

struct nb_call ota_call(struct nb_arena *arena)
{
    return (struct nb_call){
        .size = sizeof(struct nb_call), .today = 9824, .arena = {.alloc = take, .handle = arena}};
}

char *ota_fixture(const char *name)
{
    char path[128], *text = NULL;
    size_t room = 0;
    snprintf(path, sizeof(path), "tests/plugins/fixtures/ota/%s.xml", name);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s: run the tests at the top of the tree", path);
    cr_assert_gt(getdelim(&text, &room, '\0', file), 0);
    fclose(file);
    return text;
}

char *ota_changed(const char *text, const char *from, const char *to)
{
    char *changed = NULL;
    size_t bytes = 0;
    const char *at = text, *found;
    FILE *out = open_memstream(&changed, &bytes);
    cr_assert_not_null(out);
    cr_assert_not_null(strstr(text, from), "nothing to change: %s", from);
    while ((found = strstr(at, from)) != NULL) {
        fwrite(at, 1, (size_t)(found - at), out);
        fputs(to, out);
        at = found + strlen(from);
    }
    fputs(at, out);
    fclose(out);
    return changed;
}

struct kit_ota_answer ota_answer(struct nb_arena *arena, enum nb_operation_kind asked,
                                 const char *body, size_t bytes, uint32_t status)
{
    struct kit_ota_answer answer;
    struct nb_response response = {.status = status, .retry_after_ms = 700};
    struct nb_err err;
    struct nb_call call = ota_call(arena);
    if (!plugin_tree_of_xml(arena, body, bytes, &response.body, &err)) {
        response.body = NULL;
    }
    cr_assert_eq(kit_ota_read(&call, asked, &ota_stay, &response, &answer), NB_OK);
    cr_assert_eq(answer.facts.http_status, status);
    cr_assert_eq(answer.facts.retry_after_ms, 700);
    return answer;
}
