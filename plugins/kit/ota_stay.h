/* One RoomStay or HotelReservation of OpenTravel as facts; what is not plain stays absent. */
#ifndef NB_KIT_OTA_STAY_H
#define NB_KIT_OTA_STAY_H

#include "plugins/kit/gateway.h"

/* Facts of a RoomStay: property, days, rooms, BookingCode, points redeemed, what is paid in money,
 * the deadline and the code of its policy. Points stay absent unless it is a rate of points alone
 * (type 29) and all of its money was understood. */
enum nb_status kit_ota_stay(const struct nb_call *call, const struct nb_node *stay,
                            struct nb_facts *facts);
/* The same of the one stay of a HotelReservation, with its reference (UniqueID of type 14) and its
 * confirmation (HotelReservationID of type 40). */
enum nb_status kit_ota_reservation(const struct nb_call *call, const struct nb_node *reservation,
                                   struct nb_facts *facts);

#endif
