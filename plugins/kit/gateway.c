#include "plugins/kit/gateway.h"

#include "plugins/kit/activity.h"
#include "plugins/kit/check.h"
#include "plugins/kit/dates.h"
#include "plugins/kit/node.h"
#include "plugins/kit/text.h"

#include <string.h>

#define BODY_BYTES 4096u
#define REFERENCE_BYTES_MAX 128u

/* Requests ------------------------------------------------------------------------------------- */

/* A word that needs no escaping in a path: what references look like. */
bool kit_reference_sound(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    if (text == NULL || *text == '\0' ||
        strnlen(text, REFERENCE_BYTES_MAX) == REFERENCE_BYTES_MAX) {
        return false;
    }
    return text[strspn(text, plain)] == '\0';
}

static void add_field(struct kit_text *body, const char *name, const char *value)
{
    kit_text_add(body, body->length == 1 ? "" : ",");
    kit_text_json(body, name);
    kit_text_add(body, ":");
    kit_text_json(body, value);
}

/* A value that is already JSON, or a quoted placeholder. */
static void add_raw(struct kit_text *body, const char *name, const char *json)
{
    kit_text_add(body, body->length == 1 ? "" : ",");
    kit_text_json(body, name);
    kit_text_add(body, ":");
    kit_text_add(body, json);
}

static void add_number(struct kit_text *body, const char *name, int64_t number)
{
    add_raw(body, name, "");
    kit_text_number(body, number);
}

static void add_day(struct kit_text *body, const char *name, int32_t day)
{
    char text[KIT_DAY_TEXT];
    kit_day_format(day, text);
    add_field(body, name, text);
}

/* A stay that can be put into a request, and compared with the answer. */
bool kit_stay_sound(const struct nb_operation *operation)
{
    return operation->property_code != NULL && operation->rooms > 0 &&
           kit_day_sound(operation->check_in) && kit_day_sound(operation->check_out) &&
           operation->check_in < operation->check_out &&
           operation->check_out - operation->check_in <= (int32_t)NB_NIGHTS_MAX;
}

static void add_stay(struct kit_text *body, const struct nb_operation *operation)
{
    add_field(body, "property_code", operation->property_code);
    add_day(body, "check_in", operation->check_in);
    add_day(body, "check_out", operation->check_out);
    add_number(body, "rooms", operation->rooms);
    add_number(body, "adults", operation->adults);
    add_raw(body, "children_ages", "[");
    for (uint32_t i = 0; i < operation->child_count && i < NB_CHILDREN_MAX; i++) {
        kit_text_add(body, i == 0 ? "" : ",");
        kit_text_number(body, operation->child_ages[i]);
    }
    kit_text_add(body, "]");
    add_raw(body, "member_number", "\"{{account.member}}\"");
}

static struct kit_text body_begin(const struct nb_call *call)
{
    struct kit_text body = kit_text_begin(call, BODY_BYTES);
    kit_text_add(&body, "{");
    return body;
}

static enum nb_status get(const char *path, const struct kit_gateway_settings *settings,
                          struct nb_effect *effect)
{
    effect->kind = NB_EFFECT_REQUEST;
    effect->request = (struct nb_request){.method = NB_METHOD_GET,
                                          .safe_to_repeat = 1,
                                          .deadline_ms = (uint32_t)settings->quote_deadline_ms,
                                          .path = path};
    return path == NULL ? NB_NO_MEMORY : NB_OK;
}

static enum nb_status post(const char *path, struct kit_text *body, int64_t deadline_ms,
                           struct nb_effect *effect)
{
    kit_text_add(body, "}");
    const char *text = kit_text_end(body);
    effect->kind = NB_EFFECT_REQUEST;
    effect->request = (struct nb_request){.method = NB_METHOD_POST,
                                          .body_type = NB_BODY_JSON,
                                          .deadline_ms = (uint32_t)deadline_ms,
                                          .path = path,
                                          .body = text};
    return path == NULL || text == NULL ? NB_NO_MEMORY : NB_OK;
}

enum nb_status kit_gateway_write(const struct nb_call *call, const char *reference,
                                 struct nb_effect *effect)
{
    struct nb_header *header = nb_call_alloc(call, sizeof(*header));
    if (header == NULL) {
        return NB_NO_MEMORY;
    }
    *header = (struct nb_header){.name = "Idempotency-Key", .value = reference};
    effect->request.headers = header;
    effect->request.header_count = 1;
    effect->request.is_write = 1;
    return NB_OK;
}

enum nb_status kit_gateway_quote(const struct nb_call *call, const struct nb_operation *operation,
                                 const struct kit_gateway_settings *settings,
                                 struct nb_effect *effect)
{
    if (!kit_stay_sound(operation)) {
        return NB_REFUSED;
    }
    struct kit_text body = body_begin(call);
    add_stay(&body, operation);
    enum nb_status status = post("/v1/quotes", &body, settings->quote_deadline_ms, effect);
    effect->request.safe_to_repeat = 1;
    return status;
}

enum nb_status kit_gateway_hold(const struct nb_call *call, const struct nb_operation *operation,
                                const char *quote_id, const struct kit_gateway_settings *settings,
                                struct nb_effect *effect)
{
    if (!kit_reference_sound(operation->reference)) {
        return NB_REFUSED;
    }
    struct kit_text body = body_begin(call);
    add_field(&body, "reference", operation->reference);
    add_field(&body, "quote_id", quote_id);
    enum nb_status status = post("/v1/holds", &body, settings->write_deadline_ms, effect);
    return status == NB_OK ? kit_gateway_write(call, operation->reference, effect) : status;
}

enum nb_status kit_gateway_commit(const struct nb_call *call, const struct nb_operation *operation,
                                  const char *quote_id, int64_t points,
                                  const struct kit_gateway_settings *settings,
                                  struct nb_effect *effect)
{
    if (!kit_reference_sound(operation->reference) || !kit_stay_sound(operation)) {
        return NB_REFUSED;
    }
    struct kit_text body = body_begin(call);
    add_field(&body, "reference", operation->reference);
    add_field(&body, "quote_id", quote_id);
    add_stay(&body, operation);
    add_number(&body, "points_total", points);
    add_raw(&body, "guest",
            "{\"given_name\":\"{{guest.given_name}}\",\"surname\":\"{{guest.surname}}\"}");
    enum nb_status status = post("/v1/reservations", &body, settings->write_deadline_ms, effect);
    return status == NB_OK ? kit_gateway_write(call, operation->reference, effect) : status;
}

enum nb_status kit_gateway_read(const struct nb_call *call, const struct nb_operation *operation,
                                const struct kit_gateway_settings *settings,
                                struct nb_effect *effect)
{
    if (!kit_reference_sound(operation->reference)) {
        return NB_REFUSED;
    }
    return get(kit_text_join(call, "/v1/reservations/", operation->reference, ""), settings,
               effect);
}

enum nb_status kit_gateway_cancel(const struct nb_call *call, const struct nb_operation *operation,
                                  const struct kit_gateway_settings *settings,
                                  struct nb_effect *effect)
{
    if (!kit_reference_sound(operation->reference)) {
        return NB_REFUSED;
    }
    struct kit_text body = body_begin(call);
    add_field(&body, "reference", operation->reference);
    const char *path = kit_text_join(call, "/v1/reservations/", operation->reference, "/cancel");
    enum nb_status status = post(path, &body, settings->write_deadline_ms, effect);
    return status == NB_OK ? kit_gateway_write(call, operation->reference, effect) : status;
}

enum nb_status kit_gateway_balance(const struct nb_call *call,
                                   const struct kit_gateway_settings *settings,
                                   struct nb_effect *effect)
{
    (void)call;
    return get("/v1/accounts/{{account.member}}/balance", settings, effect);
}

enum nb_status kit_gateway_activity(const struct nb_call *call,
                                    const struct nb_operation *operation,
                                    const struct kit_gateway_settings *settings,
                                    struct nb_effect *effect)
{
    char from[KIT_DAY_TEXT], to[KIT_DAY_TEXT];
    if (!kit_day_sound(operation->check_in) || !kit_day_sound(operation->check_out)) {
        return NB_REFUSED;
    }
    kit_day_format(operation->check_in, from);
    kit_day_format(operation->check_out, to);
    struct kit_text path = kit_text_begin(call, 128);
    kit_text_add(&path, "/v1/accounts/{{account.member}}/activity?from=");
    kit_text_add(&path, from);
    kit_text_add(&path, "&to=");
    kit_text_add(&path, to);
    return get(kit_text_end(&path), settings, effect);
}

/* Answers -------------------------------------------------------------------------------------- */

static enum nb_status read_nights(const struct nb_call *call, const struct nb_node *body,
                                  struct nb_facts *facts)
{
    const struct nb_node *nights = kit_node_array(body, "nights");
    if (nights == NULL || nights->child_count == 0 || nights->child_count > NB_NIGHTS_MAX) {
        return NB_OK;
    }
    int64_t *points = nb_call_alloc(call, nights->child_count * sizeof(*points));
    if (points == NULL) {
        return NB_NO_MEMORY;
    }
    for (uint32_t i = 0; i < nights->child_count; i++) {
        if (!kit_node_integer(&nights->children[i], "points", &points[i]) || points[i] < 0) {
            return NB_OK;
        }
    }
    facts->night_points = points;
    facts->night_count = nights->child_count;
    return NB_OK;
}

static uint32_t cash_kind_of(const char *word)
{
    static const struct {
        const char *word;
        enum nb_cash_kind kind;
    } words[] = {{"tax", NB_CASH_TAX},
                 {"resort_fee", NB_CASH_RESORT_FEE},
                 {"deposit", NB_CASH_DEPOSIT},
                 {"co_pay", NB_CASH_CO_PAY},
                 {"penalty", NB_CASH_PENALTY}};
    for (size_t i = 0; word != NULL && i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(word, words[i].word) == 0) {
            return words[i].kind;
        }
    }
    return NB_CASH_OTHER;
}

static enum nb_status read_cash(const struct nb_call *call, const struct nb_node *body,
                                struct nb_facts *facts)
{
    const struct nb_node *rows = kit_node_array(body, "cash_extras");
    if (rows == NULL || rows->child_count == 0 || rows->child_count > NB_ROWS_MAX) {
        return NB_OK;
    }
    struct nb_cash *cash = nb_call_alloc(call, rows->child_count * sizeof(*cash));
    if (cash == NULL) {
        return NB_NO_MEMORY;
    }
    for (uint32_t i = 0; i < rows->child_count; i++) {
        const char *currency = kit_node_text(&rows->children[i], "currency");
        int64_t minor;
        if (currency != NULL && strlen(currency) == NB_CURRENCY_TEXT - 1 &&
            kit_currency_fits(currency) &&
            kit_node_integer(&rows->children[i], "amount_minor", &minor) && minor >= 0) {
            struct nb_cash *row = &cash[facts->cash_count++];
            row->minor = minor;
            row->kind = cash_kind_of(kit_node_text(&rows->children[i], "kind"));
            memcpy(row->currency, currency, NB_CURRENCY_TEXT);
        }
    }
    facts->cash = cash;
    return NB_OK;
}

static uint32_t activity_kind_of(const char *word)
{
    return word == NULL ? NB_ACTIVITY_NONE : kit_activity_of(word, strlen(word));
}

static enum nb_status read_lines(const struct nb_call *call, const struct nb_node *body,
                                 struct nb_facts *facts)
{
    const struct nb_node *rows = kit_node_array(body, "lines");
    if (rows == NULL || rows->child_count == 0) {
        return NB_OK;
    }
    struct nb_fact_line *lines = nb_call_alloc(call, rows->child_count * sizeof(*lines));
    if (lines == NULL) {
        return NB_NO_MEMORY;
    }
    for (uint32_t i = 0; i < rows->child_count; i++) {
        const struct nb_node *row = &rows->children[i];
        lines[i] = (struct nb_fact_line){.posted_on = kit_node_day(row, "posted_on"),
                                         .check_in = kit_node_day(row, "check_in"),
                                         .check_out = kit_node_day(row, "check_out"),
                                         .kind = activity_kind_of(kit_node_text(row, "kind")),
                                         .description = kit_node_line(row, "description"),
                                         .property_code = kit_node_line(row, "property_code")};
        (void)kit_node_integer(row, "points", &lines[i].points);
    }
    facts->lines = lines;
    facts->line_count = rows->child_count;
    return NB_OK;
}

enum nb_status kit_gateway_facts(const struct nb_call *call, const struct nb_response *response,
                                 struct nb_facts *facts)
{
    const struct nb_node *body = response->body;
    int64_t rooms = 0;
    *facts = kit_facts_none();
    facts->http_status = response->status;
    facts->retry_after_ms = response->retry_after_ms;
    facts->check_in = kit_node_day(body, "check_in");
    facts->check_out = kit_node_day(body, "check_out");
    if (kit_node_integer(body, "rooms", &rooms) && rooms > 0 && rooms < 1000) {
        facts->rooms = (uint32_t)rooms;
    }
    if (!kit_node_integer(body, "points_total", &facts->points)) {
        (void)kit_node_integer(body, "points", &facts->points);
    }
    (void)kit_node_integer(body, "points_returned", &facts->points_returned);
    facts->cancel_by_us = kit_node_instant(body, "cancel_by");
    facts->expires_at_us = kit_node_instant(body, "expires_at");
    facts->returns_at_us = kit_node_instant(body, "points_return_at");
    facts->confirmation = kit_node_line(body, "confirmation");
    facts->reference = kit_node_line(body, "reference");
    facts->property_code = kit_node_line(body, "property_code");
    facts->quote_id = kit_node_line(body, "quote_id");
    facts->policy_version = kit_node_line(body, "policy_version");
    enum nb_status status = read_nights(call, body, facts);
    status = status == NB_OK ? read_cash(call, body, facts) : status;
    return status == NB_OK ? read_lines(call, body, facts) : status;
}

enum nb_outcome kit_gateway_problem(const struct nb_response *response)
{
    static const struct {
        const char *code;
        uint32_t status;
        uint32_t or_status;
        enum nb_outcome outcome;
    } problems[] = {
        {"sold_out", 409, 409, NB_OUTCOME_SOLD_OUT},
        {"price_changed", 409, 409, NB_OUTCOME_PRICE_CHANGED},
        {"policy_changed", 409, 409, NB_OUTCOME_POLICY_CHANGED},
        {"restricted", 422, 422, NB_OUTCOME_RESTRICTED},
        {"insufficient_points", 402, 402, NB_OUTCOME_INSUFFICIENT_POINTS},
        {"redemption_refused", 403, 403, NB_OUTCOME_REDEMPTION_REFUSED},
        {"member_invalid", 422, 422, NB_OUTCOME_MEMBER_INVALID},
        {"hotel_invalid", 422, 422, NB_OUTCOME_HOTEL_INVALID},
        {"needs_card", 422, 422, NB_OUTCOME_NEEDS_CARD},
        {"already_cancelled", 409, 409, NB_OUTCOME_ALREADY_CANCELLED},
        {"not_found", 404, 404, NB_OUTCOME_NOT_FOUND},
        {"cancel_refused", 409, 409, NB_OUTCOME_CANCEL_REFUSED},
        {"duplicate", 409, 409, NB_OUTCOME_DUPLICATE},
        {"unauthorised", 401, 401, NB_OUTCOME_UNAUTHORISED},
        {"retry_later", 429, 503, NB_OUTCOME_RETRY_LATER},
    };
    const char *code = kit_node_text(response->body, "code");
    for (size_t i = 0; code != NULL && i < sizeof(problems) / sizeof(problems[0]); i++) {
        if (strcmp(code, problems[i].code) == 0 &&
            (response->status == problems[i].status || response->status == problems[i].or_status)) {
            return problems[i].outcome;
        }
    }
    return NB_OUTCOME_UNKNOWN;
}
