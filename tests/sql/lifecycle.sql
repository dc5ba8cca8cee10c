-- Every row of nb.booking_transition happens once, and what it does to beds, points, counters and cash is exactly what its
-- action says. Every pair that is not in the table is refused in every state and changes nothing.
select nb_test.set_now('2026-12-01 18:00+00') \gset
create temporary table place as
select h.hotline, nb_test.account(h.hotline, 90000000) as account, nb_test.account(h.hotline, 90000000) as spare_account,
       nb_test.points_hotel('wyndham', 15000, 100) as hotel, nb_test.points_hotel('wyndham', 15000, 100) as next_hotel,
       nb_test.beds(50) as unit, nb_test.partner_rooms(50) as rooms
  from (select nb_test.hotline('lifecycle') as hotline) h;
update nb.property set guest_cap = 100;
insert into nb.cash_account (hotline_id, currency, label) select hotline, 'USD', 'budget' from place;
select count(nb.cash_move(c.cash_account_id, 'receive', 'outside', 'available', 5000000)) from nb.cash_account c \gset
insert into nb.account_counter (account_id, counter_key, calendar_year, most)
select a, 'gifted_stays', extract(year from nb.now()), 1000 from place, unnest(array[account, spare_account]) a;

-- A new booking by points (with a counter), or one at a partner hotel (a room and cash), both with a next candidate.
create function pg_temp.held(kind text) returns bigint language plpgsql as $$
declare
    p place;
    search bigint;
    request bigint;
    got record;
    option uuid;
    spare uuid;
begin
    select * into p from place;
    request := nb_test.request(p.hotline);
    search := nb_test.search(request);
    option := case kind when 'points' then nb_test.points_option(search, p.hotel, p.account)
                        else nb_test.partner_option(search, p.rooms) end;
    spare := case kind when 'points' then nb_test.points_option(search, p.next_hotel, p.spare_account, 2)
                       else nb_test.shelter_option(search, p.unit, 2) end;
    update nb.candidate set counter_key = 'gifted_stays' where public_id in (option, spare) and points is not null;
    select * into got from nb_test.book(request, array[option], null, null, true);
    assert got.outcome = 'held', got::text;
    return (nb_test.booking(got.resource_id)).booking_id;
end $$;

create function pg_temp.step(booking bigint, events text[]) returns text language plpgsql as $$
declare
    event text;
    reached text;
begin
    foreach event in array events loop
        reached := nb.booking_step(booking, event, nb_test.person('specialist'), 'specialist');
        assert reached <> 'refused', event || ' was refused';
    end loop;
    return reached;
end $$;

-- How a booking comes into each state.
create temporary table way (state text, kind text, events text[]);
insert into way values
    ('held', 'points', '{}'), ('offered', 'partner', '{}'), ('dispatching', 'points', '{claim}'),
    ('confirmed', 'points', '{claim,confirm}'), ('desk_confirmed', 'points', '{claim,confirm,desk_confirm}'),
    ('checked_in', 'points', '{claim,confirm,desk_confirm,check_in}'),
    ('refused_at_desk', 'points', '{claim,confirm,refuse_at_desk}'),
    ('cancel_pending', 'points', '{claim,confirm,cancel}'), ('unknown', 'points', '{claim,lose_answer}'),
    ('checked_out', 'points', '{claim,confirm,desk_confirm,check_in,check_out}'), ('expired', 'points', '{expire}'),
    ('declined', 'partner', '{decline}'), ('failed', 'points', '{claim,refuse}'), ('no_show', 'points', '{claim,confirm,no_show}'),
    ('moved', 'points', '{claim,confirm,desk_confirm,check_in,move}'), ('cancelled', 'points', '{cancel}');

-- What is held, spent or occupied by a booking's attempts: points, counter, cash, nights.
create function pg_temp.taken(booking bigint) returns text language sql as $$
    select concat_ws(' ',
        (select string_agg(format('points %s%s', h.state, case when h.refunded_at is not null then ' refunded' end), ', ' order by a.number)
           from nb.booking_attempt a join nb.points_hold h on h.reference = a.reference where a.booking_id = booking),
        (select string_agg(format('cash %s%s', h.state, case when h.refunded_at is not null then ' refunded' end), ', ' order by a.number)
           from nb.booking_attempt a join nb.cash_hold h on h.reference = a.reference where a.booking_id = booking),
        (select string_agg(format('%s nights %s', c.nights, c.state), ', ' order by c.state)
           from (select p.state, count(*) as nights from nb.place_claim p where p.booking_id = booking group by p.state) c));
$$;

do $$
declare
    t record;
    w way;
    booking bigint;
    before jsonb;
    held jsonb;
    got record;
    reached text;
    after_it text;
    points_left bigint;
    expected text;
    seen integer := 0;
begin
    for t in select * from nb.booking_transition where from_state <> 'none' order by from_state, event loop
        select * into w from way where state = t.from_state;
        -- An offer that becomes held for a moment exists between a swap and its new offer only.
        w.kind := case when t.event = 'offer' then 'partner' else w.kind end;
        before := nb_test.stock();
        booking := pg_temp.held(w.kind);
        if t.event = 'offer' then
            update nb.booking b set state = 'held', cap_expires_at = null where b.booking_id = booking;
            delete from nb.referral r where r.booking_id = booking;
            alter table nb.booking_event disable trigger booking_event_append_only;
            delete from nb.booking_event e where e.booking_id = booking and e.event = 'offer';
            alter table nb.booking_event enable trigger booking_event_append_only;
        end if;
        perform pg_temp.step(booking, w.events);
        held := nb_test.stock();
        assert (select b.state from nb.booking b where b.booking_id = booking) = t.from_state, 'the way to ' || t.from_state;
        reached := nb.booking_step(booking, t.event, nb_test.person('specialist'), 'specialist');
        after_it := pg_temp.taken(booking);
        -- The next candidate of a partner hotel is a shelter, which is offered at once.
        assert reached = case when t.event = 'next_candidate' and w.kind = 'partner' then 'offered' else t.to_state end,
               format('%s in %s: %s', t.event, t.from_state, reached);
        assert exists (select from nb.booking_event e where e.booking_id = booking and (e.from_state, e.event, e.to_state)
                       = (t.from_state, t.event, t.to_state)), format('%s in %s left no event', t.event, t.from_state);
        expected := case
            when t.action = 'void_hold' then case w.kind when 'points' then 'points voided'
                else format('cash voided 2 nights %s', case t.event when 'expire' then 'expired' else 'released' end) end
            when t.action = 'swap_hold' then case w.kind when 'points' then 'points voided, points held'
                else 'cash voided 2 nights held, 2 nights released' end
            when t.action = 'post_hold' then case w.kind when 'points' then 'points posted' else 'cash posted 2 nights occupied' end
            when t.action = 'give_back' then 'points posted refunded'
            when t.action in ('post_penalty', 'shorten_stay') then 'points posted'
            when t.from_state = 'offered' or t.event = 'offer' then 'cash held 2 nights held'
            when t.from_state in ('held', 'dispatching', 'unknown') then 'points held'
            else 'points posted' end;
        assert after_it = expected, format('%s in %s: %s, expected %s', t.event, t.from_state, after_it, expected);
        if t.action = 'void_hold' then
            assert nb_test.stock() = before, format('%s in %s does not give back exactly', t.event, t.from_state);
        elsif t.action = 'give_back' then
            assert nb_test.stock() - 'counters' = before - 'counters', format('%s does not give back exactly', t.event);
            assert (nb_test.stock() -> 'counters') = (held -> 'counters'), 'a counter that was used stays used';
        elsif t.action in ('none', 'extend_hold', 'clear_expiry', 'open_task', 'enqueue_read', 'enqueue_cancel', 'enqueue_commit',
                           'post_penalty', 'send_offer') then
            assert nb_test.stock() = held, format('%s in %s moved something', t.event, t.from_state);
        end if;
        if t.action = 'post_penalty' then
            assert exists (select from nb.finance_exception where kind = 'penalty' and points = -30000), 'finance hears of a penalty';
        end if;
        assert (select b.hold_expires_at is null from nb.booking b where b.booking_id = booking and b.state not in ('held', 'offered'))
               is not false, 'only held and offered expire';
        seen := seen + 1;
    end loop;
    assert seen = (select count(*) - 2 from nb.booking_transition), 'all but the two beginnings';
end
$$;

-- What is not in the table is refused, and nothing moves.
do $$
declare
    w way;
    event text;
    booking bigint;
    stock jsonb;
    known integer;
    refused integer := 0;
begin
    for w in select * from way loop
        booking := pg_temp.held(w.kind);
        perform pg_temp.step(booking, w.events);
        stock := nb_test.stock();
        select b.version into known from nb.booking b where b.booking_id = booking;
        for event in select distinct t.event from nb.booking_transition t
                     where not exists (select from nb.booking_transition x where x.from_state = w.state and x.event = t.event) loop
            assert nb.booking_step(booking, event, null, 'test') = 'refused', format('%s in %s is not in the table', event, w.state);
            refused := refused + 1;
        end loop;
        assert (select b.version = known and b.state = w.state from nb.booking b where b.booking_id = booking), 'a refusal changed ' || w.state;
        assert nb_test.stock() = stock, 'a refusal moved something in ' || w.state;
    end loop;
    assert refused > 350, refused::text;
    assert nb_test.refused($s$insert into nb.booking_event (booking_id, from_state, event, to_state)
                              select max(booking_id), 'held', 'confirm', 'confirmed' from nb.booking$s$) = 'booking_event_transition_fk';
end
$$;
\ir support/assert_invariants.sql
