/*
 * Whole seconds in instants: the contract's examples have no fractions.
 */
#include "tests/support/rehearsal/render.h"

const char *reh_status_name(enum reh_status status)
{
    switch (status) {
    case REH_HELD:
        return "held";
    case REH_PENDING:
        return "pending";
    case REH_CONFIRMED:
        return "confirmed";
    case REH_CANCELLED:
        return "cancelled";
    case REH_STATUS_NONE:
        break;
    }
    return "none";
}

json_t *reh_instant_json(int64_t us)
{
    char text[NB_INSTANT_TEXT];
    nb_instant_format((struct nb_instant){us / 1000000 * 1000000}, text);
    return json_string(text);
}

json_t *reh_night_json(struct night night)
{
    char text[NB_NIGHT_TEXT];
    nb_night_format(night, text);
    return json_string(text);
}

json_t *reh_policy_json(int64_t version)
{
    return json_sprintf("policy-%lld", (long long)version);
}

json_t *reh_reservation_json(const struct reh_reservation *r)
{
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:I, s:I, s:o, s:o}", "reference", r->reference, "status",
        reh_status_name(r->status), "property_code", r->property->code, "check_in",
        reh_night_json(r->check_in), "check_out", reh_night_json(r->check_out), "rooms",
        (json_int_t)r->rooms, "points_total", (json_int_t)r->points_total, "cancel_by",
        reh_instant_json(reh_book_cancel_by_us(r)), "policy_version", reh_policy_json(r->policy));
    if (r->confirmation[0] != '\0') {
        json_object_set_new(json, "confirmation", json_string(r->confirmation));
    }
    if (r->status == REH_CANCELLED) {
        json_object_set_new(json, "points_returned", json_integer(r->points_returned));
    }
    return json;
}
