/*
 * The part of search.h that says what pays: accounts, rules of programs, budgets. Three statements
 * that go out together and come back as one answer.
 */
#include "core/store/call.h"
#include "core/store/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct asking {
    struct nb_arena *arena;
    store_search_means_fn done;
    void *data;
    struct store_search_means means;
    int waiting;
    struct store_result failure; /* the first; outcome STORE_OK while there is none */
};

static void copy(char *to, size_t bytes, const char *text)
{
    snprintf(to, bytes, "%s", text == NULL ? "" : text);
}

static const char *keep(struct asking *asking, const char *text)
{
    const char *kept = nb_arena_strndup(asking->arena, text, strlen(text));

    NB_ASSERT(kept != NULL);
    return kept;
}

static void *room(struct asking *asking, int count, size_t bytes)
{
    void *memory = nb_arena_alloc(asking->arena, ((size_t)count + 1) * bytes);

    NB_ASSERT(memory != NULL);
    return memory;
}

/* One of the three came back; the last tells whoever asked. */
static void came_back(struct asking *asking, const struct store_result *result)
{
    if (result->outcome != STORE_OK && asking->failure.outcome == STORE_OK) {
        asking->failure = *result;
    }
    if (--asking->waiting == 0) {
        bool good = asking->failure.outcome == STORE_OK;
        asking->done(asking->data, good ? result : &asking->failure, good ? &asking->means : NULL);
    }
}

/* "gifted_stay:2026:3,gifted_stay:2027:5" without its braces. */
static void read_counters(const char *array, struct store_search_account *account)
{
    const char *at = array + 1;

    while (*at != '}' && *at != '\0' && account->counter_count < STORE_SEARCH_COUNTERS_MAX) {
        struct store_search_counter *counter = &account->counters[account->counter_count++];
        size_t length = strcspn(at, ":");
        char *end;
        NB_ASSERT(length < sizeof(counter->key));
        memcpy(counter->key, at, length);
        counter->year = (int)strtol(at + length + 1, &end, 10);
        counter->left = (int32_t)strtol(end + 1, &end, 10);
        at = *end == ',' ? end + 1 : end;
    }
}

static void read_account(const struct pg_rows *rows, int i, struct store_search_account *account)
{
    const char *mode = pg_row_text(rows, i, "mode");

    account->id.v = pg_row_int64(rows, i, "account_id");
    copy(account->program, sizeof(account->program), pg_row_text(rows, i, "program"));
    account->charity = strcmp(pg_row_text(rows, i, "kind"), "program_charity") == 0;
    account->phone_only = pg_row_bool(rows, i, "phone_only");
    account->holds_card = pg_row_bool(rows, i, "holds_card");
    account->gateway = strcmp(mode, "gateway") == 0 && !account->phone_only;
    account->balance.v = pg_row_int64(rows, i, "balance");
    account->restricted.v = pg_row_int64(rows, i, "restricted");
    account->expiring.v = pg_row_int64(rows, i, "expiring");
    account->first_end.day = pg_row_is_null(rows, i, "first_end")
                                 ? NB_NIGHT_NEVER
                                 : pg_row_night(rows, i, "first_end").day;
    account->rule_version = pg_row_int64(rows, i, "rule_version");
    account->minor_per_thousand = (int32_t)pg_row_int64(rows, i, "cents_per_thousand");
    read_counters(pg_row_text(rows, i, "counters"), account);
}

static void read_accounts(const struct store_reading *reading)
{
    struct asking *asking = reading->data;
    int count = store_reading_count(reading);
    struct store_search_account *accounts = room(asking, count, sizeof(*accounts));

    for (int i = 0; i < count; i++) {
        read_account(reading->rows, i, &accounts[i]);
    }
    asking->means.accounts = accounts;
    asking->means.account_count = (size_t)count;
    came_back(asking, reading->result);
}

static void read_rules(const struct store_reading *reading)
{
    struct asking *asking = reading->data;
    const struct pg_rows *rows = reading->rows;
    int count = store_reading_count(reading);
    struct store_search_rule *rules = room(asking, count, sizeof(*rules));

    for (int i = 0; i < count; i++) {
        rules[i] = (struct store_search_rule){
            .program = keep(asking, pg_row_text(rows, i, "program")),
            .key = keep(asking, pg_row_text(rows, i, "rule_key")),
            .value = keep(asking, pg_row_text(rows, i, "value")),
            .from = pg_row_night(rows, i, "effective_from").day,
            .to = pg_row_is_null(rows, i, "effective_to")
                      ? INT32_MAX
                      : pg_row_night(rows, i, "effective_to").day,
        };
    }
    asking->means.rules = rules;
    asking->means.rule_count = (size_t)count;
    came_back(asking, reading->result);
}

static void read_budgets(const struct store_reading *reading)
{
    struct asking *asking = reading->data;
    int count = store_reading_count(reading);
    struct store_search_budget *budgets = room(asking, count, sizeof(*budgets));

    for (int i = 0; i < count; i++) {
        copy(budgets[i].currency, sizeof(budgets[i].currency),
             pg_row_text(reading->rows, i, "currency"));
        budgets[i].minor = pg_row_int64(reading->rows, i, "minor");
    }
    asking->means.budgets = budgets;
    asking->means.budget_count = (size_t)count;
    came_back(asking, reading->result);
}

void store_search_means(struct store *store, struct hotline_id hotline, struct public_id request,
                        struct nb_arena *arena, store_search_means_fn done, void *data)
{
    struct store_call *accounts = store_call_new(store, STORE_STAFF, &sql_search_accounts);
    struct store_call *rules = store_call_new(store, STORE_STAFF, &sql_search_rules);
    struct store_call *budgets = store_call_new(store, STORE_STAFF, &sql_search_budgets);
    struct asking *asking = nb_arena_alloc(arena, sizeof(*asking));

    NB_ASSERT(asking != NULL);
    *asking = (struct asking){
        .arena = arena, .done = done, .data = data, .waiting = 3, .failure = {.outcome = STORE_OK}};
    pg_params_int64(store_call_params(accounts), hotline.v);
    pg_params_public_id(store_call_params(accounts), request);
    pg_params_int64(store_call_params(rules), hotline.v);
    pg_params_int64(store_call_params(budgets), hotline.v);
    store_call_read(accounts, read_accounts, NULL, asking);
    store_call_read(rules, read_rules, NULL, asking);
    store_call_read(budgets, read_budgets, NULL, asking);
}
