#!/bin/bash
# A choice is made while its request is closed, changed or erased elsewhere: whoever comes second sees what the first one did.
set -eu
run() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
run <<'SQL' >/dev/null
select nb_test.set_now('2026-12-01 18:00+00');
create table ask (n int primary key, hotline bigint, request bigint, public uuid, guest uuid, staff bigint, chief bigint, option uuid, later uuid);
create function make_ask(i int) returns void language plpgsql as $$
declare h bigint := nb_test.hotline('race ' || i); r bigint := nb_test.request(h);
begin
    insert into pii.guest_key (guest_id, wrapped_key, epoch) select q.guest_id, '\x01', 1 from nb.shelter_request q where q.request_id = r;
    insert into ask select i, h, r, q.public_id, g.public_id, q.opened_by, nb_test.person('supervisor', h),
                           nb_test.shelter_option(nb_test.search(r), nb_test.beds(5)),
                           nb_test.shelter_option(nb_test.search(r), nb_test.beds(5))
                      from nb.shelter_request q join pii.guest g using (guest_id) where q.request_id = r;
    update nb.candidate c set check_in = check_in + 2, check_out = check_out + 2 from ask a where c.public_id = a.later and a.n = i;
end $$;
select make_ask(i) from generate_series(1, 7) i;
create function booked(i int) returns text language sql as $$
    select b.outcome from ask a, nb_test.choose(a.staff, a.hotline, 'book' || i, nb_test.print(), a.public, array[a.option], null, null, false, 0) b where a.n = i $$;
create function booked_on(i int) returns text language sql as $$
    select b.outcome from ask a, nb_test.choose(a.staff, a.hotline, 'later' || i, nb_test.print(), a.public, array[a.later], role => 'specialist') b where a.n = i $$;
create function closed(i int) returns text language sql as $$
    select c.outcome from ask a, nb.request_close(a.staff, a.hotline, 'close' || i, nb_test.print(), a.public, 0, 'resolved') c where a.n = i $$;
create function changed(i int) returns text language sql as $$
    select c.outcome from ask a, nb.request_change(a.staff, a.hotline, 'change' || i, nb_test.print(), 'specialist', a.public, 0, '{"max_distance_m": 500, "unaccompanied_minor": false, "households": [{"adults": 1}]}', '{}', '{}', '{}') c
     where a.n = i $$;
create function erased(i int) returns text language sql as $$
    select e.outcome from ask a, nb.guest_erase(a.chief, a.guest, 'asked_by_guest') e where a.n = i $$;
SQL

# race FIRST SECOND: FIRST is done and not yet committed while SECOND waits for it; says what both were told.
race() {
    local first second waiting
    coproc session { run; }
    echo "begin; select 'first ' || $1;" >&"${session[1]}"
    read -r first <&"${session[0]}"
    run -c "select 'second ' || $2" >"$work/second" 2>&1 &
    waiting=$!
    # One that does not wait has its answer already.
    until [ "$(run -c "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%second%' and pid <> pg_backend_pid()")" = 1 ] ||
        ! kill -0 "$waiting" 2>/dev/null; do :; done
    echo 'commit;' >&"${session[1]}"
    eval "exec ${session[1]}>&-"
    wait "$session_PID"
    wait "$waiting" || { cat "$work/second"; return 1; }
    second=$(cat "$work/second")
    echo "$first, $second"
}
expect() { [ "$2" = "$3" ] || { echo "$1: $2, expected $3"; exit 1; }; }

expect 'closed while it is booked' "$(race 'closed(1)' 'booked(1)')" 'first closed, second closed'
expect 'booked while it is closed' "$(race 'booked(2)' 'closed(2)')" 'first held, second has_bookings'
expect 'changed while it is booked' "$(race 'changed(3)' 'booked(3)')" 'first changed, second stale'
expect 'erased while it is booked' "$(race 'erased(4)' 'booked(4)')" 'first erased, second closed'
expect 'booked while it is erased' "$(race 'booked(5)' 'erased(5)')" 'first held, second in_use'
# Each of the stays is one that a specialist may book, both of them are not.
expect 'booked on while it is booked' "$(race 'booked(7)' 'booked_on(7)')" 'first held, second approval_needed'
expect 'no booking of a closed request' "$(run -c "select count(*) from nb.booking b join nb.shelter_request r using (request_id) where r.state = 'closed'")" 0
run -f "$1/tests/sql/support/assert_invariants.sql" >/dev/null
