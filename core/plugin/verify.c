#include "core/plugin/verify.h"

#include <string.h>

static bool same_text(const char *stated, const char *asked)
{
    return stated != NULL && asked != NULL && strcmp(stated, asked) == 0;
}

/* What does not hold, or NULL. */
static const char *mismatch(const struct nb_operation *asked, const struct plugin_evidence *seen,
                            const struct nb_facts *facts)
{
    bool serves = seen->operation == NB_OPERATION_COMMIT || seen->operation == NB_OPERATION_READ;
    if (!seen->answered || !serves || seen->http_status < 200 || seen->http_status > 299) {
        return "no 2xx answer to this very operation was seen";
    }
    if (facts->confirmation == NULL || facts->confirmation[0] == '\0') {
        return "there is no confirmation number";
    }
    if (!same_text(facts->reference, asked->reference)) {
        return "the reference is another";
    }
    if (!same_text(facts->property_code, asked->property_code)) {
        return "the property is another";
    }
    if (facts->check_in != asked->check_in || facts->check_out != asked->check_out) {
        return "the dates are others";
    }
    return facts->rooms == asked->rooms ? NULL : "the number of rooms is another";
}

enum nb_outcome plugin_outcome_verify(const struct nb_operation *asked,
                                      const struct plugin_evidence *seen,
                                      const struct nb_effect *done, struct nb_err *err)
{
    NB_ASSERT(done->kind == NB_EFFECT_DONE);
    if (done->outcome != NB_OUTCOME_CONFIRMED) {
        return (enum nb_outcome)done->outcome;
    }
    const char *what = mismatch(asked, seen, &done->facts);
    if (what == NULL) {
        return NB_OUTCOME_CONFIRMED;
    }
    (void)nb_err_set(err, NB_ERR_CONFLICT, "confirmation_not_believed",
                     "The plugin says confirmed, but %s.", what);
    return NB_OUTCOME_UNKNOWN;
}
