-- What the desk and the guest do with a confirmed booking: the guest comes, leaves, does not come, or is turned away.
-- Not here: the nights of a stay one by one. Invariant: the state moves along the table only.

create or replace function nb.booking_stay(
    actor bigint, hotline bigint, op_key text, print bytea, booking uuid, event text, reason text,
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
    elsif event not in ('check_in', 'check_out', 'leave_early', 'no_show', 'refuse_at_desk') then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'event', 'allowed', 'check_in, check_out, leave_early, no_show or refuse_at_desk');
    else
        outcome := nb.booking_step(b.booking_id, event, actor, nb.actor_role(actor), b.current_attempt_id,
                                   jsonb_strip_nulls(jsonb_build_object('why', reason)));
        if outcome = 'refused' then
            outcome := 'wrong_state';
            detail := jsonb_build_object('state', b.state);
        else
            perform nb.audit(actor, hotline, 'booking.' || event, 'booking', booking,
                             jsonb_strip_nulls(jsonb_build_object('why', reason)));
        end if;
    end if;
    status := case outcome when 'not_found' then 404 when 'invalid' then 422 when 'wrong_state' then 409 else 200 end;
    if outcome <> 'not_found' then
        resource_kind := 'booking';
        resource_id := booking;
        select x.version into version from nb.booking x where x.booking_id = b.booking_id;
    end if;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.booking_stay(bigint, bigint, text, bytea, uuid, text, text) is
    'Records check_in, check_out, leave_early, no_show or refuse_at_desk, with a word why. Outcome: the state reached, wrong_state {state}, invalid or not_found.';
