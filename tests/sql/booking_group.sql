-- Several bookings of one choice: a family is all or nothing to the end, of a group each household is whole or not at all.
select nb_test.set_now('2026-12-01 18:00+00') \gset
create temporary table house as
select h.hotline, nb_test.account(h.hotline, 1000000) as account, nb_test.points_hotel('wyndham', 15000, 50) as hotel
  from (select nb_test.hotline('groups') as hotline) h;

create function pg_temp.family(split boolean default false) returns nb.booking_group language plpgsql as $$
declare
    h house;
    request bigint;
    got record;
    made nb.booking_group;
begin
    select * into h from house;
    request := nb_test.request(h.hotline, '[{"adults": 2, "children_ages": [3, 5, 9, 12]}]', split);
    select * into got from nb_test.book(request, array[nb_test.points_option(nb_test.search(request), h.hotel, h.account, units => 2)]);
    assert got.outcome = 'held' and got.resource_kind = 'booking_group' and jsonb_array_length(got.detail -> 'bookings') = 2, got::text;
    select g.* into made from nb.booking_group g where g.public_id = got.resource_id;
    return made;
end $$;

create function pg_temp.member(family nb.booking_group, which integer) returns nb.booking language sql as $$
    select b from nb.booking b where b.booking_group_id = family.booking_group_id order by b.booking_id offset which - 1 limit 1 $$;

create function pg_temp.move(b nb.booking, variadic events text[]) returns void language plpgsql as $$
declare
    event text;
begin
    foreach event in array events loop
        assert nb.booking_step(b.booking_id, event, null, 'test') <> 'refused', event;
    end loop;
end $$;

-- A program that takes one room a booking: two bookings, each with its reference, its points and its room.
do $$
declare
    before jsonb := nb_test.stock();
    family nb.booking_group := pg_temp.family();
    a nb.booking := pg_temp.member(family, 1);
    b nb.booking := pg_temp.member(family, 2);
begin
    assert family.kind = 'family' and (a.units, b.units, a.points, b.points) = (1, 1, 30000, 30000);
    assert (select array_agg(room_number order by room_number) = array[1, 2]::smallint[] from nb.booking_room r
             where r.request_id = a.request_id and household_index = 0), 'two rooms of one household';
    assert (select count(distinct reference) = 2 from nb.booking_attempt where booking_id in (a.booking_id, b.booking_id));
    assert (select count(*) = 2 from nb.outbox_operation where booking_id in (a.booking_id, b.booking_id) and state = 'ready');

    -- One is sold out while the other is only held: both are gone, one person is told.
    perform pg_temp.move(a, 'claim', 'refuse');
    assert (pg_temp.member(family, 2)).state = 'cancelled', 'the other room is of no use';
    assert nb_test.stock() = before;
    assert (select array_agg(booking_id) = array[a.booking_id] from nb.task where kind = 'rebook' and request_id = a.request_id);
end
$$;

-- One is confirmed when the other fails: it is cancelled at the program.
do $$
declare
    family nb.booking_group := pg_temp.family();
    a nb.booking := pg_temp.member(family, 1);
    b nb.booking := pg_temp.member(family, 2);
    got record;
begin
    perform pg_temp.move(a, 'claim', 'confirm');
    select * into got from nb.booking_desk_confirm(a.created_by, a.hotline_id, 'early', nb_test.print(), a.public_id, 'front_desk');
    assert got.outcome = 'group_incomplete', 'nobody travels while a room of the family is not certain';
    perform pg_temp.move(b, 'claim', 'refuse');
    assert (pg_temp.member(family, 1)).state = 'cancel_pending';
    assert exists (select from nb.outbox_operation where booking_id = a.booking_id and kind = 'cancel' and state = 'ready');
    perform pg_temp.move(a, 'cancel_confirm');
end
$$;

-- One is in flight when the other fails: nothing is assumed; it is cancelled once it is known.
do $$
declare
    family nb.booking_group := pg_temp.family();
    a nb.booking := pg_temp.member(family, 1);
    b nb.booking := pg_temp.member(family, 2);
begin
    perform pg_temp.move(a, 'claim');
    perform pg_temp.move(b, 'claim', 'refuse');
    assert (pg_temp.member(family, 1)).state = 'dispatching' and (pg_temp.member(family, 1)).cancel_wanted = 'group_failed';
    assert nb.booking_step(a.booking_id, 'confirm', null, 'test') = 'cancel_pending', 'confirmed, and cancelled at once';
    perform pg_temp.move(a, 'cancel_confirm');

    family := pg_temp.family();
    a := pg_temp.member(family, 1);
    perform pg_temp.move(a, 'claim');
    perform pg_temp.move(pg_temp.member(family, 2), 'claim', 'refuse');
    assert nb.booking_step(a.booking_id, 'lose_answer', null, 'test') = 'cancel_pending', 'what may exist is cancelled by our reference';
    perform pg_temp.move(a, 'read_absent');

    family := pg_temp.family();
    a := pg_temp.member(family, 1);
    perform pg_temp.move(a, 'claim');
    perform pg_temp.move(pg_temp.member(family, 2), 'claim', 'refuse');
    assert nb.booking_step(a.booking_id, 'hand_back', null, 'test') = 'cancelled', 'it never left: over';
end
$$;

-- Staff cancel one room of a family: the family goes.
do $$
declare
    before jsonb := nb_test.stock();
    family nb.booking_group := pg_temp.family();
    a nb.booking := pg_temp.member(family, 1);
    got record;
begin
    select * into got from nb.booking_cancel(a.created_by, a.hotline_id, 'go', nb_test.print(), a.public_id, 'guest_choice');
    assert got.outcome = 'cancelled' and (pg_temp.member(family, 2)).state = 'cancelled' and nb_test.stock() = before;
end
$$;

-- The guest does not take the dearer room of a family: the other room goes as well.
do $$
declare
    before jsonb := nb_test.stock();
    family nb.booking_group := pg_temp.family();
    a nb.booking := pg_temp.member(family, 1);
    task nb.task;
    got record;
begin
    perform pg_temp.move(a, 'claim', 'ask_again');
    select t.* into task from nb.task t where t.booking_id = a.booking_id and t.kind = 'ask_again' and t.state = 'open';
    perform nb.task_claim(a.created_by, a.hotline_id, 'mine', nb_test.print(), task.public_id);
    select * into got from nb.task_done(a.created_by, a.hotline_id, 'no', nb_test.print(), task.public_id, 1, '{"outcome": "declined"}');
    assert got.outcome = 'done' and (pg_temp.member(family, 1)).state = 'cancelled', got::text;
    assert (pg_temp.member(family, 2)).state = 'cancelled' and nb_test.stock() = before, 'half a family is nobody''s place';
    assert (select array_agg(booking_id) = array[a.booking_id] from nb.task where kind = 'rebook' and request_id = a.request_id);
end
$$;

-- Nobody is told of a bed while another of the family is not certain: the whole may still be undone.
do $$
declare
    request bigint := nb_test.request((select h.hotline from house h), '[{"adults": 1}, {"adults": 2}]');
    search bigint := nb_test.search(request);
    got record;
    b nb.booking;
begin
    select * into got from nb_test.book(request, array[nb_test.shelter_option(search, nb_test.beds(5), 1, 1, 2, '{0}'),
                                                       nb_test.shelter_option(search, nb_test.beds(5), 2, 2, 2, '{1}')]);
    assert got.outcome = 'held', got::text;
    select x.* into b from nb.booking x where x.request_id = request order by x.booking_id limit 1;
    perform pg_temp.move(b, 'accept');
    select * into got from nb.booking_guest_told(b.created_by, b.hotline_id, 'told early', nb_test.print(), b.public_id);
    assert got.outcome = 'group_incomplete', got::text;
    select x.* into b from nb.booking x where x.request_id = request order by x.booking_id desc limit 1;
    perform pg_temp.move(b, 'accept');
    select * into got from nb.booking_guest_told(b.created_by, b.hotline_id, 'told', nb_test.print(), b.public_id);
    assert got.outcome = 'told', got::text;
end
$$;

-- Two places for a family, and the second is full: nothing is held at the first.
do $$
declare
    h house;
    request bigint;
    search bigint;
    unit bigint := nb_test.beds(5);
    full_unit bigint := nb_test.beds(0);
    got record;
    first uuid;
    second uuid;
    stock jsonb := nb_test.stock();
begin
    select * into h from house;
    request := nb_test.request(h.hotline, '[{"adults": 1}, {"adults": 2}]');
    search := nb_test.search(request);
    first := nb_test.shelter_option(search, unit, 1, 1, 2, '{0}');
    second := nb_test.shelter_option(search, full_unit, 2, 2, 2, '{1}');
    select * into got from nb_test.book(request, array[first, second]);
    assert got.outcome = 'no_capacity' and got.detail ->> 'option' = second::text and got.resource_id is null, got::text;
    assert nb_test.stock() = stock and not exists (select from nb.booking b where b.request_id = request)
       and not exists (select from nb.booking_group g where g.request_id = request), 'nothing half-done';
    -- The same household in two options is refused as well.
    select * into got from nb_test.book(request, array[first, nb_test.shelter_option(search, unit, 3, 1, 2, '{0}')]);
    assert got.outcome = 'already_placed' and not exists (select from nb.booking b where b.request_id = request);
end
$$;

-- A group: households that are held stand alone; those left over are owned by somebody.
do $$
declare
    h house;
    request bigint;
    search bigint;
    unit bigint := nb_test.beds(5);
    got record;
    b nb.booking;
begin
    select * into h from house;
    request := nb_test.request(h.hotline, '[{"adults": 1}, {"adults": 2, "children_ages": [4, 7, 8]}, {"adults": 3}]', true);
    search := nb_test.search(request);
    select * into got from nb_test.book(request, array[nb_test.shelter_option(search, unit, 1, 1, 2, '{0}'),
                                                       nb_test.points_option(search, h.hotel, h.account, 2, 2, 2, '{1}')]);
    assert got.outcome = 'held' and jsonb_array_length(got.detail -> 'bookings') = 3 and got.detail ->> 'kind' = 'group'
       and got.detail -> 'left_over' = '[2]', got::text;
    assert (select (u.people, u.household_indexes) = (3, '{2}'::smallint[]) from nb.unmet_need u where u.request_id = request);
    assert exists (select from nb.task t where t.request_id = request and t.kind = 'unmet_need' and t.state = 'open');
    -- One room of the second household is lost: its other room goes, the first household keeps its bed.
    select * into b from nb.booking x where x.request_id = request and x.account_id is not null order by booking_id limit 1;
    perform pg_temp.move(b, 'claim', 'refuse');
    assert (select array_agg(x.state::text order by x.booking_id) = array['offered', 'failed', 'cancelled'] from nb.booking x
             where x.request_id = request);
end
$$;

-- What a search suggests for a group fills the shelters first: points for the others need no reason, unless a shelter of the
-- suggestion is left out.
do $$
declare
    h house;
    request bigint;
    search bigint;
    unit bigint := nb_test.beds(1);
    bed uuid;
    room uuid;
    got record;
begin
    select * into h from house;
    request := nb_test.request(h.hotline, '[{"adults": 1}, {"adults": 2}]', true);
    search := nb_test.search(request);
    bed := nb_test.shelter_option(search, unit, 1, 1, 2, '{0}');
    room := nb_test.points_option(search, h.hotel, h.account, 2, 1, 2, '{1}', true);
    select * into got from nb_test.book(request, array[bed, room]);
    assert got.outcome = 'reason_needed' and got.detail ->> 'option' = room::text, 'nobody suggested it';
    update nb.candidate set flags = '{suggested}' where public_id in (bed, room);
    select * into got from nb_test.book(request, array[room]);
    assert got.outcome = 'reason_needed', got::text;
    select * into got from nb_test.book(request, array[room, nb_test.shelter_option(search, nb_test.beds(1), 3, 1, 2, '{0}')]);
    assert got.outcome = 'reason_needed', 'with another shelter than the one that was counted on';
    select * into got from nb_test.book(request, array[bed, room]);
    assert got.outcome = 'held', got::text;
end
$$;

-- Several households under one roof, one room a booking: each gets as many as its people need.
do $$
declare
    h house;
    request bigint;
    got record;
begin
    select * into h from house;
    request := nb_test.request(h.hotline, '[{"adults": 2, "children_ages": [1, 2, 3]}, {"adults": 1}]');
    select * into got from nb_test.book(request, array[nb_test.points_option(nb_test.search(request), h.hotel, h.account, units => 3, households => '{0,1}')]);
    assert (select string_agg(r.household_index || '.' || r.room_number, ' ' order by r.household_index, r.room_number) = '0.1 0.2 1.1'
              from nb.booking_room r where r.request_id = request), 'two rooms for five, one for one';
    assert (select sum(b.points) = 90000 from nb.booking b where b.request_id = request), 'the price is all there';
end
$$;
\ir support/assert_invariants.sql
