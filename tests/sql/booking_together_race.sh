#!/bin/bash
# Calls of many choices, each asked four times over by sessions that mix them differently, beside the clock, a dispatcher and
# staff: whatever shares a call, a key has one effect and its own answer, no lock is waited for in a ring, nothing is left over.
set -eu
run() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
expect() { [ "$2" = "$3" ] || { echo "$1: $2, expected $3"; exit 1; }; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
run <<'SQL' >/dev/null
select nb_test.set_now('2026-12-01 18:00+00');
create table house (n int, hotline bigint, account bigint, poor bigint);
insert into house select n, h, nb_test.account(h, 5000000), nb_test.account(h, 70000) from (select n, nb_test.hotline('race ' || n) h from generate_series(0, 1) n) x;
select nb.cash_receive(nb_test.person('finance', hotline), hotline, 'cash', nb_test.print(), 'USD', 18000) from house;
create table place as select nb_test.beds(6) as few, nb_test.beds(500) as many, nb_test.partner_rooms(30) as rooms,
                             nb_test.points_hotel(cap => 3) as small, nb_test.points_hotel(cap => 500) as large;
create table ask (n int primary key, h int, request bigint, public uuid, staff bigint, options uuid[]);
create function make_ask(i int) returns void language plpgsql as $$
declare w house; p place; r bigint; s bigint;
begin
    select * into w from house where n = i % 2;
    select * into p from place;
    r := nb_test.request(w.hotline, case when i % 7 = 0 then '[{"adults": 1, "children_ages": []}, {"adults": 2, "children_ages": []}]'
                                    else '[{"adults": 1, "children_ages": []}]' end::jsonb);
    s := nb_test.search(r);
    insert into ask select i, w.n, r, q.public_id, q.opened_by, array[
        nb_test.shelter_option(s, p.few, 1), nb_test.shelter_option(s, p.many, 2), nb_test.partner_option(s, p.rooms, 3),
        nb_test.points_option(s, p.small, w.account, 4), nb_test.points_option(s, p.large, w.account, 5),
        nb_test.points_option(s, p.large, w.poor, 6),
        case when i % 7 = 0 then nb_test.shelter_option(s, p.few, 7, households => '{1}') end]
      from nb.shelter_request q where q.request_id = r;
end $$;
select make_ask(i) from generate_series(1, 50) i;
-- Three choices of each request, at three places, and one under another hotline's name.
create table choice as
select 'k' || a.n || '.' || k as key, a.n, k = 3 as foreign_one,
       nb_test.wish(case k when 3 then o.staff else a.staff end, w.hotline, 'k' || a.n || '.' || k, nb_test.print('k' || a.n || '.' || k),
                    a.public, case when a.options[7] is not null and k = 0 then array[a.options[2], a.options[7]]
                                   else array[a.options[1 + abs(hashtext(a.n || '.' || k)) % 6]] end, next_allowed => a.n % 3 = 0) as wish
  from ask a cross join generate_series(0, 3) k
  join house w on w.n = (a.h + (k = 3)::int) % 2
  cross join lateral (select x.staff from ask x where x.h <> a.h limit 1) o;
-- What one session asks in one call.
create table batch as
select session, dense_rank() over (partition by session order by spot / (6 + session * 5)) as n, spot, key
  from (select session, key, row_number() over (partition by session order by md5(session || key)) - 1 as spot
          from choice cross join generate_series(0, 3) session) x;
create table told (key text, outcome text, replayed boolean, resource uuid, made bigint, of_request bigint);
create function called(of_session int, of_n bigint) returns setof told language sql as $$
    with asked as materialized (
        select array_agg(c.key order by b.spot) as keys, json_agg(c.wish order by b.spot) as wishes
          from batch b join choice c using (key) where b.session = of_session and b.n = of_n)
    select a.keys[o.n], o.outcome, o.replayed, o.resource_id, (o.made).booking_id, (o.made).request_id
      from asked a cross join lateral nb.book(a.wishes) with ordinality
           o (outcome, status, resource_kind, resource_id, version, detail, replayed, made, n);
$$;
SQL
deadlocks() { run -c 'select pg_stat_clear_snapshot() is null; select deadlocks from pg_stat_database where datname = current_database()' | tail -1; }
before=$(deadlocks)
failed=''
pids=''
for session in 0 1 2 3; do
    run -F ' ' -P null=- -c "select format('select * from called(%s, %s);', session, n) from batch where session = $session group by session, n order by n" |
        run -F ',' >"$work/told.$session" 2>&1 &
    pids="$pids $!"
done
# Beside them, until they are done: one step after the other.
meanwhile() { # meanwhile NAME SQL: :round is another one each time
    local round=0
    until [ -e "$work/over" ]; do
        round=$((round + 1))
        run -v round="$round" <<<"$2" || exit 1
    done >"$work/$1" 2>&1
}
meanwhile clock "update nb.booking set hold_expires_at = nb.now() where state = 'held' and booking_id in (select b.booking_id from nb.booking b where b.state = 'held' order by b.booking_id desc limit 1);
    select nb.hold_expire(5); select nb.referral_step(5); select nb.booking_overdue(5) + nb.task_overdue(5) + nb.request_overdue(5);" &
beside=$!
meanwhile dispatch "select format('select nb.outbox_done(%s, %s, ''sold_out'', ''{}'', 0, null, null);', outbox_id, lease_token)
      from nb.outbox_claim(nb.random_id(), 6, 150000) \gexec" &
beside="$beside $!"
meanwhile staff "select c.outcome from (select x.* from nb.booking x where x.state in ('offered', 'held') order by random() limit 1) b,
        nb.booking_cancel(b.created_by, b.hotline_id, 's' || :round, nb_test.print(), b.public_id, 'other') c;
    select c.outcome from (select x.* from nb.referral x where x.state = 'offered' order by random() limit 1) r
      join nb.booking b using (booking_id),
           nb.referral_answer(b.created_by, b.hotline_id, 'r' || :round, nb_test.print(), r.public_id, false, 'full', 'provider') c;" &
beside="$beside $!"
for pid in $pids; do wait "$pid" || failed=1; done
: >"$work/over"
for pid in $beside; do wait "$pid" || failed=1; done
[ -z "$failed" ] || { tail -n 5 "$work"/*; exit 1; }
expect 'rings of locks' "$(deadlocks)" "$before"
cat "$work"/told.* | run -c "copy told from stdin with (format csv)"
run <<'SQL'
do $$
declare
    wrong text;
begin
    assert (select count(*) from told) = (select count(*) from batch), 'each choice has its row';
    select string_agg(t.key, ' ') into wrong from told t join choice c using (key) join ask a using (n) where t.of_request <> a.request;
    assert wrong is null, 'somebody else''s booking: ' || wrong;
    select string_agg(key, ' ') into wrong
      from (select key from told where outcome <> 'running' group by key having count(distinct (outcome, resource)) <> 1 or count(*) filter (where not replayed) <> 1) x;
    assert wrong is null, 'more than one answer: ' || wrong;
    assert (select count(*) from told where made is not null) = (select count(distinct made) from told where made is not null), 'made once';
    select string_agg(t.key, ' ') into wrong from told t join choice c using (key) where c.foreign_one and (t.outcome not in ('not_found', 'running') or t.resource is not null);
    assert wrong is null, 'across hotlines: ' || wrong;
    select string_agg(o.op_key, ' ') into wrong
      from nb.operation o join choice c on c.key = o.op_key join ask a using (n)
      left join nb.booking b on b.public_id = o.resource_id
      left join nb.booking_group g on g.public_id = o.resource_id
     where (o.outcome = 'held') <> (o.resource_id is not null) or o.resource_id is not null and coalesce(b.request_id, g.request_id, 0) <> a.request;
    assert wrong is null, 'an operation of another booking: ' || wrong;
    assert (select count(*) from nb.booking) = (select sum(jsonb_array_length(o.detail -> 'bookings')) from nb.operation o join choice c on c.key = o.op_key
                                                 where o.outcome = 'held'), 'a booking that nobody was told of';
    assert not exists (select from nb.booking b
                        where not exists (select from nb.booking_event e where e.booking_id = b.booking_id and e.event = 'hold')
                           or (select count(*) from nb.booking_room r where r.booking_id = b.booking_id) <> cardinality(b.household_indexes)
                           or not exists (select from nb.booking_attempt t where t.attempt_id = b.current_attempt_id and t.booking_id = b.booking_id)
                           or (select count(*) from nb.audit_event e where e.subject_id = b.public_id and e.action = 'booking.held') <> 1
                           or not exists (select from nb.booking_attempt t join nb.candidate c using (candidate_id)
                                           where t.booking_id = b.booking_id and c.request_id = b.request_id)), 'half a booking';
    assert (select count(distinct outcome) from told) >= 6, 'too tame a race';
end
$$;
SQL

run -f "$1/tests/sql/support/assert_invariants.sql" >/dev/null
