/*
 * Answers of OpenTravel (2003/05) as facts and one outcome. Invariant: an outcome that is no
 * refusal is given only for a message that says Success and holds exactly what was asked; of
 * everything that is incomplete, doubled, contradictory or of another reference NB_OUTCOME_UNKNOWN.
 */
#ifndef NB_KIT_OTA_READ_H
#define NB_KIT_OTA_READ_H

#include "plugins/kit/gateway.h"

struct kit_ota_answer {
    enum nb_outcome outcome;
    struct nb_facts facts;
};

/* asked: QUOTE (also of a machine that quotes before it writes), HOLD, COMMIT, CANCEL or READ; its
 * message may stand alone or in a SOAP envelope. Each gives
 *   QUOTE   QUOTED: of the stays that are exactly ours the one of fewest points · SOLD_OUT
 *   HOLD    HELD · PENDING           COMMIT  CONFIRMED · PENDING
 *   CANCEL  CANCELLED · PENDING      READ    CONFIRMED · CANCELLED · PENDING
 * or the refusal that every Error of the message names, when it can answer the question. Other
 * kinds, which OpenTravel has no message for, are NB_REFUSED. Facts point into the response. */
enum nb_status kit_ota_read(const struct nb_call *call, enum nb_operation_kind asked,
                            const struct nb_operation *operation,
                            const struct nb_response *response, struct kit_ota_answer *answer);

#endif
