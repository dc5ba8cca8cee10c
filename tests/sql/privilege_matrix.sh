#!/bin/bash
# What each login role may do equals the reviewed file. After a change that is meant: review the difference, then
#   NIGHTBRIDGE_REVIEWED=1 tests/sql/run tests/sql/privilege_matrix.sh
set -eu
reviewed=$1/tests/sql/privilege_matrix.txt
found=$(psql -X -q -At -v ON_ERROR_STOP=1 -f "$1/tests/sql/support/privilege_matrix.sql" | sed 's/ *$//')
if [ -n "${NIGHTBRIDGE_REVIEWED:-}" ]; then
    printf '%s\n' "$found" >"$reviewed"
fi
diff -u "$reviewed" <(printf '%s\n' "$found")
