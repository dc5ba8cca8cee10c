#include "core/pg/call.h"

#include "core/base/mem.h"

#include <string.h>

/* By class (two characters) or whole code, the first match counts. */
static const struct {
    const char *prefix;
    enum nb_err_kind kind;
    const char *text;
} meanings[] = {
    {"23", NB_ERR_CONFLICT, "a rule of the database does not allow this"},
    {"40", NB_ERR_CONFLICT, "another transaction came first; try again"},
    {"55P03", NB_ERR_CONFLICT, "another transaction holds what this one needs; try again"},
    {"22", NB_ERR_INVALID, "a value is not one that the database accepts"},
    {"42501", NB_ERR_AUTH, "this role may not do that"},
    {"53", NB_ERR_LIMIT, "the database server has no room or memory left"},
    {"54", NB_ERR_LIMIT, "a limit of the database was reached"},
    {"57", NB_ERR_UNAVAILABLE, "the database server stopped the statement"},
    {"25006", NB_ERR_UNAVAILABLE, "the database server is read-only now"},
    {"", NB_ERR_BUG, "the database refused a statement of ours"},
};

static bool refused(const struct pg_answer *answer, struct nb_err *err)
{
    size_t at = 0;

    while (strncmp(answer->sqlstate, meanings[at].prefix, strlen(meanings[at].prefix)) != 0) {
        at++;
        NB_ASSERT(at < NB_COUNT(meanings));
    }
    const char *code = answer->constraint[0] != '\0' ? answer->constraint : answer->sqlstate;
    return nb_err_set(err, meanings[at].kind, code, "%s (%s)", meanings[at].text, answer->sqlstate);
}

bool pg_answer_ok(const struct pg_answer *answer, struct nb_err *err)
{
    switch (answer->outcome) {
    case PG_DONE:
        return true;
    case PG_REFUSED:
        return refused(answer, err);
    case PG_UNAVAILABLE:
        return nb_err_set(err, NB_ERR_UNAVAILABLE, "database_unavailable",
                          "the database is not there; nothing was done, try again");
    case PG_UNKNOWN:
        return nb_err_set(err, NB_ERR_TIMEOUT, "outcome_unknown",
                          "whether it was done is not known; send the same request again");
    case PG_OUTCOME_NONE:
        break;
    }
    return nb_err_set(err, NB_ERR_BUG, "no_outcome", "an answer without an outcome");
}
