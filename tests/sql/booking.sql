-- Booking one place: what is held, what is refused, what is given back, told as stories.
select nb_test.set_now('2026-12-01 18:00+00') \gset
create temporary table house as
select nb_test.hotline('booking') as hotline;

-- A bed of a shelter: held on every night, offered to the provider, accepted.
do $$
declare
    hotline bigint := (select h.hotline from house h);
    unit bigint := nb_test.beds(1);
    request bigint := nb_test.request(hotline);
    option uuid := nb_test.shelter_option(nb_test.search(request), unit);
    before jsonb := nb_test.stock();
    got record;
    b nb.booking;
    r nb.referral;
begin
    select * into got from nb_test.book(request, array[option]);
    assert got.outcome = 'held' and got.status = 201 and got.resource_kind = 'booking' and got.version = 1, got::text;
    b := nb_test.booking(got.resource_id);
    assert b.state = 'offered' and b.role = 'primary' and b.hold_expires_at > nb.now() + interval '80 minutes'
       and got.detail -> 'bookings' = jsonb_build_array(b.public_id), 'it is with the provider';
    assert (select array_agg(held order by night) from nb.unit_night where unit_type_id = unit) = array[1, 1, 0, 0, 0];
    assert (select array_agg(event order by booking_event_id) from nb.booking_event where booking_id = b.booking_id)
           = array['hold', 'offer'], 'both moves are on record';
    select * into r from nb.referral where booking_id = b.booking_id;
    assert r.state = 'offered' and r.expires_at between nb.now() + interval '59 minutes' and nb.now() + interval '61 minutes'
       and r.cap_at > nb.now() + interval '239 minutes';

    -- The bed is gone for everybody else, and the household is not placed twice.
    select * into got from nb_test.book(request, array[option]);
    assert got.outcome = 'already_placed' and got.detail ->> 'booking' = b.public_id::text, got::text;
    select * into got from nb_test.book(nb_test.request(hotline), array[option]);
    assert got.outcome = 'invalid' and got.detail ->> 'field' = 'option', 'an option of another request';
    declare
        other bigint := nb_test.request(hotline);
    begin
        select * into got from nb_test.book(other, array[nb_test.shelter_option(nb_test.search(other), unit)]);
        assert got.outcome = 'no_capacity' and jsonb_array_length(got.detail -> 'nights') = 2 and got.status = 409, got::text;
        assert not exists (select from nb.booking where request_id = other), 'nothing half-done';
    end;

    select * into got from nb.referral_answer(nb_test.person('provider', null, r.provider_id), null, 'yes', nb_test.print(),
                                              r.public_id, true, null, null);
    assert got.outcome = 'accepted' and got.detail ->> 'booking_state' = 'confirmed', got::text;
    assert (select array_agg(occupied order by night) from nb.unit_night where unit_type_id = unit) = array[1, 1, 0, 0, 0];
    assert (select state from nb.shelter_request where request_id = request) = 'placed';
    assert exists (select from nb.task where booking_id = b.booking_id and kind = 'desk_confirm' and state = 'open');

    -- Cancelled: the provider's bed is free again at once.
    select * into got from nb.booking_cancel(b.created_by, hotline, 'no', nb_test.print(), b.public_id, 'guest_choice');
    assert got.outcome = 'cancelled' and got.status = 200, got::text;
    assert nb_test.stock() = before, 'everything is back';
    assert (select state from nb.shelter_request where request_id = request) = 'open';
    assert not exists (select from nb.task where booking_id = b.booking_id and state in ('open', 'claimed'));
end
$$;

-- A bed that two hotlines may offer exists once.
do $$
declare
    unit bigint := nb_test.beds(1);
    one bigint := nb_test.request(nb_test.hotline('one of two'));
    other bigint := nb_test.request(nb_test.hotline('other of two'));
    options uuid[] := array[nb_test.shelter_option(nb_test.search(one), unit), nb_test.shelter_option(nb_test.search(other), unit)];
    got record;
    b nb.booking;
begin
    select * into got from nb_test.book(one, options[1:1]);
    b := nb_test.booking(got.resource_id);
    assert got.outcome = 'held', got::text;
    select * into got from nb_test.book(other, options[2:2]);
    assert got.outcome = 'no_capacity', got::text;
    assert (select array_agg(distinct (c.hotline_id, c.provider_id)) = array[(b.hotline_id, b.provider_id)] from nb.place_claim c
             where c.unit_type_id = unit), 'a claim carries both';
    perform nb.booking_step(b.booking_id, 'decline', null, 'test');
    select * into got from nb_test.book(other, options[2:2]);
    assert got.outcome = 'held', 'free again for the other';
end
$$;

-- Points: held, spent when the program confirms, given back when it cancels.
do $$
declare
    hotline bigint := (select h.hotline from house h);
    account bigint := nb_test.account(hotline, 50000);
    hotel bigint := nb_test.points_hotel();
    request bigint := nb_test.request(hotline);
    option uuid := nb_test.points_option(nb_test.search(request), hotel, account);
    before jsonb := nb_test.stock();
    got record;
    b nb.booking;
    a nb.booking_attempt;
begin
    select * into got from nb_test.book(request, array[option]);
    assert got.outcome = 'held' and (got.detail ->> 'points')::bigint = 30000 and (got.detail ->> 'usable_after')::bigint = 20000, got::text;
    b := nb_test.booking(got.resource_id);
    select * into a from nb.booking_attempt where attempt_id = b.current_attempt_id;
    assert b.state = 'held' and a.state = 'ready' and a.number = 1 and b.hold_expires_at < nb.now() + interval '16 minutes';
    assert (select held from nb.points_lot where account_id = account) = 30000;
    assert exists (select from nb.points_hold where reference = a.reference and state = 'held'), 'the attempt''s reference holds them';
    assert exists (select from nb.outbox_operation where attempt_id = a.attempt_id and kind = 'commit' and state = 'ready'), 'J2';
    assert nb.booking_step(b.booking_id, 'claim', null, 'dispatch', a.attempt_id) = 'dispatching';
    assert (nb_test.booking(b.public_id)).hold_expires_at is null, 'what is in flight never expires';
    assert nb.hold_expire(100) = 0;
    assert nb.booking_step(b.booking_id, 'confirm', null, 'dispatch', a.attempt_id + 1) = 'refused', 'another attempt says nothing';
    assert nb.booking_step(b.booking_id, 'confirm', null, 'dispatch', a.attempt_id) = 'confirmed';
    assert (select spent from nb.points_lot where account_id = account) = 30000;
    select * into got from nb.booking_cancel(b.created_by, hotline, 'no', nb_test.print(), b.public_id, 'other');
    assert got.outcome = 'cancel_pending' and got.status = 202, got::text;
    assert exists (select from nb.outbox_operation where attempt_id = a.attempt_id and kind = 'cancel' and state = 'ready');
    assert (select spent from nb.points_lot where account_id = account) = 30000, 'nothing is back before the program said so';
    assert nb.booking_step(b.booking_id, 'cancel_confirm', null, 'dispatch', a.attempt_id) = 'cancelled';
    assert nb.booking_step(b.booking_id, 'cancel_confirm', null, 'dispatch', a.attempt_id) = 'refused', 'B8: once';
    assert nb_test.stock() = before;
end
$$;
-- A bed in which nobody sleeps is free for others: the guest did not come, or left before the last night.
do $$
declare
    hotline bigint := (select h.hotline from house h);
    way text[];
    unit bigint;
    request bigint;
    got record;
    b nb.booking;
begin
    foreach way slice 1 in array array[array['no_show', 'no_show', 'no_show'], array['desk_confirm', 'check_in', 'check_out']] loop
        unit := nb_test.beds(1);
        request := nb_test.request(hotline);
        select * into got from nb_test.book(request, array[nb_test.shelter_option(nb_test.search(request), unit, nights => 4)]);
        b := nb_test.booking(got.resource_id);
        perform nb.booking_step(b.booking_id, 'accept', b.created_by, 'specialist');
        for i in 1 .. 3 loop
            perform nb.booking_step(b.booking_id, way[i], b.created_by, 'specialist');
        end loop;
        assert (nb_test.booking(b.public_id)).state = case way[3] when 'no_show' then 'no_show' else 'checked_out' end;
        assert (select array_agg(held + occupied order by night) = array[0, 0, 0, 0, 0] from nb.unit_night where unit_type_id = unit), way[3];
        -- Another guest may have it.
        request := nb_test.request(hotline);
        select * into got from nb_test.book(request, array[nb_test.shelter_option(nb_test.search(request), unit, nights => 4)]);
        assert got.outcome = 'held', got::text;
    end loop;
end
$$;
-- Places belong to households by their position: one that has a place cannot be taken off the request under it.
do $$
declare
    hotline bigint := (select h.hotline from house h);
    request bigint := nb_test.request(hotline, '[{"adults": 1}, {"adults": 2}]', true);
    r nb.shelter_request;
    got record;
begin
    perform nb_test.book(request, array[nb_test.shelter_option(nb_test.search(request), nb_test.beds(2), units => 2, households => '{1}')]);
    select * into r from nb.shelter_request q where q.request_id = request;
    select * into got from nb.request_change(r.opened_by, hotline, 'fewer', nb_test.print(), 'specialist', r.public_id, 0,
        '{"unaccompanied_minor": false, "households": [{"adults": 2}]}', '{}', '{}', '{}');
    assert got.outcome = 'invalid' and got.status = 422 and got.detail ->> 'field' = 'households', got::text;
    select * into got from nb.request_change(r.opened_by, hotline, 'more', nb_test.print(), 'specialist', r.public_id, 0,
        '{"unaccompanied_minor": false, "households": [{"adults": 1}, {"adults": 2}, {"adults": 3}]}', '{}', '{}', '{}');
    assert got.outcome = 'changed' and got.status = 200, got::text;
end
$$;
\ir support/assert_invariants.sql
