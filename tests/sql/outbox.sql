-- The outbox and its workers: claims, tokens, lapsed leases, settling, waiting, pausing, breakers.
create temporary table house as
select h.hotline, nb_test.account(h.hotline, 1000000) as account
  from (select nb_test.hotline('outbox') as hotline) h;

create or replace function pg_temp.commit_of(tolerance bigint default 0) returns bigint
    language plpgsql
    as $$
declare
    request bigint := nb_test.request((select h.hotline from house h));
    option uuid := nb_test.points_option(nb_test.search(request), nb_test.points_hotel(), (select h.account from house h));
    got record;
begin
    select * into got from nb_test.book(request, array[option], null, null, false, tolerance);
    assert got.outcome = 'held', got::text;
    return (select o.outbox_id from nb.outbox_operation o join nb.booking b using (booking_id) where b.request_id = request);
end
$$;

create or replace function pg_temp.claim() returns table (outbox_id bigint, token bigint, kind text, state bytea)
    language sql
    as $$ select c.outbox_id, c.lease_token, c.kind, c.sealed_state from nb.outbox_claim(nb.random_id(), 16, 20000) c order by 1 $$;

create or replace function pg_temp.state_of(outbox bigint) returns text
    language sql
    as $$
    select b.state || ' ' || a.state || ' ' || o.state
      from nb.outbox_operation o join nb.booking b using (booking_id) join nb.booking_attempt a on a.attempt_id = o.attempt_id
     where o.outbox_id = outbox;
$$;

-- A claim gives its rows once, the same claim again the same rows, and only the token of the lease changes anything.
do $$
declare
    op bigint := pg_temp.commit_of();
    key uuid := nb.random_id();
    got record;
    again record;
begin
    select * into got from nb.outbox_claim(key, 16, 20000) c where c.outbox_id = op;
    assert got.lease_token = 1 and got.kind = 'commit' and not got.assisted and got.adults = 1 and got.rooms = 1, got::text;
    assert got.points = 30000 and got.accept_higher = 0 and got.alias = 'Robin' and got.tries = 1, got::text;
    assert pg_temp.state_of(op) = 'dispatching sent claimed', pg_temp.state_of(op);
    select * into again from nb.outbox_claim(key, 16, 20000) c where c.outbox_id = op;
    assert again.lease_token = 1 and again.tries = 1, 'the answer of the first call was lost';
    assert not exists (select from pg_temp.claim()), 'it is taken';

    assert nb.outbox_saved(op, 2, 1, 'commit', true, 20000, '\x01', '\x02') = 'stale';
    assert not exists (select from nb.gateway_exchange where outbox_id = op);
    assert nb.outbox_saved(op, 1, 1, 'commit', true, 20000, '\x01', '\x02') = 'done';
    assert nb.outbox_saved(op, 1, 1, 'commit', true, 20000, '\x01', '\x02') = 'done', 'a repeated call writes once';
    assert (select count(*) from nb.gateway_exchange where outbox_id = op and sent = 'maybe') = 1;
    assert nb.outbox_answered(op, 1, 1, 'yes', 409, null, '\x03') = 'done';
    assert (select http_status from nb.gateway_exchange where outbox_id = op) = 409;
    assert nb.outbox_wait(op, 2, 1000, '\x01') = 'stale' and nb.outbox_give_back(op, 2, 0, true) = 'stale'
       and nb.outbox_to_person(op, 2, '{}') = 'stale'
       and nb.outbox_done(op, 2, 'sold_out', '{}', 0, null, null) = 'stale';
    assert pg_temp.state_of(op) = 'dispatching sent claimed', 'a stale token changes nothing';
    assert nb.outbox_done(op, 1, 'sold_out', '{"reached": true}', 0, null, null) = 'done';
    assert pg_temp.state_of(op) = 'failed refused done', pg_temp.state_of(op);
    assert nb.outbox_done(op, 1, 'sold_out', '{"reached": true}', 0, null, null) = 'done', 'a repeated call has its answer';
    assert (select sum(held) from nb.points_lot) = 0 and exists (select from nb.task where kind = 'rebook');
end
$$;

-- A lapsed lease: what may have left is unknown and read, what did not is ready again, the old token is void.
do $$
declare
    gone bigint := pg_temp.commit_of();
    kept bigint := pg_temp.commit_of();
    read_id bigint;
    token bigint;
    lapsed_at timestamptz;
begin
    perform * from pg_temp.claim();
    assert nb.outbox_saved(gone, 1, 1, 'commit', true, 20000, '\x01', '\x02') = 'done';
    assert nb.outbox_saved(kept, 1, 1, 'quote', false, 20000, '\x01', '\x02') = 'done';
    assert (select lapsed from nb.outbox_sweep()) = 0, 'the leases still run';
    perform nb_test.advance('21 seconds');
    assert (select lapsed from nb.outbox_sweep()) = 2;
    lapsed_at := nb.now();
    assert pg_temp.state_of(gone) = 'unknown unknown done', pg_temp.state_of(gone);
    assert pg_temp.state_of(kept) = 'held ready ready', pg_temp.state_of(kept);
    assert nb.outbox_done(gone, 1, 'confirmed', '{}', 0, '\x01', nb_test.print()) = 'stale', 'woken too late';
    assert nb.outbox_saved(kept, 1, 2, 'commit', true, 20000, '\x01', '\x02') = 'stale', 'woken too late';
    assert (select hold_expires_at is null from nb.booking b join nb.outbox_operation o using (booking_id) where o.outbox_id = gone),
           'what is unknown never expires';

    -- Absent is two negative reads: the first after two minutes, the last after ten.
    select o.outbox_id into read_id from nb.outbox_operation o join nb.outbox_operation s using (attempt_id)
     where s.outbox_id = gone and o.kind = 'read';
    assert exists (select from nb.task t where t.outbox_id = gone and t.kind = 'unknown_outcome' and t.for_role = 'supervisor'
                                           and t.due_at > nb.now());
    for minute in 0 .. 2 loop
        select c.token into token from pg_temp.claim() c where c.outbox_id = read_id;
        assert token is not null, minute::text;
        assert nb.outbox_done(read_id, token, 'not_found', '{"reached": true}', 0, null, null) = 'done';
        assert pg_temp.state_of(gone) = case when minute < 2 then 'unknown unknown done' else 'held ready done' end,
               minute || pg_temp.state_of(gone);
        assert (select negative_reads from nb.outbox_operation where outbox_id = read_id) = least(minute, 1);
        perform nb_test.advance(case minute when 0 then interval '121 seconds' else interval '480 seconds' end);
    end loop;
    assert exists (select from nb.outbox_operation o join nb.outbox_operation s using (attempt_id)
                    where s.outbox_id = gone and o.kind = 'commit' and o.state = 'ready'), 'sent again under the same reference';
    assert not exists (select from nb.task t where t.outbox_id = gone and t.kind = 'unknown_outcome' and t.state = 'open');

    -- Once more, and it is over: there is no third time.
    for round in 1 .. 2 loop
        perform * from pg_temp.claim();
        perform nb.outbox_saved(o.outbox_id, o.lease_token, 1, 'commit', true, 20000, '\x01', '\x02'),
                nb.outbox_done(o.outbox_id, o.lease_token, 'unknown', '{}', 0, null, null)
           from nb.outbox_operation o join nb.outbox_operation s using (attempt_id)
          where s.outbox_id = gone and o.kind = 'commit' and o.state = 'claimed';
        for minute in 0 .. 2 loop
            perform nb.outbox_done(c.outbox_id, c.token, 'not_found', '{}', 0, null, null) from pg_temp.claim() c where c.kind = 'read';
            perform nb_test.advance(case minute when 0 then interval '121 seconds' else interval '480 seconds' end);
        end loop;
    end loop;
    assert pg_temp.state_of(gone) = 'failed absent done', pg_temp.state_of(gone);
    assert (select reread_at > nb.now() from nb.booking_attempt a join nb.outbox_operation o using (attempt_id) where o.outbox_id = gone),
           'and is read again later';
end
$$;

-- A reference that was absent once and then ended otherwise is read again as well: its first call may arrive late.
create or replace function pg_temp.resent(out op bigint, out b nb.booking)
    language plpgsql
    as $$
declare
    first bigint := pg_temp.commit_of();
begin
    perform * from pg_temp.claim();
    perform nb.outbox_saved(first, 1, 1, 'commit', true, 20000, '\x01', '\x02'), nb.outbox_done(first, 1, 'unknown', '{}', 0, null, null);
    for minute in 0 .. 2 loop
        perform nb.outbox_done(c.outbox_id, c.token, 'not_found', '{}', 0, null, null) from pg_temp.claim() c where c.kind = 'read';
        perform nb_test.advance(case minute when 0 then interval '121 seconds' else interval '480 seconds' end);
    end loop;
    select o.outbox_id into op from nb.outbox_operation o join nb.outbox_operation s using (attempt_id)
     where s.outbox_id = first and o.kind = 'commit' and o.state = 'ready';
    select x.* into b from nb.booking x join nb.outbox_operation o using (booking_id) where o.outbox_id = op;
    assert b.state = 'held', 'absent: it waits to be sent again';
end
$$;

do $$
declare
    way text;
    x record;
    task nb.task;
begin
    foreach way in array array['sold_out', 'expired', 'cancelled', 'repriced'] loop
        select * into x from pg_temp.resent();
        case way
        when 'sold_out' then
            perform nb.outbox_done(c.outbox_id, c.token, way, '{"reached": true}', 0, null, null) from pg_temp.claim() c where c.outbox_id = x.op;
        when 'expired' then
            perform nb_test.advance('91 minutes');
            perform nb.hold_expire(10);
        when 'cancelled' then
            perform nb.booking_cancel((x.b).created_by, (x.b).hotline_id, 'absent', nb_test.print(), (x.b).public_id, 'found_elsewhere');
        else
            perform nb.outbox_done(c.outbox_id, c.token, 'price_changed', '{"reached": true, "points": 40000}', 0, null, null)
               from pg_temp.claim() c where c.outbox_id = x.op;
            assert nb.booking_reprice(nb_test.booking((x.b).public_id), 40000, (x.b).created_by) = 'held';
        end case;
        assert (select a.state in ('refused', 'expired', 'cancelled') and a.reread_at > nb.now()
                  from nb.booking_attempt a where a.attempt_id = (x.b).current_attempt_id), way;
    end loop;
end
$$;

-- A plugin that waits keeps its state and what it may have sent.
do $$
declare
    op bigint := pg_temp.commit_of();
    got record;
begin
    select c.* into got from pg_temp.claim() c where c.outbox_id = op;
    assert nb.outbox_saved(op, got.token, 1, 'hold', true, 20000, '\x01', '\x02') = 'done';
    assert nb.outbox_wait(op, got.token, 5000, '\x0a') = 'done';
    assert not exists (select from pg_temp.claim() c where c.outbox_id = op), 'not before its time';
    perform nb_test.advance('6 seconds');
    select c.* into got from pg_temp.claim() c where c.outbox_id = op;
    assert got.state = '\x0a' and (select sent from nb.outbox_operation where outbox_id = op) = 'maybe';
    perform nb_test.advance('21 seconds');
    perform nb.outbox_sweep();
    assert pg_temp.state_of(op) = 'unknown unknown done', 'what waited may have been sent';
end
$$;

-- A price within the tolerance is held beforehand, and exactly what was taken is spent.
do $$
declare
    op bigint := pg_temp.commit_of(500);
    got record;
    before bigint := (select sum(available) from nb.points_lot);
begin
    select c.* into got from nb.outbox_claim(nb.random_id(), 16, 20000) c where c.outbox_id = op;
    assert got.points = 30000 and got.accept_higher = 500, got::text;
    assert nb.outbox_done(op, got.lease_token, 'confirmed', '{"reached": true, "points": 30200, "cancel_by": "2031-01-01T00:00:00Z"}',
                          0, '\xaa', nb_test.print('a number')) = 'done';
    assert pg_temp.state_of(op) = 'confirmed confirmed done';
    assert (select before - sum(available) from nb.points_lot) = 200, 'the hold of the choice, and 200 more';
    assert (select b.points = 30200 and b.cancel_by = '2031-01-01T00:00:00Z' from nb.booking b join nb.outbox_operation o using (booking_id)
             where o.outbox_id = op);
    assert (select s.sealed from nb.booking_attempt a join nb.outbox_operation o using (attempt_id)
              join pii.guest_secret s on s.guest_secret_id = a.confirmation_secret_id where o.outbox_id = op) = '\xaa';
end
$$;

-- A program that takes more than anybody approved: it is booked, the books follow, and a supervisor hears of it.
do $$
declare
    op bigint := pg_temp.commit_of();
    token bigint;
begin
    select c.token into token from pg_temp.claim() c where c.outbox_id = op;
    assert nb.outbox_done(op, token, 'confirmed', '{"reached": true, "points": 60000}', 0, '\xaa', nb_test.print('a dear number')) = 'done';
    assert pg_temp.state_of(op) = 'confirmed confirmed done';
    assert (select b.points = 60000 and b.approved_points = 30000 from nb.booking b join nb.outbox_operation o using (booking_id) where o.outbox_id = op);
    assert (select t.for_role = 'supervisor' and (t.detail ->> 'taken', t.detail ->> 'approved') = ('60000', '30000')
              from nb.task t join nb.outbox_operation o using (booking_id)
             where o.outbox_id = op and t.kind = 'points_disagree' and t.state = 'open'), 'nobody agreed to that';
end
$$;

-- A cancellation that returns less than was taken: the rest is no point that could be spent once more.
do $$
declare
    op bigint := pg_temp.commit_of();
    token bigint;
    cancel_id bigint;
    before bigint := (select sum(available) from nb.points_lot);
    b nb.booking;
begin
    select c.token into token from pg_temp.claim() c where c.outbox_id = op;
    perform nb.outbox_done(op, token, 'confirmed', '{"reached": true, "points": 30000}', 0, '\xaa', nb_test.print('a third number'));
    select x.* into b from nb.booking x join nb.outbox_operation o using (booking_id) where o.outbox_id = op;
    perform nb.booking_cancel(b.created_by, b.hotline_id, 'late', nb_test.print(), b.public_id, 'other');
    select c.outbox_id, c.token into cancel_id, token from pg_temp.claim() c where c.kind = 'cancel';
    assert nb.outbox_done(cancel_id, token, 'cancelled', '{"reached": true, "points_returned": 18000}', 0, null, null) = 'done';
    assert pg_temp.state_of(op) = 'cancelled cancelled done';
    assert (select sum(available) from nb.points_lot) = before + 18000, format('%s of %s', (select sum(available) from nb.points_lot), before);
    assert (select l.balance from nb.ledger_account l, house h where l.account_id = h.account and l.bucket = 'forfeited') = 12000;
    assert exists (select from nb.finance_exception e where e.kind = 'refund_missing' and e.points = -12000), 'finance hears of it';
    assert exists (select from nb.task t where t.booking_id = b.booking_id and t.kind = 'points_disagree' and t.state = 'open');
end
$$;

-- A number that another booking of the account has confirms nothing.
do $$
declare
    op bigint := pg_temp.commit_of();
    token bigint;
begin
    select c.token into token from pg_temp.claim() c where c.outbox_id = op;
    assert nb.outbox_done(op, token, 'confirmed', '{"reached": true, "points": 30000}', 0, '\xaa',
                          nb_test.print('under a newer key') || nb_test.print('a number')) = 'done';
    assert pg_temp.state_of(op) = 'unknown unknown done', pg_temp.state_of(op);
end
$$;

-- Somebody cancels while the call is out: it waits, and follows at once when the call is back.
do $$
declare
    op bigint := pg_temp.commit_of();
    token bigint;
    got record;
begin
    select c.token into token from pg_temp.claim() c where c.outbox_id = op;
    select c.* into got from nb.booking b join nb.outbox_operation o using (booking_id),
           nb.booking_cancel(b.created_by, b.hotline_id, 'wait', nb_test.print(), b.public_id, 'mistake') c where o.outbox_id = op;
    assert got.outcome = 'cancel_wanted', got::text;
    assert nb.outbox_give_back(op, token, 0, true) = 'done';
    assert pg_temp.state_of(op) = 'cancelled cancelled dead', pg_temp.state_of(op);
    assert not exists (select from pg_temp.claim() c where c.outbox_id = op);
end
$$;

-- Breakers: failures in a row open, one probe goes out, its outcome decides; the kill switch holds everything.
do $$
declare
    account bigint := (select h.account from house h);
    actor bigint := nb_test.person('admin');
begin
    for i in 1 .. 4 loop
        assert not nb.breaker_failed('wyndham', account, 'commit', 'not_sent', false) and nb.breaker_admits('wyndham', account, 'commit');
    end loop;
    assert nb.breaker_failed('wyndham', account, 'commit', 'not_sent', false), 'the fifth opens it';
    assert not nb.breaker_admits('wyndham', account, 'commit') and nb.breaker_admits('wyndham', account, 'read');
    perform nb_test.advance('61 seconds');
    assert nb.breaker_admits('wyndham', account, 'commit') and not nb.breaker_admits('wyndham', account, 'commit'), 'one probe';
    assert nb.breaker_failed('wyndham', account, 'commit', 'not_sent', false), 'it failed: open again';
    perform nb_test.advance('61 seconds');
    assert nb.breaker_admits('wyndham', account, 'commit');
    perform nb_test.advance('181 seconds');
    assert nb.breaker_admits('wyndham', account, 'commit'), 'a probe without an outcome is lost: another may go';
    perform nb.breaker_succeeded('wyndham', account, 'commit');
    assert nb.breaker_admits('wyndham', account, 'commit') and nb.breaker_admits('wyndham', account, 'commit');
    assert (select outcome from nb.breaker_switch(actor, 'wyndham', null, 'read', true)) = 'off';
    assert not nb.breaker_admits('wyndham', account, 'read') and nb.breaker_admits('marriott', account, 'read');
    perform nb.breaker_succeeded('wyndham', account, 'read');
    assert not nb.breaker_admits('wyndham', account, 'read'), 'only an administrator ends it';
    assert (select outcome from nb.breaker_switch(actor, 'wyndham', null, 'read', false)) = 'closed';
    assert (select detail ->> 'field' from nb.breaker_switch(actor, 'wyndham', null, 'quote', true)) = 'operation';
    assert (select outcome from nb.breaker_switch(actor, 'nowhere', null, 'read', true)) = 'not_found';
end
$$;

-- What is switched off goes to a person; what may have been sent does not, for somebody might book it twice.
do $$
declare
    actor bigint := nb_test.person('admin');
    held bigint := pg_temp.commit_of();
    sent bigint := pg_temp.commit_of();
    got record;
    token bigint;
begin
    select c.token into token from pg_temp.claim() c where c.outbox_id = sent;
    assert nb.outbox_saved(sent, token, 1, 'commit', true, 20000, '\x01', '\x02') = 'done';
    assert nb.outbox_wait(sent, token, 0, '\x01') = 'done', 'it polls';
    assert nb.outbox_give_back(held, (select o.lease_token from nb.outbox_operation o where o.outbox_id = held), 0, true) = 'done';
    perform nb.breaker_switch(actor, 'wyndham', null, 'commit', true);
    select c.* into got from nb.outbox_claim(nb.random_id(), 16, 20000) c;
    assert got.outbox_id = held and got.assisted, 'a person is asked: ' || got::text;
    assert not exists (select from pg_temp.claim()), 'the other one waits';
    assert nb.outbox_to_person(held, got.lease_token, '{"steps": []}') = 'done';
    assert exists (select from nb.task t where t.outbox_id = held and t.kind = 'assisted_commit' and t.state = 'open');
    assert pg_temp.state_of(held) = 'held ready person', pg_temp.state_of(held);
    perform nb.breaker_switch(actor, 'wyndham', null, 'commit', false);
    select c.* into got from nb.outbox_claim(nb.random_id(), 16, 20000) c;
    assert got.outbox_id = sent and not got.assisted, 'on again, the machine goes on where it was';
    assert nb.outbox_done(sent, got.lease_token, 'sold_out', '{"reached": true}', 0, null, null) = 'done';
end
$$;

-- A server that no worker has seen before: only reads, until somebody says otherwise.
do $$
declare
    op bigint;
begin
    assert not (select paused from nb.outbox_begin()), 'the first start of an installation';
    assert not (select paused from nb.outbox_begin());
    perform nb_test.advance('1 second');
    insert into nb.setting (name, value_text, effective_from) values ('dispatch_server', '1/00000001', nb.now());
    assert (select paused from nb.outbox_begin()), 'a restored backup, or another timeline';
    op := pg_temp.commit_of();
    assert not exists (select from pg_temp.claim() c where c.outbox_id = op);
    perform nb_test.advance('1 second');
    assert (select outcome from nb.dispatch_resume(nb_test.person('admin'), true)) = 'resumed';
    assert (select outcome from nb.dispatch_resume(nb_test.person('admin'), true)) = 'not_paused';
    assert exists (select from pg_temp.claim() c where c.outbox_id = op);
end
$$;

-- Assisted: the row waits for a person, and the booking for the person's claim.
do $$
declare
    hotline bigint := (select h.hotline from house h);
    request bigint := nb_test.request(hotline);
    option uuid := nb_test.points_option(nb_test.search(request), nb_test.points_hotel(), nb_test.account(hotline, 50000, 'wyndham', 'assisted'));
    op bigint;
    got record;
begin
    perform * from nb_test.book(request, array[option]);
    select o.outbox_id into op from nb.outbox_operation o join nb.booking b using (booking_id) where b.request_id = request;
    select * into got from nb.outbox_claim(nb.random_id(), 16, 20000) c where c.outbox_id = op;
    assert got.assisted, got::text;
    assert nb.outbox_to_person(op, got.lease_token, '{"lines": [], "fields": []}') = 'done';
    assert pg_temp.state_of(op) = 'held ready person', pg_temp.state_of(op);
    assert exists (select from nb.task t where t.outbox_id = op and t.kind = 'assisted_commit' and t.state = 'open'
                                           and t.detail -> 'script' ? 'lines');
end
$$;

-- Nobody gets a script for a booking that is over meanwhile.
do $$
declare
    hotline bigint := (select h.hotline from house h);
    request bigint := nb_test.request(hotline);
    option uuid := nb_test.points_option(nb_test.search(request), nb_test.points_hotel(), nb_test.account(hotline, 50000, 'wyndham', 'assisted'));
    got record;
    b nb.booking;
begin
    perform * from nb_test.book(request, array[option]);
    select x.* into b from nb.booking x where x.request_id = request;
    select c.* into got from nb.outbox_claim(nb.random_id(), 16, 20000) c join nb.outbox_operation o using (outbox_id) where o.booking_id = b.booking_id;
    perform nb.booking_cancel(b.created_by, hotline, 'too late', nb_test.print(), b.public_id, 'mistake');
    assert nb.outbox_to_person(got.outbox_id, got.lease_token, '{"lines": [], "fields": []}') = 'done';
    assert pg_temp.state_of(got.outbox_id) = 'cancelled cancelled dead', pg_temp.state_of(got.outbox_id);
    assert not exists (select from nb.task t where t.booking_id = b.booking_id and t.state = 'open'), 'nothing that nobody can end';
end
$$;

-- A price that moved for a booking that is to be cancelled: nobody is asked.
do $$
declare
    op bigint := pg_temp.commit_of();
    token bigint;
begin
    select c.token into token from pg_temp.claim() c where c.outbox_id = op;
    perform nb.booking_cancel(b.created_by, b.hotline_id, 'not dearer', nb_test.print(), b.public_id, 'mistake')
       from nb.booking b join nb.outbox_operation o using (booking_id) where o.outbox_id = op;
    assert nb.outbox_done(op, token, 'price_changed', '{"reached": true, "points": 40000}', 0, null, null) = 'done';
    assert pg_temp.state_of(op) = 'cancelled cancelled done', pg_temp.state_of(op);
    assert not exists (select from nb.task t join nb.outbox_operation o using (booking_id) where o.outbox_id = op and t.state = 'open'),
           'nobody is asked about a booking that is over';
end
$$;

-- Who sleeps in which of several bookings of one household.
do $$
declare
    request bigint := nb_test.request((select h.hotline from house h), '[{"adults": 3, "children_ages": [4, 7, 12]}]');
    hotel bigint := nb_test.points_hotel('wyndham', 7500);
    option uuid := nb_test.points_option(nb_test.search(request), hotel, (select h.account from house h), 1, 2);
    parties text[];
begin
    perform * from nb_test.book(request, array[option]);
    select array_agg(p.adults || ': ' || p.child_ages order by r.room_number) into parties
      from nb.booking b join nb.booking_room r using (booking_id) join nb.shelter_request q on q.request_id = b.request_id
     cross join lateral nb.booking_party(b, q.households) p
     where b.request_id = request;
    assert parties = array['2: 4 12', '1: 7'], parties::text;
end
$$;

-- What the clock would have done meanwhile.
do $$
begin
    perform nb_test.advance('21 seconds');
    perform nb.outbox_sweep(), nb.hold_expire(100), nb.booking_overdue(100) + nb.task_overdue(100) + nb.request_overdue(100);
end
$$;
\ir support/assert_invariants.sql
