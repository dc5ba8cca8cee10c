/*
 * Gifts of points: recorded by those who keep the accounts, read by them and, without account or
 * balance, by the partner who gave.
 */
#include "core/api/answer.h"
#include "core/api/page.h"
#include "core/store/account.h"
#include "core/store/donation.h"

#define KEEPERS (API_LEADERS | API_BIT(API_FINANCE))

static const struct http_field restriction_fields[] = {
    {.name = "region", .type = HTTP_TEXT, .max = 60, .nullable = true, .example = "US-CT"},
    {.name = "population", .type = HTTP_TEXT, .max = 60, .nullable = true, .example = "families"},
    {.name = "purpose", .type = HTTP_TEXT, .max = 60, .nullable = true, .example = "crisis"},
};
API_FIELDS(restriction, "Restriction", restriction_fields);

static const struct http_field new_donation_fields[] = {
    {.name = "account", .type = HTTP_PUBLIC_ID, .required = true, .about = "Where they arrived."},
    {.name = "fund",
     .type = HTTP_PUBLIC_ID,
     .required = true,
     .about = "Under which fund; its restriction binds the points."},
    {.name = "points",
     .type = HTTP_INTEGER,
     .min = 1,
     .max = 1000000000000,
     .required = true,
     .example = "150000"},
    {.name = "received_on", .type = HTTP_NIGHT, .required = true, .example = "2026-05-04"},
    {.name = "hard_expires_on",
     .type = HTTP_NIGHT,
     .nullable = true,
     .about = "Last day on which they can be used; leave it out when they do not end.",
     .example = "2030-05-04"},
};
API_FIELDS(new_donation, "NewDonation", new_donation_fields);

static const struct http_field donation_fields[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "account", .type = HTTP_PUBLIC_ID, .about = "Not shown to partners."},
    {.name = "program", .type = HTTP_TEXT, .required = true, .example = "wyndham"},
    {.name = "fund", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "fund_name", .type = HTTP_TEXT, .required = true},
    {.name = "restriction",
     .type = HTTP_OBJECT,
     .of = &restriction,
     .required = true,
     .nullable = true},
    {.name = "points", .type = HTTP_INTEGER, .required = true},
    {.name = "received_on", .type = HTTP_NIGHT, .required = true},
    {.name = "hard_expires_on", .type = HTTP_NIGHT, .required = true, .nullable = true},
    {.name = "recorded_at", .type = HTTP_INSTANT, .required = true},
};
API_FIELDS(donation, "Donation", donation_fields);

static const struct http_field donation_query_fields[] = {
    {.name = "account", .type = HTTP_PUBLIC_ID, .about = "Only gifts to this account."},
};
API_FIELDS(donation_query, "DonationQuery", donation_query_fields);

static const struct http_field new_fund_fields[] = {
    {.name = "name",
     .type = HTTP_TEXT,
     .min = 1,
     .max = 100,
     .required = true,
     .example = "Spring appeal"},
    {.name = "campaign", .type = HTTP_TEXT, .min = 1, .max = 100, .nullable = true},
    {.name = "partner", .type = HTTP_PUBLIC_ID, .nullable = true, .about = "Who gives."},
    {.name = "restriction",
     .type = HTTP_OBJECT,
     .of = &restriction,
     .nullable = true,
     .about = "What its points may be used for; leave it out for anything."},
};
API_FIELDS(new_fund, "NewFund", new_fund_fields);

static const struct http_field fund_fields[] = {
    {.name = "id", .type = HTTP_PUBLIC_ID, .required = true},
    {.name = "name", .type = HTTP_TEXT, .required = true},
    {.name = "campaign", .type = HTTP_TEXT, .required = true, .nullable = true},
    {.name = "partner", .type = HTTP_PUBLIC_ID, .required = true, .nullable = true},
    {.name = "partner_name", .type = HTTP_TEXT, .required = true, .nullable = true},
    {.name = "restriction",
     .type = HTTP_OBJECT,
     .of = &restriction,
     .required = true,
     .nullable = true},
};
API_FIELDS(fund, "Fund", fund_fields);

/* --- rendering --- */

static json_t *restriction_json(const struct store_restriction *given)
{
    if (given->region == NULL && given->population == NULL && given->purpose == NULL) {
        return json_null();
    }
    json_t *json = json_object();
    api_put(json, "region", api_json_text(given->region));
    api_put(json, "population", api_json_text(given->population));
    api_put(json, "purpose", api_json_text(given->purpose));
    return json;
}

static json_t *donation_json(const struct store_donation *row)
{
    json_t *json = json_pack("{s:s, s:s, s:I}", "program", row->program, "fund_name",
                             row->fund_name, "points", row->points.v);

    api_put(json, "id", api_json_id(row->id));
    if (row->has_account) {
        api_put(json, "account", api_json_id(row->account));
    }
    api_put(json, "fund", api_json_id(row->fund));
    api_put(json, "restriction", restriction_json(&row->restriction));
    api_put(json, "received_on", api_json_night(row->received_on));
    api_put(json, "hard_expires_on",
            row->expires ? api_json_night(row->hard_expires_on) : json_null());
    api_put(json, "recorded_at", api_json_instant(row->recorded_at));
    return json;
}

static json_t *fund_json(const struct store_fund *row)
{
    json_t *json = json_pack("{s:s}", "name", row->name);

    api_put(json, "id", api_json_id(row->id));
    api_put(json, "campaign", api_json_text(row->campaign));
    api_put(json, "partner", row->has_partner ? api_json_id(row->partner) : json_null());
    api_put(json, "partner_name", api_json_text(row->partner_name));
    api_put(json, "restriction", restriction_json(&row->restriction));
    return json;
}

/* --- gifts --- */

static void on_donations(void *data, const struct store_result *result,
                         const struct store_donation *rows, size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(page, donation_json(&rows[i]), rows[i].recorded_at.us, rows[i].id);
    }
    api_page_answer(call, page);
}

static void list_donations(struct api_call *call)
{
    struct api_page *page = api_page_begin(call);
    struct public_id account;

    if (page == NULL) {
        return;
    }
    if (call->actor.role == API_PARTNER) {
        store_donation_gifts(api_store(call), call->actor.user, &page->asked, on_donations, call);
        return;
    }
    const struct store_donation_filter filter = {
        .hotline = call->actor.hotline,
        .account = api_id(call->query, "account", &account) ? &account : NULL};
    store_donation_list(api_store(call), call->actor.pool, &filter, &page->asked, on_donations,
                        call);
}

static void on_one_donation(void *data, const struct store_result *result,
                            const struct store_donation *rows, size_t count)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (count == 0) {
        api_refuse_absent(call);
        return;
    }
    api_answer(call, donation_json(&rows[0]));
}

static void find_donation(struct api_call *call, struct public_id id)
{
    store_donation_find(api_store(call), call->actor.pool, call->actor.hotline, id, on_one_donation,
                        call);
}

static void show_donation(struct api_call *call)
{
    find_donation(call, call->id);
}

static void on_recorded(void *data, const struct store_result *result,
                        const struct store_write *write)
{
    struct api_call *call = data;

    if (api_write_ok(call, result, write)) {
        find_donation(call, write->resource);
    }
}

/* The account's internal key, which its lock is made of. */
static void on_account(void *data, const struct store_result *result,
                       const struct store_account *account)
{
    struct api_call *call = data;
    struct store_topup topup = {0};

    if (!api_result_ok(call, result)) {
        return;
    }
    if (account == NULL) {
        api_refuse_field(call, "/account", "there is no such account that you may see");
        return;
    }
    topup.account = account->account;
    topup.account_public = account->id;
    (void)api_id(call->body, "fund", &topup.fund);
    topup.points.v = api_int(call->body, "points", 0);
    (void)api_night(call->body, "received_on", &topup.received_on);
    topup.expires = api_night(call->body, "hard_expires_on", &topup.hard_expires_on);
    store_donation_record(api_store(call), call->actor.pool, &call->operation, &topup, on_recorded,
                          call);
}

static void post_donation(struct api_call *call)
{
    struct public_id account;

    (void)api_id(call->body, "account", &account);
    store_account_find(api_store(call), call->actor.pool, call->actor.hotline, account, on_account,
                       call);
}

/* --- funds --- */

static void on_funds(void *data, const struct store_result *result, const struct store_fund *rows,
                     size_t count)
{
    struct api_call *call = data;
    struct api_page *page = call->state;

    if (!api_result_ok(call, result)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        api_page_add(page, fund_json(&rows[i]), 0, rows[i].id);
    }
    api_page_answer(call, page);
}

static void list_funds(struct api_call *call)
{
    struct api_page *page = api_page_begin(call);

    if (page != NULL) {
        store_fund_list(api_store(call), call->actor.pool, NULL, &page->asked, on_funds, call);
    }
}

static void on_one_fund(void *data, const struct store_result *result,
                        const struct store_fund *rows, size_t count)
{
    struct api_call *call = data;

    if (!api_result_ok(call, result)) {
        return;
    }
    if (count == 0) {
        api_refuse_absent(call);
        return;
    }
    api_answer(call, fund_json(&rows[0]));
}

static void on_opened(void *data, const struct store_result *result,
                      const struct store_write *write)
{
    struct api_call *call = data;

    if (api_write_ok(call, result, write)) {
        store_fund_list(api_store(call), call->actor.pool, &write->resource,
                        &(struct store_page){.limit = 1}, on_one_fund, call);
    }
}

static void post_fund(struct api_call *call)
{
    const json_t *bound = json_object_get(call->body, "restriction");
    struct public_id partner;
    const struct store_new_fund given = {
        .name = api_text(call->body, "name"),
        .campaign = api_text(call->body, "campaign"),
        .partner = api_id(call->body, "partner", &partner) ? &partner : NULL,
        .restriction = {.region = api_text(bound, "region"),
                        .population = api_text(bound, "population"),
                        .purpose = api_text(bound, "purpose")}};

    store_fund_open(api_store(call), call->actor.pool, &call->operation, &given, on_opened, call);
}

static const struct api_route routes[] = {
    {.method = HTTP_POST,
     .pattern = "/v1/donations",
     .roles = KEEPERS,
     .summary = "Records points that arrived.",
     .about = "They can be held from then on, under the restriction of their fund.",
     .body = &new_donation,
     .answer = &donation,
     .success = 201,
     .handle = post_donation},
    {.method = HTTP_GET,
     .pattern = "/v1/donations",
     .roles = API_STAFF | API_BIT(API_FINANCE) | API_BIT(API_PARTNER),
     .summary = "Gifts of points, the latest first; a partner sees its own.",
     .query = &donation_query,
     .answer = &donation,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_donations},
    {.method = HTTP_GET,
     .pattern = "/v1/donations/{id}",
     .roles = API_STAFF | API_BIT(API_FINANCE),
     .summary = "One gift.",
     .answer = &donation,
     .success = 200,
     .handle = show_donation},
    {.method = HTTP_GET,
     .pattern = "/v1/funds",
     .roles = API_STAFF | API_BIT(API_FINANCE),
     .summary = "Funds under which gifts are recorded.",
     .answer = &fund,
     .shape = API_PAGE,
     .success = 200,
     .handle = list_funds},
    {.method = HTTP_POST,
     .pattern = "/v1/funds",
     .roles = KEEPERS,
     .summary = "Opens a fund, with what its points may be used for.",
     .body = &new_fund,
     .answer = &fund,
     .success = 201,
     .handle = post_fund},
};
API_ROUTES(api_donations_routes, "Donations", routes);
