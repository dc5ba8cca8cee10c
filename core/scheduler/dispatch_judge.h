/*
 * What the end of an operation is worth: the plugin's claim, held against what this house itself
 * saw. Pure. A claim is never made better than the evidence, only worse: whatever may have had an
 * effect and was not plainly answered is "unknown", whatever the plugin says.
 */
#ifndef NB_SCHEDULER_DISPATCH_JUDGE_H
#define NB_SCHEDULER_DISPATCH_JUDGE_H

#include "core/base/buf.h"
#include "core/plugin/nb_plugin.h"

/* What was seen of the requests of one operation. */
struct dispatch_trail {
    bool wrote;           /* a request with an effect left, or may have */
    bool answered;        /* the last request had a whole answer */
    bool answer_of_write; /* and that request was the one with an effect */
    bool refused;         /* and it was XML that refuses (core/plugin/tree_xml.h) */
    uint32_t http_status; /* of that answer; 0 = there was none */
    uint32_t failure;     /* enum nb_failure of the last request that had none */
};

struct dispatch_verdict {
    /* Word of nb.outbox_settle: one of the common vocabulary, or "not_sent", "bad_ask",
     * "unsupported", "protocol". Static storage. */
    const char *outcome;
    const char *why; /* coded word beside it ("reference"), NULL when there is none; static */
    bool reached;    /* the other side answered with sense: the breaker counts it as well */
};

/* done is a DONE or FAIL effect. */
struct dispatch_verdict dispatch_judge(const struct nb_operation *asked,
                                       const struct dispatch_trail *trail,
                                       const struct nb_effect *done);
/* The verdict when the plugin itself gives no usable answer. */
struct dispatch_verdict dispatch_judge_silence(const struct nb_operation *asked,
                                               const struct dispatch_trail *trail);

/* "sold_out"; NULL for none. Static storage. */
const char *dispatch_outcome_word(enum nb_outcome outcome);

/* Appends what was stated as a JSON object of coded facts: points, instants, cash, policy, status.
 * Never the confirmation number, a name or a description. */
void dispatch_facts_write(const struct nb_facts *facts, const struct dispatch_verdict *verdict,
                          struct nb_buf *out);

#endif
