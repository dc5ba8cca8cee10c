-- Tasks: one person at a time, under a lease and a token; a booking made by hand from claim to read-back; and what a lease
-- that lapses means.
select nb_test.set_now('2026-12-01 18:00+00') \gset
create temporary table house as
select h.hotline, nb_test.account(h.hotline, 10000000, 'wyndham', 'assisted') as account, nb_test.points_hotel('wyndham', 15000, 90) as hotel,
       nb_test.person('specialist', h.hotline) as ann, nb_test.person('specialist', h.hotline) as bea, nb_test.person('supervisor', h.hotline) as boss
  from (select nb_test.hotline('tasks') as hotline) h;

create function pg_temp.claim(who bigint, task uuid) returns text language sql as $$
    select concat_ws(' ', c.status, c.outcome, c.version) from house h, nb.task_claim(who, h.hotline, nb.random_id()::text, nb_test.print(), task) c $$;
create function pg_temp.done(who bigint, task uuid, token bigint, result jsonb, number text default null) returns text language sql as $$
    select concat_ws(' ', d.status, d.outcome, coalesce(d.detail ->> 'booking_state', d.detail ->> 'field'))
      from house h, nb.task_done(who, h.hotline, nb.random_id()::text, nb_test.print(), task, token, result,
                                 case when number is not null then '\x01'::bytea end, nb_test.print(number)) d $$;

-- A booking by hand: the dispatcher gives the script to a person.
create function pg_temp.by_hand(next_allowed boolean default false, out b nb.booking, out task uuid) language plpgsql as $$
declare
    h house;
    request bigint;
    got record;
    claimed record;
begin
    select * into h from house;
    request := nb_test.request(h.hotline);
    select * into got from nb_test.book(request, array[nb_test.points_option(nb_test.search(request), h.hotel, h.account)], null, null, next_allowed);
    assert got.outcome = 'held', got::text;
    b := nb_test.booking(got.resource_id);
    for claimed in select c.* from nb.outbox_claim(nb.random_id(), 10, 150000) c loop
        assert claimed.assisted and nb.outbox_to_person(claimed.outbox_id, claimed.lease_token, '{"lines": []}') = 'done';
    end loop;
    select t.public_id into task from nb.task t where t.booking_id = b.booking_id and t.kind = 'assisted_commit' and t.state = 'open';
    assert task is not null and (nb_test.booking(b.public_id)).state = 'held', 'nobody has it in hand yet';
end $$;

do $$
declare
    h house;
    x record;
    token bigint;
    asked jsonb;
    got record;
    key text;
begin
    select * into h from house;
    select * into x from pg_temp.by_hand();
    asked := jsonb_build_object('outcome', 'confirmed', 'check_in', (x.b).check_in, 'check_out', (x.b).check_out, 'units', 1, 'points', 30000);
    assert pg_temp.claim(nb_test.person('specialist', nb_test.hotline('strangers')), x.task) = '403 forbidden';
    assert pg_temp.claim(h.ann, nb.random_id()) = '404 not_found';
    assert pg_temp.claim(h.ann, x.task) = '200 claimed 1';
    assert (nb_test.booking((x.b).public_id)).state = 'dispatching' and (nb_test.booking((x.b).public_id)).hold_expires_at is null,
           'in a person''s hand it no longer expires';
    assert pg_temp.claim(h.bea, x.task) = '409 taken', 'one person at a time';
    assert pg_temp.claim(h.ann, x.task) = '200 claimed 2', 'her own lease is renewed, under a new token';
    assert pg_temp.done(h.ann, x.task, 1, asked, 'N1') = '409 stale', 'J3: an old token changes nothing';
    assert pg_temp.done(h.bea, x.task, 2, asked, 'N1') = '409 stale', 'it is not hers';
    assert pg_temp.done(h.ann, x.task, 2, asked) = '422 mismatch confirmation', 'without a number nothing is confirmed';
    assert pg_temp.done(h.ann, x.task, 2, asked || '{"units": 2}', 'N1') = '422 mismatch units', 'what was read back is not what was asked';
    assert pg_temp.done(h.ann, x.task, 2, asked || '{"check_out": "2026-12-24"}', 'N1') = '422 mismatch check_out';
    assert pg_temp.done(h.ann, x.task, 2, '{"outcome": "perhaps"}') = '422 invalid outcome';
    assert pg_temp.done(h.ann, x.task, 2, '{"outcome": "refused", "reason": "rain"}') = '422 invalid outcome';
    assert (nb_test.booking((x.b).public_id)).state = 'dispatching' and exists (select from nb.task where public_id = x.task and state = 'claimed');
    key := nb.random_id()::text;
    select * into got from nb.task_done(h.ann, h.hotline, key, nb_test.print(), x.task, 2, asked, '\x01', nb_test.print('N1'));
    assert got.outcome = 'done' and got.detail ->> 'booking_state' = 'confirmed', got::text;
    select * into got from nb.task_done(h.ann, h.hotline, key, nb_test.print(), x.task, 2, asked, '\x01', nb_test.print('N1'));
    assert got.outcome = 'done' and got.replayed, 'said twice, done once';
    assert (select done_by = h.ann and result = 'confirmed' from nb.task where public_id = x.task);
    assert (select state = 'done' from nb.outbox_operation where booking_id = (x.b).booking_id);
    assert (select confirmation_secret_id is not null from nb.booking_attempt where booking_id = (x.b).booking_id);
    assert (select spent from nb.points_lot where account_id = h.account) = 30000;
    assert pg_temp.claim(h.bea, x.task) = '409 ended';

    -- The same number for another stay: nobody believes it, a supervisor looks.
    select * into x from pg_temp.by_hand();
    perform pg_temp.claim(h.ann, x.task);
    assert pg_temp.done(h.ann, x.task, 1, asked, 'N1') = '200 done unknown';
    assert exists (select from nb.task where booking_id = (x.b).booking_id and kind = 'unknown_outcome' and for_role = 'supervisor' and state = 'open');

    -- Sold out, said by the person: the hold is given back and somebody books again.
    select * into x from pg_temp.by_hand();
    perform pg_temp.claim(h.ann, x.task);
    assert pg_temp.done(h.ann, x.task, 1, '{"outcome": "refused", "reason": "sold_out"}') = '200 done failed';
    assert exists (select from nb.task where booking_id = (x.b).booking_id and kind = 'rebook' and state = 'open');

    -- Fewer points than expected were taken: the books follow the program.
    select * into x from pg_temp.by_hand();
    perform pg_temp.claim(h.ann, x.task);
    assert pg_temp.done(h.ann, x.task, 1, asked || '{"points": 27500}', 'N2') = '200 done confirmed';
    assert (select points from nb.booking where booking_id = (x.b).booking_id) = 27500;
end
$$;

-- Given back, handed on, and a lease that lapses.
do $$
declare
    h house;
    x record;
    got record;
    read_task uuid;
begin
    select * into h from house;
    select * into x from pg_temp.by_hand();
    perform pg_temp.claim(h.ann, x.task);
    select * into got from nb.task_release(h.ann, h.hotline, 'r1', nb_test.print(), x.task, 1, 'Lunch!');
    assert got.outcome = 'invalid';
    select * into got from nb.task_release(h.ann, h.hotline, 'r2', nb_test.print(), x.task, 1, 'shift_end');
    assert got.outcome = 'released' and (nb_test.booking((x.b).public_id)).state = 'held'
       and (nb_test.booking((x.b).public_id)).hold_expires_at > nb.now(), 'she says that nothing was sent: it may expire again';
    assert pg_temp.claim(h.bea, x.task) = '200 claimed 2' and (nb_test.booking((x.b).public_id)).state = 'dispatching';
    select * into got from nb.task_hand_over(h.bea, h.hotline, 'h1', nb_test.print(), x.task, 2,
                                             (select public_id from nb.app_user where user_id = h.boss), 'needs_role');
    assert got.outcome = 'handed_over' and got.version = 3, got::text;
    assert pg_temp.done(h.bea, x.task, 2, '{"outcome": "unclear"}') = '409 stale', 'the old token is void';
    assert (select claimed_by = h.boss and handover = 'needs_role' from nb.task where public_id = x.task);

    -- The lease lapses without a word: it may have been booked. Never silently free.
    perform nb_test.advance(interval '21 minutes');
    assert nb.hold_expire(10) = 0 and nb.task_lapse(10) = 1 and nb.task_lapse(10) = 0;
    assert (nb_test.booking((x.b).public_id)).state = 'unknown' and (select sum(held) > 0 from nb.points_lot where account_id = h.account);
    assert (select state = 'dropped' and result = 'lease_lapsed' from nb.task where public_id = x.task);
    assert pg_temp.done(h.boss, x.task, 3, '{"outcome": "unclear"}') = '409 ended';
    select t.public_id into read_task from nb.task t where t.booking_id = (x.b).booking_id and t.kind = 'unknown_outcome' and t.state = 'open';
    assert pg_temp.claim(h.ann, read_task) = '403 forbidden', 'a supervisor owns it';
    assert pg_temp.claim(h.boss, read_task) = '200 claimed 1';
    assert pg_temp.done(h.boss, read_task, 1, '{"outcome": "wait"}') = '200 kept';
    assert pg_temp.claim(h.boss, read_task) = '200 claimed 2';
    assert pg_temp.done(h.boss, read_task, 2, jsonb_build_object('outcome', 'found', 'check_in', (x.b).check_in, 'check_out', (x.b).check_out,
                                                                  'units', 1, 'points', 30000), 'N9') = '200 done confirmed', 'found by a person';

    -- And one that the supervisor proves absent: it is sent again under the same reference.
    select * into x from pg_temp.by_hand();
    perform pg_temp.claim(h.ann, x.task);
    perform nb_test.advance(interval '21 minutes');
    assert nb.task_lapse(10) = 1;
    select t.public_id into read_task from nb.task t where t.booking_id = (x.b).booking_id and t.kind = 'unknown_outcome' and t.state = 'open';
    perform pg_temp.claim(h.boss, read_task);
    assert pg_temp.done(h.boss, read_task, 1, '{"outcome": "absent"}') = '200 done held';
    assert (select count(*) = 1 from nb.booking_attempt where booking_id = (x.b).booking_id), 'B4: the same attempt';
end
$$;

-- Two people look for one lost answer: what one of them has decided, the other does not decide again.
do $$
declare
    h house;
    x record;
    read_task uuid;
    own_task uuid;
begin
    select * into h from house;
    select * into x from pg_temp.by_hand();
    perform pg_temp.claim(h.ann, x.task);
    assert pg_temp.done(h.ann, x.task, 1, '{"outcome": "unclear"}') = '200 done unknown';
    perform nb.outbox_to_person(c.outbox_id, c.lease_token, '{"lines": []}') from nb.outbox_claim(nb.random_id(), 10, 150000) c;
    select t.public_id into read_task from nb.task t where t.booking_id = (x.b).booking_id and t.kind = 'assisted_read' and t.state = 'open';
    select t.public_id into own_task from nb.task t where t.booking_id = (x.b).booking_id and t.kind = 'unknown_outcome' and t.state = 'open';
    assert pg_temp.claim(h.bea, read_task) = '200 claimed 1' and pg_temp.claim(h.boss, own_task) = '200 claimed 1';
    assert pg_temp.done(h.boss, own_task, 1, '{"outcome": "absent"}') = '200 done held';
    assert pg_temp.done(h.bea, read_task, 1, jsonb_build_object('outcome', 'found', 'check_in', (x.b).check_in, 'check_out', (x.b).check_out,
                                                                 'units', 1, 'points', 30000), 'N10') = '409 ended', 'she reads no more';
    assert not exists (select from nb.outbox_operation o where o.booking_id = (x.b).booking_id and o.kind = 'cancel'),
           'what is about to be booked is not cancelled';
end
$$;

-- Any other task that lapses is simply open again; one that nobody takes reaches a higher role.
do $$
declare
    h house;
    chore uuid;
begin
    select * into h from house;
    insert into nb.task (hotline_id, kind, for_role, due_at) values (h.hotline, 'mandated_report', 'specialist', nb.now() + interval '1 hour')
    returning public_id into chore;
    assert pg_temp.claim(h.ann, chore) = '200 claimed 1';
    perform nb_test.advance(interval '21 minutes');
    assert nb.task_lapse(10) = 1;
    assert (select state = 'open' and handover = 'lease_lapsed' from nb.task where public_id = chore);
    assert pg_temp.done(h.ann, chore, 1, '{"outcome": "reported"}') = '409 stale', 'whoever wakes has no lease';
    perform nb_test.advance(interval '1 hour');
    perform nb.hold_expire(100);
    perform nb.booking_overdue(100) + nb.task_overdue(100) + nb.request_overdue(100);
    assert (select for_role = 'coordinator' and due_at > nb.now() from nb.task where public_id = chore);
    assert pg_temp.claim(h.boss, chore) = '200 claimed 2' and pg_temp.done(h.boss, chore, 2, '{"outcome": "reported"}') = '200 done';
    perform nb.hold_expire(100);
end
$$;
\ir support/assert_invariants.sql
