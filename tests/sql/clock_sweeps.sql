-- What is due by time, seen by moving the clock: holds end, nothing that is open stays unseen, references are read again,
-- points end.
select nb_test.set_now('2026-12-01 18:00+00') \gset
create temporary table house as
select h.hotline, nb_test.account(h.hotline, 1000000) as account, nb_test.points_hotel('wyndham', 15000, 90) as hotel
  from (select nb_test.hotline('clock') as hotline) h;
create function pg_temp.held() returns nb.booking language plpgsql as $$
declare
    h house;
    request bigint;
    got record;
begin
    select * into h from house;
    request := nb_test.request(h.hotline);
    select * into got from nb_test.book(request, array[nb_test.points_option(nb_test.search(request), h.hotel, h.account)]);
    return nb_test.booking(got.resource_id);
end $$;

do $$
declare
    before jsonb := nb_test.stock();
    b nb.booking;
begin
    b := pg_temp.held();
    perform pg_temp.held();
    perform pg_temp.held();
    assert nb.hold_expire(10) = 0;
    perform nb_test.advance(interval '16 minutes');
    assert nb.hold_expire(2) = 2 and nb.hold_expire(2) = 1 and nb.hold_expire(2) = 0, 'so many at a time, and none twice';
    assert nb_test.stock() = before;
    assert (select state = 'expired' from nb.booking where booking_id = b.booking_id)
       and (select state = 'expired' from nb.booking_attempt where attempt_id = b.current_attempt_id)
       and (select state = 'dead' from nb.outbox_operation where booking_id = b.booking_id), 'its call is never made';
    assert exists (select from nb.task where booking_id = b.booking_id and kind = 'rebook' and state = 'open'), 'somebody still needs a bed';
    assert nb.booking_step(b.booking_id, 'claim', null, 'dispatch') = 'refused', 'a dispatcher that comes late gets nothing';
end
$$;

-- Whatever waits longer than it should gets an owner: bookings, requests without any booking, tasks.
do $$
declare
    h house;
    b nb.booking;
    lonely bigint;
begin
    select * into h from house;
    lonely := nb_test.request(h.hotline);
    b := pg_temp.held();
    perform nb.booking_step(b.booking_id, 'claim', null, 'dispatch');
    perform nb.booking_step(b.booking_id, 'lose_answer', null, 'dispatch');
    perform nb_test.advance(interval '31 minutes');
    assert nb.booking_overdue(50) + nb.task_overdue(50) + nb.request_overdue(50) > 0;
    assert (select for_role = 'supervisor' from nb.task where booking_id = b.booking_id and kind = 'overdue' and state = 'open'), 'an unknown past its deadline';
    assert exists (select from nb.task where request_id = lonely and booking_id is null and kind = 'overdue' and state = 'open'), 'a request that nobody works on';
    assert (select next_action_at > nb.now() from nb.shelter_request where request_id = lonely);
    assert nb.booking_overdue(50) + nb.task_overdue(50) + nb.request_overdue(50) = 0, 'not twice at once';
    assert (select for_role = 'director' from nb.task where booking_id = b.booking_id and kind = 'unknown_outcome'), 'its task reaches a director';
    perform nb.booking_step(b.booking_id, 'refuse', null, 'dispatch', null, '{"outcome": "not_found"}');
    -- Its reference was declared absent: read again after an hour.
    assert nb.attempt_reread(10) = 0;
    perform nb_test.advance(interval '61 minutes');
    assert nb.attempt_reread(10) = 1 and nb.attempt_reread(10) = 0;
    assert exists (select from nb.outbox_operation where attempt_id = b.current_attempt_id and kind = 'read' and state = 'ready');
    perform nb.booking_overdue(50) + nb.task_overdue(50) + nb.request_overdue(50);
end
$$;

-- A row that fails is written down and keeps nobody else from being done.
do $$
declare
    h house;
    a nb.booking := pg_temp.held();
    b nb.booking := pg_temp.held();
begin
    select * into h from house;
    create function pg_temp.fail() returns trigger language plpgsql as $f$ begin raise exception 'broken'; end $f$;
    execute format('create trigger broken before update on nb.booking for each row when (old.booking_id = %s) execute function pg_temp.fail()', a.booking_id);
    perform nb_test.advance(interval '16 minutes');
    assert nb.hold_expire(10) = 1;
    assert (select state = 'held' from nb.booking where booking_id = a.booking_id) and (select state = 'expired' from nb.booking where booking_id = b.booking_id);
    assert (select detail ->> 'sweep' = 'hold_expire' from nb.audit_event where action = 'sweep.failed' and subject_id = a.public_id);
    drop trigger broken on nb.booking;
    assert nb.hold_expire(10) = 1, 'and is done as soon as it can be';
end
$$;

-- Points whose last day is over.
do $$
declare
    h house;
    account nb.points_account;
    got record;
begin
    select * into h from house;
    select * into account from nb.points_account where account_id = h.account;
    select * into got from nb.points_topup(nb_test.person('finance'), account.public_id, nb_test.fund(), 7000, date '2026-11-01', date '2026-12-03');
    assert got.outcome = 'received' and nb.points_expire_due(10) = 0;
    perform nb_test.advance(interval '3 days');
    assert nb.points_expire_due(10) = 1 and nb.points_expire_due(10) = 0;
    assert (select sum(gone) = 7000 from nb.points_lot where account_id = h.account);
    perform nb.booking_overdue(100) + nb.task_overdue(100) + nb.request_overdue(100);
end
$$;
\ir support/assert_invariants.sql
