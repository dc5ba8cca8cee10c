#include "plugins/kit/rules.h"

#include "plugins/kit/text.h"

#include <string.h>

const char *kit_rule_text(const struct nb_call *call, struct kit_defaults defaults, const char *key)
{
    for (uint32_t i = call->rule_count; i > 0; i--) {
        const struct nb_rule *rule = &call->rules[i - 1];
        if (rule->from <= call->today && call->today < rule->to && strcmp(rule->key, key) == 0) {
            return rule->value;
        }
    }
    for (uint32_t i = 0; i < defaults.count; i++) {
        if (strcmp(defaults.rows[i].key, key) == 0) {
            return defaults.rows[i].value;
        }
    }
    return NULL;
}

int64_t kit_rule_number(const struct nb_call *call, struct kit_defaults defaults, const char *key,
                        int64_t otherwise)
{
    const char *text = kit_rule_text(call, defaults, key);
    int64_t number;
    return text != NULL && kit_number_parse(text, &number) ? number : otherwise;
}

bool kit_rule_on(const struct nb_call *call, struct kit_defaults defaults, const char *key)
{
    const char *text = kit_rule_text(call, defaults, key);
    return text != NULL && strcmp(text, "on") == 0;
}
