-- The choice: one option, or several for a group, held in one transaction or refused as a whole; choices that are asked for
-- at one moment share a call. Not here: several bookings of one choice (booking_group.sql), the rows that are written
-- (booking_write.sql), what moves a booking afterwards (booking_step.sql). Invariant: everything is checked again under the
-- locks before anything is written, and what cannot be checked in one go (several bookings) is undone as one.
--
-- Locks: request, and of each option its unit, account, budget (cash) and house (property); of all choices of a call in
-- sorted order before anything is decided.

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
        when outcome = 'approval_needed' then 403
        when outcome in ('invalid', 'reason_needed', 'long_stay_reason_needed', 'minor_no_hotel') then 422
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

-- t: who, which role, units, points, cash, households. first_room: 1, or the number of a household's next room in another
-- booking of its group.
create or replace function nb.book_place(
    t nb.booking, c nb.candidate, first_room integer, actor_role text, out outcome text, out detail jsonb, out made nb.booking_made)
    language plpgsql volatile
    as $$
declare
    b nb.booking := nb.booking_fill(t, c);
    reference constant uuid := nb.random_id();
    made_at constant timestamptz := nb.now();
    answer record;
    done text; -- of functions without an answer; PERFORM would run a query for each
begin
    answer := nb.hold_check(b, reference, c);
    outcome := answer.outcome;
    detail := answer.detail;
    if outcome <> 'held' then
        return;
    end if;
    done := nb.hold_take(b, reference);
    b.booking_id := nextval('nb.booking_booking_id_seq');
    b.current_attempt_id := nextval('nb.booking_attempt_attempt_id_seq');
    b.public_id := nb.random_id();
    b.created_at := made_at;
    b.version := 1;
    b.state := 'held';
    b.hold_expires_at := made_at + nb.hold_window(c.place_kind);
    if b.transport = 'referral' then
        b.state := 'offered';
        b.cap_expires_at := made_at + nb.setting_interval('referral_cap_ms');
        b.hold_expires_at := least(b.hold_expires_at, b.cap_expires_at);
    end if;
    b.next_action_at := b.hold_expires_at;
    made.booking := b;
    made.reference := reference;
    made.first_room := first_room;
    made.actor_role := actor_role;
end
$$;
comment on function nb.book_place(nb.booking, nb.candidate, integer, text) is
    'Holds what one booking of an option takes; nb.book_write must follow. held, or an outcome of nb.hold_check, which changes nothing.';

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
    t nb.booking, q nb.shelter_request, c nb.candidate, out outcome text, out detail jsonb, out made nb.booking_made)
    language plpgsql volatile
    as $$
declare
    placed record;
    b nb.booking;
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
        b := made.booking;
        detail := coalesce(detail, '{}') || jsonb_build_object(
            'bookings', jsonb_build_array(b.public_id), 'state', b.state, 'hold_expires_at', b.hold_expires_at);
    end if;
end
$$;
comment on function nb.book_one(nb.booking, nb.shelter_request, nb.candidate) is
    'Books an option as one booking; nb.book_write must follow. detail of held: bookings, state, hold_expires_at; of points also points and usable_after.';

-- One choice --------------------------------------------------------------------------------------------------------------

-- The whole stay: what the request has already, and this.
create or replace function nb.book_limit(
    w nb.booking_wish, q nb.shelter_request, c nb.candidate, out outcome text, out detail jsonb)
    language plpgsql stable
    as $$
declare
    rows constant jsonb := nb.stay_rows(q.frozen);
    stay record;
    needed jsonb;
    l record;
begin
    select min(b.check_in) as first_night, max(b.check_out) as last_day into stay
      from nb.booking b where b.request_id = q.request_id and nb.booking_is_live(b.state);
    if cardinality(w.options) > 1 then
        select least(stay.first_night, min(x.check_in)) as first_night, greatest(stay.last_day, max(x.check_out)) as last_day
          into stay from nb.candidate x where x.public_id = any (w.options);
    else
        stay.first_night := least(stay.first_night, c.check_in);
        stay.last_day := greatest(stay.last_day, c.check_out);
    end if;
    needed := nb.stay_row(rows, stay.last_day - stay.first_night);
    if not nb.stay_row_allows(needed, w.role, false, w.long_stay is not null) then
        -- Only now does it matter whether a coordinator owns the search; most stays need nobody.
        l := nb.stay_limit(rows, stay.last_day - stay.first_night, w.role,
                           nb.stay_coordinator(q.request_id, q.owner_user_id), w.long_stay is not null);
        if not l.allowed then
            outcome := case when l.reason_needed and nb.stay_role_rank(w.role) >= nb.stay_role_rank(l.who)
                            then 'long_stay_reason_needed' else 'approval_needed' end;
            detail := jsonb_build_object('nights', stay.last_day - stay.first_night, 'most', l.most, 'who', l.who,
                                         'reason_needed', l.reason_needed);
            return;
        end if;
    end if;
    if w.long_stay is not null and not nb.stay_row_asks(needed) then
        outcome := 'invalid';
        detail := '{"field": "long_stay_reason", "allowed": "only where the stay is so long that one is needed"}';
    end if;
end
$$;
comment on function nb.book_limit(nb.booking_wish, nb.shelter_request, nb.candidate) is
    'Why the stay becomes too long for who asks: approval_needed or long_stay_reason_needed {nights, most, who, reason_needed}, or invalid for a reason that nobody asked for; nulls when it may be booked.';

create or replace function nb.book_covering(
    w nb.booking_wish, q nb.shelter_request, c nb.candidate, out outcome text, out detail jsonb, out primary_one nb.booking)
    language plpgsql stable
    as $$
begin
    select b.* into primary_one from nb.booking b where b.public_id = w.covers and b.request_id = q.request_id;
    if primary_one.booking_id is null then
        outcome := 'not_found';
        detail := '{"what": "booking"}';
    elsif primary_one.state <> 'unknown' or primary_one.role <> 'primary'
        or not (c.household_indexes <@ primary_one.household_indexes) then
        outcome := 'not_unknown';
        detail := jsonb_build_object('state', primary_one.state);
    end if;
end
$$;
comment on function nb.book_covering(nb.booking_wish, nb.shelter_request, nb.candidate) is 'The booking of unknown outcome that a choice covers, or why it cannot.';

create or replace function nb.book_several(options uuid[], c nb.candidate) returns boolean
    language sql immutable
    as $$
    select cardinality(options) > 1 or c.units > coalesce(c.rooms_per_booking, c.units);
$$;
comment on function nb.book_several(uuid[], nb.candidate) is 'True when a choice becomes several bookings: of several options, or of one that one booking cannot hold.';

-- q and c: request and first option, read under the locks; nulls where the hotline has no such request, the request no
-- such option.
create or replace function nb.book_wish(
    w nb.booking_wish, q nb.shelter_request, c nb.candidate,
    out outcome text, out resource_kind text, out resource_id uuid, out detail jsonb, out made nb.booking_made)
    language plpgsql volatile
    as $$
declare
    t nb.booking;
    primary_one nb.booking;
    answer record;
    known integer;
begin
    detail := nb.book_input_problem(w.options, w.reason, w.tolerance, w.long_stay);
    if detail is not null then
        outcome := 'invalid';
        return;
    end if;
    known := (c.candidate_id is not null)::integer;
    if cardinality(w.options) > 1 then
        select count(*) into known from nb.candidate x where x.public_id = any (w.options) and x.request_id = q.request_id;
    end if;
    outcome := case
        when q.request_id is null then 'not_found'
        when known <> cardinality(w.options) then 'invalid'
        when q.state not in ('open', 'placed', 'unmet') then 'closed' end;
    if outcome is not null then
        detail := case outcome
            when 'not_found' then '{"what": "request"}'
            when 'invalid' then jsonb_build_object('field', case cardinality(w.options) when 1 then 'option' else 'options' end,
                                                   'allowed', 'an option of a search of this request') end;
        return;
    end if;
    answer := nb.book_limit(w, q, c);
    if answer.outcome is null and w.covers is not null then
        answer := nb.book_covering(w, q, c);
        primary_one := answer.primary_one;
    end if;
    if answer.outcome is null then
        t := nb.book_template(q, w.actor, w.reason, primary_one, w.allow_next, w.tolerance, w.long_stay);
        if nb.book_several(w.options, c) then
            resource_kind := 'booking_group';
            answer := nb.book_group(t, q, w.options);
            resource_id := answer.resource_id;
        else
            resource_kind := 'booking';
            answer := nb.book_one(t, q, c);
            made := answer.made;
            resource_id := (made.booking).public_id;
        end if;
    end if;
    outcome := answer.outcome;
    detail := answer.detail;
    if resource_id is null then
        resource_kind := null;
    end if;
end
$$;
comment on function nb.book_wish(nb.booking_wish, nb.shelter_request, nb.candidate) is
    'One choice, whose locks are held. Of a single booking everything is held, and nb.book_write must follow.';

-- Choices of one call ------------------------------------------------------------------------------------------------------

-- Choices are apart when none of them can see what another one changes, beside what is changed as it is taken: units of a
-- night, points, cash, counters.
create or replace function nb.book_plan(wishes nb.booking_wish[], out lock_keys bigint[], out apart boolean)
    language plpgsql stable
    as $$
begin
    select array_agg(distinct k.key),
           count(distinct w.ordinality) = count(distinct r.request_id)
           and count(distinct w.ordinality) = count(distinct (w.actor, w.op_key))
           and count(distinct w.ordinality) filter (where (c.x).property_id is not null) = count(distinct (c.x).property_id)
           and not bool_or(coalesce(nb.book_several(w.options, c.x), true))
      into lock_keys, apart
      from unnest(wishes) with ordinality w
      left join lateral (
          select q.request_id from nb.shelter_request q where q.public_id = w.request and q.hotline_id = w.hotline limit 1) r on true
      left join lateral unnest(w.options) o (id) on true
      left join lateral (
          select x from nb.candidate x where x.public_id = o.id and x.request_id = r.request_id limit 1) c on true
      left join lateral unnest(case when (c.x).candidate_id is not null then nb.option_keys(r.request_id, c.x) end) k (key) on true;
end
$$;
comment on function nb.book_plan(nb.booking_wish[]) is 'The locks of choices, and whether they are apart.';

create or replace function nb.book_run(wishes nb.booking_wish[]) returns nb.booking_answer[]
    language plpgsql volatile
    as $$
declare
    w nb.booking_wish;
    f record;
    is_mine boolean[];
    answer nb.booking_answer;
    answers nb.booking_answer[] := '{}';
    made nb.booking_made[] := '{}';
    placed record;
    done text;
begin
    foreach w in array wishes loop
        is_mine := is_mine || nb.operation_lock(w.actor, w.op_key);
    end loop;
    -- What was read before the locks may have changed while they were waited for.
    for f in
        select i.ordinality as n, q.q, c.c, o.o
          from unnest(wishes) with ordinality i
          left join lateral (
              select x as o from nb.operation x where x.actor_user_id = i.actor and x.op_key = i.op_key limit 1) o on true
          left join lateral (
              select x as q from nb.shelter_request x where x.public_id = i.request and x.hotline_id = i.hotline limit 1) q on true
          left join lateral (
              select x as c from nb.candidate x
               where x.public_id = i.options[1] and x.request_id = (q.q).request_id limit 1) c on true
         order by n
    loop
        w := wishes[f.n];
        answer := nb.operation_known(f.o, w.print, is_mine[f.n]);
        if answer.outcome is null then
            placed := nb.book_wish(w, f.q, f.c);
            answer.outcome := placed.outcome;
            answer.status := nb.book_status(placed.outcome);
            answer.resource_kind := placed.resource_kind;
            answer.resource_id := placed.resource_id;
            answer.version := case when placed.resource_id is not null then 1 end;
            answer.detail := placed.detail;
            if (placed.made).reference is not null then
                made := made || placed.made;
                answer.made := (placed.made).booking;
            end if;
        end if;
        answers := answers || answer;
    end loop;
    done := nb.book_write(made);
    insert into nb.operation (actor_user_id, op_key, hotline_id, fingerprint, outcome, status, resource_kind, resource_id, version, detail)
    select a.actor, a.op_key, a.hotline, a.print, a.outcome, a.status, a.resource_kind, a.resource_id, a.version, a.detail
      from rows from (unnest(wishes), unnest(answers)) a
     where not a.replayed and a.outcome not in ('running', 'mismatch');
    return answers;
end
$$;
comment on function nb.book_run(nb.booking_wish[]) is 'Choices that are apart, or one, in one go: their rows are written at the end, together. An answer for each.';

create or replace function nb.book(choices json) returns setof nb.booking_answer
    language plpgsql volatile
    -- Every statement of a booking looks up keys: planned once, and never as a scan because a table was still empty then.
    set plan_cache_mode to force_generic_plan
    set enable_seqscan to off
    as $$
declare
    wishes constant nb.booking_wish[] := array(select w from json_populate_recordset(null::nb.booking_wish, choices) w);
    plan constant record := nb.book_plan(wishes);
    done text;
begin
    done := nb.lock_keys(plan.lock_keys);
    if plan.apart then
        return query select a.* from unnest(nb.book_run(wishes)) a;
    else
        for n in 1 .. cardinality(wishes) loop
            return query select a.* from unnest(nb.book_run(wishes[n:n])) a;
        end loop;
    end if;
end
$$;
comment on function nb.book(json) is
    'Books choices, a list of nb.booking_wish: each an option, or several as a group, all or nothing. An answer for each, in order. Outcome: held {bookings, …}, or not_found, closed, approval_needed, long_stay_reason_needed, not_unknown, stale {reason}, already_placed {booking}, reason_needed, minor_no_hotel, not_vetted, over_limit {reason}, no_capacity {nights}, insufficient_points, restricted, counter_used_up, insufficient_cash or invalid {field, allowed}.';
