-- What a person reports when a task is done, kind by kind. Not here: claiming (task.sql), what an outside outcome means
-- (outbox_settle.sql). Invariant: a report that does not fit what was asked for changes nothing and leaves the task with
-- the person; "unclear" is never a refusal.

-- What was asked for, read back from the program's page or from the person on the phone.
create or replace function nb.task_read_back(t nb.task, result jsonb, sealed_number bytea, prints bytea) returns jsonb
    language plpgsql stable
    as $$
declare
    a nb.booking_attempt;
begin
    select x.* into a from nb.booking_attempt x where x.attempt_id = t.attempt_id;
    return case
        when sealed_number is null or coalesce(length(prints), 0) = 0 or length(prints) % 36 <> 0
            then jsonb_build_object('field', 'confirmation', 'allowed', 'the confirmation number')
        when (result ->> 'check_in') is distinct from a.check_in::text
            then jsonb_build_object('field', 'check_in', 'allowed', 'the night that was asked for')
        when (result ->> 'check_out') is distinct from a.check_out::text
            then jsonb_build_object('field', 'check_out', 'allowed', 'the day that was asked for')
        when (result ->> 'units') is distinct from a.units::text
            then jsonb_build_object('field', 'units', 'allowed', 'the rooms that were asked for')
        when coalesce(result ->> 'points', '0') !~ '^[0-9]{1,12}$'
            then jsonb_build_object('field', 'points', 'allowed', 'a whole number') end;
end
$$;
comment on function nb.task_read_back(nb.task, jsonb, bytea, bytea) is 'The first field that was not read back as asked for, or null.';

create or replace function nb.task_word(t nb.task, result jsonb) returns text
    language sql immutable
    as $$
    select case
        when t.kind in ('assisted_commit', 'assisted_read', 'unknown_outcome') and result ->> 'outcome' in ('confirmed', 'found')
            then 'confirmed'
        when t.kind = 'assisted_commit' and result ->> 'outcome' = 'refused' then
            case when result ->> 'reason' in ('sold_out', 'restricted', 'redemption_refused', 'needs_card',
                    'insufficient_points', 'member_invalid', 'hotel_invalid', 'price_changed', 'policy_changed')
                 then result ->> 'reason' end
        when t.kind in ('assisted_read', 'unknown_outcome') and result ->> 'outcome' = 'absent' then 'not_found'
        when t.kind = 'assisted_cancel' and result ->> 'outcome' in ('cancelled', 'already_cancelled') then result ->> 'outcome'
        when t.kind = 'assisted_cancel' and result ->> 'outcome' = 'refused' then 'cancel_refused'
        when t.kind in ('assisted_commit', 'assisted_cancel') and result ->> 'outcome' = 'unclear' then 'unknown' end;
$$;
comment on function nb.task_word(nb.task, jsonb) is 'What a report about an outside booking is in the outcome vocabulary; null when it is none of it.';

create or replace function nb.task_finish(t nb.task, actor bigint, word text) returns void
    language sql volatile
    as $$
    update nb.task x set state = 'done', done_by = actor, done_at = nb.now(), lease_until = null, result = word
     where x.task_id = t.task_id;
$$;
comment on function nb.task_finish(nb.task, bigint, text) is 'The task is done.';

create or replace function nb.task_keep(t nb.task, why text, due timestamptz) returns void
    language sql volatile
    as $$
    update nb.task x set state = 'open', lease_until = null, handover = why, due_at = due where x.task_id = t.task_id;
$$;
comment on function nb.task_keep(nb.task, text, timestamptz) is 'Nothing is known yet: the task is open again, until then.';

-- Calls that a person makes for the outbox: the same settling as a machine''s.
create or replace function nb.task_done_outside(
    t nb.task, actor bigint, result jsonb, sealed_number bytea, prints bytea, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    word constant text := nb.task_word(t, result);
    facts constant jsonb := jsonb_strip_nulls(jsonb_build_object('points', result -> 'points',
        'cancel_by', result -> 'cancel_by', 'points_returned', result -> 'points_returned', 'why',
        case when word = 'unknown' then 'person_unclear' end));
    outbox bigint := t.outbox_id;
    op nb.outbox_operation;
begin
    if word is null then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'outcome', 'allowed', case t.kind
            when 'assisted_commit' then 'confirmed, refused with a reason, or unclear'
            when 'assisted_cancel' then 'cancelled, already_cancelled, refused or unclear' else 'found, absent or wait' end);
        return;
    end if;
    detail := case when word = 'confirmed' then nb.task_read_back(t, result, sealed_number, prints) end;
    if detail is not null then
        outcome := 'mismatch';
        return;
    end if;
    if t.kind = 'unknown_outcome' then
        perform nb.outbox_put(t.booking_id, t.attempt_id, 'read', nb.now());
        select o.outbox_id into outbox from nb.outbox_operation o
         where o.attempt_id = t.attempt_id and o.kind = 'read' and o.state not in ('done', 'dead');
    end if;
    select o.* into op from nb.outbox_operation o where o.outbox_id = outbox;
    if op.state in ('done', 'dead') then
        perform nb.outbox_task_over(t.booking_id, t.kind, 'ended');
        outcome := 'ended';
        return;
    end if;
    perform nb.task_finish(t, actor, result ->> 'outcome');
    if t.kind = 'unknown_outcome' and word = 'not_found' then
        perform nb.outbox_read_gone(op, word);
    else
        perform nb.outbox_settle(outbox, word, facts, 60000, sealed_number, prints);
    end if;
    outcome := 'done';
    detail := jsonb_build_object('booking_state', (select b.state from nb.booking b where b.booking_id = t.booking_id));
end
$$;
comment on function nb.task_done_outside(nb.task, bigint, jsonb, bytea, bytea) is
    'assisted_commit, assisted_read, assisted_cancel, unknown_outcome: done {booking_state}, invalid, ended (somebody else has settled it), or mismatch {field} when something was not read back as asked for.';

-- The guest was asked again about a price that moved: the same place under a new reference, or nothing.
create or replace function nb.booking_reprice(b nb.booking, new_points bigint, actor bigint) returns text
    language plpgsql volatile
    as $$
declare
    reference constant uuid := nb.random_id();
    moved nb.booking := b;
    c nb.candidate;
    refusal text;
begin
    select x.* into c from nb.candidate x where x.candidate_id = b.candidate_id;
    moved.points := new_points;
    moved.current_attempt_id := nextval('nb.booking_attempt_attempt_id_seq');
    begin
        update nb.booking_attempt a set state = 'refused', outcome = coalesce(a.outcome, 'price_changed'), ended_at = nb.now()
         where a.attempt_id = b.current_attempt_id and a.state in ('ready', 'sent', 'unknown');
        perform nb.attempt_plan_reread(b.current_attempt_id) where nb.attempt_was_absent(b.current_attempt_id);
        perform nb.hold_void(b, a.reference, 'released', true)
           from nb.booking_attempt a where a.attempt_id = b.current_attempt_id;
        select h.outcome into refusal from nb.hold_check(moved, reference, c) h;
        if refusal <> 'held' then
            raise exception using errcode = 'NB002';
        end if;
    exception when sqlstate 'NB002' then
        return refusal;
    end;
    perform nb.hold_write(moved, reference);
    perform nb.attempt_new(moved, reference);
    update nb.booking x
       set points = new_points, approved_points = new_points, current_attempt_id = moved.current_attempt_id,
           hold_expires_at = nb.now() + nb.hold_window(x.place_kind),
           next_action_at = nb.now() + nb.hold_window(x.place_kind), version = x.version + 1
     where x.booking_id = b.booking_id;
    perform nb.outbox_put(b.booking_id, moved.current_attempt_id, 'commit', nb.now());
    perform nb.audit(actor, b.hotline_id, 'booking.price_accepted', 'booking', b.public_id,
                     jsonb_build_object('points', new_points, 'before', b.points));
    return 'held';
end
$$;
comment on function nb.booking_reprice(nb.booking, bigint, bigint) is
    'A held booking at another price that a person accepted: the old hold is given back, the new one taken, with a new attempt. held, or why not, which changes nothing.';

create or replace function nb.task_done_ask_again(t nb.task, actor bigint, result jsonb, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    b nb.booking;
    points constant bigint := coalesce(case when result ->> 'points' ~ '^[0-9]{1,12}$' then (result ->> 'points')::bigint end,
                                       (t.detail ->> 'points')::bigint);
begin
    select x.* into b from nb.booking x where x.booking_id = t.booking_id;
    if result ->> 'outcome' = 'accepted' and points <> (t.detail ->> 'points')::bigint then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'points', 'allowed', 'the points that the program asks, or none');
    elsif result ->> 'outcome' = 'accepted' and b.state = 'held' then
        outcome := nb.booking_reprice(b, coalesce(points, b.points), actor);
        if outcome = 'held' then
            perform nb.task_finish(t, actor, 'accepted');
            outcome := 'done';
            detail := '{"booking_state": "held"}';
        end if;
    elsif result ->> 'outcome' = 'declined' then
        perform nb.task_finish(t, actor, 'declined');
        perform nb.booking_step(t.booking_id, 'cancel', actor, nb.actor_role(actor), null, '{"why": "price_declined"}');
        perform nb.group_undo(b, actor, nb.actor_role(actor));
        perform nb.task_open(b, 'rebook', 'specialist', nb.now() + interval '10 minutes', '{"event": "price_declined"}');
        outcome := 'done';
        detail := '{"booking_state": "cancelled"}';
    else
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'outcome', 'allowed', 'accepted or declined');
    end if;
end
$$;
comment on function nb.task_done_ask_again(nb.task, bigint, jsonb) is
    'The guest''s answer to a moved price: done, invalid, or why the new price cannot be held.';

create or replace function nb.task_done_desk(t nb.task, actor bigint, result jsonb, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    reached text;
begin
    case result ->> 'outcome'
    when 'confirmed' then
        outcome := nb.desk_confirm(t.booking_id, actor, coalesce(result ->> 'contact', 'front_desk'));
        if outcome = 'desk_confirmed' then
            perform nb.task_finish(t, actor, 'confirmed');
            outcome := 'done';
            detail := '{"booking_state": "desk_confirmed"}';
        end if;
    when 'refused' then
        perform nb.task_finish(t, actor, 'refused');
        reached := nb.booking_step(t.booking_id, 'refuse_at_desk', actor, nb.actor_role(actor), null, '{}');
        outcome := 'done';
        detail := jsonb_build_object('booking_state', reached);
    when 'no_answer' then
        perform nb.task_keep(t, 'no_answer', nb.now() + interval '10 minutes');
        outcome := 'kept';
    else
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'outcome', 'allowed', 'confirmed, refused or no_answer');
    end case;
end
$$;
comment on function nb.task_done_desk(nb.task, bigint, jsonb) is 'desk_confirm: done, kept (nobody answered), invalid, or a refusal of nb.desk_confirm.';

create or replace function nb.task_done_kind(
    t nb.task, actor bigint, result jsonb, sealed_number bytea, prints bytea, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
begin
    case
    when t.kind = 'unknown_outcome' and result ->> 'outcome' = 'wait' then
        perform nb.task_keep(t, 'wait', nb.now() + nb.setting_interval('settle_window_ms'));
        outcome := 'kept';
    when t.kind in ('assisted_commit', 'assisted_read', 'assisted_cancel', 'unknown_outcome') then
        select d.outcome, d.detail into outcome, detail from nb.task_done_outside(t, actor, result, sealed_number, prints) d;
    when t.kind = 'ask_again' then
        select d.outcome, d.detail into outcome, detail from nb.task_done_ask_again(t, actor, result) d;
    when t.kind = 'desk_confirm' then
        select d.outcome, d.detail into outcome, detail from nb.task_done_desk(t, actor, result) d;
    when t.kind = 'covering_decision' then
        outcome := nb.covering_decide(t.booking_id, result ->> 'outcome', actor);
        if outcome = 'decided' then
            perform nb.task_finish(t, actor, result ->> 'outcome');
            outcome := 'done';
        end if;
    else
        perform nb.task_finish(t, actor, result ->> 'outcome');
        if t.kind = 'unmet_need' then
            update nb.unmet_need u set resolved_at = nb.now() where u.task_id = t.task_id and u.resolved_at is null;
            perform nb.request_settle(t.request_id);
        end if;
        outcome := 'done';
    end case;
end
$$;
comment on function nb.task_done_kind(nb.task, bigint, jsonb, bytea, bytea) is 'Does what a report means for its kind of task.';

create or replace function nb.task_done(
    actor bigint, hotline bigint, op_key text, print bytea, task uuid, token bigint, result jsonb,
    sealed_number bytea default null, prints bytea default null,
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
    if outcome is null and coalesce(result ->> 'outcome', '') !~ '^[a-z][a-z_]{1,39}$' then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'outcome', 'allowed', 'a word');
    elsif outcome is null then
        select d.outcome, d.detail into outcome, detail from nb.task_done_kind(t, actor, result, sealed_number, prints) d;
        if outcome in ('done', 'kept') then
            perform nb.audit(actor, hotline, 'task.' || outcome, 'task', task,
                             jsonb_build_object('kind', t.kind, 'outcome', result ->> 'outcome'));
        end if;
    end if;
    status := case when outcome in ('done', 'kept') then 200 when outcome = 'not_found' then 404
                   when outcome in ('invalid', 'mismatch') then 422 else 409 end;
    if outcome <> 'not_found' then
        resource_kind := 'task';
        resource_id := task;
    end if;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.task_done(bigint, bigint, text, bytea, uuid, bigint, jsonb, bytea, bytea) is
    'A person reports {outcome, …} under the token of their lease; a confirmation number comes sealed, with its fingerprints (36 bytes each, one a living key epoch). Outcome: done {booking_state}, kept (open again), mismatch {field}, invalid {field, allowed}, stale, ended or not_found.';
