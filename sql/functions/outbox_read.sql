-- What a read by our reference means, and a cancellation: the ways out of an unknown outcome.
-- Invariant: absent is two negative reads, the first after its own window and the last after the settling window; a
-- reference that was declared absent is read again, and what is found then is cancelled there and revives nothing.

-- The booking itself waits for this attempt; any other attempt is a stray.
create or replace function nb.outbox_is_current(op nb.outbox_operation, in_states text[]) returns boolean
    language sql stable
    as $$
    select exists (select from nb.booking b
                    where b.booking_id = op.booking_id and b.current_attempt_id = op.attempt_id and b.state = any (in_states));
$$;
comment on function nb.outbox_is_current(nb.outbox_operation, text[]) is 'True when the booking stands in one of these states with this very attempt.';

-- A stray reference is read again after 1 h, after 24 h and on the day before check-in; then it is forgotten.
create or replace function nb.attempt_plan_reread(attempt bigint) returns void
    language sql volatile
    as $$
    update nb.booking_attempt a
       set reread_at = case a.reread_count
               when 0 then nb.now() + nb.setting_interval('reread_first_ms')
               when 1 then nb.now() + nb.setting_interval('reread_second_ms')
               when 2 then greatest(a.check_in::timestamp at time zone 'UTC' - interval '12 hours', nb.now() + interval '1 hour') end
     where a.attempt_id = attempt;
$$;
comment on function nb.attempt_plan_reread(bigint) is 'When a reference that should not exist is read the next time; null after the third.';

create or replace function nb.attempt_was_absent(attempt bigint) returns boolean
    language sql stable
    as $$
    select exists (select from nb.outbox_operation o where o.attempt_id = attempt and o.kind = 'read' and o.outcome = 'not_found');
$$;
comment on function nb.attempt_was_absent(bigint) is
    'True when a reference was declared absent once and may have been sent again: however it ended then, its first call may arrive late.';

create or replace function nb.outbox_read_again(op nb.outbox_operation, due timestamptz) returns void
    language sql volatile
    as $$
    update nb.outbox_operation o set state = 'ready', lease_until = null, sealed_state = null, sent = 'no', due_at = due
     where o.outbox_id = op.outbox_id;
$$;
comment on function nb.outbox_read_again(nb.outbox_operation, timestamptz) is 'The question is asked again then.';

-- Something that should not be there. A program may say "cancelled" and keep it, and say so again to the same key: after
-- two such answers a person has to talk to them.
create or replace function nb.outbox_found_late(op nb.outbox_operation) returns void
    language plpgsql volatile
    as $$
begin
    perform nb.outbox_close(op, 'confirmed');
    if nb.outbox_is_current(op, array['confirmed', 'desk_confirmed', 'checked_in', 'checked_out', 'moved', 'no_show']) then
        return;
    end if;
    update nb.booking_attempt a set outcome = 'found_late' where a.attempt_id = op.attempt_id;
    if (select count(*) from nb.outbox_operation o
         where o.attempt_id = op.attempt_id and o.kind = 'cancel' and o.outcome in ('cancelled', 'already_cancelled')) < 2 then
        perform nb.outbox_put(op.booking_id, op.attempt_id, 'cancel', nb.now());
    else
        perform nb.outbox_task(op, 'cancel_stuck', 'supervisor', nb.now() + interval '30 minutes', '{"why": "still_there"}');
    end if;
end
$$;
comment on function nb.outbox_found_late(nb.outbox_operation) is
    'A reference lives that was refused, absent or cancelled: it is cancelled there and revives nothing.';

create or replace function nb.outbox_read_found(op nb.outbox_operation, facts jsonb, sealed_number bytea, prints bytea)
    returns void
    language plpgsql volatile
    as $$
begin
    if nb.outbox_is_current(op, array['unknown']) then
        if nb.confirmation_is_new(op.account_id, op.attempt_id, prints) then
            perform nb.outbox_found(op, 'read_found', facts, sealed_number, prints);
        else
            -- Somebody else's number: no machine can tell whose booking it is.
            perform nb.outbox_close(op, 'number_not_new', 'dead');
            perform nb.outbox_task(op, 'unknown_outcome', 'supervisor', nb.now(), '{"why": "number_not_new"}');
        end if;
    elsif nb.outbox_is_current(op, array['cancel_pending']) then
        perform nb.outbox_close(op, 'confirmed');
        perform nb.booking_step(op.booking_id, 'read_found', null, 'dispatch', op.attempt_id, '{}');
        perform nb.outbox_put(op.booking_id, op.attempt_id, 'cancel', nb.now());
    else
        perform nb.outbox_found_late(op);
    end if;
end
$$;
comment on function nb.outbox_read_found(nb.outbox_operation, jsonb, bytea, bytea) is 'It exists under our reference.';

-- Absent, or cancelled over there: nothing of this attempt exists.
create or replace function nb.outbox_read_gone(op nb.outbox_operation, word text) returns void
    language plpgsql volatile
    as $$
declare
    said jsonb := jsonb_build_object('outcome', word);
    sent_before bigint;
begin
    perform nb.outbox_close(op, word);
    if nb.outbox_is_current(op, array['cancel_pending']) then
        perform nb.booking_step(op.booking_id, case word when 'cancelled' then 'cancel_confirm' else 'read_absent' end, null,
                                'dispatch', op.attempt_id, said);
        return;
    end if;
    select count(*) into sent_before from nb.outbox_operation o
     where o.attempt_id = op.attempt_id and o.kind = 'commit' and o.state = 'done';
    if word <> 'cancelled' and sent_before <= nb.setting_text('commit_resends')::integer
        and not exists (select from nb.booking c where c.covers_booking_id = op.booking_id and nb.booking_is_live(c.state)) then
        perform nb.booking_step(op.booking_id, 'read_absent', null, 'dispatch', op.attempt_id, said);
        perform nb.outbox_task_over(op.booking_id, t.kind, word) from (values ('unknown_outcome'), ('assisted_read')) t(kind);
    else
        perform nb.outbox_end_attempt(op, word, '{}');
    end if;
end
$$;
comment on function nb.outbox_read_gone(nb.outbox_operation, text) is
    'Proved absent (not_found) or cancelled over there: cancelled, sent again under the same reference, or the next candidate.';

create or replace function nb.outbox_read_negative(op nb.outbox_operation) returns void
    language plpgsql volatile
    as $$
declare
    first_counts timestamptz := op.created_at + nb.setting_interval('settle_first_read_ms');
    reads integer := op.negative_reads;
begin
    if not nb.outbox_is_current(op, array['unknown', 'cancel_pending']) then
        perform nb.outbox_close(op, 'not_found');
        update nb.booking_attempt a set reread_count = least(a.reread_count + 1, 3) where a.attempt_id = op.attempt_id;
        perform nb.attempt_plan_reread(op.attempt_id);
        return;
    end if;
    if nb.now() >= first_counts then
        reads := reads + 1;
    end if;
    if reads >= 2 and nb.now() >= op.settle_until then
        perform nb.outbox_read_gone(op, 'not_found');
        return;
    end if;
    update nb.outbox_operation o
       set negative_reads = reads, first_negative_at = case when reads > 0 then coalesce(o.first_negative_at, nb.now()) end
     where o.outbox_id = op.outbox_id;
    perform nb.outbox_read_again(op, case when reads = 0 then first_counts
        else greatest(op.settle_until, nb.now() + nb.setting_interval('pending_read_ms')) end);
end
$$;
comment on function nb.outbox_read_negative(nb.outbox_operation) is 'One read that found nothing; two of them over the settling window prove absence.';

create or replace function nb.outbox_settle_read(op nb.outbox_operation, word text, facts jsonb, retry_ms bigint,
    sealed_number bytea, prints bytea) returns void
    language plpgsql volatile
    as $$
begin
    case word
    when 'confirmed' then
        perform nb.outbox_read_found(op, facts, sealed_number, prints);
    when 'cancelled' then
        if nb.outbox_is_current(op, array['unknown', 'cancel_pending']) then
            perform nb.outbox_read_gone(op, 'cancelled');
            perform nb.outbox_points_back(op, (facts ->> 'points_returned')::bigint);
        else
            perform nb.outbox_close(op, 'cancelled');
            update nb.booking_attempt a set reread_at = null where a.attempt_id = op.attempt_id;
        end if;
    when 'not_found' then
        perform nb.outbox_read_negative(op);
    when 'pending' then
        perform nb.outbox_read_again(op, nb.now() + nb.setting_interval('pending_read_ms'));
    else
        -- A question that was not answered says nothing; it is asked until somebody knows.
        perform nb.outbox_read_again(op, nb.now() + greatest(retry_ms, coalesce((facts ->> 'retry_after_ms')::bigint, 0))
                                                    * interval '1 millisecond');
    end case;
end
$$;
comment on function nb.outbox_settle_read(nb.outbox_operation, text, jsonb, bigint, bytea, bytea) is
    'What an outcome of a read means, word by word.';

-- Cancelling ---------------------------------------------------------------------------------------------------------

-- What a program keeps of a cancelled stay is gone; our books do not offer it again.
create or replace function nb.outbox_points_back(op nb.outbox_operation, back bigint) returns void
    language plpgsql volatile
    as $$
declare
    taken bigint;
    of_reference uuid;
begin
    select h.points, h.reference into taken, of_reference
      from nb.booking_attempt a join nb.points_hold h on h.reference = a.reference
     where a.attempt_id = op.attempt_id and h.refunded_at is not null;
    if taken is null or back is null or back = taken then
        return;
    end if;
    if back < taken then
        perform nb.points_forfeit(of_reference, taken - back);
        insert into nb.finance_exception (hotline_id, kind, ledger_transfer_id, points)
        select b.hotline_id, 'refund_missing',
               (select max(t.ledger_transfer_id) from nb.ledger_transfer t join nb.points_hold h using (points_hold_id)
                 where h.reference = of_reference and t.kind = 'refund'), back - taken
          from nb.booking b where b.booking_id = op.booking_id;
    end if;
    perform nb.outbox_task(op, 'points_disagree', 'supervisor', nb.now() + interval '30 minutes',
                           jsonb_build_object('taken', taken, 'returned', back));
end
$$;
comment on function nb.outbox_points_back(nb.outbox_operation, bigint) is
    'Compares what came back of a refunded stay with what was taken: a smaller amount is forfeited and told to finance, any other is told to a supervisor. Null: the program did not say.';

create or replace function nb.outbox_cancelled(op nb.outbox_operation, word text, facts jsonb) returns void
    language plpgsql volatile
    as $$
declare
    back bigint := (facts ->> 'points_returned')::bigint;
begin
    perform nb.outbox_close(op, word);
    if nb.outbox_is_current(op, array['cancel_pending']) then
        perform nb.booking_step(op.booking_id, 'cancel_confirm', null, 'dispatch', op.attempt_id,
                                jsonb_strip_nulls(jsonb_build_object('outcome', word, 'points_returned', back)));
        perform nb.outbox_points_back(op, back);
    else
        update nb.booking_attempt a set state = 'cancelled', ended_at = coalesce(a.ended_at, nb.now())
         where a.attempt_id = op.attempt_id and a.state in ('refused', 'absent', 'expired');
    end if;
    -- Some say "cancelled" and keep it: the reference is looked at once more, soon.
    update nb.booking_attempt a set reread_at = nb.now() + nb.setting_interval('settle_first_read_ms'), reread_count = 3
      from nb.points_account c
     where a.attempt_id = op.attempt_id and c.account_id = a.account_id and c.can_read;
end
$$;
comment on function nb.outbox_cancelled(nb.outbox_operation, text, jsonb) is 'The other side says that it is cancelled, or was before.';

create or replace function nb.outbox_settle_cancel(op nb.outbox_operation, word text, facts jsonb, retry_ms bigint) returns void
    language plpgsql volatile
    as $$
begin
    case
    when word in ('cancelled', 'already_cancelled') then
        perform nb.outbox_cancelled(op, word, facts);
    when word = 'cancel_refused' then
        perform nb.outbox_close(op, word);
        if nb.outbox_is_current(op, array['cancel_pending']) then
            perform nb.booking_step(op.booking_id, 'cancel_refuse', null, 'dispatch', op.attempt_id, jsonb_build_object('outcome', word));
        end if;
        perform nb.outbox_task(op, 'cancel_refused', 'supervisor', nb.now() + interval '1 hour', jsonb_build_object('outcome', word));
    when word in ('retry_later', 'not_sent', 'protocol', 'unauthorised') then
        perform nb.outbox_ready_again(op, greatest(retry_ms, coalesce((facts ->> 'retry_after_ms')::bigint, 0)), true);
        if op.tries >= nb.setting_text('cancel_tries')::integer then
            perform nb.outbox_task(op, 'cancel_stuck', 'supervisor', nb.now() + interval '30 minutes',
                                   jsonb_build_object('outcome', word, 'tries', op.tries));
        end if;
    when nb.outbox_is_current(op, array['cancel_pending']) then
        -- not_found is one negative read; pending and unknown are read until it is known.
        perform nb.outbox_lost(op, word, facts);
    else
        perform nb.outbox_close(op, word);
        perform nb.outbox_put_read(op, word);
    end case;
end
$$;
comment on function nb.outbox_settle_cancel(nb.outbox_operation, text, jsonb, bigint) is 'What an outcome of a cancellation means, word by word.';
