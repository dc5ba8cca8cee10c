/*
 * Statements as they are saved for us: comma-separated UTF-8 under a line of column names, days as
 * YYYY-MM-DD, kinds in the words of activity.h. No program publishes a file of its own, so the form
 * is ours, and each program says which columns its activity page can fill. A row is taken when all
 * of it is understood; any other is counted as skipped, never guessed at.
 */
#ifndef NB_KIT_STATEMENT_H
#define NB_KIT_STATEMENT_H

#include "core/plugin/nb_plugin.h"

enum kit_column {
    KIT_COLUMN_POSTED = 0, /* required, in the first line and in every row */
    KIT_COLUMN_KIND,       /* the same */
    KIT_COLUMN_POINTS,     /* the same: signed, "-15,000" as well */
    KIT_COLUMN_DESCRIPTION,
    KIT_COLUMN_PROPERTY,
    KIT_COLUMN_CHECK_IN,
    KIT_COLUMN_CHECK_OUT,
    KIT_COLUMN_CANCELLED, /* yes, no or empty: the stay of the row was given up */
    KIT_COLUMN_COUNT
};

/* The name of each column in the first line (capitals count as small letters); NULL = the program
 * has no such. A program without CHECK_OUT has one row a night: it ends the day after. In a row of
 * a cancelled stay, points that came in are `reinstate`, whatever "redeem" says; only those two
 * kinds can be of one. */
struct kit_statement_form {
    const char *columns[KIT_COLUMN_COUNT];
};

/* The slot `parse_statement`. Columns may stand in any order; unknown ones are passed over;
 * every row has as many cells as the first line.
 * NB_REFUSED for a file whose first line does not name a required column, names one twice, or that
 * has more rows than a tree has nodes. */
enum nb_status kit_statement(const struct nb_call *call, const struct kit_statement_form *form,
                             const struct nb_statement_ask *ask, struct nb_statement *statement);

#endif
