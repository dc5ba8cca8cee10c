-- Sold out at commit: the next candidate that was allowed, inside the same approval, checked again; and a price that moved.
select nb_test.set_now('2026-12-01 18:00+00') \gset
create temporary table house as
select h.hotline, nb_test.account(h.hotline, 10000000) as account, nb_test.points_hotel('wyndham', 15000, 90) as first,
       nb_test.points_hotel('wyndham', 17000, 90) as dearer, nb_test.points_hotel('wyndham', 14000, 90) as third, nb_test.beds(20) as unit,
       nb_test.person('specialist', h.hotline) as staff
  from (select nb_test.hotline('next') as hotline) h;

-- Dispatching at the first of three hotels and a shelter.
create function pg_temp.sent(next_allowed boolean, tolerance bigint default 0, shelter_free boolean default false) returns nb.booking language plpgsql as $$
declare
    h house;
    request bigint;
    search bigint;
    option uuid;
    unused uuid[];
    got record;
begin
    select * into h from house;
    request := nb_test.request(h.hotline);
    search := nb_test.search(request);
    option := nb_test.points_option(search, h.first, h.account, shelter_free => shelter_free);
    unused := array[nb_test.points_option(search, h.dearer, h.account, 2), nb_test.points_option(search, h.third, h.account, 3, shelter_free => true),
                    nb_test.shelter_option(search, h.unit, 4)];
    select * into got from nb_test.book(request, array[option], case when shelter_free then 'unsafe' end, null, next_allowed, tolerance);
    assert got.outcome = 'held', got::text;
    perform nb.booking_step((nb_test.booking(got.resource_id)).booking_id, 'claim', null, 'test');
    return nb_test.booking(got.resource_id);
end $$;
create function pg_temp.lost(b nb.booking) returns text language sql as $$
    select nb.booking_lost(b.booking_id, 'refuse', null, 'test', '{"outcome": "sold_out"}') $$;
create function pg_temp.now_at(b nb.booking) returns text language sql as $$
    select case when x.property_id = h.first then 'first' when x.property_id = h.dearer then 'dearer'
                when x.property_id = h.third then 'third' when x.unit_type_id = h.unit then 'shelter' end || ' ' || x.state
      from nb.booking x, house h where x.booking_id = b.booking_id $$;
create function pg_temp.over(b nb.booking) returns void language plpgsql as $$
begin
    assert nb.booking_step(b.booking_id, 'cancel', null, 'test') = 'cancelled';
end $$;

do $$
declare
    before jsonb := nb_test.stock();
    b nb.booking;
    h house;
begin
    select * into h from house;
    b := pg_temp.sent(false);
    assert pg_temp.lost(b) = 'failed' and nb_test.stock() = before, 'not allowed to move on';

    b := pg_temp.sent(true);
    assert pg_temp.lost(b) = 'offered' and pg_temp.now_at(b) = 'shelter offered', 'one is dearer, one needs a reason: the shelter';
    assert (select sum(held) = 0 from nb.points_lot), 'the points are back';
    perform pg_temp.over(b);

    b := pg_temp.sent(true, 4000);
    assert pg_temp.lost(b) = 'held' and pg_temp.now_at(b) = 'dearer held', 'within the tolerance';
    assert (select sum(held) = 34000 from nb.points_lot) and (select points = 34000 and approved_points = 30000 from nb.booking x where x.booking_id = b.booking_id);
    assert exists (select from nb.outbox_operation o join nb.booking x on x.current_attempt_id = o.attempt_id
                    where x.booking_id = b.booking_id and o.kind = 'commit' and o.state = 'ready'), 'its own call';
    perform nb.booking_step(b.booking_id, 'claim', null, 'test');
    assert pg_temp.lost(b) = 'offered', 'and again: what was tried is not tried twice';
    perform pg_temp.over(b);

    b := pg_temp.sent(true, 0, true);
    assert pg_temp.lost(b) = 'held' and pg_temp.now_at(b) = 'third held', 'a reason is on record';
    perform pg_temp.over(b);

    -- Checked again: prices, vetting, beds.
    update nb.property_rate set points = 14001 where property_id = h.third;
    b := pg_temp.sent(true, 0, true);
    update nb.property_rate set points = 14002 where property_id = h.third;
    assert pg_temp.lost(b) = 'offered', 'its price is not the one that was shown';
    perform pg_temp.over(b);
    b := pg_temp.sent(true, 0, true);
    update nb.property set vetting_state = 'suspended' where property_id = h.third;
    update nb.unit_night set capacity = 0;
    assert pg_temp.lost(b) = 'failed' and nb_test.stock() = before, 'suspended, and the shelter is full';
    update nb.property set vetting_state = 'vetted' where property_id = h.third;
    update nb.unit_night set capacity = 20;

    -- The points that the first one gives back are enough for the next.
    b := pg_temp.sent(true, 0, true);
    perform nb.points_hold(h.account, nb.random_id(), (select sum(available) from nb.points_lot)::bigint, current_date, null, null, null, null);
    assert pg_temp.lost(b) = 'held' and pg_temp.now_at(b) = 'third held', 'given back before it is taken';
    perform pg_temp.over(b);
    -- Without a candidate that can be had, the hold stands until the refusal itself gives it back.
    b := pg_temp.sent(true, 0, true);
    update nb.property set guest_cap = 0 where property_id in (h.third, h.dearer);
    update nb.unit_night set capacity = 0;
    assert nb.booking_step(b.booking_id, 'next_candidate', null, 'test') = 'refused';
    assert pg_temp.now_at(b) = 'first dispatching'
       and (select p.state = 'held' from nb.points_hold p join nb.booking_attempt a on a.reference = p.reference where a.attempt_id = b.current_attempt_id);
    assert pg_temp.lost(b) = 'failed';
    update nb.property set guest_cap = 90;
    update nb.unit_night set capacity = 20;

    -- The guest has said something else meanwhile, a place to avoid perhaps: the list of before is no choice any more.
    b := pg_temp.sent(true);
    update nb.shelter_request r set version = r.version + 1 where r.request_id = b.request_id;
    assert pg_temp.lost(b) = 'failed' and (select count(*) = 1 from nb.booking_attempt where booking_id = b.booking_id);
    assert exists (select from nb.task where booking_id = b.booking_id and kind = 'rebook' and state = 'open'), 'a person searches again';

    -- A lost answer that is proved absent moves on as well, and its old reference is read again.
    b := pg_temp.sent(true);
    perform nb.booking_step(b.booking_id, 'lose_answer', null, 'test');
    assert pg_temp.lost(b) = 'offered';
    assert (select state = 'absent' and reread_at > nb.now() + interval '59 minutes' from nb.booking_attempt where attempt_id = b.current_attempt_id);
    perform pg_temp.over(b);
end
$$;

-- The price moved beyond the tolerance: the place stays held, the guest is asked, and the answer decides.
do $$
declare
    h house;
    b nb.booking;
    task uuid;
    got record;
    claimed record;
begin
    select * into h from house;
    perform nb_test.topup(h.account, 1000000);
    -- What the dispatcher does with the program's word.
    b := pg_temp.sent(false);
    perform nb.booking_step(b.booking_id, 'hand_back', null, 'test');
    for claimed in select * from nb.outbox_claim(nb.random_id(), 10, 150000) loop
        assert nb.outbox_done(claimed.outbox_id, claimed.lease_token, 'price_changed', '{"points": 33000}', 0, null, null) = 'done';
    end loop;
    assert pg_temp.now_at(b) = 'first held';
    select t.public_id into task from nb.task t where t.booking_id = b.booking_id and t.kind = 'ask_again' and t.state = 'open';
    select * into got from nb.task_claim(h.staff, h.hotline, 'c1', nb_test.print(), task);
    claimed := got;
    select * into got from nb.task_done(h.staff, h.hotline, 'd0', nb_test.print(), task, claimed.version, '{"outcome": "accepted", "points": 330000}');
    assert got.outcome = 'invalid' and got.detail ->> 'field' = 'points' and (nb_test.booking(b.public_id)).approved_points = 30000,
           'nobody accepts by a slip what the program does not ask';
    select * into got from nb.task_done(h.staff, h.hotline, 'd1', nb_test.print(), task, claimed.version, '{"outcome": "accepted"}');
    assert got.outcome = 'done' and got.detail ->> 'booking_state' = 'held', got::text;
    b := nb_test.booking(b.public_id);
    assert b.points = 33000 and b.approved_points = 33000, 'the new price, said by the program';
    assert (select array_agg(number || ' ' || state order by number) = array['1 refused', '2 ready'] from nb.booking_attempt where booking_id = b.booking_id);
    assert (select p.points = 33000 and p.state = 'held' from nb.points_hold p join nb.booking_attempt a on a.reference = p.reference where a.attempt_id = b.current_attempt_id);
    assert exists (select from nb.outbox_operation where attempt_id = b.current_attempt_id and kind = 'commit' and state = 'ready');
    perform pg_temp.over(b);

    b := pg_temp.sent(false);
    perform nb.booking_step(b.booking_id, 'ask_again', null, 'test', null, '{"outcome": "policy_changed"}');
    select t.public_id into task from nb.task t where t.booking_id = b.booking_id and t.kind = 'ask_again' and t.state = 'open';
    select * into got from nb.task_claim(h.staff, h.hotline, 'c2', nb_test.print(), task);
    select * into got from nb.task_done(h.staff, h.hotline, 'd2', nb_test.print(), task, got.version, '{"outcome": "declined"}');
    assert got.outcome = 'done' and pg_temp.now_at(b) = 'first cancelled';
    assert exists (select from nb.task where booking_id = b.booking_id and kind = 'rebook' and state = 'open'), 'the guest still needs a bed';
end
$$;
\ir support/assert_invariants.sql
