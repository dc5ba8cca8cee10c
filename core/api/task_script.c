#include "core/api/task_script.h"

#include "core/api/answer.h"
#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/plugin/placeholder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES ((size_t)8192)
#define NUMBER_TEXT 32
#define NAME_TEXT 128
#define MISSING_TEXT 64

static const char *const line_kinds[] = {"do", "say", "never", "check", NULL};
static const char *const field_kinds[] = {"text", "points", "money", "instant", "switch", NULL};

static const struct http_field line_field[] = {
    {.name = "kind", .type = HTTP_ENUM, .required = true, .words = line_kinds},
    {.name = "text", .type = HTTP_TEXT, .required = true, .secret = true, .max = LINE_BYTES},
};
static const struct http_fields line_fields = {"ScriptLine", line_field, NB_COUNT(line_field)};

static const struct http_field asked_field[] = {
    {.name = "name", .type = HTTP_TEXT, .required = true, .example = "confirmation"},
    {.name = "kind", .type = HTTP_ENUM, .required = true, .words = field_kinds},
    {.name = "label", .type = HTTP_TEXT, .required = true},
    {.name = "required", .type = HTTP_BOOLEAN, .required = true},
};
static const struct http_fields asked_fields = {"ScriptField", asked_field, NB_COUNT(asked_field)};

static const struct http_field script_field[] = {
    {.name = "lines", .type = HTTP_ARRAY, .required = true, .of = &line_fields},
    {.name = "fields",
     .type = HTTP_ARRAY,
     .required = true,
     .of = &asked_fields,
     .about = "What is written down afterwards, with done."},
};
const struct http_fields api_script_fields = {"TaskScript", script_field, NB_COUNT(script_field)};

/* Every value as text, and where texts that are made here are kept. */
struct script_values {
    struct plugin_values values;
    char check_in[NB_NIGHT_TEXT];
    char check_out[NB_NIGHT_TEXT];
    char rooms[NUMBER_TEXT];
    char points[NUMBER_TEXT];
    char alias_first[NAME_TEXT];
    char missing[NB_PLACEHOLDER_COUNT][MISSING_TEXT];
};

/* A guest without a name is called by the alias; its last word stands where a surname is asked. */
static void name_guest(struct script_values *script, const struct store_reveal *reveal,
                       const struct api_guest_secrets *secrets)
{
    const char **values = script->values.values;
    const char *last = strrchr(reveal->alias, ' ');

    (void)snprintf(script->alias_first, sizeof(script->alias_first), "%.*s",
                   last == NULL ? (int)strlen(reveal->alias) : (int)(last - reveal->alias),
                   reveal->alias);
    values[NB_PLACEHOLDER_GUEST_GIVEN_NAME] = api_secret_text(secrets->given_name);
    values[NB_PLACEHOLDER_GUEST_SURNAME] = api_secret_text(secrets->surname);
    if (values[NB_PLACEHOLDER_GUEST_GIVEN_NAME] == NULL) {
        values[NB_PLACEHOLDER_GUEST_GIVEN_NAME] = script->alias_first;
    }
    if (values[NB_PLACEHOLDER_GUEST_SURNAME] == NULL) {
        values[NB_PLACEHOLDER_GUEST_SURNAME] = last == NULL ? reveal->alias : last + 1;
    }
    values[NB_PLACEHOLDER_BOOKING_CONFIRMATION] = api_secret_text(secrets->confirmation);
}

static void name_account(struct script_values *script, const struct api_script_account *account)
{
    script->values.values[NB_PLACEHOLDER_ACCOUNT_MEMBER] = account->member;
    script->values.values[NB_PLACEHOLDER_ACCOUNT_HOLDER] = account->holder;
    script->values.values[NB_PLACEHOLDER_PHONE_APPROVED] = account->phone;
}

static void name_stay(struct script_values *script, const struct store_reveal *reveal)
{
    const char **values = script->values.values;

    nb_night_format(reveal->check_in, script->check_in);
    nb_night_format(reveal->check_out, script->check_out);
    (void)snprintf(script->rooms, sizeof(script->rooms), "%" PRId64, reveal->units);
    (void)snprintf(script->points, sizeof(script->points), "%" PRId64, reveal->points);
    values[NB_PLACEHOLDER_PROPERTY_NAME] = reveal->place_name;
    values[NB_PLACEHOLDER_PROPERTY_CODE] = reveal->property_code;
    values[NB_PLACEHOLDER_STAY_CHECK_IN] = script->check_in;
    values[NB_PLACEHOLDER_STAY_CHECK_OUT] = script->check_out;
    values[NB_PLACEHOLDER_STAY_ROOMS] = script->rooms;
    values[NB_PLACEHOLDER_STAY_POINTS] = script->points;
}

static void name_missing(struct script_values *script)
{
    for (int i = NB_PLACEHOLDER_NONE + 1; i < NB_PLACEHOLDER_COUNT; i++) {
        enum nb_placeholder placeholder = (enum nb_placeholder)i;
        if (script->values.values[i] == NULL &&
            plugin_placeholder_allowed(placeholder, NB_OPERATION_COMMIT, PLUGIN_PLACE_SCRIPT)) {
            (void)snprintf(script->missing[i], MISSING_TEXT, "(ask an administrator: %s)",
                           plugin_placeholder_name(placeholder));
            script->values.values[i] = script->missing[i];
        }
    }
}

/* The line as it is read out; one that cannot be made is not shown half. */
static json_t *line_json(const json_t *line, const struct script_values *script)
{
    const char *text = api_text(line, "text");
    const char *kind = api_text(line, "kind");
    struct nb_buf out;
    struct nb_err err;
    json_t *json = json_object();

    nb_buf_init(&out, LINE_BYTES);
    bool made = text != NULL &&
                plugin_text_replace(text, NB_OPERATION_COMMIT, PLUGIN_PLACE_SCRIPT, &script->values,
                                    &out, &err) &&
                nb_buf_ok(&out, &err);
    api_put(json, "kind", json_string(kind == NULL ? "do" : kind));
    api_put(
        json, "text",
        json_string(made ? nb_buf_str(&out) : "(this line cannot be shown; ask an administrator)"));
    if (out.data != NULL) {
        explicit_bzero(out.data, out.length);
    }
    nb_buf_fini(&out);
    return json;
}

json_t *api_script_json(const json_t *script, const struct store_reveal *reveal,
                        const struct api_guest_secrets *secrets,
                        const struct api_script_account *account)
{
    struct script_values values = {0};
    json_t *json = json_object();
    json_t *lines = json_array();
    json_t *fields = json_object_get(script, "fields");
    size_t i;
    const json_t *line;

    name_guest(&values, reveal, secrets);
    name_account(&values, account);
    name_stay(&values, reveal);
    name_missing(&values);
    json_array_foreach(json_object_get(script, "lines"), i, line)
    {
        NB_ASSERT(json_array_append_new(lines, line_json(line, &values)) == 0);
    }
    api_put(json, "lines", lines);
    api_put(json, "fields", json_is_array(fields) ? json_deep_copy(fields) : json_array());
    return json;
}
