/*
 * Which report, if any, somebody must make: three answers of the intake against rule rows (law
 * differs by state and country, so the rows are data). Invariant: nothing here is ever an input of
 * the ranking.
 */
#ifndef NB_MODEL_REPORT_ROUTE_H
#define NB_MODEL_REPORT_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

enum model_report_kind {
    MODEL_REPORT_NONE = 0,  /* no task */
    MODEL_REPORT_MANDATED,  /* a child is concerned: the law asks for it, with or without consent */
    MODEL_REPORT_EMERGENCY, /* somebody may be hurt now */
    MODEL_REPORT_CONSENTED, /* the adult wants it */
};

enum model_answer { MODEL_ANSWER_ANY = 0, MODEL_ANSWER_YES, MODEL_ANSWER_NO };

/* First row that matches decides; no row, no task. */
struct model_report_rule {
    enum model_answer child_involved;
    enum model_answer immediate_violence;
    enum model_answer adult_consents;
    enum model_report_kind kind;
};

enum model_report_kind model_report_route(bool child_involved, bool immediate_violence,
                                          bool adult_consents,
                                          const struct model_report_rule *rules, size_t count);
/* The word of the task's kind ("mandated_report"); "none" when there is none. Static storage. */
const char *model_report_kind_word(enum model_report_kind kind);

#endif
