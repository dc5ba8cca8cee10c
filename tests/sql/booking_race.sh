#!/bin/bash
# Sessions that want the same thing at the same moment: the last bed, the last points, one key, a hold that ends while it is
# claimed, a cancellation while it is confirmed; and groups of calls over shared places, led by their sorted locks, beside
# the clock. Exactly one wins, nothing deadlocks, every invariant holds.
set -eu
run() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
expect() { [ "$2" = "$3" ] || { echo "$1: $2, expected $3"; exit 1; }; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
run <<'SQL' >/dev/null
select nb_test.set_now('2026-12-01 18:00+00');
create table race (hotline bigint, account bigint, hotel bigint, bed bigint, one_stay bigint, many bigint, other bigint);
insert into race select h, nb_test.account(h, 10000000), nb_test.points_hotel('wyndham', 15000, 500), nb_test.beds(1), nb_test.account(h, 30000),
                        nb_test.beds(400), nb_test.beds(400) from nb_test.hotline('race') h;
create table ask (n int primary key, request uuid, staff bigint, bed uuid, stay uuid, many uuid, other uuid, points uuid, r bigint);
create function make_ask(i int) returns void language plpgsql as $$
declare w race; r bigint; s bigint;
begin
    select * into w from race;
    r := nb_test.request(w.hotline);
    s := nb_test.search(r);
    insert into ask select i, q.public_id, q.opened_by, nb_test.shelter_option(s, w.bed), nb_test.points_option(s, w.hotel, w.one_stay, 2),
        nb_test.shelter_option(s, w.many, 3), nb_test.shelter_option(s, w.other, 4), nb_test.points_option(s, w.hotel, w.account, 5), r
      from nb.shelter_request q where q.request_id = r;
end $$;
select make_ask(i) from generate_series(1, 200) i;
create function tried(i int, place text, op_key text default null) returns text language sql as $$
    select b.outcome from ask a, race w,
           nb_test.choose(a.staff, w.hotline, coalesce(op_key, 'k' || i || place), nb_test.print(), a.request,
                   array[case place when 'bed' then a.bed when 'stay' then a.stay when 'many' then a.many when 'other' then a.other else a.points end],
                   null, null, false, 0) b
     where a.n = i $$;
create function id_of(i int) returns bigint language sql as $$ select max(b.booking_id) from nb.booking b join ask a on a.r = b.request_id where a.n = i $$;
create function keys_of(i int) returns bigint[] language sql as $$ select nb.booking_keys(b) from nb.booking b where b.booking_id = id_of(i) $$;
SQL

# together FILE SQL...: each statement in a session of its own, all let go at once; answers, sorted, go to FILE.
together() {
    local out=$1 gate pids='' n=0 sql
    shift
    mkfifo -m 600 "$work/gate"
    run <"$work/gate" >/dev/null &
    gate=$!
    exec 4>"$work/gate"
    echo 'select pg_advisory_lock(42);' >&4
    until [ "$(run -c "select count(*) from pg_locks where locktype = 'advisory' and objid = 42 and granted and mode = 'ExclusiveLock'")" = 1 ]; do :; done
    for sql in "$@"; do
        n=$((n + 1))
        run -c "select pg_advisory_lock_shared(42) is null" -c "$sql" >"$work/answer.$n" 2>&1 &
        pids="$pids $!"
    done
    until [ "$(run -c "select count(*) from pg_locks where locktype = 'advisory' and objid = 42 and not granted")" = $n ]; do :; done
    echo 'select pg_advisory_unlock(42);' >&4
    exec 4>&-
    for pid in $gate $pids; do wait "$pid" || { cat "$work"/answer.*; exit 1; }; done
    cat "$work"/answer.* | grep -v '^f$' | sort | uniq -c | sed 's/^ *//' | tr '\n' ' ' | sed 's/ $//' >"$out"
    rm -f "$work"/answer.* "$work/gate"
}

together "$work/out" "select tried(1, 'bed')" "select tried(2, 'bed')" "select tried(3, 'bed')" "select tried(4, 'bed')" "select tried(5, 'bed')" "select tried(6, 'bed')"
expect 'the last bed' "$(cat "$work/out")" '1 held 5 no_capacity'
together "$work/out" "select tried(1, 'stay')" "select tried(7, 'stay')" "select tried(8, 'stay')" "select tried(9, 'stay')" "select tried(10, 'stay')" "select tried(11, 'stay')"
held=$(sed -n 's/\(^\|.* \)\([0-9]*\) held.*/\2/p' "$work/out")
expect 'the last points' "$held" 1
together "$work/out" "select tried(13, 'many')" "select tried(13, 'other')" "select tried(13, 'points')"
expect 'one household, three places' "$(cat "$work/out")" '2 already_placed 1 held'
together "$work/out" "select tried(12, 'many', 'twin')" "select tried(12, 'many', 'twin')" "select tried(12, 'many', 'twin')" "select tried(12, 'many', 'twin')"
expect 'one key has one effect' "$(run -c "select count(*) from nb.booking b join ask a on a.r = b.request_id where a.n = 12")" 1
grep -Eqx '([0-9] held( |$))?([0-9] running)?' "$work/out" || { echo "twins were told: $(cat "$work/out")"; exit 1; }

# What a key has done is not known to be nothing while its first call runs.
coproc first { run; }
echo "begin; select verdict from nb.operation_begin(1, 'running', nb_test.print());" >&"${first[1]}"
read -r verdict <&"${first[0]}"
expect 'the first call' "$verdict" new
expect 'a look-up beside it' "$(run -c "select outcome from nb.operation_find(1, 'running', nb_test.print())")" running
echo '\q' >&"${first[1]}"
wait "$first_PID"

# A hold ends while a dispatcher claims it; a booking is cancelled while it is confirmed. Either order is right, both at once is not.
for i in 21 22 23 24 25 26; do
    expect 'held' "$(run -c "select tried($i, 'points')")" held
    run -c "update nb.booking set hold_expires_at = nb.now(), next_action_at = nb.now() where booking_id = id_of($i)"
    together "$work/out" "select nb.hold_expire(10)" "begin; select nb.lock_keys(keys_of($i)) is null; select nb.booking_step(id_of($i), 'claim', null, 'dispatch'); commit"
    case "$(run -c "select state from nb.booking where booking_id = id_of($i)") $(cat "$work/out")" in
    'expired 1 1 1 refused' | 'dispatching 1 0 1 dispatching') ;;
    *) echo "expire against claim: $(run -c "select state from nb.booking where booking_id = id_of($i)") $(cat "$work/out")"; exit 1 ;;
    esac
done
for i in 31 32 33 34 35 36; do
    expect 'held' "$(run -c "select tried($i, 'points')")" held
    run -c "select nb.booking_step(id_of($i), 'claim', null, 'dispatch')" >/dev/null
    together "$work/out" "begin; select nb.lock_keys(keys_of($i)) is null; select nb.booking_step(id_of($i), 'confirm', null, 'dispatch'); commit" \
        "select c.outcome from ask a, race w, nb.booking b, nb.booking_cancel(a.staff, w.hotline, 'c$i', nb_test.print(), b.public_id, 'mistake') c where a.n = $i and b.booking_id = id_of($i)"
    case "$(cat "$work/out")" in
    '1 cancel_pending 1 confirmed' | '1 cancel_pending 1 cancel_wanted') ;;
    *) echo "cancel against confirm: $(cat "$work/out")"; exit 1 ;;
    esac
    expect 'cancelled in the end' "$(run -c "select state from nb.booking where booking_id = id_of($i)")" cancel_pending
done

# Groups of calls that share a commit, each led by its locks in sorted order, over the same two shelters and one account; the
# clock ends holds and staff cancel meanwhile.
group() { # group FIRST LAST
    local i first=$1 last=$2
    echo "begin; select nb.lock_keys((select array_agg(distinct k) from ask a join nb.candidate c on c.public_id in (a.many, a.other, a.points),
          unnest(nb.option_keys(a.r, c)) k where a.n between $first and $last)) is null;"
    for i in $(seq "$first" "$last"); do
        case $((i % 3)) in 0) echo "select tried($i, 'many');" ;; 1) echo "select tried($i, 'other');" ;; *) echo "select tried($i, 'points');" ;; esac
    done
    echo 'commit;'
}
pids=''
for session in 0 1 2 3; do
    (for round in 0 1 2 3; do group $((50 + session * 32 + round * 8)) $((57 + session * 32 + round * 8)); done) | run >"$work/group.$session" 2>&1 &
    pids="$pids $!"
done
(for round in $(seq 12); do
    echo "update nb.booking set hold_expires_at = nb.now() where booking_id in (select b.booking_id from nb.booking b where b.state = 'held' order by b.booking_id limit 3);
          select nb.hold_expire(5); select nb.referral_step(5); select nb.booking_overdue(5) + nb.task_overdue(5) + nb.request_overdue(5);"
done) | run >"$work/group.clock" 2>&1 &
pids="$pids $!"
(for round in $(seq 12); do
    echo "select c.outcome from (select b.* from nb.booking b where b.state = 'offered' order by random() limit 1) b, nb.booking_cancel(b.created_by, b.hotline_id, 's$round', nb_test.print(), b.public_id, 'other') c;"
done) | run >"$work/group.staff" 2>&1 &
pids="$pids $!"
for pid in $pids; do wait "$pid" || { cat "$work"/group.*; exit 1; }; done
expect 'every call of every group was answered' "$(cat "$work"/group.[0-3] | grep -c '^held$')" 128
run -f "$1/tests/sql/support/assert_invariants.sql" >/dev/null
