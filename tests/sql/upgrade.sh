#!/bin/bash
# A database whose functions are those of an earlier release takes the present ones, and keeps none that is no more.
set -eu
root=$1
. "$root/tests/sql/support/lib.sh"
functions() { psql -X -q -At -v ON_ERROR_STOP=1 -c "select p.oid::regprocedure::text, pg_get_function_result(p.oid) from pg_proc p where p.pronamespace = 'nb'::regnamespace order by 1"; }
expected=$(functions)
quiet_psql <<'SQL'
drop function nb.book_one(nb.booking, nb.shelter_request, nb.candidate), nb.book_place(nb.booking, nb.candidate, integer, text);
create function nb.book_one(t nb.booking, q nb.shelter_request, c nb.candidate, out outcome text, out detail jsonb, out made nb.booking)
    language sql as $$ select null::text, null::jsonb, null::nb.booking $$;
create function nb.book_place(t nb.booking, c nb.candidate, first_room integer, actor_role text, out outcome text, out detail jsonb, out made nb.booking)
    language sql as $$ select null::text, null::jsonb, null::nb.booking $$;
create function nb.book(
    actor bigint, hotline bigint, op_key text, print bytea, request uuid, options uuid[], reason text, covering_of uuid,
    allow_next boolean, tolerance bigint, long_stay text default null) returns text language sql as $$ select null $$;
create function nb.book_choice(bigint, bigint, uuid, uuid[], text, uuid, boolean, bigint, text) returns text language sql as $$ select null $$;
create function nb.book_plan(bigint, uuid, uuid[]) returns text language sql as $$ select null $$;
create function nb.referral_send(nb.booking) returns void language sql as $$ select $$;
SQL
quiet_psql -f "$root/sql/migrations/0019_booking_functions.sql" 2>/dev/null
schema_load "$PGDATABASE"
diff <(printf '%s\n' "$expected") <(functions)
