/*
 * Loyalty programs: the rules that prices and eligibility follow today, where each was read and
 * when it was last checked, and whether the program's plugin answers.
 */
#include "core/api/answer.h"
#include "core/scheduler/plugins.h"
#include "core/store/program.h"

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
    {.name = "effective_from", .type = HTTP_NIGHT, .required = true},
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
    {.name = "confidence", .type = HTTP_ENUM, .words = confidences, .required = true},
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

static json_t *plugin_json(const struct api_call *call, const char *code)
{
    const struct plugins *plugins = api_plugins(call);
    const struct plugin_host *host = plugins == NULL ? NULL : plugins_of(plugins, code);
    const struct nb_plugin *descriptor = host == NULL ? NULL : plugin_host_descriptor(host);
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

static json_t *program_json(const struct api_call *call, const struct store_program *row)
{
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:I}", "code", row->code, "name", row->name, "product",
                  row->product, "spend_order", row->spend_order, "rule_version", row->rule_version);

    api_put(json, "plugin", plugin_json(call, row->code));
    api_put(json, "rules", json_loads(row->rules, 0, NULL));
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
     .about = "A rule that nobody has checked yet is marked unverified.",
     .answer = &program,
     .shape = API_LIST,
     .success = 200,
     .handle = list_programs},
};
API_ROUTES(api_programs_routes, "Programs", routes);
