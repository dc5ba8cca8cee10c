/*
 * Requests of OpenTravel (2003/05): availability, reservation, cancellation and read, as XML with
 * placeholders. They carry what gateway.h's do. What an answer means is ota_read.h's.
 */
#ifndef NB_KIT_OTA_WRITE_H
#define NB_KIT_OTA_WRITE_H

#include "plugins/kit/gateway.h"

#define KIT_OTA_NAMESPACE "http://www.opentravel.org/OTA/2003/05"
#define KIT_OTA_PATH "/ota"

/* What a reservation message does with the room. */
enum kit_ota_reserve {
    KIT_OTA_RESERVE_NONE = 0,
    KIT_OTA_INITIATE, /* hold it */
    KIT_OTA_COMMIT,   /* book it, and take the points */
    KIT_OTA_RESERVE_COUNT
};

struct kit_ota_order {
    enum kit_ota_reserve what;
    const char *quote_id; /* as the quote said it: the BookingCode */
    int64_t points;       /* the same: what is redeemed */
};

/* Each fills effect with a REQUEST; NB_NO_MEMORY, or NB_REFUSED for an operation that cannot be put
 * into one, as those of gateway.h. Our reference is the UniqueID of type 14 and the EchoToken. */
enum nb_status kit_ota_avail(const struct nb_call *call, const struct nb_operation *operation,
                             const struct kit_gateway_settings *settings, struct nb_effect *effect);
enum nb_status kit_ota_reserve(const struct nb_call *call, const struct nb_operation *operation,
                               const struct kit_ota_order *order,
                               const struct kit_gateway_settings *settings,
                               struct nb_effect *effect);
/* A cancel or read names the confirmation as well when the operation has one. */
enum nb_status kit_ota_cancel(const struct nb_call *call, const struct nb_operation *operation,
                              const struct kit_gateway_settings *settings,
                              struct nb_effect *effect);
enum nb_status kit_ota_retrieve(const struct nb_call *call, const struct nb_operation *operation,
                                const struct kit_gateway_settings *settings,
                                struct nb_effect *effect);

#endif
