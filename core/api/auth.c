/*
 * Whose token a request carries. What the database said of a token is believed for less than a
 * second, so that a revoked one stops within it; what it does not know is never kept. Requests that
 * ask for one token at the same time share one look-up. Everything here has a fixed size.
 * Invariant: an entry's age counts from before its look-up was sent.
 */
#include "core/api/private.h"
#include "core/base/mem.h"
#include "core/store/token.h"
#include "core/vault/token.h"

#include <string.h>

#define AUTH_MAGIC 0x41555448u
#define TOKEN_MS 500
#define USER_IN_FLIGHT 512

/* Tokens known at once: sets of a few, chosen by the hash's own bytes, the oldest makes room. */
#define SETS 1024
#define WAYS 4
#define LOOKUPS 256
#define LOOKUP_CHAINS 64
/* Users are counted in slots: two that share one share their allowance, which is generous. */
#define USER_SLOTS 4096

struct entry {
    uint8_t hash[VAULT_TOKEN_HASH_BYTES];
    struct nb_mono asked;
    struct api_actor actor; /* user 0: free */
};

struct lookup {
    struct lookup *next;
    struct api_auth *auth;
    uint8_t hash[VAULT_TOKEN_HASH_BYTES];
    struct nb_mono asked;
    struct api_call *waiting; /* linked by next, the latest first */
    void (*go_on)(struct api_call *);
};

struct api_auth {
    unsigned magic;
    struct api *api;
    int64_t token_ms;
    int user_in_flight;
    struct entry entries[SETS][WAYS];
    struct lookup *lookups[LOOKUP_CHAINS];
    int lookup_count;
    int users[USER_SLOTS];
};

struct api_auth *api_auth_create(struct api *api)
{
    struct api_auth *auth = nb_alloc(sizeof(*auth));

    auth->magic = AUTH_MAGIC;
    auth->api = api;
    auth->token_ms = api->config.token_ms > 0 ? api->config.token_ms : TOKEN_MS;
    auth->user_in_flight =
        api->config.user_in_flight > 0 ? api->config.user_in_flight : USER_IN_FLIGHT;
    return auth;
}

struct api_auth *api_auth_destroy(struct api_auth *auth)
{
    NB_ASSERT(auth == NULL || auth->lookup_count == 0);
    return nb_free(auth);
}

/* --- users' allowance --- */

static int *slot_of(struct api_auth *auth, struct user_id user)
{
    return &auth->users[(uint64_t)user.v % USER_SLOTS];
}

void api_auth_leave(struct api_auth *auth, struct user_id user)
{
    int *count = slot_of(auth, user);

    NB_ASSERT(*count > 0);
    (*count)--;
}

/* --- what is known --- */

static struct entry *set_of(struct api_auth *auth, const uint8_t *hash)
{
    return auth->entries[(hash[0] << 8 | hash[1]) % SETS];
}

static bool is_fresh(const struct api_auth *auth, const struct entry *entry)
{
    return entry->actor.user.v != 0 &&
           nb_mono_ms_between(entry->asked, nb_mono_now()) < auth->token_ms;
}

static const struct api_actor *known(struct api_auth *auth, const uint8_t *hash)
{
    struct entry *set = set_of(auth, hash);

    for (int i = 0; i < WAYS; i++) {
        if (is_fresh(auth, &set[i]) &&
            http_same_secret(set[i].hash, sizeof(set[i].hash), hash, VAULT_TOKEN_HASH_BYTES)) {
            return &set[i].actor;
        }
    }
    return NULL;
}

static void forget(struct api_auth *auth, const uint8_t *hash)
{
    struct entry *set = set_of(auth, hash);

    for (int i = 0; i < WAYS; i++) {
        if (memcmp(set[i].hash, hash, VAULT_TOKEN_HASH_BYTES) == 0) {
            set[i] = (struct entry){0};
        }
    }
}

static void remember(struct api_auth *auth, const struct lookup *lookup,
                     const struct api_actor *actor)
{
    struct entry *set = set_of(auth, lookup->hash);
    struct entry *oldest = &set[0];

    forget(auth, lookup->hash);
    for (int i = 1; i < WAYS; i++) {
        if (set[i].asked.ns < oldest->asked.ns) {
            oldest = &set[i];
        }
    }
    memcpy(oldest->hash, lookup->hash, sizeof(oldest->hash));
    oldest->asked = lookup->asked;
    oldest->actor = *actor;
}

/* --- who it is --- */

static bool at_home(const struct api_actor *actor)
{
    if ((API_STAFF & API_BIT(actor->role)) != 0) {
        return actor->hotline.v != 0;
    }
    return (actor->role != API_PROVIDER || actor->provider.v != 0) &&
           (actor->role != API_PARTNER || actor->partner != 0);
}

static struct api_actor actor_of(const struct store_holder *holder)
{
    enum api_role role = api_role_parse(holder->role);

    return (struct api_actor){.user = holder->user,
                              .user_public = holder->user_public,
                              .role = role,
                              .pool = api_role_pool(role),
                              .hotline = holder->hotline,
                              .provider = holder->provider,
                              .partner = holder->partner};
}

static void enter(struct api_auth *auth, struct api_call *call, const struct api_actor *actor,
                  void (*go)(struct api_call *))
{
    int *count = slot_of(auth, actor->user);

    if (!at_home(actor)) {
        api_refuse(call, 403, "no_home",
                   "This account belongs to no hotline, provider or partner, as its right needs.");
    } else if (!store_has(auth->api->config.store, actor->pool)) {
        api_refuse(call, 403, "role_not_served", "This server does not serve that right.");
    } else if (*count >= auth->user_in_flight) {
        api_refuse(call, 429, "too_many_requests",
                   "Too many requests of this account are being answered; wait for some of them.");
    } else {
        (*count)++;
        call->actor = *actor;
        go(call);
    }
}

static void refuse_token(struct api_call *call)
{
    api_refuse(call, 401, "token_invalid", "The token is unknown, revoked or past its end.");
}

/* --- looking it up --- */

static struct lookup **chain_of(struct api_auth *auth, const uint8_t *hash)
{
    return &auth->lookups[hash[2] % LOOKUP_CHAINS];
}

/* One that was sent long ago may bring what is no longer true. */
static struct lookup *find_lookup(struct api_auth *auth, const uint8_t *hash)
{
    struct nb_mono now = nb_mono_now();
    struct lookup *lookup = *chain_of(auth, hash);

    while (lookup != NULL && (memcmp(lookup->hash, hash, VAULT_TOKEN_HASH_BYTES) != 0 ||
                              nb_mono_ms_between(lookup->asked, now) >= auth->token_ms)) {
        lookup = lookup->next;
    }
    return lookup;
}

static void unlink_lookup(struct api_auth *auth, struct lookup *lookup)
{
    struct lookup **link = chain_of(auth, lookup->hash);

    while (*link != lookup) {
        link = &(*link)->next;
    }
    *link = lookup->next;
    auth->lookup_count--;
}

/* In the order in which they came. */
static struct api_call *take_waiting(struct lookup *lookup)
{
    struct api_call *first = NULL;

    while (lookup->waiting != NULL) {
        struct api_call *call = lookup->waiting;
        lookup->waiting = call->next;
        call->next = first;
        first = call;
    }
    return first;
}

static void on_holder(void *data, const struct store_result *result,
                      const struct store_holder *holder)
{
    struct lookup *lookup = data;
    struct api_auth *auth = lookup->auth;
    struct api_actor actor = {0};

    NB_CHECK_MAGIC(auth, AUTH_MAGIC);
    unlink_lookup(auth, lookup);
    if (holder != NULL) {
        actor = actor_of(holder);
        remember(auth, lookup, &actor);
    } else if (result->outcome == STORE_OK) {
        forget(auth, lookup->hash);
    }
    struct api_call *next = NULL;
    for (struct api_call *call = take_waiting(lookup); call != NULL; call = next) {
        next = call->next;
        call->next = NULL;
        if (!api_result_ok(call, result)) {
            continue;
        }
        if (holder == NULL) {
            refuse_token(call);
        } else {
            enter(auth, call, &actor, lookup->go_on);
        }
    }
    nb_free(lookup);
}

static void start_lookup(struct api_auth *auth, struct api_call *call, const uint8_t *hash,
                         void (*go)(struct api_call *))
{
    if (auth->lookup_count >= LOOKUPS) {
        api_refuse(call, 503, "busy", "Too many tokens are being looked up; try again.");
        return;
    }
    struct lookup *lookup = nb_alloc(sizeof(*lookup));
    struct lookup **chain = chain_of(auth, hash);
    memcpy(lookup->hash, hash, sizeof(lookup->hash));
    lookup->auth = auth;
    lookup->asked = nb_mono_now();
    lookup->go_on = go;
    lookup->waiting = call;
    call->next = NULL;
    lookup->next = *chain;
    *chain = lookup;
    auth->lookup_count++;
    store_token_find(auth->api->config.store, STORE_STAFF, hash, on_holder, lookup);
}

void api_auth_find(struct api_auth *auth, struct api_call *call, void (*go)(struct api_call *))
{
    uint8_t hash[VAULT_TOKEN_HASH_BYTES];
    const char *authorization = http_request_header(call->http, "Authorization");
    const char *token = NULL;
    size_t bytes = 0;

    if (!http_bearer(authorization, &token, &bytes)) {
        api_refuse(call, 401, "token_missing", "Send Authorization: Bearer and your token.");
        return;
    }
    if (!vault_token_hash(token, hash)) {
        refuse_token(call);
        return;
    }
    const struct api_actor *actor = known(auth, hash);
    struct lookup *lookup = actor == NULL ? find_lookup(auth, hash) : NULL;
    if (actor != NULL) {
        enter(auth, call, actor, go);
    } else if (lookup != NULL) {
        call->next = lookup->waiting;
        lookup->waiting = call;
    } else {
        start_lookup(auth, call, hash, go);
    }
}
