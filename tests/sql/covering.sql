-- While an outcome is unknown a person is placed elsewhere. When both places turn out to exist: the one whose desk was
-- confirmed or of which the guest was told survives; if neither, the first; if both, a supervisor decides.
select nb_test.set_now('2026-12-01 18:00+00') \gset
create temporary table house as
select h.hotline, nb_test.account(h.hotline, 10000000) as account, nb_test.points_hotel('wyndham', 15000, 90) as hotel,
       nb_test.points_hotel('wyndham', 15000, 90) as other_hotel
  from (select nb_test.hotline('covering') as hotline) h;

create temporary table pair (primary_id bigint, covering_id bigint);

-- A booking whose answer was lost, and one that covers for it.
create function pg_temp.pair(next_allowed boolean default false, rooms integer default 1, out a bigint, out c bigint) language plpgsql as $$
declare
    h house;
    request bigint;
    search bigint;
    first uuid;
    second uuid;
    got record;
begin
    select * into h from house;
    request := nb_test.request(h.hotline);
    search := nb_test.search(request);
    first := nb_test.points_option(search, h.hotel, h.account);
    second := nb_test.points_option(search, h.other_hotel, h.account, 2, rooms);
    perform nb_test.points_option(search, nb_test.points_hotel('wyndham', 15000, 90), h.account, 3);
    select * into got from nb_test.book(request, array[first], null, null, next_allowed);
    a := (nb_test.booking(got.resource_id)).booking_id;
    select * into got from nb_test.book(request, array[second], null, (select public_id from nb.booking where booking_id = a));
    assert got.outcome = 'not_unknown' and got.detail ->> 'state' = 'held', 'only an unknown one is covered';
    perform nb.booking_step(a, 'claim', null, 'test');
    perform nb.booking_step(a, 'lose_answer', null, 'test');
    select * into got from nb_test.book(request, array[second]);
    assert got.outcome = 'already_placed' and got.detail ->> 'state' = 'unknown', 'nothing is booked twice by accident';
    select * into got from nb_test.book(request, array[second], null, (select public_id from nb.booking where booking_id = a));
    assert got.outcome = 'held', got::text;
    select min(b.booking_id) into c from nb.booking b where b.covers_booking_id = a;
    select * into got from nb_test.book(request, array[second], null, (select public_id from nb.booking where booking_id = a));
    assert got.outcome = 'already_placed', 'covered once';
end $$;

create function pg_temp.move(b bigint, variadic events text[]) returns void language plpgsql as $$
declare
    event text;
begin
    foreach event in array events loop
        assert nb.booking_step(b, event, nb_test.person('specialist'), 'test') <> 'refused', event;
    end loop;
end $$;
create function pg_temp.state(b bigint) returns text language sql as $$ select state from nb.booking where booking_id = b $$;
create function pg_temp.told(b bigint) returns void language sql as $$ update nb.booking set guest_told_at = nb.now() where booking_id = b $$;

do $$
declare
    p record;
    got record;
    boss bigint;
begin
    -- Neither is anchored: the first survives, the other yields; its penalty is finance's.
    select * into p from pg_temp.pair();
    perform pg_temp.move(p.c, 'claim', 'confirm');
    assert pg_temp.state(p.c) = 'confirmed' and pg_temp.state(p.a) = 'unknown', 'nothing is decided while one is unknown';
    perform pg_temp.move(p.a, 'read_found');
    assert pg_temp.state(p.a) = 'confirmed' and pg_temp.state(p.c) = 'cancel_pending';
    perform pg_temp.move(p.c, 'cancel_refuse');
    assert pg_temp.state(p.c) = 'cancelled' and exists (select from nb.finance_exception where kind = 'penalty'), 'the loser''s penalty';

    -- The guest was told of the covering one: the first yields.
    select * into p from pg_temp.pair();
    perform pg_temp.move(p.c, 'claim', 'confirm');
    perform pg_temp.told(p.c);
    perform pg_temp.move(p.a, 'read_found');
    assert pg_temp.state(p.c) = 'confirmed' and pg_temp.state(p.a) = 'cancel_pending', 'who was told keeps the place';
    perform pg_temp.move(p.a, 'cancel_confirm');

    -- The desk of the covering one expects the guest.
    select * into p from pg_temp.pair();
    perform pg_temp.move(p.c, 'claim', 'confirm');
    assert nb.desk_confirm(p.c, nb_test.person('specialist'), 'front_desk') = 'desk_confirmed';
    perform pg_temp.move(p.a, 'read_found');
    assert pg_temp.state(p.c) = 'desk_confirmed' and pg_temp.state(p.a) = 'cancel_pending';
    perform pg_temp.move(p.a, 'cancel_confirm');

    -- The covering one exists nowhere yet: it is dropped when the first is found.
    select * into p from pg_temp.pair();
    perform pg_temp.move(p.a, 'read_found');
    assert pg_temp.state(p.a) = 'confirmed' and pg_temp.state(p.c) = 'cancelled', 'nobody outside knows of it';

    -- It is in flight when the first is found: decided when it is known.
    select * into p from pg_temp.pair();
    perform pg_temp.move(p.c, 'claim');
    perform pg_temp.move(p.a, 'read_found');
    assert pg_temp.state(p.c) = 'dispatching';
    perform pg_temp.move(p.c, 'confirm');
    assert pg_temp.state(p.a) = 'confirmed' and pg_temp.state(p.c) = 'cancel_pending';
    perform pg_temp.move(p.c, 'cancel_confirm');

    -- The first is proved absent: the covering one simply stays, and nobody has to book again.
    select * into p from pg_temp.pair();
    perform pg_temp.move(p.c, 'claim', 'confirm');
    perform pg_temp.move(p.a, 'refuse');
    assert pg_temp.state(p.a) = 'failed' and pg_temp.state(p.c) = 'confirmed'
       and not exists (select from nb.task where booking_id = p.a and kind = 'rebook');

    -- Both are anchored: nothing is cancelled until a supervisor decided.
    select * into p from pg_temp.pair();
    perform pg_temp.move(p.c, 'claim', 'confirm');
    perform pg_temp.told(p.c);
    perform pg_temp.told(p.a);
    perform pg_temp.move(p.a, 'read_found');
    assert pg_temp.state(p.a) = 'confirmed' and pg_temp.state(p.c) = 'confirmed', 'both stand';
    assert (select for_role = 'supervisor' from nb.task where booking_id = p.a and kind = 'covering_decision' and state = 'open');
    select d.* into got from nb.booking b, nb.booking_covering_decide(b.created_by, b.hotline_id, 'mine', nb_test.print(), b.public_id) d
     where b.booking_id = p.c;
    assert got.outcome = 'forbidden', 'a specialist does not decide it';
    select nb_test.person('supervisor', hotline) into boss from house;
    select d.* into got from nb.booking b, nb.booking_covering_decide(boss, b.hotline_id, 'mine', nb_test.print(), b.public_id) d
     where b.booking_id = p.c;
    assert got.outcome = 'decided' and pg_temp.state(p.c) = 'confirmed' and pg_temp.state(p.a) = 'cancel_pending', got::text;
    assert not exists (select from nb.task where booking_id = p.a and kind = 'covering_decision' and state = 'open');
    perform pg_temp.move(p.a, 'cancel_confirm');
end
$$;

-- Nobody decides for a place that is not certain: neither a dead covering one, nor a first one that is still unknown.
do $$
declare
    p record;
    boss bigint := (select nb_test.person('supervisor', hotline) from house);
begin
    select * into p from pg_temp.pair();
    perform pg_temp.move(p.c, 'claim', 'confirm');
    perform pg_temp.told(p.c);
    perform pg_temp.told(p.a);
    perform pg_temp.move(p.a, 'read_found');
    perform pg_temp.move(p.c, 'cancel', 'cancel_confirm');
    assert nb.covering_decide(p.a, 'covering', boss) = 'wrong_state' and pg_temp.state(p.a) = 'confirmed', 'the covering one is gone';
    assert not exists (select from nb.task where booking_id = p.a and kind = 'covering_decision' and state = 'open'), 'nothing is left to decide';

    select * into p from pg_temp.pair();
    perform pg_temp.move(p.c, 'claim', 'confirm');
    assert nb.covering_decide(p.a, 'primary', boss) = 'wrong_state' and pg_temp.state(p.c) = 'confirmed', 'the first is still unknown';
    perform pg_temp.move(p.a, 'refuse');
end
$$;

-- Proved absent while another place covers: nothing more is held for people who have one.
do $$
declare
    p record;
    op nb.outbox_operation;
begin
    select * into p from pg_temp.pair(true);
    perform pg_temp.move(p.c, 'claim', 'confirm');
    select * into op from nb.outbox_operation o where o.booking_id = p.a and o.kind = 'read' and o.state = 'ready';
    perform nb.outbox_read_gone(op, 'not_found');
    assert pg_temp.state(p.a) = 'failed' and pg_temp.state(p.c) = 'confirmed', pg_temp.state(p.a);
    assert (select count(*) = 1 from nb.booking_attempt where booking_id = p.a), 'no next candidate';
end
$$;

-- A covering choice of several bookings stands or yields as a whole.
do $$
declare
    h house;
    p record;
    other bigint;
    told boolean;
begin
    select * into h from house;
    foreach told in array array[false, true] loop
        select * into p from pg_temp.pair(rooms => 2);
        select b.booking_id into other from nb.booking b where b.covers_booking_id = p.a and b.booking_id <> p.c;
        assert other is not null, 'two bookings cover one';
        perform pg_temp.move(p.c, 'claim', 'confirm');
        perform pg_temp.move(other, 'claim', 'confirm');
        if told then
            perform pg_temp.told(other);
        end if;
        perform pg_temp.move(p.a, 'read_found');
        assert concat_ws(' ', pg_temp.state(p.a), pg_temp.state(p.c), pg_temp.state(other))
               = case when told then 'cancel_pending confirmed confirmed' else 'confirmed cancel_pending cancel_pending' end,
               concat_ws(' ', told, pg_temp.state(p.a), pg_temp.state(p.c), pg_temp.state(other));
    end loop;
end
$$;
-- The covering one comes back unsent, or is refused, when the first has been found meanwhile: it goes no further.
do $$
declare
    p record;
begin
    select * into p from pg_temp.pair();
    perform pg_temp.move(p.c, 'claim');
    perform pg_temp.move(p.a, 'read_found');
    assert nb.booking_step(p.c, 'hand_back', null, 'test') = 'cancelled', pg_temp.state(p.c);

    select * into p from pg_temp.pair();
    update nb.booking set allowed_next = true where booking_id = p.c;
    perform pg_temp.move(p.c, 'claim');
    perform pg_temp.move(p.a, 'read_found');
    assert nb.booking_lost(p.c, 'refuse', null, 'test') = 'failed', pg_temp.state(p.c);
    assert not exists (select from nb.task where booking_id = p.c and kind = 'rebook' and state = 'open'), 'nobody needs a bed';
end
$$;

-- One room of a family is unknown, and another place takes all of them: where that one stands, the other room goes as well.
do $$
declare
    h house;
    request bigint;
    search bigint;
    first uuid;
    second uuid;
    rooms nb.booking[];
    other bigint;
begin
    select * into h from house;
    request := nb_test.request(h.hotline, '[{"adults": 2, "children_ages": [3, 5, 9, 12]}]');
    search := nb_test.search(request);
    first := nb_test.points_option(search, h.hotel, h.account, 1, 2);
    perform nb_test.book(request, array[first]);
    select array_agg(b order by b.booking_id) into rooms from nb.booking b where b.request_id = request;
    perform pg_temp.move(rooms[1].booking_id, 'claim', 'lose_answer');
    perform pg_temp.move(rooms[2].booking_id, 'claim', 'confirm');
    second := nb_test.points_option(nb_test.search(request), h.other_hotel, h.account, 1, 2);
    perform nb_test.book(request, array[second], null, rooms[1].public_id);
    for other in select b.booking_id from nb.booking b where b.request_id = request and b.role = 'covering' loop
        perform pg_temp.move(other, 'claim', 'confirm');
        perform pg_temp.told(other);
    end loop;
    perform pg_temp.move(rooms[1].booking_id, 'read_found');
    assert (select string_agg(b.role || ' ' || b.state, ', ' order by b.booking_id) from nb.booking b where b.request_id = request)
           = 'primary cancel_pending, primary cancel_pending, covering confirmed, covering confirmed',
           (select string_agg(b.role || ' ' || b.state, ', ' order by b.booking_id) from nb.booking b where b.request_id = request);
end
$$;
\ir support/assert_invariants.sql
