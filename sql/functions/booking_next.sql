-- What happens when a place is lost or found twice: the next allowed candidate, and which of two bookings of one need
-- survives. Not here: moving states (booking_step.sql), the rest of a family (booking_group.sql).
-- Invariant: nothing goes beyond what a person approved, and a guest who was told where to go is cancelled by nobody but
-- a person.

-- The next candidate -------------------------------------------------------------------------------------------------

create or replace function nb.covers_for_nothing(b nb.booking) returns boolean
    language sql stable
    as $$
    select exists (select from nb.booking p
                    where p.booking_id = b.covers_booking_id and p.state in ('confirmed', 'desk_confirmed', 'checked_in'));
$$;
comment on function nb.covers_for_nothing(nb.booking) is 'True when the booking that it covers is certain by now.';

create or replace function nb.booking_choices(b nb.booking, only_candidate bigint) returns setof nb.candidate
    language sql stable
    as $$
    select c.*
      from nb.candidate c
      join nb.candidate old on old.candidate_id = b.candidate_id
     where b.allowed_next and b.booking_group_id is null and not nb.covers_for_nothing(b) and c.search_id = b.search_id and c.rank > old.rank
       and exists (select from nb.search s join nb.shelter_request r on r.request_id = s.request_id
                    where s.search_id = b.search_id and s.request_version = r.version)
       and (only_candidate is null or c.candidate_id = only_candidate)
       and c.household_indexes = b.household_indexes
       and c.units <= coalesce(c.rooms_per_booking, c.units)
       and coalesce(c.points, 0) <= b.approved_points + b.price_tolerance_points
       and (coalesce(c.cash_minor, 0) = 0 or (c.cash_minor <= b.approved_cash_minor and c.currency = b.currency))
       and (c.points is null or not c.shelter_was_free or b.points_reason is not null)
       and not exists (select from nb.booking_attempt a
                        where a.booking_id = b.booking_id and a.candidate_id = c.candidate_id)
       and not exists (select from nb.booking o
                        where o.request_id = b.request_id and o.booking_id <> b.booking_id and o.role = b.role
                          and nb.booking_is_live(o.state) and o.household_indexes && c.household_indexes
                          and o.check_in < c.check_out and o.check_out > c.check_in)
     order by c.rank
     limit 8;
$$;
comment on function nb.booking_choices(nb.booking, bigint) is
    'Candidates of the same search after the one that was lost, not tried yet and inside the approval, best first; or only the one named, if it is one of them. None once the request has changed: it may name a place to avoid.';

-- The house and the budget of a choice were not named to whoever took the locks: they are taken without waiting.
create or replace function nb.booking_choice_is_free(c nb.candidate) returns boolean
    language sql volatile
    as $$
    select (c.property_id is null or pg_try_advisory_xact_lock(nb.lock_key('property', c.property_id)))
       and (coalesce(c.cash_minor, 0) = 0
            or pg_try_advisory_xact_lock(nb.lock_key('cash', nb.cash_account_of(c.hotline_id, c.currency))));
$$;
comment on function nb.booking_choice_is_free(nb.candidate) is 'False while somebody else is booking at that house or from that budget at this moment.';

create or replace function nb.booking_fill(b nb.booking, c nb.candidate) returns nb.booking
    language plpgsql stable
    as $$
begin
    b.candidate_id := c.candidate_id;
    b.search_id := c.search_id;
    b.place_kind := c.place_kind;
    b.unit_type_id := c.unit_type_id;
    b.property_id := c.property_id;
    b.provider_id := c.provider_id;
    b.account_id := c.account_id;
    b.program_code := c.program_code;
    b.transport := c.transport;
    b.check_in := c.check_in;
    b.check_out := c.check_out;
    b.zone := c.zone;
    b.currency := c.currency;
    b.cancel_by := c.cancel_by;
    b.cash_account_id := case when c.cash_minor > 0 then nb.cash_account_of(c.hotline_id, c.currency) end;
    return b;
end
$$;
comment on function nb.booking_fill(nb.booking, nb.candidate) is 'A booking with the place, dates and payment of an option; units, points and cash are the caller''s.';

create or replace function nb.attempt_new(b nb.booking, reference uuid) returns void
    language plpgsql volatile
    as $$
begin
    insert into nb.booking_attempt (attempt_id, booking_id, candidate_id, number, reference, transport, account_id,
                                    property_id, check_in, check_out, units, points, cash_minor, currency)
    overriding system value
    values (b.current_attempt_id, b.booking_id, b.candidate_id,
            (select count(*) + 1 from nb.booking_attempt a where a.booking_id = b.booking_id), reference, b.transport,
            b.account_id, b.property_id, b.check_in, b.check_out, b.units, b.points, b.cash_minor, b.currency);
end
$$;
comment on function nb.attempt_new(nb.booking, uuid) is 'The attempt b.current_attempt_id, with its reference for life.';

create or replace function nb.booking_move_to(b nb.booking, c nb.candidate) returns boolean
    language plpgsql volatile
    as $$
declare
    moved nb.booking := nb.booking_fill(b, c);
    reference constant uuid := nb.random_id();
    minor boolean;
    searched_at timestamptz;
    refusal text;
begin
    if not nb.booking_choice_is_free(c) then
        return false;
    end if;
    select r.unaccompanied_minor into minor from nb.shelter_request r where r.request_id = b.request_id;
    select s.made_at into searched_at from nb.search s where s.search_id = c.search_id;
    select p.outcome into refusal from nb.candidate_problem(c, minor, searched_at, false, b.booking_id) p;
    if refusal is not null then
        return false;
    end if;
    moved.units := c.units;
    moved.points := c.points;
    moved.cash_minor := c.cash_minor;
    moved.current_attempt_id := nextval('nb.booking_attempt_attempt_id_seq');
    select h.outcome into refusal from nb.hold_check(moved, reference, c) h;
    if refusal <> 'held' then
        return false;
    end if;
    perform nb.hold_write(moved, reference);
    perform nb.attempt_new(moved, reference);
    update nb.booking x
       set candidate_id = moved.candidate_id, place_kind = moved.place_kind, unit_type_id = moved.unit_type_id,
           property_id = moved.property_id, provider_id = moved.provider_id, account_id = moved.account_id,
           program_code = moved.program_code, transport = moved.transport, check_in = moved.check_in,
           check_out = moved.check_out, zone = moved.zone, units = moved.units, points = moved.points,
           cash_minor = moved.cash_minor, currency = moved.currency, cash_account_id = moved.cash_account_id,
           cancel_by = moved.cancel_by, current_attempt_id = moved.current_attempt_id, cap_expires_at = null
     where x.booking_id = b.booking_id;
    update nb.booking_room r set nights = daterange(moved.check_in, moved.check_out)
     where r.booking_id = b.booking_id and r.nights <> daterange(moved.check_in, moved.check_out);
    return true;
end
$$;
comment on function nb.booking_move_to(nb.booking, nb.candidate) is
    'Takes an option for a booking that holds nothing any more: re-checked, held, with a new attempt. False, and nothing changed, when it cannot be had.';

-- The old hold is given back first: the next candidate may need those very points. Without a next one that is undone.
create or replace function nb.booking_swap(b nb.booking, actor bigint, actor_role text, detail jsonb) returns text
    language plpgsql volatile
    as $$
declare
    choice nb.candidate;
    moved nb.booking;
    found_one boolean := false;
begin
    if not exists (select from nb.booking_choices(b, (detail ->> 'candidate_id')::bigint)) then
        return 'refused';
    end if;
    begin
        perform nb.attempt_after(b, 'next_candidate', detail);
        perform nb.hold_void(b, a.reference, 'released', true)
           from nb.booking_attempt a where a.attempt_id = b.current_attempt_id;
        for choice in select * from nb.booking_choices(b, (detail ->> 'candidate_id')::bigint) loop
            found_one := nb.booking_move_to(b, choice);
            exit when found_one;
        end loop;
        if not found_one then
            raise exception using errcode = 'NB002';
        end if;
    exception when sqlstate 'NB002' then
        return 'refused';
    end;
    update nb.referral r set state = 'expired', answered_at = nb.now()
     where r.attempt_id = b.current_attempt_id and r.state = 'offered';
    update nb.outbox_operation o set state = 'dead', done_at = nb.now(), outcome = 'not_wanted', sealed_state = null
     where o.attempt_id = b.current_attempt_id and o.state in ('ready', 'person');
    update nb.booking x
       set state = 'held', hold_expires_at = nb.now() + nb.hold_window(x.place_kind),
           next_action_at = nb.now() + nb.hold_window(x.place_kind), version = x.version + 1
     where x.booking_id = b.booking_id
    returning * into moved;
    perform nb.booking_log(moved, b.state, 'next_candidate', 'held', actor, actor_role, detail - 'candidate_id');
    perform nb.tasks_drop(b.booking_id, 'held');
    if moved.cancel_wanted is not null then
        return nb.booking_step(b.booking_id, 'cancel', actor, actor_role, moved.current_attempt_id,
                               jsonb_build_object('why', moved.cancel_wanted));
    end if;
    return nb.booking_send(moved, actor, actor_role);
end
$$;
comment on function nb.booking_swap(nb.booking, bigint, text, jsonb) is
    'next_candidate: gives back what the lost place held and takes the next allowed one, all or nothing. Returns the state, or refused.';

-- A booking that is held begins its way out: an offer to a provider, or a call for the outbox.
create or replace function nb.booking_send(b nb.booking, actor bigint, actor_role text) returns text
    language plpgsql volatile
    as $$
begin
    if b.transport = 'referral' then
        return nb.booking_step(b.booking_id, 'offer', actor, actor_role, b.current_attempt_id, '{}');
    end if;
    perform nb.outbox_put(b.booking_id, b.current_attempt_id, 'commit', nb.now());
    return b.state;
end
$$;
comment on function nb.booking_send(nb.booking, bigint, text) is 'Offers a held place, or puts its commit into the outbox. Returns the state.';

create or replace function nb.booking_lost(
    booking bigint, event text, actor bigint, actor_role text, detail jsonb default '{}') returns text
    language plpgsql volatile
    as $$
declare
    reached text := nb.booking_step(booking, 'next_candidate', actor, actor_role, null, detail);
begin
    if reached = 'refused' then
        reached := nb.booking_step(booking, event, actor, actor_role, null, detail);
    end if;
    return reached;
end
$$;
comment on function nb.booking_lost(bigint, text, bigint, text, jsonb) is
    'The place is not to be had: the next allowed candidate, else the event (refuse, decline, expire). Returns the state, or refused.';

-- Covering --------------------------------------------------------------------------------------------------------------

-- The guest who was told where to go is never cancelled by a rule.
create or replace function nb.covering_survivor(primary_one nb.booking, covering_one nb.booking) returns text
    language sql immutable
    as $$
    select case when p.anchored and c.anchored then 'supervisor' when c.anchored then 'covering' else 'primary' end
      from (select num_nonnulls(primary_one.desk_confirmed_at, primary_one.guest_told_at) > 0
                or primary_one.state = 'checked_in') p(anchored),
           (select num_nonnulls(covering_one.desk_confirmed_at, covering_one.guest_told_at) > 0
                or covering_one.state = 'checked_in') c(anchored);
$$;
comment on function nb.covering_survivor(nb.booking, nb.booking) is
    'Whose desk was confirmed or of which the guest was told survives; if neither, the first; if both, a supervisor decides.';

create or replace function nb.booking_exists(state text) returns boolean
    language sql immutable parallel safe
    as $$
    select state in ('confirmed', 'desk_confirmed', 'checked_in');
$$;
comment on function nb.booking_exists(text) is 'True while the place is certain.';

-- What covers may be several bookings of one choice: the one that counts most decides for them.
create or replace function nb.covering_of(primary_id bigint) returns nb.booking
    language sql stable
    as $$
    select b from nb.booking b
     where b.covers_booking_id = primary_id and nb.booking_is_live(b.state)
     order by nb.booking_exists(b.state) desc,
              num_nonnulls(b.desk_confirmed_at, b.guest_told_at) > 0 or b.state = 'checked_in' desc, b.booking_id
     limit 1;
$$;
comment on function nb.covering_of(bigint) is 'The living booking that covers another: one that is certain, of which the guest was told, before others.';

create or replace function nb.covering_yield(primary_id bigint, actor bigint, actor_role text, why text) returns boolean
    language plpgsql volatile
    as $$
declare
    other nb.booking;
    reached text;
    moved boolean := false;
begin
    for other in select x.* from nb.booking x
                  where x.covers_booking_id = primary_id and nb.booking_is_live(x.state) order by x.booking_id loop
        reached := nb.booking_step(other.booking_id, case when nb.booking_exists(other.state) then 'yield' else 'cancel' end,
                                   actor, actor_role, other.current_attempt_id, jsonb_build_object('why', why));
        moved := moved or reached <> 'refused';
    end loop;
    return moved;
end
$$;
comment on function nb.covering_yield(bigint, bigint, text, text) is
    'Whatever covers a booking yields; of one that is in flight it is decided when it is known. True when something did.';

-- Where the covering choice has more rooms than the one it covers, it is for all of the family.
create or replace function nb.primary_yield(b nb.booking, actor bigint, actor_role text) returns boolean
    language plpgsql volatile
    as $$
begin
    if nb.booking_step(b.booking_id, 'yield', actor, actor_role, b.current_attempt_id, '{"why": "covering_survives"}') = 'refused' then
        return false;
    end if;
    if (select sum(c.units) > b.units from nb.booking c
         where c.covers_booking_id = b.booking_id and nb.booking_is_live(c.state)) then
        perform nb.group_undo(b, actor, actor_role);
    end if;
    return true;
end
$$;
comment on function nb.primary_yield(nb.booking, bigint, text) is
    'A booking yields to what covers it, with the other rooms of its family when those are covered as well. False when it cannot.';

create or replace function nb.covering_resolve(b nb.booking, actor bigint, actor_role text) returns void
    language plpgsql volatile
    as $$
declare
    first_one nb.booking;
    other nb.booking;
    survivor text := 'primary';
begin
    select x.* into first_one from nb.booking x where x.booking_id = coalesce(b.covers_booking_id, b.booking_id);
    other := nb.covering_of(first_one.booking_id);
    if other.booking_id is null or not nb.booking_exists(first_one.state) then
        return;
    end if;
    if nb.booking_exists(other.state) then
        survivor := nb.covering_survivor(first_one, other);
    end if;
    case survivor
    when 'primary' then
        perform nb.covering_yield(first_one.booking_id, actor, actor_role, 'primary_survives');
    when 'covering' then
        perform nb.primary_yield(first_one, actor, actor_role);
    else
        perform nb.task_open(first_one, 'covering_decision', 'supervisor', nb.now() + interval '15 minutes',
                             jsonb_build_object('primary', first_one.public_id, 'covering', other.public_id));
    end case;
end
$$;
comment on function nb.covering_resolve(nb.booking, bigint, text) is
    'Two bookings of one need exist: one yields by the rule, or a supervisor gets the task and nothing is cancelled.';

-- Requests --------------------------------------------------------------------------------------------------------------

create or replace function nb.request_settle(request bigint) returns void
    language plpgsql volatile
    as $$
declare
    q nb.shelter_request;
    placed boolean;
    over boolean;
    new_state text;
begin
    select r.* into q from nb.shelter_request r where r.request_id = request;
    if q.state not in ('open', 'placed', 'unmet') then
        return;
    end if;
    select bool_and(h.sure), bool_and(h.was) into placed, over
      from (select exists (select from nb.booking b
                            where b.request_id = request and i = any (b.household_indexes)
                              and b.state in ('confirmed', 'desk_confirmed', 'checked_in')) as sure,
                   exists (select from nb.booking b
                            where b.request_id = request and i = any (b.household_indexes)
                              and b.state in ('confirmed', 'desk_confirmed', 'checked_in', 'checked_out', 'moved')) as was
              from generate_series(0, jsonb_array_length(q.households) - 1) i) h;
    new_state := case
        when placed or over then 'placed'
        when exists (select from nb.unmet_need u where u.request_id = request and u.resolved_at is null) then 'unmet'
        else 'open' end;
    if placed and (q.state <> 'placed' or exists (select from nb.task t
                                                   where t.request_id = request and t.kind = 'rebook' and t.state = 'open')) then
        update nb.unmet_need u set resolved_at = nb.now() where u.request_id = request and u.resolved_at is null;
        update nb.task t set state = 'dropped', result = 'placed', lease_until = null, done_at = nb.now()
         where t.request_id = request and t.kind in ('rebook', 'unmet_need') and t.state in ('open', 'claimed');
    end if;
    if new_state <> q.state then
        update nb.shelter_request r
           set state = new_state, version = r.version + 1,
               next_action_at = nb.now() + nb.setting_interval('overdue_repeat_ms')
         where r.request_id = request;
    end if;
end
$$;
comment on function nb.request_settle(bigint) is
    'placed when every household has a certain place, unmet while a need is recorded, else open; a change makes searches of before stale.';
