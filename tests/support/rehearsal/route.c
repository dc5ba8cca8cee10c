/*
 * One row per call of plugins/README.md.
 */
#include "tests/support/rehearsal/route.h"

#include "core/base/mem.h"

#include <stdio.h>
#include <string.h>

static const struct {
    enum reh_operation operation;
    bool writes;
    const char *method;
    const char *before; /* the subject */
    const char *after;
    const char *fields; /* allowed in the body, each between spaces */
} routes[] = {
    {REH_QUOTE, false, "POST", "/v1/quotes", NULL,
     " property_code check_in check_out rooms adults children_ages member_number "},
    {REH_HOLD, true, "POST", "/v1/holds", NULL, " reference quote_id "},
    {REH_COMMIT, true, "POST", "/v1/reservations", NULL,
     " reference quote_id property_code check_in check_out rooms adults children_ages points_total "
     "member_number guest "},
    {REH_CANCEL, true, "POST", "/v1/reservations/", "/cancel", " reference "},
    {REH_READ, false, "GET", "/v1/reservations/", "", ""},
    {REH_BALANCE, false, "GET", "/v1/accounts/", "/balance", ""},
    {REH_ACTIVITY, false, "GET", "/v1/accounts/", "/activity", ""},
};

static size_t row_of(enum reh_operation operation)
{
    size_t i = 0;
    while (routes[i].operation != operation) {
        i++;
        NB_ASSERT(i < NB_COUNT(routes));
    }
    return i;
}

bool reh_route_writes(enum reh_operation operation)
{
    return routes[row_of(operation)].writes;
}

/* Takes the subject from between the row's two parts; false when the path is another. */
static bool subject_take(size_t row, const char *path, char ret_subject[REH_TEXT_MAX])
{
    if (routes[row].after == NULL) {
        return strcmp(path, routes[row].before) == 0;
    }
    size_t before = strlen(routes[row].before);
    if (strncmp(path, routes[row].before, before) != 0) {
        return false;
    }
    size_t length = strcspn(path + before, "/");
    if (length == 0 || length >= REH_TEXT_MAX ||
        strcmp(path + before + length, routes[row].after) != 0) {
        return false;
    }
    snprintf(ret_subject, REH_TEXT_MAX, "%.*s", (int)length, path + before);
    return true;
}

bool reh_route_find(const struct reh_request *request, struct reh_route *ret_route)
{
    char name[32];
    size_t length = strcspn(request->path + 1, "/");
    *ret_route = (struct reh_route){0};
    if (length >= sizeof(name)) {
        return false;
    }
    snprintf(name, sizeof(name), "%.*s", (int)length, request->path + 1);
    ret_route->program = reh_program_of(name);
    if (ret_route->program == REH_PROGRAM_NONE) {
        return false;
    }
    for (size_t i = 0; i < NB_COUNT(routes); i++) {
        if (strcmp(request->method, routes[i].method) == 0 &&
            subject_take(i, request->path + 1 + length, ret_route->subject)) {
            ret_route->operation = routes[i].operation;
            return true;
        }
    }
    return false;
}

const char *reh_route_check(const struct reh_route *route, const struct reh_request *request,
                            const json_t *body)
{
    if (strcmp(request->method, "GET") == 0) {
        return NULL;
    }
    if (!json_is_object(body)) {
        return "the body";
    }
    if (!reh_route_writes(route->operation)) {
        return NULL;
    }
    const char *reference = json_string_value(json_object_get(body, "reference"));
    if (reference == NULL || strlen(reference) >= REH_TEXT_MAX) {
        return "reference";
    }
    if (strcmp(reference, request->idempotency_key) != 0) {
        return "Idempotency-Key (it is the reference)";
    }
    if (route->subject[0] != '\0' && strcmp(reference, route->subject) != 0) {
        return "reference (the path has another)";
    }
    return NULL;
}

void reh_route_note_unexpected(const struct reh_route *route, const json_t *body,
                               json_t *unexpected)
{
    const char *name;
    json_t *value;
    char spaced[80];
    char counter[160];
    json_object_foreach((json_t *)(uintptr_t)body, name, value)
    {
        snprintf(spaced, sizeof(spaced), " %.70s ", name);
        if (strstr(routes[row_of(route->operation)].fields, spaced) == NULL) {
            snprintf(counter, sizeof(counter), "%s.%s.%.70s", reh_program_name(route->program),
                     reh_operation_name(route->operation), name);
            json_int_t times = json_integer_value(json_object_get(unexpected, counter));
            json_object_set_new(unexpected, counter, json_integer(times + 1));
        }
    }
}
