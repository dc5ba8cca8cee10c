-- Tasks: work that a person owns, claimed under a lease with a fencing token, given back, handed on, done. Not here: what
-- an outside outcome means (outbox_settle.sql). Invariant: a token that is not the last one changes nothing, and an
-- assisted commit whose lease lapsed is unknown, never free.

create or replace function nb.task_open(b nb.booking, task_kind text, role text, due timestamptz, facts jsonb) returns void
    language plpgsql volatile
    as $$
begin
    insert into nb.task (hotline_id, kind, for_role, request_id, booking_id, attempt_id, due_at, detail)
    values (b.hotline_id, task_kind, role, b.request_id, b.booking_id, b.current_attempt_id, coalesce(due, nb.now()), facts)
        on conflict (booking_id, kind) where booking_id is not null and state in ('open', 'claimed') do nothing;
end
$$;
comment on function nb.task_open(nb.booking, text, text, timestamptz, jsonb) is 'Opens a task about a booking, unless one of its kind is open.';

-- What is only about the way to a certain place is over when the place is certain, or gone.
create or replace function nb.tasks_drop(booking bigint, because text) returns void
    language sql volatile
    as $$
    update nb.task t set state = 'dropped', result = because, lease_until = null, done_at = nb.now()
     where t.booking_id = booking and t.state in ('open', 'claimed')
       and (t.kind in ('assisted_commit', 'ask_again', 'referral_unanswered', 'overdue', 'covering_decision')
            or (t.kind in ('assisted_read', 'unknown_outcome') and because <> 'cancel_pending')
            or (t.kind = 'desk_confirm' and because not in ('confirmed'))
            or (t.kind = 'assisted_cancel' and because <> 'cancel_pending')
            or (t.kind = 'rebook' and because in ('confirmed', 'cancelled')));
$$;
comment on function nb.tasks_drop(bigint, text) is 'Ends the tasks of a booking that its new state answers; because: that state.';

create or replace function nb.task_for(actor bigint, hotline bigint, t nb.task) returns boolean
    language sql stable
    as $$
    select (t.hotline_id = hotline or (hotline is null and t.for_role = 'admin')) and exists (
        select from nb.role_grant g
          join nb.app_user u on u.user_id = g.user_id
         where g.user_id = actor and g.revoked_at is null and u.state = 'active'
           and u.hotline_id is not distinct from hotline
           and case when t.for_role = 'admin' then g.role = 'admin'
                    else t.hotline_id = hotline and array_position(array['specialist', 'coordinator', 'supervisor', 'director'], g.role::text)
                         >= array_position(array['specialist', 'coordinator', 'supervisor', 'director'], t.for_role) end);
$$;
comment on function nb.task_for(bigint, bigint, nb.task) is 'True when the person is at home in the task''s hotline and has the right that it asks for, or a higher one; what is for administrators is for any of them.';

-- The locks of a task''s booking first, then its row.
create or replace function nb.task_lock(task uuid, hotline bigint) returns nb.task
    language plpgsql volatile
    as $$
declare
    t nb.task;
begin
    select x.* into t from nb.task x
     where x.public_id = task and (x.hotline_id = hotline or (hotline is null and x.for_role = 'admin'));
    if t.booking_id is not null then
        perform nb.lock_keys(nb.booking_keys(b)) from nb.booking b where b.booking_id = t.booking_id;
    end if;
    select x.* into t from nb.task x where x.task_id = t.task_id for update;
    return t;
end
$$;
comment on function nb.task_lock(uuid, bigint) is 'A task of a hotline, or one for administrators of the installation, locked with its booking; nulls when there is none.';

create or replace function nb.task_lease(t nb.task, holder bigint, out token bigint, out until timestamptz)
    language sql volatile
    as $$
    update nb.task x
       set state = 'claimed', claimed_by = holder, fencing_token = x.fencing_token + 1,
           lease_until = nb.now() + nb.setting_interval('task_lease_ms')
     where x.task_id = t.task_id
    returning x.fencing_token, x.lease_until;
$$;
comment on function nb.task_lease(nb.task, bigint) is 'Gives a task to a person for the length of a lease, under a new token.';

create or replace function nb.task_claim(
    actor bigint, hotline bigint, op_key text, print bytea, task uuid,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    t nb.task;
    lease record;
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    t := nb.task_lock(task, hotline);
    if t.task_id is null then
        outcome := 'not_found';
    elsif not nb.task_for(actor, hotline, t) then
        outcome := 'forbidden';
    elsif t.state in ('done', 'dropped') then
        outcome := 'ended';
        detail := jsonb_build_object('state', t.state);
    elsif t.state = 'claimed' and t.lease_until > nb.now() and t.claimed_by <> actor then
        outcome := 'taken';
        detail := jsonb_build_object('until', t.lease_until);
    elsif t.kind = 'assisted_commit' and not nb.task_takes_booking(t, actor) then
        outcome := 'ended';
        detail := '{"state": "booking_moved_on"}';
    else
        select l.* into lease from nb.task_lease(t, actor) l;
        outcome := 'claimed';
        version := lease.token;
        detail := jsonb_build_object('token', lease.token, 'lease_until', lease.until, 'kind', t.kind);
    end if;
    status := case outcome when 'claimed' then 200 when 'not_found' then 404 when 'forbidden' then 403 else 409 end;
    if outcome <> 'not_found' then
        resource_kind := 'task';
        resource_id := task;
    end if;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.task_claim(bigint, bigint, text, bytea, uuid) is
    'A person takes a task, or renews their lease. Outcome: claimed {token, lease_until, kind}, taken {until}, ended, forbidden or not_found. An assisted commit takes its booking in hand: it no longer expires.';

create or replace function nb.task_takes_booking(t nb.task, actor bigint) returns boolean
    language plpgsql volatile
    as $$
declare
    b nb.booking;
begin
    select x.* into b from nb.booking x where x.booking_id = t.booking_id;
    if b.state = 'dispatching' and b.current_attempt_id = t.attempt_id and t.state = 'claimed' and t.claimed_by = actor
        and t.lease_until > nb.now() then
        return true;
    end if;
    return nb.booking_step(t.booking_id, 'claim', actor, nb.actor_role(actor), t.attempt_id, '{}') <> 'refused';
end
$$;
comment on function nb.task_takes_booking(nb.task, bigint) is 'The booking of an assisted commit comes into a person''s hand; false when it is no longer to be made.';

-- Holding it: the token is the last one and the lease still runs.
create or replace function nb.task_held(t nb.task, actor bigint, token bigint) returns text
    language sql stable
    as $$
    select case
        when t.task_id is null then 'not_found'
        when t.state in ('done', 'dropped') then 'ended'
        when t.state <> 'claimed' or t.claimed_by <> actor or t.fencing_token <> token or t.lease_until <= nb.now()
            then 'stale' end;
$$;
comment on function nb.task_held(nb.task, bigint, bigint) is 'not_found, ended or stale; null when the person holds the task under that token.';

create or replace function nb.task_release(
    actor bigint, hotline bigint, op_key text, print bytea, task uuid, token bigint, why text,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    t nb.task;
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    t := nb.task_lock(task, hotline);
    outcome := nb.task_held(t, actor, token);
    if outcome is null and coalesce(why, '') !~ '^[a-z][a-z_]{1,39}$' then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'why', 'allowed', 'a word');
    elsif outcome is null then
        if t.kind = 'assisted_commit' then
            perform nb.booking_step(t.booking_id, 'hand_back', actor, nb.actor_role(actor), t.attempt_id,
                                    jsonb_build_object('why', why));
        end if;
        update nb.task x set state = 'open', lease_until = null, handover = why
         where x.task_id = t.task_id and x.state = 'claimed';
        outcome := 'released';
    end if;
    status := case outcome when 'released' then 200 when 'not_found' then 404 when 'invalid' then 422 else 409 end;
    if outcome <> 'not_found' then
        resource_kind := 'task';
        resource_id := task;
    end if;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.task_release(bigint, bigint, text, bytea, uuid, bigint, text) is
    'A person gives a task back, with a word why; of an assisted commit they say that nothing was sent. Outcome: released, stale, ended, invalid or not_found.';

create or replace function nb.task_hand_over(
    actor bigint, hotline bigint, op_key text, print bytea, task uuid, token bigint, to_user uuid, why text,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    t nb.task;
    receiver bigint;
    lease record;
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    t := nb.task_lock(task, hotline);
    outcome := nb.task_held(t, actor, token);
    select u.user_id into receiver from nb.app_user u where u.public_id = to_user and u.hotline_id = hotline;
    if outcome is null and (coalesce(why, '') !~ '^[a-z][a-z_]{1,39}$' or receiver is null
                            or not nb.task_for(receiver, hotline, t)) then
        outcome := 'invalid';
        detail := jsonb_build_object('field', case when coalesce(why, '') ~ '^[a-z][a-z_]{1,39}$' then 'to' else 'why' end,
                                     'allowed', 'a colleague with the right for it, and a word why');
    elsif outcome is null then
        update nb.task x set handover = why where x.task_id = t.task_id;
        select l.* into lease from nb.task_lease(t, receiver) l;
        outcome := 'handed_over';
        version := lease.token;
        detail := jsonb_build_object('lease_until', lease.until);
        perform nb.audit(actor, hotline, 'task.handed_over', 'task', task, jsonb_build_object('why', why));
    end if;
    status := case outcome when 'handed_over' then 200 when 'not_found' then 404 when 'invalid' then 422 else 409 end;
    if outcome <> 'not_found' then
        resource_kind := 'task';
        resource_id := task;
    end if;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.task_hand_over(bigint, bigint, text, bytea, uuid, bigint, uuid, text) is
    'A person hands a task on to a colleague, whose lease begins; the old token is void. Outcome: handed_over, stale, ended, invalid or not_found.';
