/*
 * What a hold of points would take, in both dimensions: physically the account's lots in the order
 * in which the program itself takes points, and by designation the funds whose restriction allows
 * the request, first-expiring first. Used for "what that leaves" and as the model that
 * nb.points_slices is compared with; nothing is held here. Invariant: the slices of a hold sum to
 * it in both dimensions, and no slice takes more than a lot or portion has.
 */
#ifndef NB_MODEL_LOTS_H
#define NB_MODEL_LOTS_H

#include "core/base/ids.h"
#include "core/base/night.h"
#include "core/base/points.h"

#include <stddef.h>

/* A day that never comes: no expiry. */
#define MODEL_DAY_NEVER INT32_MAX

/* Data of the program. */
enum model_spend_order {
    MODEL_SPEND_NONE = 0,
    MODEL_SPEND_EXPIRING_FIRST, /* by hard expiry, then by arrival */
    MODEL_SPEND_OLDEST_FIRST,   /* by arrival */
};

struct model_lot {
    struct lot_id id;
    struct night received;
    struct night hard_expiry; /* last day; MODEL_DAY_NEVER when the program has none */
    struct points available;
};

struct model_portion {
    int64_t id;
    struct night expiry; /* last day of the gift's points */
    struct points available;
    bool allowed; /* the fund's restriction allows the request: model_restriction_allows() */
};

/* NULL for anything; words of nb.restriction. */
struct model_restriction {
    const char *region;
    const char *population;
    const char *purpose;
};

/* What the request is; NULL where not known, which no restriction on it allows. */
struct model_designation {
    const char *region;
    const char *population;
    const char *purpose;
};

struct model_slice {
    struct lot_id lot;
    int64_t portion;
    struct points points;
};

enum model_hold_outcome {
    MODEL_HOLD_NONE = 0,
    MODEL_HOLD_HELD,
    MODEL_HOLD_INSUFFICIENT, /* the account has not so much alive */
    MODEL_HOLD_RESTRICTED,   /* it has, but not for this request */
};

struct model_hold_ask {
    struct points wanted; /* > 0 */
    struct night at;      /* the day on which the points must be alive */
    struct night idle_expiry;
    enum model_spend_order order;
};

struct model_hold_preview {
    enum model_hold_outcome outcome;
    struct points in_lots;     /* alive */
    struct points in_portions; /* allowed */
    size_t slice_count;
};

/* The last day on which a lot's points can be spent: the earlier of its hard expiry and the
 * account's idle expiry. */
struct night model_effective_expiry(struct night hard, struct night idle);
bool model_restriction_allows(const struct model_restriction *restriction,
                              const struct model_designation *request);

/* Slices that a hold needs at most. */
#define MODEL_SLICES_MOST(lot_count, portion_count) ((lot_count) + (portion_count))

/*
 * Previews the hold; may sort lots and portions into the order in which they are taken. ret_slices
 * has room for MODEL_SLICES_MOST; it is written, and slice_count set, only when the outcome is
 * held. Fails (limit) when the sums are larger than points can be.
 */
bool model_hold_preview(const struct model_hold_ask *ask, struct model_lot *lots, size_t lot_count,
                        struct model_portion *portions, size_t portion_count,
                        struct model_slice *ret_slices, struct model_hold_preview *ret_preview,
                        struct nb_err *err) NB_MUST_CHECK;

#endif
