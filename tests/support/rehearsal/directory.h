/*
 * Hotels, prices and accounts from a file, one a line:
 *   program,property_code,rooms_available,points_per_night[,bedrooms]
 *   night,program,property_code,YYYY-MM-DD,points
 *   account,program,member_number,points
 * A night's line gives it a price of its own and stands after its hotel's. Empty lines, lines that
 * begin with # and a header line that begins with "program," are skipped.
 */
#ifndef TESTS_SUPPORT_REHEARSAL_DIRECTORY_H
#define TESTS_SUPPORT_REHEARSAL_DIRECTORY_H

#include "core/base/err.h"
#include "tests/support/rehearsal/book.h"

/* `invalid` names the line that is wrong; what stood before it has been taken. */
bool reh_directory_load(struct reh_book *book, const char *path, struct nb_err *err) NB_MUST_CHECK;
/* One line of that form. */
bool reh_directory_line(struct reh_book *book, const char *line) NB_MUST_CHECK;

#endif
