/*
 * Every resource of the API. A new one is a file that exports its routes, and one line here.
 */
#include "core/api/route.h"

/* clang-format off */
#define RESOURCES(resource) \
    resource(api_health_routes) \
    resource(api_programs_routes) \
    resource(api_accounts_routes) \
    resource(api_donations_routes) \
    resource(api_capacity_routes) \
    resource(api_directory_routes) \
    resource(api_tasks_routes) \
    resource(api_requests_routes) \
    resource(api_request_reveal_routes) \
    resource(api_drafts_routes) \
    resource(api_asked_routes) \
    resource(api_searches_routes) \
    resource(api_task_hand_over_routes) \
    resource(api_task_done_routes) \
    resource(api_bookings_routes) \
    resource(api_booking_actions_routes) \
    resource(api_booking_enter_routes) \
    resource(api_reveal_routes) \
    resource(api_referrals_routes)
/* clang-format on */

#define DECLARE(name) extern const struct api_routes name;
RESOURCES(DECLARE)

#define LIST(name) &(name),
const struct api_routes *const api_all_routes[] = {RESOURCES(LIST) NULL};
