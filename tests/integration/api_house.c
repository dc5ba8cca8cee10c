#include "tests/integration/api_house.h"

#include "core/base/mem.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The people's homes; the rest of the world is made by whoever needs it. */
static const char world[] =
    "insert into nb.hotline (name, country) values ('first of the test', 'US'), "
    "('second of the test', 'US');"
    "insert into nb.provider (name, kind, country) values ('house one', 'shelter', 'US'), "
    "('house two', 'shelter', 'US');"
    "insert into nb.location (provider_id, name, latitude, longitude, country, region, zone) "
    "select provider_id, name, 41.88, -87.63, 'US', 'IL', 'America/Chicago' from nb.provider;"
    "insert into nb.service (provider_id, location_id, name, tier) "
    "select provider_id, location_id, name, 'specialized' from nb.location;"
    "insert into nb.unit_type (service_id, name, max_party, rooms_or_beds) "
    "select service_id, 'beds of ' || name, 2, 'bed' from nb.service;"
    "insert into nb.partner (name) values ('giver one'), ('giver two');"
    "insert into nb.points_account (program_id, hotline_id, label, kind) "
    "select p.program_id, h.hotline_id, h.name, 'program_charity' "
    "from nb.loyalty_program p, nb.hotline h where p.code = 'wyndham';"
    "insert into nb.donor_fund (partner_id, name) select partner_id, 'fund of ' || name "
    "from nb.partner;";

#define HOME(table, row)                                                                           \
#table "_id = (select " #table "_id from nb." #table " order by 1 offset " #row " limit 1)"

char *api_house_token(struct api_house *at, const char *role, const char *home)
{
    struct vault_secret *secret = vault_token_create();
    const char *text = (const char *)vault_secret_reveal(secret, VAULT_FOR_PERSON);
    uint8_t hash[VAULT_TOKEN_HASH_BYTES];
    char hex[2 * VAULT_TOKEN_HASH_BYTES + 1];

    cr_assert(vault_token_hash(text, hash));
    for (size_t i = 0; i < sizeof(hash); i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    }
    free(house_sql(
        &at->house,
        "with u as (insert into nb.app_user (display_name) values ('%s of the test') returning "
        "user_id), g as (insert into nb.role_grant (user_id, role) select user_id, '%s' from u) "
        "insert into nb.api_token (user_id, token_hash, role, label, expires_at) select user_id, "
        "'\\x%s', '%s', 'test', nb.now() + interval '1 day' from u",
        role, role, hex, role));
    if (home != NULL) {
        free(house_sql(&at->house,
                       "update nb.app_user set %s where user_id = (select user_id from "
                       "nb.api_token where token_hash = '\\x%s')",
                       home, hex));
    }
    char *token = strdup(text);
    vault_secret_destroy(secret);
    return token;
}

static const char *home_of(enum api_role role)
{
    switch (role) {
    case API_PROVIDER:
        return HOME(provider, 0);
    case API_PARTNER:
        return HOME(partner, 0);
    case API_ADMIN:
    case API_AUDITOR:
        return NULL;
    case API_SPECIALIST:
    case API_COORDINATOR:
    case API_SUPERVISOR:
    case API_DIRECTOR:
    case API_CUSTODIAN:
    case API_FINANCE:
    case API_ROLE_NONE:
        break;
    }
    return HOME(hotline, 0);
}

static void open_people(struct api_house *at)
{
    for (int role = API_SPECIALIST; role < API_ROLES; role++) {
        at->tokens[role] =
            api_house_token(at, api_role_name((enum api_role)role), home_of((enum api_role)role));
    }
    at->other_staff = api_house_token(at, "supervisor", HOME(hotline, 1));
    at->other_provider = api_house_token(at, "provider", HOME(provider, 1));
    at->other_partner = api_house_token(at, "partner", HOME(partner, 1));
}

static void open_store(struct api_house *at)
{
    const char *cluster = getenv("NIGHTBRIDGE_TEST_CLUSTER");
    char url[512];
    struct nb_err err = {0};
    struct store_config config = {.database_url = url, .application_name = "api_test"};

    (void)snprintf(url, sizeof(url), "postgresql:///%s?host=%s&passfile=%s/pgpass",
                   at->house.database, cluster, cluster);
    for (int i = STORE_STAFF; i <= STORE_AUDITOR; i++) {
        config.pools[i].readers = 1;
        config.pools[i].writers = 1;
    }
    at->store = store_create(at->loop, &config, &err);
    cr_assert_not_null(at->store, "%s", err.text);
}

void api_house_open(struct api_house *at)
{
    char keys[160];
    struct nb_err err = {0};

    *at = (struct api_house){.loop = NULL};
    house_open(&at->house, NULL);
    free(house_sql(&at->house, "%s", world));
    open_people(at);
    at->loop = loop_create();
    open_store(at);
    (void)snprintf(keys, sizeof(keys), "%s/keys", at->house.folder);
    cr_assert(vault_keys_open(keys, &at->keys, &err), "%s", err.text);
    at->metrics = http_metrics_create();
    at->api = api_create(&(struct api_config){.loop = at->loop,
                                              .store = at->store,
                                              .keys = at->keys,
                                              .metrics = at->metrics,
                                              .quiet = true,
                                              .check_answers = true});
    at->server = http_server_create(
        at->loop,
        &(struct http_server_config){.address = "127.0.0.1", .handle = api_handle, .data = at->api},
        &err);
    cr_assert_not_null(at->server, "%s", err.text);
    at->port = http_server_port(at->server);
}

void api_house_close(struct api_house *at)
{
    if (at->loop != NULL) {
        http_server_destroy(at->server);
        store_destroy(at->store);
        cr_expect_eq(api_in_flight(at->api), 0, "a request was never answered");
        api_destroy(at->api);
        http_metrics_destroy(at->metrics);
        vault_keys_close(at->keys);
        talk_answer_fini(&at->answer);
        loop_destroy(at->loop);
        for (int role = API_SPECIALIST; role < API_ROLES; role++) {
            free(at->tokens[role]);
        }
        free(at->other_staff);
        free(at->other_provider);
        free(at->other_partner);
    }
    house_close(&at->house);
}

int api_house_ask(struct api_house *at, struct talk_request request)
{
    talk_ask(at->loop, at->port, &request, &at->answer);
    cr_assert_neq(at->answer.status, 0, "%s was not answered", request.path);
    return at->answer.status;
}

const char *api_house_text(const char *fmt, ...)
{
    static char texts[16][4096];
    static unsigned next;
    char *text = texts[next++ % 16];
    va_list arguments;

    va_start(arguments, fmt);
    int length = vsnprintf(text, sizeof(texts[0]), fmt, arguments);
    va_end(arguments);
    cr_assert_lt(length, (int)sizeof(texts[0]));
    return text;
}

const char *api_house_id(struct api_house *at, const char *table, const char *condition)
{
    char *id = house_sql(&at->house, "select public_id from nb.%s where %s order by 1 limit 1",
                         table, condition == NULL ? "true" : condition);
    const char *text = api_house_text("%s", id);

    cr_assert_str_not_empty(text, "nothing in nb.%s where %s", table, condition);
    free(id);
    return text;
}

void api_house_expect(struct api_house *at, int status, const char *code)
{
    cr_expect_eq(at->answer.status, status, "%s", at->answer.body);
    cr_expect_str_eq(talk_header(&at->answer, "Content-Type"), "application/problem+json");
    cr_expect_str_eq(talk_text(&at->answer, "code"), code, "%s", at->answer.body);
}
