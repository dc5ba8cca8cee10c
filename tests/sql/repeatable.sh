#!/bin/bash
# What a migrate repeats (functions, privileges, reference data) changes nothing the second time.
set -eu
root=$1
. "$root/tests/sql/support/lib.sh"
state() {
    psql -X -q -At -v ON_ERROR_STOP=1 -f "$root/tests/sql/support/privilege_matrix.sql"
    quiet_psql -At -c "select p.oid::regprocedure, p.prosecdef, p.proconfig, md5(p.prosrc) from pg_proc p
        where p.pronamespace in ('nb'::regnamespace, 'pii'::regnamespace) order by 1"
    quiet_psql -At -c "select polrelid::regclass, polname from pg_policy order by 1, 2"
    quiet_psql -At -c "select count(*), max(xmin::text::bigint) from nb.postal_place"
}
before=$(state)
functions_check "$PGDATABASE"
schema_load "$PGDATABASE"
diff -u <(printf '%s\n' "$before") <(state)
