-- The choice: one option, or several for a group, held in one transaction or refused as a whole. Not here: several bookings
-- of one choice (booking_group.sql), what moves a booking afterwards (booking_step.sql). Invariant: everything is checked again under the locks before anything is
-- written, and what cannot be checked in one go (several bookings) is undone as one.
--
-- Locks, named beforehand by whoever sends a group of calls: request, and of each option its unit, account, budget (cash)
-- and house (property).

create or replace function nb.actor_role(actor bigint) returns text
    language plpgsql stable
    as $$
begin
    return (select g.role::text from nb.role_grant g
             where g.user_id = actor and g.revoked_at is null
             order by array_position(array['director', 'supervisor', 'coordinator', 'specialist', 'provider', 'admin'],
                                     g.role::text)
             limit 1);
end
$$;
comment on function nb.actor_role(bigint) is 'The highest right of a person, as written into events.';

create or replace function nb.book_status(outcome text) returns integer
    language sql immutable
    as $$
    select case
        when outcome in ('held', 'confirmed') then 201
        when outcome = 'not_found' then 404
        when outcome in ('invalid', 'reason_needed', 'minor_no_hotel') then 422
        else 409 end;
$$;
comment on function nb.book_status(text) is 'The HTTP status that an outcome of a choice stands for.';

create or replace function nb.option_keys(request_id bigint, c nb.candidate) returns bigint[]
    language plpgsql stable
    as $$
begin
    return array_remove(array[
        nb.lock_key('request', request_id), nb.lock_key('unit', c.unit_type_id), nb.lock_key('account', c.account_id),
        nb.lock_key('property', c.property_id),
        case when c.cash_minor > 0 then nb.lock_key('cash', nb.cash_account_of(c.hotline_id, c.currency)) end], null);
end
$$;
comment on function nb.option_keys(bigint, nb.candidate) is 'The locks that booking an option takes.';

-- Before a choice: which locks its group of calls must take, and how long the stay becomes.
create or replace function nb.book_plan(
    hotline bigint, request uuid, options uuid[],
    out known integer, out nights integer, out coordinator boolean, out approval jsonb, out lock_keys bigint[])
    language plpgsql stable
    as $$
declare
    c nb.candidate;
    r record;
    stay record;
    place bigint; -- what is contended first
begin
    select q.request_id, q.owner_user_id, nullif(q.frozen -> 'approval', 'null') as approval into r
      from nb.shelter_request q where q.public_id = request and q.hotline_id = hotline;
    if r.request_id is null then
        return;
    end if;
    select min(b.check_in) as first_night, max(b.check_out) as last_day into stay
      from nb.booking b where b.request_id = r.request_id and nb.booking_is_live(b.state);
    known := 0;
    for c in select x.* from nb.candidate x where x.public_id = any (options) and x.request_id = r.request_id loop
        known := known + 1;
        place := least(place, coalesce(nb.lock_key('unit', c.unit_type_id), nb.lock_key('account', c.account_id)));
        lock_keys := lock_keys || nb.option_keys(r.request_id, c);
        stay.first_night := least(stay.first_night, c.check_in);
        stay.last_day := greatest(stay.last_day, c.check_out);
    end loop;
    nights := stay.last_day - stay.first_night;
    approval := r.approval;
    coordinator := exists (select from nb.role_grant g
                            where g.user_id = r.owner_user_id and g.revoked_at is null
                              and g.role in ('coordinator', 'supervisor', 'director'))
        or exists (select from nb.task k
                    where k.request_id = r.request_id and k.for_role = 'coordinator' and k.state in ('claimed', 'done'));
    lock_keys := array_remove(place || lock_keys, null);
end
$$;
comment on function nb.book_plan(bigint, uuid, uuid[]) is
    'What must be known of options before they are booked; known is null without such a request. lock_keys: the place that is contended first, then every lock of the booking.';

create or replace function nb.book_input_problem(options uuid[], reason text, tolerance bigint, long_stay text) returns jsonb
    language plpgsql immutable
    as $$
begin
    if cardinality(options) > 1 and cardinality(options) <> (select count(distinct o) from unnest(options) o) then
        return jsonb_build_object('field', 'options', 'allowed', '1 to 40 different options');
    end if;
    return case
        when coalesce(cardinality(options), 0) not between 1 and 40 or array_position(options, null) is not null
            then jsonb_build_object('field', 'options', 'allowed', '1 to 40 different options')
        when reason not in ('guest_choice', 'unsafe', 'too_far', 'refused_them', 'rules')
            then jsonb_build_object('field', 'reason', 'allowed', 'guest_choice, unsafe, too_far, refused_them or rules')
        when long_stay not in ('next_place_awaited', 'next_place_dated', 'unsafe_to_move', 'unfit_to_move', 'no_other_place')
            then jsonb_build_object('field', 'long_stay_reason', 'allowed', 'next_place_awaited, next_place_dated, unsafe_to_move, unfit_to_move or no_other_place')
        when tolerance < 0
            then jsonb_build_object('field', 'price_tolerance_points', 'allowed', '0 or more') end;
end
$$;
comment on function nb.book_input_problem(uuid[], text, bigint, text) is 'The first thing wrong with a choice, or null.';

-- May this option be booked for this request? Without what is free and paid for.
create or replace function nb.book_problem(
    t nb.booking, q nb.shelter_request, c nb.candidate, out outcome text, out detail jsonb)
    language plpgsql stable
    as $$
declare
    s record;
    twin record;
    answer record;
begin
    select x.expires_at, x.request_version, x.made_at into s from nb.search x where x.search_id = c.search_id;
    detail := case
        when s.expires_at < nb.now() then '{"reason": "search_age"}'
        when s.request_version <> q.version then '{"reason": "request_changed"}' end;
    if detail is not null then
        outcome := 'stale';
        return;
    end if;
    select b.public_id, b.state into twin
      from nb.booking b
     where b.request_id = q.request_id and b.role = t.role and nb.booking_is_live(b.state)
       and b.household_indexes && c.household_indexes and b.check_in < c.check_out and b.check_out > c.check_in
     limit 1;
    if twin.public_id is not null then
        outcome := 'already_placed';
        detail := jsonb_build_object('booking', twin.public_id, 'state', twin.state);
        return;
    end if;
    answer := nb.candidate_problem(c, q.unaccompanied_minor, s.made_at, true, 0);
    outcome := answer.outcome;
    detail := answer.detail;
    if outcome is null and c.place_kind = 'points_hotel' and c.shelter_was_free and t.points_reason is null then
        outcome := 'reason_needed';
        detail := jsonb_build_object('field', 'reason', 'allowed', 'guest_choice, unsafe, too_far, refused_them or rules');
    end if;
end
$$;
comment on function nb.book_problem(nb.booking, nb.shelter_request, nb.candidate) is
    'Why an option cannot be booked: stale, already_placed, minor_no_hotel, not_vetted, over_limit or reason_needed; nulls when it can.';

-- One booking: what it takes is held, and it is on its way to the provider or into the outbox. t: who, which role, units,
-- points, cash, households. first_room: 1, or the number of a household's next room in another booking of its group.
create or replace function nb.book_place(
    t nb.booking, c nb.candidate, first_room integer, actor_role text, out outcome text, out detail jsonb, out made nb.booking)
    language plpgsql volatile
    as $$
declare
    b nb.booking := nb.booking_fill(t, c);
    reference constant uuid := nb.random_id();
    made_at constant timestamptz := nb.now();
    answer record;
    done text; -- of functions without an answer; PERFORM would run a query for each
    window_ends constant timestamptz := made_at + nb.hold_window(c.place_kind);
begin
    b.booking_id := nextval('nb.booking_booking_id_seq');
    b.current_attempt_id := nextval('nb.booking_attempt_attempt_id_seq');
    answer := nb.hold_check(b, reference, c);
    outcome := answer.outcome;
    detail := answer.detail;
    if outcome <> 'held' then
        return;
    end if;
    b.public_id := nb.random_id();
    b.created_at := made_at;
    b.version := 1;
    b.state := 'held';
    b.hold_expires_at := window_ends;
    b.next_action_at := window_ends;
    if b.transport = 'referral' then
        b.state := 'offered';
        b.cap_expires_at := made_at + nb.setting_interval('referral_cap_ms');
        b.hold_expires_at := least(window_ends, b.cap_expires_at);
        b.next_action_at := b.hold_expires_at;
    end if;
    insert into nb.booking overriding system value values (b.*);
    insert into nb.booking_room (booking_id, request_id, household_index, room_number, role, nights)
    select b.booking_id, b.request_id, h, first_room, b.role, daterange(b.check_in, b.check_out)
      from unnest(b.household_indexes) h;
    insert into nb.booking_attempt (attempt_id, booking_id, candidate_id, number, reference, transport, account_id,
                                    property_id, check_in, check_out, units, points, cash_minor, currency, created_at)
    overriding system value
    values (b.current_attempt_id, b.booking_id, b.candidate_id, 1, reference, b.transport, b.account_id, b.property_id,
            b.check_in, b.check_out, b.units, b.points, b.cash_minor, b.currency, made_at);
    done := nb.hold_write(b, reference);
    insert into nb.booking_event (booking_id, attempt_id, from_state, event, to_state, actor_user_id, actor_role, at)
    values (b.booking_id, b.current_attempt_id, 'none', 'hold', 'held', t.created_by, actor_role, made_at);
    if b.transport = 'referral' then
        insert into nb.booking_event (booking_id, attempt_id, from_state, event, to_state, actor_user_id, actor_role, at)
        values (b.booking_id, b.current_attempt_id, 'held', 'offer', 'offered', t.created_by, actor_role, made_at);
        done := nb.referral_send(b);
    else
        -- A hint for an idle dispatcher. One that has work looks anyway, and NOTIFY makes commits wait for each other.
        if not exists (select from nb.outbox_operation o where o.state = 'ready' and o.due_at <= made_at) then
            perform pg_notify('nb_outbox', '');
        end if;
        insert into nb.outbox_operation (kind, booking_id, attempt_id, account_id, program_code, due_at, created_at)
        values ('commit', b.booking_id, b.current_attempt_id, b.account_id, b.program_code, made_at, made_at);
    end if;
    insert into nb.audit_event (hotline_id, at, actor_user_id, actor_role, action, subject_kind, subject_id, detail)
    values (b.hotline_id, made_at, t.created_by, actor_role, 'booking.held', 'booking', b.public_id,
            jsonb_build_object('kind', b.place_kind, 'points', b.points, 'units', b.units)
                || case when b.long_stay_reason is null then '{}' else jsonb_build_object('long_stay_reason', b.long_stay_reason) end);
    made := b;
end
$$;
comment on function nb.book_place(nb.booking, nb.candidate, integer, text) is
    'Holds and writes one booking of an option. held, or an outcome of nb.hold_check, which changes nothing.';

create or replace function nb.book_template(
    q nb.shelter_request, actor bigint, reason text, primary_one nb.booking, allow_next boolean, tolerance bigint, long_stay text)
    returns nb.booking
    language plpgsql stable
    as $$
declare
    t nb.booking;
begin
    t.request_id := q.request_id;
    t.hotline_id := q.hotline_id;
    t.role := case when primary_one.booking_id is null then 'primary' else 'covering' end;
    t.covers_booking_id := primary_one.booking_id;
    t.points_reason := reason;
    t.long_stay_reason := long_stay;
    t.allowed_next := coalesce(allow_next, false);
    t.price_tolerance_points := coalesce(tolerance, 0);
    t.created_by := actor;
    return t;
end
$$;
comment on function nb.book_template(nb.shelter_request, bigint, text, nb.booking, boolean, bigint, text) is 'What is common to all bookings of one choice.';

create or replace function nb.book_one(
    t nb.booking, q nb.shelter_request, c nb.candidate, out outcome text, out detail jsonb, out made nb.booking)
    language plpgsql volatile
    as $$
declare
    placed record;
begin
    placed := nb.book_problem(t, q, c);
    if placed.outcome is not null then
        outcome := placed.outcome;
        detail := placed.detail;
        return;
    end if;
    t.household_indexes := c.household_indexes;
    t.units := c.units;
    t.points := c.points;
    t.cash_minor := c.cash_minor;
    t.approved_points := coalesce(c.points, 0);
    t.approved_cash_minor := coalesce(c.cash_minor, 0);
    placed := nb.book_place(t, c, 1, nb.actor_role(t.created_by));
    outcome := placed.outcome;
    detail := placed.detail;
    made := placed.made;
    if outcome = 'held' then
        detail := coalesce(detail, '{}') || jsonb_build_object(
            'bookings', jsonb_build_array(made.public_id), 'state', made.state, 'hold_expires_at', made.hold_expires_at);
    end if;
end
$$;
comment on function nb.book_one(nb.booking, nb.shelter_request, nb.candidate) is
    'Books an option as one booking. detail of held: bookings, state, hold_expires_at; of points also points and usable_after.';

-- The function ---------------------------------------------------------------------------------------------------------

create or replace function nb.book_choice(
    actor bigint, hotline bigint, request uuid, options uuid[], reason text, covering_of uuid, allow_next boolean,
    tolerance bigint, long_stay text, out outcome text, out resource_kind text, out resource_id uuid, out detail jsonb, out made nb.booking)
    language plpgsql volatile
    as $$
declare
    c nb.candidate;
    q nb.shelter_request;
    t nb.booking;
    primary_one nb.booking;
    answer record;
    asked bigint;
    known integer;
    several boolean;
    done text;
begin
    select r.request_id into asked from nb.shelter_request r where r.public_id = request and r.hotline_id = hotline;
    select x.* into c from nb.candidate x where x.public_id = options[1] and x.request_id = asked;
    if c.candidate_id is null then
        outcome := 'not_found';
        detail := jsonb_build_object('what', case when asked is null then 'request' else 'option' end);
        return;
    end if;
    several := cardinality(options) > 1 or c.units > coalesce(c.rooms_per_booking, c.units);
    if cardinality(options) = 1 then
        done := nb.lock_keys(nb.option_keys(asked, c));
    else
        select count(*) into known from nb.candidate x where x.public_id = any (options) and x.request_id = asked;
        if known <> cardinality(options) then
            outcome := 'not_found';
            detail := '{"what": "option"}';
            return;
        end if;
        perform nb.lock_keys((select array_agg(k) from nb.candidate x cross join unnest(nb.option_keys(asked, x)) k
                               where x.public_id = any (options)));
    end if;
    -- What was read before the locks may have changed while they were waited for.
    select r.* into q from nb.shelter_request r where r.request_id = asked;
    if q.state not in ('open', 'placed', 'unmet') then
        outcome := 'closed';
        return;
    end if;
    if covering_of is not null then
        select b.* into primary_one from nb.booking b where b.public_id = covering_of and b.request_id = q.request_id;
        if primary_one.booking_id is null then
            outcome := 'not_found';
            detail := '{"what": "booking"}';
            return;
        elsif primary_one.state <> 'unknown' or primary_one.role <> 'primary'
            or not (c.household_indexes <@ primary_one.household_indexes) then
            outcome := 'not_unknown';
            detail := jsonb_build_object('state', primary_one.state);
            return;
        end if;
    end if;
    t := nb.book_template(q, actor, reason, primary_one, allow_next, tolerance, long_stay);
    if several then
        answer := nb.book_group(t, q, options);
        resource_id := answer.resource_id;
    else
        answer := nb.book_one(t, q, c);
        made := answer.made;
        resource_id := made.public_id;
    end if;
    outcome := answer.outcome;
    detail := answer.detail;
    if resource_id is not null then
        resource_kind := case when several then 'booking_group' else 'booking' end;
    end if;
end
$$;
comment on function nb.book_choice(bigint, bigint, uuid, uuid[], text, uuid, boolean, bigint, text) is 'nb.book without its operation.';

create or replace function nb.book(
    actor bigint, hotline bigint, op_key text, print bytea, request uuid, options uuid[], reason text, covering_of uuid,
    allow_next boolean, tolerance bigint, long_stay text default null,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean, out made nb.booking)
    language plpgsql volatile
    -- Every statement of a booking looks up keys: planned once, and never as a scan because a table was still empty then.
    set plan_cache_mode to force_generic_plan
    set enable_seqscan to off
    as $$
declare
    answer record;
    done text;
begin
    answer := nb.operation_begin(actor, op_key, print);
    replayed := answer.replayed;
    if answer.outcome is not null then
        outcome := answer.outcome;
        status := answer.status;
        resource_kind := answer.resource_kind;
        resource_id := answer.resource_id;
        version := answer.version;
        detail := answer.detail;
        return;
    end if;
    detail := nb.book_input_problem(options, reason, tolerance, long_stay);
    if detail is not null then
        outcome := 'invalid';
    else
        answer := nb.book_choice(actor, hotline, request, options, reason, covering_of, allow_next, tolerance, long_stay);
        outcome := answer.outcome;
        resource_kind := answer.resource_kind;
        resource_id := answer.resource_id;
        detail := answer.detail;
        made := answer.made;
        version := case when resource_id is not null then 1 end;
    end if;
    status := nb.book_status(outcome);
    done := nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.book(bigint, bigint, text, bytea, uuid, uuid[], text, uuid, boolean, bigint, text) is
    'Books an option, or several as a group, all or nothing. Outcome: held {bookings, …}, or not_found, closed, not_unknown, stale {reason}, already_placed {booking}, reason_needed, minor_no_hotel, not_vetted, over_limit {reason}, no_capacity {nights}, insufficient_points, restricted, counter_used_up, insufficient_cash or invalid {field, allowed}.';
