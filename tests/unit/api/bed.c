#include "tests/unit/api/bed.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool daemon_ready(void *data, struct nb_err *ret_why)
{
    const struct bed *bed = data;

    return !bed->not_ready ||
           nb_err_set(ret_why, NB_ERR_UNAVAILABLE, "plugin_host", "a plugin host is starting");
}

static void open_store(struct bed *bed)
{
    struct nb_err err = {0};
    struct store_config config = {.database_url = "postgresql:///nightbridge?host=/nowhere",
                                  .application_name = "test",
                                  .deadline_ms = 300,
                                  .settle_ms = 1000};

    for (int i = STORE_STAFF; i <= STORE_AUDITOR; i++) {
        config.pools[i].readers = 1;
        config.pools[i].writers = 1;
        config.pools[i].password = "secret";
    }
    bed->store = store_create(bed->loop, &config, &err);
    cr_assert_not_null(bed->store, "%s", err.text);
}

static void open_keys(struct bed *bed)
{
    struct nb_err err = {0};
    char keys[80];

    (void)snprintf(bed->folder, sizeof(bed->folder), "/tmp/nb-api-XXXXXX");
    cr_assert_not_null(mkdtemp(bed->folder));
    (void)snprintf(keys, sizeof(keys), "%s/keys", bed->folder);
    cr_assert(vault_keys_init(keys, &err), "%s", err.text);
    cr_assert(vault_keys_open(keys, &bed->keys, &err), "%s", err.text);
}

void bed_open(struct bed *bed, const struct api_config *config)
{
    struct api_config full = config == NULL ? (struct api_config){0} : *config;
    struct nb_err err = {0};

    *bed = (struct bed){.loop = loop_create()};
    open_store(bed);
    open_keys(bed);
    bed->metrics = http_metrics_create();
    full.loop = bed->loop;
    full.store = bed->store;
    full.keys = bed->keys;
    full.metrics = bed->metrics;
    full.ready = daemon_ready;
    full.data = bed;
    full.quiet = full.quiet || config == NULL;
    full.check_answers = true;
    bed->api = api_create(&full);
    bed->server = http_server_create(
        bed->loop,
        &(struct http_server_config){
            .address = "127.0.0.1", .body_bytes = 4096, .handle = api_handle, .data = bed->api},
        &err);
    cr_assert_not_null(bed->server, "%s", err.text);
    bed->port = http_server_port(bed->server);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

void bed_close(struct bed *bed)
{
    http_server_destroy(bed->server);
    store_destroy(bed->store);
    cr_expect_eq(api_in_flight(bed->api), 0, "a request was never answered");
    api_destroy(bed->api);
    http_metrics_destroy(bed->metrics);
    vault_keys_close(bed->keys);
    talk_answer_fini(&bed->answer);
    loop_destroy(bed->loop);
    cr_assert_eq(nftw(bed->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

int bed_ask(struct bed *bed, struct talk_request request)
{
    talk_ask(bed->loop, bed->port, &request, &bed->answer);
    cr_assert_neq(bed->answer.status, 0, "%s was not answered", request.path);
    return bed->answer.status;
}

#define HOLDER(name, role_word, hotline, provider, partner)                                        \
    static const struct scripted_column name[] = {                                                 \
        {"user_id", "41"},                                                                         \
        {"user_public_id", "00000000-0000-4000-8000-000000000041"},                                \
        {"role", role_word},                                                                       \
        {"hotline_id", hotline},                                                                   \
        {"provider_id", provider},                                                                 \
        {"partner_id", partner},                                                                   \
        {"expires_at", "2099-01-01 00:00:00+00"},                                                  \
        {NULL, NULL}}

HOLDER(specialist, "specialist", "5", NULL, NULL);
HOLDER(homeless, "specialist", NULL, NULL, NULL);
HOLDER(supervisor, "supervisor", "5", NULL, NULL);
HOLDER(provider, "provider", NULL, "6", NULL);
HOLDER(partner, "partner", NULL, NULL, "7");
HOLDER(finance, "finance", "5", NULL, NULL);
HOLDER(admin, "admin", NULL, NULL, NULL);

static const struct {
    const char *role;
    const struct scripted_column *row;
} holders[] = {
    {"specialist", specialist}, {"homeless", homeless}, {"supervisor", supervisor},
    {"provider", provider},     {"partner", partner},   {"finance", finance},
    {"admin", admin},
};

void bed_actor(const char *role)
{
    static const struct scripted_column *rows[1];

    for (size_t i = 0; role != NULL && i < sizeof(holders) / sizeof(holders[0]); i++) {
        if (strcmp(holders[i].role, role) == 0) {
            rows[0] = holders[i].row;
            scripted_pq_rows("token_find", 1, rows);
            return;
        }
    }
    cr_assert_null(role, "no holder with the right %s", role);
    scripted_pq_rows("token_find", 0, NULL);
}

void bed_expect_problem(struct bed *bed, int status, const char *code)
{
    cr_expect_eq(bed->answer.status, status, "%s", bed->answer.body);
    cr_expect_str_eq(talk_header(&bed->answer, "Content-Type"), "application/problem+json");
    cr_expect_str_eq(talk_text(&bed->answer, "code"), code);
    cr_expect_eq(json_integer_value(json_object_get(bed->answer.json, "status")), status);
}
