#include "core/api/call.h"

#include "core/api/private.h"
#include "core/base/mem.h"

struct store *api_store(const struct api_call *call)
{
    return call->api->config.store;
}

struct plugins *api_plugins(const struct api_call *call)
{
    return call->api->config.plugins;
}

const struct config_accounts *api_accounts(const struct api_call *call)
{
    return call->api->config.accounts;
}

struct vault_keys *api_keys(const struct api_call *call)
{
    return call->api->config.keys;
}

void *api_alloc(struct api_call *call, size_t bytes)
{
    void *memory = nb_arena_alloc(call->arena, bytes);

    NB_ASSERT(memory != NULL);
    return memory;
}

bool api_given(const json_t *from, const char *name)
{
    const json_t *value = json_object_get(from, name);

    return value != NULL && !json_is_null(value);
}

const char *api_text(const json_t *from, const char *name)
{
    return json_string_value(json_object_get(from, name));
}

int64_t api_int(const json_t *from, const char *name, int64_t if_absent)
{
    return api_given(from, name) ? json_integer_value(json_object_get(from, name)) : if_absent;
}

bool api_bool(const json_t *from, const char *name, bool if_absent)
{
    return api_given(from, name) ? json_is_true(json_object_get(from, name)) : if_absent;
}

/* The field table has checked what is given: what does not parse here is a bug of the table. */
bool api_id(const json_t *from, const char *name, struct public_id *ret_id)
{
    const char *text = api_text(from, name);

    NB_ASSERT(text == NULL || nb_public_id_parse(text, ret_id));
    return text != NULL;
}

bool api_night(const json_t *from, const char *name, struct night *ret_night)
{
    const char *text = api_text(from, name);

    NB_ASSERT(text == NULL || nb_night_parse(text, ret_night, NULL));
    return text != NULL;
}
