#include "plugins/kit/ota_codes.h"

#include "plugins/kit/text.h"

/* The list has one row for a changed price and a changed policy; the house does the same with both,
 * and "price" is what it then asks a person about. */
static const struct {
    enum nb_outcome outcome;
    const char *codes;
} codes_of[] = {
    {NB_OUTCOME_SOLD_OUT, "9,104,132,322,427,778,779,841"},
    {NB_OUTCOME_PRICE_CHANGED, "143,249,436,438,441,443,562,783,842"},
    {NB_OUTCOME_RESTRICTED, "69,70,107,346,363,378,409,410,411,444,502,563,575,727"},
    {NB_OUTCOME_INSUFFICIENT_POINTS, "80,710"},
    {NB_OUTCOME_REDEMPTION_REFUSED, "370,535,672"},
    {NB_OUTCOME_MEMBER_INVALID, "79,276,277,561,648"},
    {NB_OUTCOME_HOTEL_INVALID, "361,375,392"},
    {NB_OUTCOME_NEEDS_CARD, "281,355,372,373,432,506,738,741,766,890"},
    {NB_OUTCOME_ALREADY_CANCELLED, "95"},
    {NB_OUTCOME_NOT_FOUND, "87,97,245,252,385"},
    {NB_OUTCOME_CANCEL_REFUSED, "193,258,568"},
    {NB_OUTCOME_DUPLICATE, "94"},
    {NB_OUTCOME_UNAUTHORISED, "497"},
    {NB_OUTCOME_RETRY_LATER, "187,191,784,888"},
    {NB_OUTCOME_UNKNOWN, "448,450"},
};

#define TYPES_UNAUTHORISED "4,5,6"
#define TYPES_UNKNOWN "12,13" /* it broke on their side: whatever the code says, it may be done */

static enum nb_outcome outcome_of(const char *code)
{
    for (size_t i = 0; i < sizeof(codes_of) / sizeof(codes_of[0]); i++) {
        if (kit_list_has(codes_of[i].codes, code)) {
            return codes_of[i].outcome;
        }
    }
    return NB_OUTCOME_UNKNOWN;
}

enum nb_outcome kit_ota_error_outcome(const char *type, const char *code)
{
    bool unauthorised = type != NULL && kit_list_has(TYPES_UNAUTHORISED, type);
    if (type != NULL && kit_list_has(TYPES_UNKNOWN, type)) {
        return NB_OUTCOME_UNKNOWN;
    }
    if (code == NULL) {
        return unauthorised ? NB_OUTCOME_UNAUTHORISED : NB_OUTCOME_UNKNOWN;
    }
    enum nb_outcome outcome = outcome_of(code);
    return unauthorised && outcome != NB_OUTCOME_UNAUTHORISED ? NB_OUTCOME_UNKNOWN : outcome;
}
