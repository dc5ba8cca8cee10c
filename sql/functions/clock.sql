-- What is due by time: holds, steps of offers, leases of tasks, references to read again, points that end, and whatever
-- nobody looked at in time. Each function does up to `most` rows and returns how many it did; called until it says 0.
-- Not here: leases of the outbox (outbox.sql), sealing (audit.sql). Invariant: a row that fails is reported and keeps no
-- other row from being done, and two clocks never do the same work.

create or replace function nb.sweep_begin(sweep text) returns boolean
    language sql volatile
    as $$
    select pg_try_advisory_xact_lock(nb.lock_key('sweep_' || sweep, 0));
$$;
comment on function nb.sweep_begin(text) is 'False while another process does the same sweep.';

create or replace function nb.sweep_failed(sweep text, kind text, subject uuid, code text) returns void
    language sql volatile
    as $$
    select nb.audit(null, null, 'sweep.failed', kind, subject, jsonb_build_object('sweep', sweep, 'sqlstate', code), 'clock');
$$;
comment on function nb.sweep_failed(text, text, uuid, text) is 'A row of a sweep failed: written down, and an alarm of the invariant file until it is done.';

create or replace function nb.sweep_lock(bookings bigint[]) returns void
    language sql volatile
    as $$
    select nb.lock_keys(array_agg(k))
      from nb.booking b cross join unnest(nb.booking_keys(b)) k
     where b.booking_id = any (bookings);
$$;
comment on function nb.sweep_lock(bigint[]) is 'The locks of several bookings at once, in sorted order.';

create or replace function nb.hold_expire(most integer) returns integer
    language plpgsql volatile
    as $$
declare
    picked bigint[];
    b nb.booking;
    done integer := 0;
begin
    if not nb.sweep_begin('hold_expire') then
        return 0;
    end if;
    select array_agg(p.booking_id) into picked
      from (select x.booking_id from nb.booking x
             where x.hold_expires_at <= nb.now() and x.state = 'held' order by x.hold_expires_at limit most) p;
    if picked is null then
        return 0;
    end if;
    perform nb.sweep_lock(picked);
    for b in select x.* from nb.booking x
              where x.booking_id = any (picked) and x.state = 'held' and x.hold_expires_at <= nb.now() loop
        begin
            perform nb.booking_step(b.booking_id, 'expire', null, 'clock', b.current_attempt_id, '{}');
            done := done + 1;
        exception when others then
            perform nb.sweep_failed('hold_expire', 'booking', b.public_id, sqlstate);
        end;
    end loop;
    return done;
end
$$;
comment on function nb.hold_expire(integer) is 'Ends holds that nobody acted on and gives back what they held.';

create or replace function nb.referral_step(most integer) returns integer
    language plpgsql volatile
    as $$
declare
    picked bigint[];
    r nb.referral;
    done integer := 0;
begin
    if not nb.sweep_begin('referral_step') then
        return 0;
    end if;
    select array_agg(p.booking_id) into picked
      from (select x.booking_id from nb.referral x
             where x.state = 'offered' and x.expires_at <= nb.now() order by x.expires_at limit most) p;
    if picked is null then
        return 0;
    end if;
    perform nb.sweep_lock(picked);
    for r in select x.* from nb.referral x
              where x.booking_id = any (picked) and x.state = 'offered' and x.expires_at <= nb.now() loop
        begin
            perform nb.referral_step_one(r);
            done := done + 1;
        exception when others then
            perform nb.sweep_failed('referral_step', 'referral', r.public_id, sqlstate);
        end;
    end loop;
    return done;
end
$$;
comment on function nb.referral_step(integer) is 'Renews holds of unanswered offers and tells a person at each step; at the cap the offer is over.';

-- What a person may have done outside is unknown from now on; everything else is simply open again.
create or replace function nb.task_lapse_one(t nb.task) returns void
    language plpgsql volatile
    as $$
begin
    if t.kind in ('assisted_commit', 'assisted_cancel') and t.outbox_id is not null then
        update nb.task x set state = 'dropped', lease_until = null, result = 'lease_lapsed', done_at = nb.now()
         where x.task_id = t.task_id;
        perform nb.outbox_settle(t.outbox_id, 'unknown', '{"why": "lease_lapsed"}', 0, null, null);
    else
        update nb.task x set state = 'open', lease_until = null, handover = 'lease_lapsed' where x.task_id = t.task_id;
    end if;
end
$$;
comment on function nb.task_lapse_one(nb.task) is 'The lease of a task is over without a word.';

create or replace function nb.task_lapse(most integer) returns integer
    language plpgsql volatile
    as $$
declare
    picked bigint[];
    bookings bigint[];
    t nb.task;
    done integer := 0;
begin
    if not nb.sweep_begin('task_lapse') then
        return 0;
    end if;
    select array_agg(p.task_id), array_agg(p.booking_id) filter (where p.booking_id is not null) into picked, bookings
      from (select x.task_id, x.booking_id from nb.task x
             where x.state = 'claimed' and x.lease_until <= nb.now() order by x.lease_until limit most) p;
    if picked is null then
        return 0;
    end if;
    perform nb.sweep_lock(bookings);
    for t in select x.* from nb.task x
              where x.task_id = any (picked) and x.state = 'claimed' and x.lease_until <= nb.now()
              order by x.task_id for update skip locked loop
        begin
            perform nb.task_lapse_one(t);
            done := done + 1;
        exception when others then
            perform nb.sweep_failed('task_lapse', 'task', t.public_id, sqlstate);
        end;
    end loop;
    return done;
end
$$;
comment on function nb.task_lapse(integer) is 'Takes back tasks whose lease ended. A commit or cancellation by hand becomes unknown, with a supervisor''s task.';

create or replace function nb.task_overdue(most integer) returns integer
    language plpgsql volatile
    as $$
declare
    roles constant text[] := array['specialist', 'coordinator', 'supervisor', 'director'];
    t nb.task;
    done integer := 0;
begin
    if not nb.sweep_begin('task_overdue') then
        return 0;
    end if;
    for t in select x.* from nb.task x
              where x.state = 'open' and x.due_at <= nb.now() order by x.due_at limit most for update skip locked loop
        update nb.task x
           set for_role = coalesce(roles[array_position(roles, t.for_role) + 1], t.for_role),
               due_at = nb.now() + nb.setting_interval('overdue_repeat_ms')
         where x.task_id = t.task_id;
        perform nb.audit(null, t.hotline_id, 'task.escalated', 'task', t.public_id,
                         jsonb_build_object('kind', t.kind, 'from', t.for_role), 'clock');
        done := done + 1;
    end loop;
    return done;
end
$$;
comment on function nb.task_overdue(integer) is 'A task that nobody took in time reaches the next higher role; at the top it is due again and again.';

create or replace function nb.booking_overdue(most integer) returns integer
    language plpgsql volatile
    as $$
declare
    b nb.booking;
    done integer := 0;
begin
    if not nb.sweep_begin('booking_overdue') then
        return 0;
    end if;
    for b in select x.* from nb.booking x
              where x.next_action_at <= nb.now() and x.state not in ('held', 'offered')
              order by x.next_action_at limit most for update skip locked loop
        perform nb.task_open(b, 'overdue', 'supervisor', nb.now() + interval '15 minutes', jsonb_build_object('state', b.state));
        update nb.booking x set next_action_at = nb.now() + nb.setting_interval('overdue_repeat_ms')
         where x.booking_id = b.booking_id;
        done := done + 1;
    end loop;
    return done;
end
$$;
comment on function nb.booking_overdue(integer) is 'A booking at which nobody looked in time gets a supervisor''s task, again and again until somebody does.';

create or replace function nb.request_overdue(most integer) returns integer
    language plpgsql volatile
    as $$
declare
    q nb.shelter_request;
    look_at timestamptz;
    done integer := 0;
begin
    if not nb.sweep_begin('request_overdue') then
        return 0;
    end if;
    for q in select r.* from nb.shelter_request r
              where r.next_action_at <= nb.now() and r.state in ('open', 'placed', 'unmet')
              order by r.next_action_at limit most for update skip locked loop
        -- Progressing: a booking of it says when it is looked at.
        select min(b.next_action_at) into look_at from nb.booking b
         where b.request_id = q.request_id and nb.booking_is_live(b.state) and b.next_action_at > nb.now();
        if look_at is null and not exists (select from nb.task t
                                            where t.request_id = q.request_id and t.kind = 'overdue'
                                              and t.state in ('open', 'claimed')) then
            insert into nb.task (hotline_id, kind, for_role, request_id, due_at, detail)
            values (q.hotline_id, 'overdue', 'specialist', q.request_id, nb.now() + interval '15 minutes',
                    jsonb_build_object('state', q.state));
        end if;
        update nb.shelter_request r
           set next_action_at = coalesce(look_at, nb.now() + nb.setting_interval('overdue_repeat_ms'))
         where r.request_id = q.request_id;
        done := done + 1;
    end loop;
    return done;
end
$$;
comment on function nb.request_overdue(integer) is 'Requests that nobody looked at in time: one is finished, progressing by a booking, or somebody gets a task about it.';

create or replace function nb.attempt_reread(most integer) returns integer
    language plpgsql volatile
    as $$
declare
    a nb.booking_attempt;
    done integer := 0;
begin
    if not nb.sweep_begin('attempt_reread') then
        return 0;
    end if;
    for a in select x.* from nb.booking_attempt x
              where x.reread_at <= nb.now() order by x.reread_at limit most for update skip locked loop
        if a.account_id is not null then
            perform nb.outbox_put(a.booking_id, a.attempt_id, 'read', nb.now());
        end if;
        update nb.booking_attempt x set reread_at = null where x.attempt_id = a.attempt_id;
        done := done + 1;
    end loop;
    if done > 0 then
        perform pg_notify('nb_outbox', '');
    end if;
    return done;
end
$$;
comment on function nb.attempt_reread(integer) is 'References that were declared absent are read again; what the read finds plans the next one.';

create or replace function nb.points_expire_due(most integer) returns integer
    language plpgsql volatile
    as $$
declare
    today constant date := (nb.now() at time zone 'UTC')::date;
    picked bigint[];
    account bigint;
begin
    if not nb.sweep_begin('points_expire') then
        return 0;
    end if;
    select array_agg(p.account_id) into picked
      from (select a.account_id from nb.points_account a
             where exists (select from nb.points_lot l
                            where l.account_id = a.account_id and l.available > 0
                              and least(l.hard_expires_on, a.idle_expires_on) < today)
             order by a.account_id limit most) p;
    if picked is null then
        return 0;
    end if;
    perform nb.lock_keys((select array_agg(nb.lock_key('account', p)) from unnest(picked) p));
    foreach account in array picked loop
        perform nb.points_expire_locked(account, today);
    end loop;
    return cardinality(picked);
end
$$;
comment on function nb.points_expire_due(integer) is 'Expires points whose last day is over, account by account. Often enough that a restart skips no day.';
