#!/bin/bash
# Two hotels, and two people, are decided on in one group of calls while one call books for both, in the other order: who
# decides keeps no choice waiting, let alone in a ring.
set -eu
run() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
expect() { [ "$2" = "$3" ] || { echo "$1: $2, expected $3"; exit 1; }; }
run <<'SQL' >/dev/null
select nb_test.set_now('2026-12-01 18:00+00');
create table ask (n int primary key, hotline bigint, staff bigint, house uuid, public uuid, option uuid);
create function make_ask(i int, h bigint, account bigint) returns void language plpgsql as $$
declare hotel bigint := nb_test.points_hotel(); r bigint := nb_test.request(h);
begin
    insert into ask select i, h, q.opened_by, p.public_id, q.public_id, nb_test.points_option(nb_test.search(r), hotel, account)
                      from nb.shelter_request q, nb.property p where q.request_id = r and p.property_id = hotel;
end $$;
select make_ask(i, h, a) from (select h, nb_test.account(h, 100000) a from nb_test.hotline('decided') h) x, generate_series(1, 2) i;
create table chief as select nb_test.person('supervisor') as vets, nb_test.person('admin') as keeps;
create function vetted(i int) returns text language sql as $$
    select v.outcome from ask a, chief c, nb.property_vet(c.vets, a.house, 'vetted') v where a.n = i $$;
create function kept(i int) returns text language sql as $$
    select s.outcome from ask a join nb.app_user u on u.user_id = a.staff, chief c, nb.user_state_set(c.keeps, u.public_id, 'active') s where a.n = i $$;
create function booked(keys text) returns text language sql as $$
    select string_agg(b.outcome, ' ')
      from nb.book((select json_agg(nb_test.wish(staff, hotline, keys || n, nb_test.print(), public, array[option]) order by n desc) from ask)) b $$;
SQL
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
coproc decision { run 2>&1; }
decide() {
    echo "$1;" >&"${decision[1]}"
    read -r told <&"${decision[0]}"
    expect "$1" "$told" "$2"
}
decide 'begin; select vetted(1)' vetted
decide 'select kept(1)' active
run -c "select booked('meanwhile')" >"$work/booked" 2>&1 &
booking=$!
# It waits, or has its answer.
until [ "$(run -c "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%meanwhile%' and pid <> pg_backend_pid()")" = 1 ] ||
    ! kill -0 "$booking" 2>/dev/null; do :; done
decide 'select vetted(2)' vetted
decide 'select kept(2)' active
wait "$booking" || { cat "$work/booked"; exit 1; }
expect 'booked before they had decided' "$(cat "$work/booked")" 'held held'
decide "commit; select 'over'" over
