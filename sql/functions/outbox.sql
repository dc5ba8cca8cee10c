-- The outbox and its workers: claiming under a lease with a fencing token, what is written before and after each
-- effect. Not here: lapsed leases and pausing (outbox_lapse.sql), what an outcome means (outbox_settle.sql).
-- Invariant: a worker's write names its token, and a stale token changes nothing; what was or may have been sent and
-- has no outcome never goes back to ready.

-- Who does it: a person for assisted accounts, and for what a gateway does not offer.
create or replace function nb.outbox_assisted(kind text, transport text, account nb.points_account) returns boolean
    language sql immutable
    as $$
    select transport = 'assisted' or account.mode = 'assisted'
        or (kind = 'read' and not account.can_read) or (kind = 'cancel' and not account.can_cancel);
$$;
comment on function nb.outbox_assisted(text, text, nb.points_account) is 'True when a person performs the operation with the plugin''s script.';

-- Of a commit that may have been sent only a read knows what became of it: it waits until it is one.
create or replace function nb.outbox_by_person(op nb.outbox_operation, transport text, account nb.points_account) returns boolean
    language plpgsql stable
    as $$
begin
    return nb.outbox_assisted(op.kind, transport, account)
        or (nb.breaker_is_off(op.program_code, op.account_id, op.kind)
            and (op.kind <> 'commit' or (op.sent = 'no' and op.sealed_state is null)));
end
$$;
comment on function nb.outbox_by_person(nb.outbox_operation, text, nb.points_account) is 'True when a person performs the operation: it is an assisted one, or its machine is switched off.';

-- Claiming -----------------------------------------------------------------------------------------------------------

create or replace function nb.outbox_claim_one(op nb.outbox_operation, claim text, lease_ms bigint) returns boolean
    language plpgsql volatile
    as $$
declare
    booking nb.booking;
    attempt nb.booking_attempt;
    account nb.points_account;
    by_machine boolean;
    held bigint;
begin
    select b.* into booking from nb.booking b where b.booking_id = op.booking_id;
    select a.* into attempt from nb.booking_attempt a where a.attempt_id = op.attempt_id;
    select a.* into account from nb.points_account a where a.account_id = op.account_id;
    by_machine := not nb.outbox_by_person(op, attempt.transport, account);
    if by_machine and op.kind = 'commit' then
        if booking.current_attempt_id <> op.attempt_id or booking.state not in ('held', 'dispatching')
            or attempt.state not in ('ready', 'sent') then
            update nb.outbox_operation o set state = 'dead', done_at = nb.now(), outcome = 'not_wanted'
             where o.outbox_id = op.outbox_id;
            return false;
        end if;
    end if;
    if by_machine and not nb.breaker_admits(op.program_code, op.account_id, op.kind) then
        return false;
    end if;
    if by_machine and op.kind = 'commit' and booking.state = 'held' then
        if nb.booking_step(op.booking_id, 'claim', null, 'dispatch', op.attempt_id, '{}') = 'refused' then
            return false;
        end if;
        if booking.price_tolerance_points > 0 then
            perform nb.points_hold_grow(attempt.reference, attempt.points + booking.price_tolerance_points,
                                        attempt.check_in, c.region, c.population, 'emergency_stay')
               from nb.candidate c where c.candidate_id = attempt.candidate_id;
        end if;
    end if;
    update nb.outbox_operation o
       set state = 'claimed', claimed_by = claim, lease_token = o.lease_token + 1, tries = o.tries + 1,
           lease_until = nb.now() + lease_ms * interval '1 millisecond',
           sent = case when o.sealed_state is null then 'no' else o.sent end
     where o.outbox_id = op.outbox_id;
    return true;
end
$$;
comment on function nb.outbox_claim_one(nb.outbox_operation, text, bigint) is
    'Claims one locked row; false when its breaker is open or nobody wants it any more. The caller holds the locks of request and account.';

create or replace function nb.outbox_due(most integer, only_reads boolean)
    returns table (outbox_id bigint, request_key bigint, account_key bigint)
    language sql volatile
    as $$
    select o.outbox_id, nb.lock_key('request', b.request_id), nb.lock_key('account', o.account_id)
      from nb.outbox_operation o join nb.booking b using (booking_id)
     where o.state = 'ready' and o.due_at <= nb.now() and o.account_id is not null and (o.kind = 'read' or not only_reads)
       and not exists (select from nb.breaker k
                        where k.program_code = o.program_code and (k.account_id is null or k.account_id = o.account_id)
                          and k.operation = o.kind
                          and ((k.state = 'off' and o.kind = 'commit' and (o.sent <> 'no' or o.sealed_state is not null))
                               or (o.kind = 'commit' and k.state in ('open', 'half_open')
                               and k.since + nb.setting_interval(case k.state when 'open' then 'breaker_open_ms'
                                                                 else 'breaker_probe_ms' end) > nb.now())))
     order by o.due_at
     limit most;
$$;
comment on function nb.outbox_due(integer, boolean) is 'Operations that may be claimed now, with the lock keys of request and account; breakers that are open hold theirs back, and what is switched off goes to a person unless it may have been sent.';

create or replace function nb.outbox_claim_new(claim text, most integer, lease_ms bigint) returns void
    language plpgsql volatile
    as $$
declare
    only_reads boolean := nb.dispatch_paused() or nb.dispatch_server_is_new();
    picked bigint[];
    keys bigint[];
    op nb.outbox_operation;
begin
    -- Looked at first without a lock: the locks of the bookings come before those of the rows. What another worker is
    -- claiming at this moment is left to it.
    select array_agg(p.outbox_id), array_agg(p.request_key) || array_agg(p.account_key) into picked, keys
      from (select d.* from nb.outbox_due(most * 4, only_reads) d
             where pg_try_advisory_xact_lock(nb.lock_key('outbox', d.outbox_id)) limit most) p;
    if picked is null then
        return;
    end if;
    perform nb.lock_keys(keys);
    for op in select o.* from nb.outbox_operation o
               where o.outbox_id = any (picked) and o.state = 'ready' and o.due_at <= nb.now()
               order by o.due_at, o.outbox_id
                 for update skip locked loop
        perform nb.outbox_claim_one(op, claim, lease_ms);
    end loop;
end
$$;
comment on function nb.outbox_claim_new(text, integer, bigint) is 'Claims up to `most` operations that are due; while paused, reads only.';

create or replace function nb.outbox_claim(claim_key uuid, most integer, lease_ms bigint)
    returns table (outbox_id bigint, outbox_public_id uuid, lease_token bigint, kind text, assisted boolean,
        phone_only boolean, tries integer, request_id bigint, account_id bigint, account_public_id uuid, program_code text,
        reference uuid, property_code text, zone text, check_in date, check_out date, today date, now timestamptz,
        rooms integer, adults integer, child_ages text, points bigint, accept_higher bigint, guest_public_id uuid,
        alias text, wrapped_key bytea, sealed_given_name bytea, sealed_surname bytea, sealed_confirmation bytea,
        sealed_state bytea)
    language plpgsql volatile
    as $$
begin
    -- The same key once more: the answer of the first call was lost on its way.
    if not exists (select from nb.outbox_operation o where o.state = 'claimed' and o.claimed_by = claim_key::text) then
        perform nb.outbox_claim_new(claim_key::text, most, lease_ms);
    end if;
    return query
    select o.outbox_id, o.public_id, o.lease_token, o.kind, nb.outbox_by_person(o, t.transport, a), a.phone_only,
           o.tries, b.request_id, o.account_id, a.public_id, o.program_code, t.reference, p.program_property_code, l.zone,
           t.check_in, t.check_out, nb.business_date(l.zone, p.night_audit_cutoff), nb.now(), t.units,
           greatest(y.adults, 1), y.child_ages, t.points,
           case when o.kind = 'commit' then greatest(coalesce(h.points, t.points) - t.points, 0) else 1000000000 end,
           g.public_id, g.alias, k.wrapped_key, s.given_name, s.surname, c.sealed, o.sealed_state
      from nb.outbox_operation o
      join nb.booking b on b.booking_id = o.booking_id
      join nb.booking_attempt t on t.attempt_id = o.attempt_id
      join nb.points_account a on a.account_id = o.account_id
      join nb.property p on p.property_id = t.property_id
      join nb.location l on l.location_id = p.location_id
      join nb.shelter_request r on r.request_id = b.request_id
      join pii.guest g on g.guest_id = r.guest_id
      left join pii.guest_key k on k.guest_id = g.guest_id
      left join pii.guest_secret c on c.guest_secret_id = t.confirmation_secret_id
      left join nb.points_hold h on h.reference = t.reference and h.state = 'held'
      left join lateral (
            select (array_agg(q.sealed order by q.guest_secret_id desc) filter (where q.kind = 'given_name'))[1] as given_name,
                   (array_agg(q.sealed order by q.guest_secret_id desc) filter (where q.kind = 'surname'))[1] as surname
              from pii.guest_secret q where q.guest_id = g.guest_id and q.kind in ('given_name', 'surname')) s on true
      cross join lateral nb.booking_party(b, r.households) y
     where o.state = 'claimed' and o.claimed_by = claim_key::text;
end
$$;
comment on function nb.outbox_claim(uuid, integer, bigint) is
    'Claims operations that are due and gives everything a worker needs; bookings of commits by machine move from held to dispatching. A key that was used before gives the rows it still holds. A read accepts any price: what was booked, was booked.';

-- A household whose rooms are several bookings is dealt out over them, adults first to each.
create or replace function nb.booking_party(booking nb.booking, households jsonb, out adults integer, out child_ages text)
    language plpgsql stable
    as $$
#variable_conflict use_column
begin
    with room as (
        select m.household_index, m.room_number,
               (select count(*) from nb.booking_room o
                 where o.request_id = m.request_id and o.household_index = m.household_index and o.role = m.role
                   and o.nights && m.nights and o.live = m.live) as rooms
          from nb.booking_room m where m.booking_id = booking.booking_id),
    share as (
        select sum((h.party ->> 'adults')::integer / r.rooms
                   + case when r.room_number <= (h.party ->> 'adults')::integer % r.rooms then 1 else 0 end)::integer as adults,
               r.household_index, min(r.rooms) as rooms, array_agg(r.room_number) as numbers
          from room r cross join lateral (select households -> r.household_index::integer) h(party)
         group by r.household_index)
    select coalesce(sum(s.adults), 0)::integer,
           coalesce((select string_agg(c.age, ' ' order by c.age::integer)
                       from share v
                       cross join lateral jsonb_array_elements_text(coalesce(households -> v.household_index::integer
                                                                             -> 'children_ages', '[]'))
                                  with ordinality c(age, n)
                      where (c.n - 1) % v.rooms + 1 = any (v.numbers)), '')
      into booking_party.adults, booking_party.child_ages
      from share s;
end
$$;
comment on function nb.booking_party(nb.booking, jsonb) is 'Who of the request sleeps in the rooms of one booking: adults, and ages of children as a list.';

-- Around each effect -------------------------------------------------------------------------------------------------

create or replace function nb.outbox_saved(outbox bigint, token bigint, step integer, operation text,
    may_be_sent boolean, lease_ms bigint, state_sealed bytea, request_sealed bytea) returns text
    language plpgsql volatile
    as $$
declare
    op nb.outbox_operation;
begin
    update nb.outbox_operation o
       set sealed_state = state_sealed, lease_until = nb.now() + lease_ms * interval '1 millisecond',
           sent = case when may_be_sent then 'maybe' else o.sent end
     where o.outbox_id = outbox and o.lease_token = token and o.state = 'claimed'
    returning o.* into op;
    if op.outbox_id is null then
        return 'stale';
    end if;
    insert into nb.gateway_exchange (outbox_id, attempt_id, step, lease_token, operation, sent, sealed_request)
    select outbox, op.attempt_id, step, token, operation, case when may_be_sent then 'maybe' else 'no' end, request_sealed
     where not exists (select from nb.gateway_exchange e
                        where e.outbox_id = outbox and e.lease_token = token and e.step = outbox_saved.step);
    if may_be_sent and op.kind = 'commit' then
        update nb.booking_attempt a set state = 'sent' where a.attempt_id = op.attempt_id and a.state = 'ready';
    end if;
    return 'done';
end
$$;
comment on function nb.outbox_saved(bigint, bigint, integer, text, boolean, bigint, bytea, bytea) is
    'Writes state and request before the request is sent; the lease begins anew. done or stale.';

create or replace function nb.outbox_answered(outbox bigint, token bigint, step integer, was_sent text, status integer,
    why text, response_sealed bytea) returns text
    language plpgsql volatile
    as $$
begin
    update nb.gateway_exchange e
       set sent = was_sent, http_status = case when status between 100 and 599 then status end, failure = why, answered_at = nb.now(),
           sealed_response = response_sealed
     where e.outbox_id = outbox and e.lease_token = token and e.step = outbox_answered.step and e.answered_at is null;
    update nb.outbox_operation o set sent = 'yes'
     where o.outbox_id = outbox and o.lease_token = token and o.state = 'claimed' and o.sent = 'maybe' and was_sent = 'yes';
    return case when found then 'done' else 'stale' end;
end
$$;
comment on function nb.outbox_answered(bigint, bigint, integer, text, integer, text, bytea) is
    'Writes what came back of one request. Decides nothing.';

create or replace function nb.outbox_wait(outbox bigint, token bigint, wait_ms bigint, state_sealed bytea) returns text
    language plpgsql volatile
    as $$
begin
    update nb.outbox_operation o
       set state = 'ready', lease_until = null, due_at = nb.now() + wait_ms * interval '1 millisecond',
           sealed_state = state_sealed, tries = o.tries - 1
     where o.outbox_id = outbox and o.lease_token = token and o.state = 'claimed';
    if found then
        return 'done';
    end if;
    return nb.outbox_repeated(outbox, token);
end
$$;
comment on function nb.outbox_wait(bigint, bigint, bigint, bytea) is 'Puts an operation aside whose plugin waits. done or stale.';

-- A call that is repeated because its answer was lost finds its token unchanged and the lease gone.
create or replace function nb.outbox_repeated(outbox bigint, token bigint) returns text
    language sql stable
    as $$
    select case when exists (select from nb.outbox_operation o
                              where o.outbox_id = outbox and o.lease_token = token and o.state <> 'claimed')
                then 'done' else 'stale' end;
$$;
comment on function nb.outbox_repeated(bigint, bigint) is 'done when this very token has ended already, else stale.';

create or replace function nb.outbox_give_back(outbox bigint, token bigint, wait_ms bigint, counted boolean) returns text
    language plpgsql volatile
    as $$
declare
    op nb.outbox_operation;
begin
    perform nb.lock_keys(nb.booking_keys(b))
       from nb.outbox_operation o join nb.booking b using (booking_id) where o.outbox_id = outbox;
    select o.* into op from nb.outbox_operation o where o.outbox_id = outbox and o.lease_token = token and o.state = 'claimed'
       for update;
    if op.outbox_id is null then
        return nb.outbox_repeated(outbox, token);
    end if;
    perform nb.outbox_ready_again(op, wait_ms, counted);
    return 'done';
end
$$;
comment on function nb.outbox_give_back(bigint, bigint, bigint, boolean) is
    'Makes an operation ready again of which the worker knows that nothing left. counted: it was a try. done or stale.';

create or replace function nb.outbox_ready_again(op nb.outbox_operation, wait_ms bigint, counted boolean) returns void
    language plpgsql volatile
    as $$
begin
    update nb.outbox_operation o
       set state = 'ready', lease_until = null, sent = 'no', sealed_state = null,
           due_at = nb.now() + wait_ms * interval '1 millisecond',
           tries = case when counted then o.tries else greatest(o.tries - 1, 0) end
     where o.outbox_id = op.outbox_id;
    if op.kind = 'commit' then
        update nb.booking_attempt a set state = 'ready' where a.attempt_id = op.attempt_id and a.state = 'sent';
        perform nb.booking_step(op.booking_id, 'hand_back', null, 'dispatch', op.attempt_id, '{}')
           from nb.booking b where b.booking_id = op.booking_id and b.state = 'dispatching';
        -- The step may have put the row to be due at once.
        update nb.outbox_operation o set due_at = nb.now() + wait_ms * interval '1 millisecond'
         where o.outbox_id = op.outbox_id;
    end if;
end
$$;
comment on function nb.outbox_ready_again(nb.outbox_operation, bigint, boolean) is
    'Ready again, and the booking of a commit held again with a new expiry. The caller knows that nothing had an effect.';

create or replace function nb.outbox_to_person(outbox bigint, token bigint, script jsonb) returns text
    language plpgsql volatile
    as $$
declare
    op nb.outbox_operation;
    booking nb.booking;
begin
    select o.* into op from nb.outbox_operation o where o.outbox_id = outbox;
    select b.* into booking from nb.booking b where b.booking_id = op.booking_id;
    perform pg_advisory_xact_lock(nb.lock_key('request', booking.request_id));
    update nb.outbox_operation o set state = 'person', lease_until = null, sealed_state = null
     where o.outbox_id = outbox and o.lease_token = token and o.state = 'claimed'
    returning o.* into op;
    if not found then
        return nb.outbox_repeated(outbox, token);
    end if;
    -- What was read before the lock may have ended while it was waited for.
    select b.* into booking from nb.booking b where b.booking_id = op.booking_id;
    if op.kind = 'commit' and (booking.current_attempt_id <> op.attempt_id or booking.state not in ('held', 'dispatching')) then
        perform nb.outbox_close(op, 'not_wanted', 'dead');
        return 'done';
    end if;
    perform nb.outbox_task(op, 'assisted_' || op.kind, 'specialist',
        case op.kind when 'commit' then coalesce(booking.hold_expires_at, nb.now()) else nb.now() + interval '30 minutes' end,
        jsonb_build_object('script', script));
    return 'done';
end
$$;
comment on function nb.outbox_to_person(bigint, bigint, jsonb) is
    'Opens the task assisted_commit, assisted_read or assisted_cancel with the plugin''s script, placeholders unreplaced; none for a commit that nobody wants any more.';

-- One open task of a kind and booking: an older one gets the newer facts.
create or replace function nb.outbox_task(op nb.outbox_operation, task_kind text, of_role text, due timestamptz, facts jsonb)
    returns void
    language plpgsql volatile
    as $$
begin
    insert into nb.task as t (hotline_id, kind, for_role, request_id, booking_id, attempt_id, outbox_id, due_at, detail)
    select b.hotline_id, task_kind, of_role, b.request_id, b.booking_id, op.attempt_id, op.outbox_id, due, facts
      from nb.booking b where b.booking_id = op.booking_id
        on conflict (booking_id, kind) where booking_id is not null and state in ('open', 'claimed')
        do update set attempt_id = excluded.attempt_id, outbox_id = excluded.outbox_id, detail = t.detail || excluded.detail;
end
$$;
comment on function nb.outbox_task(nb.outbox_operation, text, text, timestamptz, jsonb) is
    'Opens a task about an operation, or adds the facts to the one that is open.';
