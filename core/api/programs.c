/*
 * Loyalty programs: the rules that prices and eligibility follow today, where each was read and
 * when it was last checked, and whether the program's plugin answers. A rule is the dated row that
 * holds today, or, for a key without one, what the plugin brings along.
 */
#include "core/api/answer.h"
#include "core/scheduler/plugins.h"
#include "core/store/program.h"

#include <string.h>

static const char *const products[] = {"stay", "travel", NULL};
static const char *const orders[] = {"expiring_first", "oldest_first", NULL};
static const char *const confidences[] = {"program",     "press",    "observed",
                                          "unconfirmed", "invented", NULL};

static const struct http_field rule_fields[] = {
    {.name = "key", .type = HTTP_TEXT, .required = true, .example = "tier_low_points"},
    {.name = "value", .type = HTTP_TEXT, .max = 4000, .required = true, .example = "7500"},
    {.name = "source",
     .type = HTTP_TEXT,
     .max = 4000,
     .required = true,
     .about = "Where it was read.",
     .example = "program terms"},
    {.name = "meaning",
     .type = HTTP_TEXT,
     .max = 4000,
     .required = true,
     .nullable = true,
     .about = "What it says and in which unit; null while the plugin does not answer.",
     .example = "Rooms in one reservation."},
    {.name = "effective_from",
     .type = HTTP_NIGHT,
     .required = true,
     .nullable = true,
     .about = "null: it comes with the plugin."},
    {.name = "effective_to", .type = HTTP_NIGHT, .required = true, .nullable = true},
    {.name = "verified_on",
     .type = HTTP_NIGHT,
     .required = true,
     .nullable = true,
     .about = "Day of the last check."},
    {.name = "unverified",
     .type = HTTP_BOOLEAN,
     .required = true,
     .about = "True while nobody has checked it."},
    {.name = "confidence",
     .type = HTTP_ENUM,
     .words = confidences,
     .required = true,
     .nullable = true,
     .about = "null: it comes with the plugin, and its source says it."},
};
API_FIELDS(rule, "ProgramRule", rule_fields);

static const struct http_field plugin_fields[] = {
    {.name = "state",
     .type = HTTP_TEXT,
     .required = true,
     .about = "none, starting, ready, dying, waiting or refused.",
     .example = "ready"},
    {.name = "version", .type = HTTP_TEXT, .required = true, .nullable = true, .example = "1.0.0"},
    {.name = "refusal",
     .type = HTTP_TEXT,
     .max = 1000,
     .required = true,
     .nullable = true,
     .about = "Why the plugin was not taken."},
};
API_FIELDS(plugin, "PluginState", plugin_fields);

static const struct http_field program_fields[] = {
    {.name = "code", .type = HTTP_TEXT, .required = true, .example = "wyndham"},
    {.name = "name", .type = HTTP_TEXT, .required = true, .example = "Wyndham Rewards"},
    {.name = "product", .type = HTTP_ENUM, .words = products, .required = true},
    {.name = "spend_order",
     .type = HTTP_ENUM,
     .words = orders,
     .required = true,
     .about = "Which points the program takes first."},
    {.name = "rule_version",
     .type = HTTP_INTEGER,
     .required = true,
     .about = "Grows with every change of a rule."},
    {.name = "plugin", .type = HTTP_OBJECT, .of = &plugin, .required = true},
    {.name = "rules", .type = HTTP_ARRAY, .of = &rule, .max = 500, .required = true},
};
API_FIELDS(program, "Program", program_fields);

static json_t *plugin_json(const struct plugin_host *host, const struct nb_plugin *descriptor)
{
    json_t *json = json_object();

    api_put(json, "state",
            json_string(host == NULL ? "none" : plugin_host_state_name(plugin_host_state(host))));
    api_put(json, "version", api_json_text(descriptor == NULL ? NULL : descriptor->version));
    api_put(json, "refusal",
            host != NULL && plugin_host_state(host) == PLUGIN_HOST_REFUSED
                ? json_string(plugin_host_refusal(host))
                : json_null());
    return json;
}

/* Gives the row of that key its meaning; false when there is none. */
static bool explain_row(const json_t *rules, const struct nb_rule_default *brought)
{
    size_t i;
    json_t *row;
    json_array_foreach(rules, i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "key")), brought->key) == 0) {
            api_put(row, "meaning", json_string(brought->help));
            return true;
        }
    }
    return false;
}

static json_t *default_json(const struct nb_rule_default *brought)
{
    bool verified = brought->verified_on[0] != '\0';
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:n, s:n, s:b, s:n}", "key", brought->key, "value",
                  brought->value, "source", brought->source, "meaning", brought->help,
                  "effective_from", "effective_to", "unverified", (int)!verified, "confidence");

    api_put(json, "verified_on", api_json_text(verified ? brought->verified_on : NULL));
    return json;
}

/* The rows that hold today, then what the plugin brings along for the keys without one. */
static json_t *rules_json(const char *rows, const struct nb_plugin *descriptor)
{
    json_t *rules = json_loads(rows, 0, NULL);
    size_t i;
    json_t *row;

    json_array_foreach(rules, i, row)
    {
        api_put(row, "meaning", json_null());
    }
    for (uint32_t d = 0; descriptor != NULL && d < descriptor->rule_count; d++) {
        if (!explain_row(rules, &descriptor->rules[d])) {
            NB_ASSERT(json_array_append_new(rules, default_json(&descriptor->rules[d])) == 0);
        }
    }
    return rules;
}

static json_t *program_json(const struct api_call *call, const struct store_program *row)
{
    const struct plugins *plugins = api_plugins(call);
    const struct plugin_host *host = plugins == NULL ? NULL : plugins_of(plugins, row->code);
    const struct nb_plugin *descriptor = host == NULL ? NULL : plugin_host_descriptor(host);
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:I}", "code", row->code, "name", row->name, "product",
                  row->product, "spend_order", row->spend_order, "rule_version", row->rule_version);

    api_put(json, "plugin", plugin_json(host, descriptor));
    api_put(json, "rules", rules_json(row->rules, descriptor));
    return json;
}

static void on_programs(void *data, const struct store_result *result,
                        const struct store_program *rows, size_t count)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    json_t *items = json_array();
    for (size_t i = 0; i < count; i++) {
        NB_ASSERT(json_array_append_new(items, program_json(call, &rows[i])) == 0);
    }
    api_answer(call, json_pack("{s:o}", "items", items));
}

static void list_programs(struct api_call *call)
{
    store_program_list(api_store(call), call->actor.pool, on_programs, call);
}

static const struct api_route routes[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/programs",
     .roles = API_STAFF | API_BIT(API_FINANCE) | API_BIT(API_ADMIN) | API_BIT(API_AUDITOR),
     .summary = "Loyalty programs with the rules that hold today.",
     .about = "Dated rows, and what each plugin brings along where there is none. A rule that "
              "nobody has checked yet is marked unverified.",
     .answer = &program,
     .shape = API_LIST,
     .success = 200,
     .handle = list_programs},
};
API_ROUTES(api_programs_routes, "Programs", routes);
