/*
 * One ranked list of shelters, partner hotels and points hotels: the hard rules filter, the class
 * orders (specialized or adjacent shelter, hotel, general shelter), soft criteria with integer
 * weights order within a class. Reporting duties are no input. Invariant: the same request and
 * places give the same list in any order of input; equals follow their order number. 2,000 places
 * take well under a millisecond.
 */
#ifndef NB_MODEL_RANKING_H
#define NB_MODEL_RANKING_H

#include "core/base/err.h"
#include "core/model/check_in_risk.h"
#include "core/model/refusal.h"

enum model_class {
    MODEL_CLASS_NONE = 0,
    MODEL_CLASS_SHELTER, /* specialized or adjacent */
    MODEL_CLASS_HOTEL,
    MODEL_CLASS_GENERAL_SHELTER, /* flagged "general_shelter_after_hotels" */
};

enum model_freshness { MODEL_FRESHNESS_NONE = 0, MODEL_FRESH, MODEL_AGEING, MODEL_STALE };

struct model_ranked {
    uint32_t place; /* index into the places given */
    uint32_t units; /* rooms or beds that would be taken there; 0 when no household fits */
    enum model_class class;
    enum model_refusal refusal;            /* the one shown; NONE when offered */
    uint64_t refusals;                     /* all, as bits */
    int64_t score;                         /* weighted sum; 0 when refused */
    int16_t values[MODEL_CRITERION_COUNT]; /* 0 .. 1000, the reasons of the score */
    enum model_freshness freshness;
    struct model_check_in_risk risk;
    int64_t order_number; /* the place's own */
};

/*
 * Fills ret_ranked[count]: offered places first, best first, then refused ones by reason. Returns
 * how many are offered. Borrows both inputs for the call.
 */
size_t model_rank(const struct model_request *request, const struct model_place *places,
                  size_t count, struct model_ranked *ret_ranked);

/* How many of the refused show each reason. */
void model_refusal_counts(const struct model_ranked *ranked, size_t count,
                          uint32_t ret_counts[MODEL_REFUSAL_COUNT]);

/* Words ("ageing", "check_in_risk"). Static storage. */
const char *model_freshness_word(enum model_freshness freshness);
const char *model_criterion_word(enum model_criterion criterion);

#endif
