/*
 * Points accounts: what lies in them and in which lots. Staff and finance of the hotline only: a
 * live balance would tell a partner that somebody is somewhere tonight.
 */
#include "core/api/answer.h"
#include "core/api/page.h"
#include "core/store/account.h"

static const char *const kinds[] = {"program_charity", "custodian", NULL};
static const char *const modes[] = {"assisted", "gateway", NULL};
static const char *const states[] = {"active", "disabled", NULL};

static const struct http_field balance_fields[] = {
    {.name = "available", .type = HTTP_INTEGER, .required = true, .about = "Can be held."},
    {.name = "held", .type = HTTP_INTEGER, .required = true, .about = "Held for bookings."},
    {.name = "spent", .type = HTTP_INTEGER, .required = true},
    {.name = "gone",
     .type = HTTP_INTEGER,
     .required = true,
     .about = "Expired, forfeited or converted."},
};
API_FIELDS(balance, "PointsBalance", balance_fields);

static const struct http_field counter_fields[] = {
    {.name = "key", .type = HTTP_TEXT, .required = true, .example = "gifted_stays"},
    {.name = "year", .type = HTTP_INTEGER, .required = true},
    {.name = "used", .type = HTTP_INTEGER, .required = true},
    {.name = "most", .type = HTTP_INTEGER, .required = true},
};
API_FIELDS(counter, "AccountCounter", counter_fields);

static const struct http_field can_word[] = {{.name = NULL, .type = HTTP_TEXT}};
static const struct http_fields can = {.fields = can_word, .count = 1};

static const struct http_field account_fields[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "program", .type = HTTP_TEXT, .required = true, .example = "wyndham"},
    {.name = "label", .type = HTTP_TEXT, .required = true, .about = "Name for staff."},
    {.name = "kind", .type = HTTP_ENUM, .words = kinds, .required = true},
    {.name = "mode",
     .type = HTTP_ENUM,
     .words = modes,
     .required = true,
     .about = "Who books: a machine, or a person with a script."},
    {.name = "state", .type = HTTP_ENUM, .words = states, .required = true},
    {.name = "can",
     .type = HTTP_ARRAY,
     .of = &can,
     .required = true,
     .about = "Of quote, hold, cancel, read, convert."},
    {.name = "phone_only", .type = HTTP_BOOLEAN, .required = true},
    {.name = "holds_card",
     .type = HTTP_BOOLEAN,
     .required = true,
     .about = "It holds the program's credit card: some give a night to such an account only."},
    {.name = "idle_expires_on",
     .type = HTTP_NIGHT,
     .required = true,
     .nullable = true,
     .about = "When everything ends unless the account is used."},
    {.name = "balance", .type = HTTP_OBJECT, .of = &balance, .required = true},
    {.name = "counters",
     .type = HTTP_ARRAY,
     .of = &counter,
     .required = true,
     .about = "What the program allows so many times a year."},
};
API_FIELDS(account, "PointsAccount", account_fields);

static const struct http_field lot_fields[] = {
    {.name = "donation", .type = HTTP_PUBLIC_ID, .required = true, .about = "The arrival."},
    {.name = "fund", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "fund_name", .type = HTTP_TEXT, .required = true},
    {.name = "received_on", .type = HTTP_NIGHT, .required = true},
    {.name = "hard_expires_on", .type = HTTP_NIGHT, .required = true, .nullable = true},
    {.name = "usable_until",
     .type = HTTP_NIGHT,
     .required = true,
     .nullable = true,
     .about = "The earlier of its own end and the account's."},
    {.name = "received", .type = HTTP_INTEGER, .required = true},
    {.name = "available", .type = HTTP_INTEGER, .required = true},
    {.name = "held", .type = HTTP_INTEGER, .required = true},
    {.name = "spent", .type = HTTP_INTEGER, .required = true},
    {.name = "gone", .type = HTTP_INTEGER, .required = true},
};
API_FIELDS(lot, "PointsLot", lot_fields);

static json_t *night_or_null(bool there, struct night night)
{
    return there ? api_json_night(night) : json_null();
}

static json_t *can_json(const struct store_account *row)
{
    const struct {
        bool can;
        const char *word;
    } abilities[] = {{row->can_quote, "quote"},
                     {row->can_hold, "hold"},
                     {row->can_cancel, "cancel"},
                     {row->can_read, "read"},
                     {row->can_convert, "convert"}};
    json_t *words = json_array();

    for (size_t i = 0; i < sizeof(abilities) / sizeof(abilities[0]); i++) {
        if (abilities[i].can) {
            NB_ASSERT(json_array_append_new(words, json_string(abilities[i].word)) == 0);
        }
    }
    return words;
}

static json_t *account_json(const struct store_account *row)
{
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "program", row->program, "label",
                  row->label, "kind", row->kind, "mode", row->mode, "state", row->state,
                  "phone_only", (int)row->phone_only, "holds_card", (int)row->holds_card);

    api_put(json, "id", api_json_id(row->id));
    api_put(json, "can", can_json(row));
    api_put(json, "idle_expires_on", night_or_null(row->idles, row->idle_expires_on));
    api_put(json, "balance",
            json_pack("{s:I, s:I, s:I, s:I}", "available", row->available.v, "held", row->held.v,
                      "spent", row->spent.v, "gone", row->gone.v));
    api_put(json, "counters", json_loads(row->counters, 0, NULL));
    return json;
}

static json_t *lot_json(const struct store_lot *row)
{
    json_t *json = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "fund_name", row->fund_name,
                             "received", row->received.v, "available", row->available.v, "held",
                             row->held.v, "spent", row->spent.v, "gone", row->gone.v);

    api_put(json, "donation", api_json_id(row->donation));
    api_put(json, "fund", api_json_id(row->fund));
    api_put(json, "received_on", api_json_night(row->received_on));
    api_put(json, "hard_expires_on", night_or_null(row->expires, row->hard_expires_on));
    api_put(json, "usable_until", night_or_null(row->ends, row->usable_until));
    return json;
}

static void on_accounts(void *data, const struct store_result *result,
                        const struct store_account *rows, size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(page, account_json(&rows[i]), 0, rows[i].id);
    }
    api_page_answer(call, page);
}

static void list_accounts(struct api_call *call)
{
    struct api_page *page = api_page_begin(call);

    if (page != NULL) {
        store_account_list(api_store(call), call->actor.pool, call->actor.hotline, &page->asked,
                           on_accounts, call);
    }
}

static void on_account(void *data, const struct store_result *result,
                       const struct store_account *row)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (row == NULL) {
        api_refuse_absent(call);
        return;
    }
    api_answer_versioned(call, row->version, account_json(row));
}

static void show_account(struct api_call *call)
{
    store_account_find(api_store(call), call->actor.pool, call->actor.hotline, call->id, on_account,
                       call);
}

static void on_lots(void *data, const struct store_result *result, const struct store_lot *rows,
                    size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(page, lot_json(&rows[i]), rows[i].received_day, rows[i].donation);
    }
    api_page_answer(call, page);
}

/* An account without lots and one that is somebody else's are told apart first. */
static void on_account_of_lots(void *data, const struct store_result *result,
                               const struct store_account *row)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (row == NULL) {
        api_refuse_absent(call);
        return;
    }
    store_account_lots(api_store(call), call->actor.pool, call->actor.hotline, call->id,
                       &page->asked, on_lots, call);
}

static void list_lots(struct api_call *call)
{
    if (api_page_begin(call) != NULL) {
        store_account_find(api_store(call), call->actor.pool, call->actor.hotline, call->id,
                           on_account_of_lots, call);
    }
}

static const struct api_route routes[] = {
    {.method = HTTP_GET,
     .pattern = "/v1/accounts",
     .roles = API_STAFF | API_BIT(API_FINANCE),
     .summary = "Points accounts with their balances.",
     .answer = &account,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_accounts},
    {.method = HTTP_GET,
     .pattern = "/v1/accounts/{id}",
     .roles = API_STAFF | API_BIT(API_FINANCE),
     .flags = API_VERSIONED,
     .summary = "One points account with its balance.",
     .answer = &account,
     .success = 200,
     .handle = show_account},
    {.method = HTTP_GET,
     .pattern = "/v1/accounts/{id}/lots",
     .roles = API_STAFF | API_BIT(API_FINANCE),
     .summary = "The lots of an account, oldest first.",
     .answer = &lot,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_lots},
};
API_ROUTES(api_accounts_routes, "Accounts", routes);
