#!/bin/bash
# A report that lowers the capacity waits for a booking in flight on the same unit, and then counts its promise.
set -eu
run() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
expect() { [ "$2" = "$3" ] || { echo "$1: $2, expected $3"; exit 1; }; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unit=$(run -c "select nb_test.shelter_unit(nb_test.provider('shelter'))")
staff=$(run -c "select nb_test.person('specialist', nb_test.hotline('race'))")
tonight=$(run -c "select nb.place_tonight(t) from nb.unit_type t where t.unit_type_id = $unit")
report() {
    run -c "select r.outcome, r.detail #>> '{nights,0,promised}' from nb.unit_type t,
            nb.capacity_set($staff, t.public_id, '$tonight', '$tonight', $1, 'phone') r where t.unit_type_id = $unit"
}
expect 'first report' "$(report 5)" 'set|'
mkfifo -m 600 "$work/booking"
run <"$work/booking" >/dev/null &
booking=$!
exec 3>"$work/booking"
echo "begin; select pg_advisory_xact_lock(nb.lock_key('unit', $unit));
      update nb.unit_night set held = 3 where unit_type_id = $unit;" >&3
for _ in $(seq 200); do
    locked=$(run -c "select count(*) from pg_locks where locktype = 'advisory' and granted
                     and database = (select oid from pg_database where datname = current_database())")
    [ "$locked" = 0 ] || break
done
expect 'the booking holds the unit' "$locked" 1
report 2 >"$work/answer" &
lowering=$!
for _ in $(seq 200); do
    waiting=$(run -c "select count(*) from pg_locks where locktype = 'advisory' and not granted
                      and database = (select oid from pg_database where datname = current_database())")
    [ "$waiting" = 0 ] || break
done
expect 'the report waits' "$waiting" 1
echo 'commit;' >&3
exec 3>&-
wait "$booking"
wait "$lowering"
expect 'the report counts the promise' "$(cat "$work/answer")" 'below_promised|3'
expect 'and changed nothing' "$(run -c "select capacity, held from nb.unit_night where unit_type_id = $unit")" '5|3'
