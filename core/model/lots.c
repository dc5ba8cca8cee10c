#include "core/model/lots.h"

#include <stdlib.h>
#include <string.h>

struct night model_effective_expiry(struct night hard, struct night idle)
{
    return hard.day < idle.day ? hard : idle;
}

static bool word_allows(const char *wanted, const char *given)
{
    return wanted == NULL || (given != NULL && strcmp(wanted, given) == 0);
}

bool model_restriction_allows(const struct model_restriction *restriction,
                              const struct model_designation *request)
{
    return word_allows(restriction->region, request->region) &&
           word_allows(restriction->population, request->population) &&
           word_allows(restriction->purpose, request->purpose);
}

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_arrival(const void *left, const void *right)
{
    const struct model_lot *a = left;
    const struct model_lot *b = right;
    int order = compare(a->received.day, b->received.day);

    return order != 0 ? order : compare(a->id.v, b->id.v);
}

static int by_hard_expiry(const void *left, const void *right)
{
    const struct model_lot *a = left;
    const struct model_lot *b = right;
    int order = compare(a->hard_expiry.day, b->hard_expiry.day);

    return order != 0 ? order : by_arrival(left, right);
}

static int by_portion_expiry(const void *left, const void *right)
{
    const struct model_portion *a = left;
    const struct model_portion *b = right;
    int order = compare(a->expiry.day, b->expiry.day);

    return order != 0 ? order : compare(a->id, b->id);
}

static bool lot_usable(const struct model_hold_ask *ask, const struct model_lot *lot)
{
    return lot->available.v > 0 &&
           model_effective_expiry(lot->hard_expiry, ask->idle_expiry).day >= ask->at.day;
}

static bool portion_usable(const struct model_portion *portion)
{
    return portion->allowed && portion->available.v > 0;
}

static bool sum_up(const struct model_hold_ask *ask, const struct model_lot *lots, size_t lot_count,
                   const struct model_portion *portions, size_t portion_count,
                   struct model_hold_preview *preview)
{
    for (size_t i = 0; i < lot_count; i++) {
        if (lot_usable(ask, &lots[i]) &&
            !nb_points_add(preview->in_lots, lots[i].available, &preview->in_lots)) {
            return false;
        }
    }
    for (size_t i = 0; i < portion_count; i++) {
        if (portion_usable(&portions[i]) &&
            !nb_points_add(preview->in_portions, portions[i].available, &preview->in_portions)) {
            return false;
        }
    }
    return true;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Both rows side by side, cut where either ends. The sums were checked: neither row runs out before
 * the hold is full. */
static size_t cut(const struct model_hold_ask *ask, const struct model_lot *lots,
                  const struct model_portion *portions, struct model_slice *slices)
{
    size_t count = 0;
    int64_t of_lot = 0;
    int64_t of_portion = 0;

    for (int64_t rest = ask->wanted.v; rest > 0; count++) {
        for (; of_lot == 0; lots++) {
            of_lot = lot_usable(ask, lots) ? lots->available.v : 0;
        }
        for (; of_portion == 0; portions++) {
            of_portion = portion_usable(portions) ? portions->available.v : 0;
        }
        int64_t taken = least(rest, least(of_lot, of_portion));
        slices[count] = (struct model_slice){lots[-1].id, portions[-1].id, {taken}};
        of_lot -= taken;
        of_portion -= taken;
        rest -= taken;
    }
    return count;
}

bool model_hold_preview(const struct model_hold_ask *ask, struct model_lot *lots, size_t lot_count,
                        struct model_portion *portions, size_t portion_count,
                        struct model_slice *ret_slices, struct model_hold_preview *ret_preview,
                        struct nb_err *err)
{
    struct model_hold_preview preview = {.outcome = MODEL_HOLD_HELD};

    NB_ASSERT(ask->wanted.v > 0 && ask->order != MODEL_SPEND_NONE);
    if (!sum_up(ask, lots, lot_count, portions, portion_count, &preview)) {
        return nb_err_set(err, NB_ERR_LIMIT, "points_overflow",
                          "the account's lots sum to more than points can be");
    }
    if (preview.in_lots.v < ask->wanted.v) {
        preview.outcome = MODEL_HOLD_INSUFFICIENT;
    } else if (preview.in_portions.v < ask->wanted.v) {
        preview.outcome = MODEL_HOLD_RESTRICTED;
    } else {
        qsort(lots, lot_count, sizeof *lots,
              ask->order == MODEL_SPEND_EXPIRING_FIRST ? by_hard_expiry : by_arrival);
        qsort(portions, portion_count, sizeof *portions, by_portion_expiry);
        preview.slice_count = cut(ask, lots, portions, ret_slices);
    }
    *ret_preview = preview;
    return true;
}
