-- What staff do to a booking: cancel it, confirm the desk, tell the guest, decide between two, enter one that was booked
-- by hand. Not here: referrals (referral.sql), tasks (task.sql). Invariant: nobody is told to travel before the desk is
-- confirmed, and what is in flight is cancelled when it is known, never before.

create or replace function nb.booking_keys(booking nb.booking) returns bigint[]
    language plpgsql stable
    as $$
declare
    keys bigint[];
    c nb.candidate;
begin
    select array_agg(nb.lock_key('unit', m.unit_type_id)) || array_agg(nb.lock_key('account', m.account_id))
           || array_agg(nb.lock_key('cash', m.cash_account_id))
      into keys
      from nb.booking m
     where m.booking_id = booking.booking_id or m.booking_id = booking.covers_booking_id
        or m.booking_group_id = booking.booking_group_id or m.covers_booking_id = booking.booking_id;
    if booking.allowed_next then
        for c in select x.* from nb.booking_choices(booking, null) x loop
            keys := keys || nb.option_keys(c.request_id, c);
        end loop;
    end if;
    return array_append(array_remove(keys, null), nb.lock_key('request', booking.request_id));
end
$$;
comment on function nb.booking_keys(nb.booking) is
    'The locks of every change of a booking: its own places, those of its group, of what covers it or is covered, and of the candidates that it may move on to; its request last.';

create or replace function nb.booking_of(hotline bigint, booking uuid) returns nb.booking
    language plpgsql volatile
    as $$
declare
    b nb.booking;
begin
    select x.* into b from nb.booking x where x.public_id = booking and x.hotline_id = hotline;
    if b.booking_id is not null then
        perform nb.lock_keys(nb.booking_keys(b));
        select x.* into b from nb.booking x where x.booking_id = b.booking_id;
    end if;
    return b;
end
$$;
comment on function nb.booking_of(bigint, uuid) is 'A booking of a hotline, under its locks; nulls when there is none.';

create or replace function nb.booking_cancel_one(b nb.booking, actor bigint, actor_role text, why text) returns text
    language plpgsql volatile
    as $$
begin
    if b.state = 'dispatching' then
        update nb.booking x set cancel_wanted = why, version = x.version + 1 where x.booking_id = b.booking_id;
        return 'dispatching';
    end if;
    return nb.booking_step(b.booking_id, 'cancel', actor, actor_role, b.current_attempt_id, jsonb_build_object('why', why));
end
$$;
comment on function nb.booking_cancel_one(nb.booking, bigint, text, text) is
    'Cancels a booking, or notes that it is wanted while it is in flight. Returns the state, or refused.';

create or replace function nb.booking_cancel(
    actor bigint, hotline bigint, op_key text, print bytea, booking uuid, reason text,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    b nb.booking;
    member nb.booking;
    by_role text;
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    b := nb.booking_of(hotline, booking);
    if b.booking_id is null then
        outcome := 'not_found';
    elsif coalesce(reason, '') not in ('guest_choice', 'found_elsewhere', 'unsafe', 'mistake', 'no_contact', 'closed', 'other') then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'reason', 'allowed',
                                     'guest_choice, found_elsewhere, unsafe, mistake, no_contact, closed or other');
    elsif b.state in ('cancelled', 'cancel_pending') then
        outcome := b.state;
    else
        by_role := nb.actor_role(actor);
        outcome := nb.booking_cancel_one(b, actor, by_role, reason);
        if outcome = 'refused' then
            outcome := 'ended';
            detail := jsonb_build_object('state', b.state);
        else
            outcome := case outcome when 'dispatching' then 'cancel_wanted' else outcome end;
            for member in
                select o.* from nb.booking o join nb.booking_group g on g.booking_group_id = o.booking_group_id
                 where o.booking_group_id = b.booking_group_id and o.booking_id <> b.booking_id
                   and (g.kind = 'family' or o.household_indexes && b.household_indexes)
                   and nb.booking_is_live(o.state) and o.state <> 'checked_in'
                 order by o.booking_id loop
                perform nb.booking_cancel_one(member, actor, by_role, reason);
            end loop;
            perform nb.audit(actor, hotline, 'booking.cancel', 'booking', booking,
                             jsonb_build_object('reason', reason, 'before', b.state), by_role);
        end if;
    end if;
    status := case outcome when 'cancelled' then 200 when 'cancel_pending' then 202 when 'cancel_wanted' then 202
                           when 'not_found' then 404 when 'invalid' then 422 else 409 end;
    if outcome <> 'not_found' then
        resource_kind := 'booking';
        resource_id := booking;
        select x.version into version from nb.booking x where x.booking_id = b.booking_id;
    end if;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.booking_cancel(bigint, bigint, text, bytea, uuid, text) is
    'Cancels a booking, and the rest of its family or household. Outcome: cancelled, cancel_pending (the other side is asked), cancel_wanted (it is in flight and is cancelled as soon as it is known), ended {state}, invalid or not_found.';

create or replace function nb.group_is_open(b nb.booking) returns boolean
    language sql stable
    as $$
    select exists (select from nb.booking o join nb.booking_group g on g.booking_group_id = o.booking_group_id
                    where o.booking_group_id = b.booking_group_id and o.state in ('held', 'offered', 'dispatching', 'unknown')
                      and (g.kind = 'family' or o.household_indexes && b.household_indexes));
$$;
comment on function nb.group_is_open(nb.booking) is 'True while another place of the family, or of its household, is not certain: the whole may still be undone.';

create or replace function nb.desk_confirm(booking bigint, actor bigint, contact text) returns text
    language plpgsql volatile
    as $$
declare
    b nb.booking;
begin
    select x.* into b from nb.booking x where x.booking_id = booking;
    if nb.group_is_open(b) then
        return 'group_incomplete';
    end if;
    if nb.booking_step(booking, 'desk_confirm', actor, nb.actor_role(actor), b.current_attempt_id,
                       jsonb_build_object('contact', contact)) = 'refused' then
        return 'wrong_state';
    end if;
    update nb.booking x set desk_confirmed_at = nb.now(), desk_confirmed_by = actor, desk_contact = contact
     where x.booking_id = booking;
    return 'desk_confirmed';
end
$$;
comment on function nb.desk_confirm(bigint, bigint, text) is
    'The front desk expects the guest: desk_confirmed, wrong_state, or group_incomplete while another room of the family is not certain.';

create or replace function nb.booking_desk_confirm(
    actor bigint, hotline bigint, op_key text, print bytea, booking uuid, contact text,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    b nb.booking;
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    b := nb.booking_of(hotline, booking);
    if b.booking_id is null then
        outcome := 'not_found';
    elsif coalesce(contact, '') !~ '^[a-z][a-z_]{1,39}$' then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'contact', 'allowed', 'the role of who answered, a word: front_desk, manager');
    else
        outcome := nb.desk_confirm(b.booking_id, actor, contact);
        if outcome = 'desk_confirmed' then
            perform nb.audit(actor, hotline, 'booking.desk_confirmed', 'booking', booking, jsonb_build_object('contact', contact));
        else
            detail := jsonb_build_object('state', b.state);
        end if;
    end if;
    status := case outcome when 'desk_confirmed' then 200 when 'not_found' then 404 when 'invalid' then 422 else 409 end;
    if outcome <> 'not_found' then
        resource_kind := 'booking';
        resource_id := booking;
        select x.version into version from nb.booking x where x.booking_id = b.booking_id;
    end if;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.booking_desk_confirm(bigint, bigint, text, bytea, uuid, text) is
    'Records that the front desk was confirmed, and by whom there. Outcome: desk_confirmed, wrong_state {state}, group_incomplete, invalid or not_found.';

create or replace function nb.booking_guest_told(
    actor bigint, hotline bigint, op_key text, print bytea, booking uuid,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    b nb.booking;
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    b := nb.booking_of(hotline, booking);
    if b.booking_id is null then
        outcome := 'not_found';
    elsif nb.booking_exists(b.state) and nb.group_is_open(b) then
        outcome := 'group_incomplete';
        detail := jsonb_build_object('state', b.state);
    elsif b.state in ('desk_confirmed', 'checked_in') or (b.state = 'confirmed' and b.place_kind = 'shelter') then
        update nb.booking x set guest_told_at = coalesce(x.guest_told_at, nb.now()), version = x.version + 1
         where x.booking_id = b.booking_id;
        perform nb.audit(actor, hotline, 'booking.guest_told', 'booking', booking, null);
        outcome := 'told';
    else
        outcome := case b.state when 'confirmed' then 'desk_not_confirmed' else 'wrong_state' end;
        detail := jsonb_build_object('state', b.state);
    end if;
    status := case outcome when 'told' then 200 when 'not_found' then 404 else 409 end;
    if outcome <> 'not_found' then
        resource_kind := 'booking';
        resource_id := booking;
        select x.version into version from nb.booking x where x.booking_id = b.booking_id;
    end if;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.booking_guest_told(bigint, bigint, text, bytea, uuid) is
    'Records that the guest was told where to go: after the desk was confirmed, at a shelter after it accepted. Outcome: told, desk_not_confirmed, group_incomplete, wrong_state {state} or not_found.';

create or replace function nb.covering_decide(primary_id bigint, survivor text, actor bigint) returns text
    language plpgsql volatile
    as $$
declare
    first_one nb.booking;
    other nb.booking := nb.covering_of(primary_id);
    yields boolean := false;
begin
    if coalesce(survivor, '') not in ('primary', 'covering') then
        return 'invalid';
    end if;
    select b.* into first_one from nb.booking b where b.booking_id = primary_id;
    if survivor = 'primary' and nb.booking_exists(first_one.state) then
        yields := nb.covering_yield(primary_id, actor, nb.actor_role(actor), 'primary_survives');
    elsif survivor = 'covering' and nb.booking_exists(other.state) then
        yields := nb.primary_yield(first_one, actor, nb.actor_role(actor));
    end if;
    return case when yields then 'decided' else 'wrong_state' end;
end
$$;
comment on function nb.covering_decide(bigint, text, bigint) is
    'A supervisor decides which of two bookings of one need survives; the other yields. decided, invalid or wrong_state (the survivor is not certain, or nothing is left to yield).';

create or replace function nb.booking_covering_decide(
    actor bigint, hotline bigint, op_key text, print bytea, booking uuid,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    b nb.booking;
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    b := nb.booking_of(hotline, booking);
    if b.booking_id is null then
        outcome := 'not_found';
    elsif nb.actor_role(actor) not in ('supervisor', 'director') then
        outcome := 'forbidden';
    else
        outcome := nb.covering_decide(coalesce(b.covers_booking_id, b.booking_id), b.role, actor);
        if outcome = 'decided' then
            perform nb.outbox_task_over(coalesce(b.covers_booking_id, b.booking_id), 'covering_decision', 'decided');
            perform nb.audit(actor, hotline, 'booking.covering_decided', 'booking', booking, jsonb_build_object('survives', b.role));
        end if;
    end if;
    status := case outcome when 'decided' then 200 when 'not_found' then 404 when 'forbidden' then 403 else 409 end;
    if outcome <> 'not_found' then
        resource_kind := 'booking';
        resource_id := booking;
        select x.version into version from nb.booking x where x.booking_id = b.booking_id;
    end if;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.booking_covering_decide(bigint, bigint, text, bytea, uuid) is
    'A supervisor names the booking that survives; the other one of the pair yields. Outcome: decided, wrong_state, forbidden or not_found.';
