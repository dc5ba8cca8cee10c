#include "plugins/kit/script.h"

const struct nb_script_field kit_fields_booked[6] = {
    {NB_FIELD_TEXT, 1, "confirmation", "Confirmation number, read back letter by letter"},
    {NB_FIELD_POINTS, 1, "points_total", "Points taken, for the whole stay"},
    {NB_FIELD_INSTANT, 1, "cancel_by", "Last moment to cancel without losing points, hotel time"},
    {NB_FIELD_MONEY, 0, "cash_extras", "Fees that are not paid with points"},
    {NB_FIELD_SWITCH, 1, "read_back", "Hotel, nights and rooms were read back and are right"},
    {NB_FIELD_TEXT, 0, "case_number", "The program's own case number, if it gave one"},
};

const struct nb_script_field kit_fields_cancelled[3] = {
    {NB_FIELD_TEXT, 1, "cancellation", "Cancellation number"},
    {NB_FIELD_POINTS, 1, "points_returned", "Points that come back"},
    {NB_FIELD_INSTANT, 0, "points_return_at", "When they are back, if it was said"},
};

const struct nb_script_field kit_fields_read[3] = {
    {NB_FIELD_SWITCH, 1, "found", "The booking is there"},
    {NB_FIELD_TEXT, 0, "confirmation", "Confirmation number, if it is there"},
    {NB_FIELD_POINTS, 0, "points_total", "Points taken, if it is there"},
};

const struct nb_script_field kit_fields_balance[1] = {
    {NB_FIELD_POINTS, 1, "balance", "Points on the account now"},
};

enum nb_status kit_script_find(const struct kit_script *scripts, uint32_t count,
                               const struct nb_script_ask *ask, struct nb_script *script)
{
    const struct kit_script *found = NULL;
    for (uint32_t i = 0; i < count; i++) {
        bool fits = scripts[i].operation == (enum nb_operation_kind)ask->operation;
        if (fits && (found == NULL || scripts[i].phone_only == (ask->phone_only != 0))) {
            found = &scripts[i];
        }
    }
    if (found == NULL) {
        return NB_REFUSED;
    }
    *script = (struct nb_script){.line_count = found->line_count,
                                 .field_count = found->field_count,
                                 .lines = found->lines,
                                 .fields = found->fields};
    return NB_OK;
}
