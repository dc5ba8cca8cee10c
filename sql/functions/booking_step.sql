-- The one place where the state of a booking moves: guarded by nb.booking_transition, with its action, its event row and
-- what follows from it. Not here: choosing (booking.sql), the next candidate (booking_next.sql).
-- Invariant: what is not in the table does not happen; the callers hold the locks of nb.booking_keys.

create or replace function nb.hold_window(place_kind text) returns interval
    language sql stable
    as $$
    select nb.setting_interval(case place_kind when 'points_hotel' then 'hold_points_ms' else 'hold_shelter_ms' end);
$$;
comment on function nb.hold_window(text) is 'How long a place is held before somebody acts.';

create or replace function nb.night_time(night date, clock time, zone text) returns timestamptz
    language sql stable parallel safe
    as $$
    select (night + clock) at time zone zone;
$$;
comment on function nb.night_time(date, time, text) is 'The instant at which it is that time of that date at a place.';

-- When somebody or something looks at a booking in this state again; null when it is over.
create or replace function nb.booking_look_at(b nb.booking, in_state text, hold_ends timestamptz) returns timestamptz
    language sql stable
    as $$
    select case
        when in_state in ('held', 'offered') then hold_ends
        when in_state in ('dispatching', 'unknown', 'cancel_pending') then nb.now() + nb.setting_interval('unknown_deadline_ms')
        when in_state = 'confirmed'
            then greatest(nb.now() + interval '30 minutes', nb.night_time(b.check_in, '12:00', b.zone))
        when in_state = 'desk_confirmed'
            then greatest(nb.now() + interval '30 minutes', nb.night_time(b.check_in + 1, '05:00', b.zone))
        when in_state = 'checked_in'
            then greatest(nb.now() + interval '30 minutes', nb.night_time(b.check_out, '11:00', b.zone))
        when in_state = 'refused_at_desk' then nb.now() + interval '15 minutes' end;
$$;
comment on function nb.booking_look_at(nb.booking, text, timestamptz) is 'next_action_at of a booking that comes into a state.';

-- An attempt that somebody has ended already keeps its end.
create or replace function nb.attempt_after(b nb.booking, event text, detail jsonb) returns void
    language plpgsql volatile
    as $$
declare
    absent constant boolean := event = 'read_absent' or b.state = 'unknown';
    new_state constant text := case
        when event = 'claim' then 'sent'
        when event in ('hand_back', 'ask_again') or (event = 'read_absent' and b.state = 'unknown') then 'ready'
        when event = 'lose_answer' then 'unknown'
        when event in ('accept', 'confirm', 'enter_booked') or (event = 'read_found' and b.state = 'unknown') then 'confirmed'
        when event in ('decline', 'refuse', 'next_candidate') then case when absent then 'absent' else 'refused' end
        when event = 'expire' then 'expired'
        when event = 'cancel' and b.state in ('held', 'offered') then 'cancelled'
        when event in ('cancel_confirm', 'cancel_refuse') then 'cancelled'
        when event = 'read_absent' then 'absent' end;
begin
    if new_state is null then
        return;
    end if;
    update nb.booking_attempt a
       set state = new_state,
           outcome = case when detail ->> 'outcome' ~ '^[a-z][a-z_]{1,39}$' then detail ->> 'outcome' else a.outcome end,
           ended_at = case when new_state in ('refused', 'absent', 'cancelled', 'expired') then nb.now() end
     where a.attempt_id = b.current_attempt_id
       and (a.state in ('ready', 'sent', 'unknown') or (a.state = 'confirmed' and new_state in ('cancelled', 'absent')));
    if found and new_state in ('absent', 'refused', 'cancelled', 'expired') then
        perform nb.attempt_plan_reread(b.current_attempt_id)
          where new_state = 'absent' or nb.attempt_was_absent(b.current_attempt_id);
    end if;
end
$$;
comment on function nb.attempt_after(nb.booking, text, jsonb) is 'What an event means for the booking''s current attempt. b: as it was before.';

create or replace function nb.booking_act(b nb.booking, t nb.booking_transition, actor bigint, detail jsonb) returns void
    language plpgsql volatile
    as $$
declare
    reference uuid;
begin
    select a.reference into reference from nb.booking_attempt a where a.attempt_id = b.current_attempt_id;
    case t.action
    when 'none', 'extend_hold', 'clear_expiry', 'open_task' then
        null;
    when 'void_hold' then
        perform nb.hold_void(b, reference, case t.event when 'expire' then 'expired' else 'released' end, true);
    when 'post_hold' then
        perform nb.hold_post(b, reference);
    when 'give_back' then
        perform nb.hold_give_back(b, reference, t.event = 'read_absent');
    when 'post_penalty' then
        perform nb.hold_penalty(b, reference);
    when 'send_offer' then
        perform nb.referral_send(array[b]);
    when 'enqueue_commit' then
        perform nb.outbox_put(b.booking_id, b.current_attempt_id, 'commit', nb.now());
    when 'enqueue_read' then
        update nb.outbox_operation o set settle_until = nb.now() + nb.setting_interval('settle_window_ms')
         where o.outbox_id = nb.outbox_put(b.booking_id, b.current_attempt_id, 'read', nb.now()) and o.settle_until is null;
    when 'enqueue_cancel' then
        perform nb.outbox_put(b.booking_id, b.current_attempt_id, 'cancel', nb.now());
    when 'shorten_stay' then
        perform nb.claims_end(b, 'released', least(nb.business_date(b.zone, '05:00'), b.check_out));
    else
        raise exception 'the action % of % is not one of a step', t.action, t.event;
    end case;
end
$$;
comment on function nb.booking_act(nb.booking, nb.booking_transition, bigint, jsonb) is 'Performs the action of a transition. b: as it was before.';

create or replace function nb.booking_log(
    b nb.booking, from_state text, event text, to_state text, actor bigint, actor_role text, detail jsonb) returns void
    language plpgsql volatile
    as $$
begin
    insert into nb.booking_event (booking_id, attempt_id, from_state, event, to_state, actor_user_id, actor_role, detail)
    values (b.booking_id, b.current_attempt_id, from_state, event, to_state, actor, actor_role, coalesce(detail, '{}'));
end
$$;
comment on function nb.booking_log(nb.booking, text, text, text, bigint, text, jsonb) is 'Writes the event row of a move.';

create or replace function nb.booking_step(
    booking bigint, event text, actor bigint, actor_role text, attempt bigint default null, detail jsonb default '{}')
    returns text
    language plpgsql volatile
    as $$
declare
    b nb.booking;
    t nb.booking_transition;
    hold_ends timestamptz;
begin
    select x.* into b from nb.booking x where x.booking_id = booking;
    select x.* into t from nb.booking_transition x where x.from_state = b.state and x.event = booking_step.event;
    if t.event is null or attempt <> b.current_attempt_id or t.action in ('take_hold', 'hold_and_post') then
        return 'refused';
    end if;
    if event = 'next_candidate' then
        return nb.booking_swap(b, actor, actor_role, detail);
    end if;
    perform nb.attempt_after(b, event, detail);
    perform nb.booking_act(b, t, actor, detail);
    hold_ends := case
        when t.to_state = 'held' then nb.now() + nb.hold_window(b.place_kind)
        when t.to_state = 'offered'
            then least(nb.now() + nb.hold_window(b.place_kind),
                       case when b.state = 'offered' then b.cap_expires_at
                            else nb.now() + nb.setting_interval('referral_cap_ms') end) end;
    update nb.booking x
       set state = t.to_state, hold_expires_at = hold_ends,
           cap_expires_at = case when t.event = 'offer' then nb.now() + nb.setting_interval('referral_cap_ms')
                                 else x.cap_expires_at end,
           next_action_at = nb.booking_look_at(b, t.to_state, hold_ends), version = x.version + 1
     where x.booking_id = booking;
    perform nb.booking_log(b, b.state, event, t.to_state, actor, actor_role, detail);
    perform nb.booking_after(booking, b.state, event, actor, actor_role, detail);
    return (select x.state from nb.booking x where x.booking_id = booking);
end
$$;
comment on function nb.booking_step(bigint, text, bigint, text, bigint, jsonb) is
    'Moves a booking and does what the table says. Returns the state it is in then, which may be a later one (a cancellation that was waiting), or refused: no such move, or the attempt is not the current one. detail: coded facts; outcome, why, candidate_id.';

-- What follows ---------------------------------------------------------------------------------------------------------

create or replace function nb.booking_after_end(b nb.booking, event text, actor bigint, actor_role text, detail jsonb)
    returns void
    language plpgsql volatile
    as $$
begin
    update nb.booking_room r set live = false where r.booking_id = b.booking_id and r.live;
    update nb.referral r
       set state = case event when 'expire' then 'expired' else 'withdrawn' end, answered_at = nb.now()
     where r.booking_id = b.booking_id and r.state = 'offered';
    update nb.outbox_operation o set state = 'dead', done_at = nb.now(), outcome = 'not_wanted', sealed_state = null
     where o.booking_id = b.booking_id and o.attempt_id = b.current_attempt_id and o.state in ('ready', 'person')
       and (b.state <> 'cancel_pending' or o.kind <> 'cancel');
    perform nb.tasks_drop(b.booking_id, b.state);
    if (nb.covering_of(b.covers_booking_id)).booking_id is null then
        perform nb.outbox_task_over(b.covers_booking_id, 'covering_decision', b.state);
    end if;
    if b.state = 'cancel_pending' then
        -- A provider is told by the withdrawn offer; there is no answer to wait for.
        if b.transport = 'referral' then
            perform nb.booking_step(b.booking_id, 'cancel_confirm', actor, actor_role, b.current_attempt_id, '{}');
        end if;
    elsif event in ('expire', 'decline', 'refuse') then
        perform nb.group_undo(b, actor, actor_role);
        if not exists (select from nb.booking o
                        where o.request_id = b.request_id and o.booking_id <> b.booking_id
                          and nb.booking_is_live(o.state) and o.household_indexes && b.household_indexes) then
            perform nb.task_open(b, 'rebook', 'specialist', nb.now() + interval '10 minutes',
                                 jsonb_strip_nulls(jsonb_build_object('event', event, 'outcome', detail -> 'outcome')));
        end if;
    end if;
    perform nb.request_settle(b.request_id);
end
$$;
comment on function nb.booking_after_end(nb.booking, text, bigint, text, jsonb) is
    'Nobody counts on the place any more: rooms, offers, calls and tasks end with it; who is left without a bed gets an owner.';

create or replace function nb.booking_after_confirmed(b nb.booking, actor bigint, actor_role text) returns void
    language plpgsql volatile
    as $$
begin
    perform nb.tasks_drop(b.booking_id, b.state);
    perform nb.task_open(b, 'desk_confirm', 'specialist', b.next_action_at, '{}');
    perform nb.covering_resolve(b, actor, actor_role);
    perform nb.request_settle(b.request_id);
end
$$;
comment on function nb.booking_after_confirmed(nb.booking, bigint, text) is 'The place is certain: the desk is to be confirmed, and one of two bookings of one need survives.';

create or replace function nb.booking_after(
    booking bigint, before text, event text, actor bigint, actor_role text, detail jsonb) returns void
    language plpgsql volatile
    as $$
declare
    b nb.booking;
begin
    select x.* into b from nb.booking x where x.booking_id = booking;
    if b.cancel_wanted is not null and b.state in ('held', 'unknown', 'confirmed') then
        perform nb.booking_step(booking, 'cancel', actor, actor_role, b.current_attempt_id,
                                jsonb_build_object('why', b.cancel_wanted));
    elsif b.state = 'held' and nb.covers_for_nothing(b) then
        perform nb.booking_step(booking, 'cancel', actor, actor_role, b.current_attempt_id, '{"why": "primary_survives"}');
    elsif event in ('accept', 'confirm', 'enter_booked') or (event = 'read_found' and b.state = 'confirmed') then
        perform nb.booking_after_confirmed(b, actor, actor_role);
    elsif not nb.booking_is_live(b.state) and (b.state <> 'cancel_pending' or before <> 'cancel_pending') then
        if b.state = 'refused_at_desk' then
            perform nb.booking_after_refused_at_desk(b, actor);
        else
            perform nb.booking_after_end(b, event, actor, actor_role, detail);
        end if;
    elsif b.state = 'unknown' then
        perform nb.task_open(b, 'unknown_outcome', 'supervisor', b.next_action_at,
                             jsonb_strip_nulls(jsonb_build_object('why', detail -> 'why', 'outcome', detail -> 'outcome')));
    elsif event = 'ask_again' then
        perform nb.task_open(b, 'ask_again', 'specialist', b.hold_expires_at,
                             jsonb_strip_nulls(jsonb_build_object('outcome', detail -> 'outcome', 'points', detail -> 'points')));
    elsif event = 'desk_confirm' then
        perform nb.outbox_task_over(booking, 'desk_confirm', 'confirmed');
    end if;
end
$$;
comment on function nb.booking_after(bigint, text, text, bigint, text, jsonb) is 'What follows from a move beside its action: tasks, group, covering, request.';

create or replace function nb.booking_after_refused_at_desk(b nb.booking, actor bigint) returns void
    language plpgsql volatile
    as $$
begin
    update nb.booking_room r set live = false where r.booking_id = b.booking_id and r.live;
    perform nb.tasks_drop(b.booking_id, b.state);
    if b.property_id is not null and actor is not null then
        insert into nb.property_strike (property_id, hotline_id, reason, recorded_by)
        values (b.property_id, b.hotline_id, 'refused_guest', actor);
    end if;
    perform nb.task_open(b, 'rebook', 'specialist', b.next_action_at, '{"event": "refuse_at_desk"}');
    perform nb.request_settle(b.request_id);
end
$$;
comment on function nb.booking_after_refused_at_desk(nb.booking, bigint) is 'A guest stands at a desk without a bed: a strike for the house, and an urgent task.';
