#include "core/model/report_route.h"

#include "core/base/err.h"

static bool matches(enum model_answer wanted, bool given)
{
    return wanted == MODEL_ANSWER_ANY || (wanted == MODEL_ANSWER_YES) == given;
}

enum model_report_kind model_report_route(bool child_involved, bool immediate_violence,
                                          bool adult_consents,
                                          const struct model_report_rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (matches(rules[i].child_involved, child_involved) &&
            matches(rules[i].immediate_violence, immediate_violence) &&
            matches(rules[i].adult_consents, adult_consents)) {
            return rules[i].kind;
        }
    }
    return MODEL_REPORT_NONE;
}

const char *model_report_kind_word(enum model_report_kind kind)
{
    switch (kind) {
    case MODEL_REPORT_NONE:
        return "none";
    case MODEL_REPORT_MANDATED:
        return "mandated_report";
    case MODEL_REPORT_EMERGENCY:
        return "emergency_report";
    case MODEL_REPORT_CONSENTED:
        return "consented_report";
    }
    NB_ASSERT(false);
}
