-- Leases that ended, and pausing: what a worker finds that nobody holds any more, and when only reads are sent.
-- Invariant: what was or may have been sent and has no outcome never goes back to ready.

create or replace function nb.dispatch_paused() returns boolean
    language sql stable
    as $$
    select nb.setting_text('dispatch_paused') <> 'no';
$$;
comment on function nb.dispatch_paused() is 'True while only reads are sent: after a restore, on a new timeline, or by decision.';

-- The log being written names its timeline, which a promotion raises at once. A dump that is restored is another database,
-- even on the same server.
create or replace function nb.dispatch_server() returns text
    language sql stable
    as $$
    select concat_ws('/', s.system_identifier, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), d.oid)
      from pg_control_system() s, pg_database d where d.datname = current_database();
$$;
comment on function nb.dispatch_server() is 'This server, its timeline and this database.';

create or replace function nb.dispatch_server_known() returns text
    language sql stable
    as $$
    select s.value_text from nb.setting s where s.name = 'dispatch_server' order by s.setting_id desc limit 1;
$$;
comment on function nb.dispatch_server_known() is 'The server and timeline that a worker saw last; null before the first.';

create or replace function nb.dispatch_server_is_new() returns boolean
    language sql stable
    as $$
    select coalesce(nb.dispatch_server_known() <> nb.dispatch_server(), false);
$$;
comment on function nb.dispatch_server_is_new() is 'True on another server or timeline than the last one, until that is written down and dispatch paused.';

create or replace function nb.dispatch_see_server() returns void
    language plpgsql volatile
    as $$
declare
    known text := nb.dispatch_server_known();
begin
    if known = nb.dispatch_server() then
        return;
    end if;
    perform pg_advisory_xact_lock(nb.lock_key('dispatch_server', 0));
    known := nb.dispatch_server_known();
    if known is distinct from nb.dispatch_server() then
        insert into nb.setting (name, value_text, effective_from) values ('dispatch_server', nb.dispatch_server(), nb.now());
        if known is not null then
            perform nb.dispatch_pause(null, 'new_server');
        end if;
    end if;
end
$$;
comment on function nb.dispatch_see_server() is
    'Writes down which server this is, and pauses dispatch when it is not the last one: what was sent after the backup or before the failover may not be known here.';

create or replace function nb.outbox_lapse(op nb.outbox_operation) returns void
    language plpgsql volatile
    as $$
begin
    -- The token is raised first: whoever had the lease is stale from here on.
    update nb.outbox_operation o set lease_token = o.lease_token + 1 where o.outbox_id = op.outbox_id returning o.* into op;
    if op.sent <> 'no' and op.kind in ('commit', 'cancel') then
        perform nb.outbox_settle(op.outbox_id, 'unknown', jsonb_build_object('why', 'lease_lapsed'), 0, null, null);
    else
        perform nb.outbox_ready_again(op, 0, true);
    end if;
end
$$;
comment on function nb.outbox_lapse(nb.outbox_operation) is
    'A lease ended: what was or may have been sent is unknown and is read, the rest is ready again.';

create or replace function nb.outbox_state(out unknown_open bigint, out waiting bigint, out paused boolean)
    language sql stable
    as $$
    select (select count(*) from nb.booking_attempt a where a.state = 'unknown'),
           (select count(*) from nb.outbox_operation o where o.state = 'ready' and o.due_at <= nb.now()),
           nb.dispatch_paused();
$$;
comment on function nb.outbox_state() is 'What dispatch shows of itself: attempts of unknown outcome, operations that are due, whether it is paused.';

create or replace function nb.outbox_sweep(out lapsed bigint, out unknown_open bigint, out waiting bigint, out paused boolean)
    language plpgsql volatile
    as $$
declare
    picked bigint[];
    bookings bigint[];
    op nb.outbox_operation;
begin
    perform nb.dispatch_see_server();
    lapsed := 0;
    select array_agg(p.outbox_id), array_agg(p.booking_id) into picked, bookings
      from (select o.outbox_id, o.booking_id from nb.outbox_operation o
             where o.state = 'claimed' and o.lease_until < nb.now() order by o.lease_until limit 50) p;
    if picked is not null then
        perform nb.sweep_lock(bookings);
        for op in select o.* from nb.outbox_operation o
                   where o.outbox_id = any (picked) and o.state = 'claimed' and o.lease_until < nb.now()
                   order by o.outbox_id
                     for update skip locked loop
            begin
                perform nb.outbox_lapse(op);
                lapsed := lapsed + 1;
            exception when others then
                perform nb.sweep_failed('outbox_lapse', 'outbox_operation', op.public_id, sqlstate);
            end;
        end loop;
    end if;
    select s.* into unknown_open, waiting, paused from nb.outbox_state() s;
end
$$;
comment on function nb.outbox_sweep() is 'Takes away up to 50 leases that ended, and says how the outbox stands.';

create or replace function nb.outbox_begin(out lapsed bigint, out unknown_open bigint, out waiting bigint, out paused boolean)
    language plpgsql volatile
    as $$
begin
    perform nb.dispatch_see_server();
    lapsed := 0;
    select s.* into unknown_open, waiting, paused from nb.outbox_state() s;
end
$$;
comment on function nb.outbox_begin() is 'A worker starts: it sees which server this is, and how the outbox stands.';

create or replace function nb.dispatch_pause(actor bigint, why text) returns void
    language plpgsql volatile
    as $$
begin
    insert into nb.setting (name, value_text, effective_from, approved_by) values ('dispatch_paused', why, nb.now(), actor)
        on conflict (name, effective_from) do nothing;
    perform nb.audit(actor, null, 'dispatch.pause', 'setting', null, jsonb_build_object('why', why));
end
$$;
comment on function nb.dispatch_pause(bigint, text) is 'From now on only reads are sent. why: a word other than no.';

create or replace function nb.dispatch_resume(actor bigint, although_reads_are_open boolean, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    open_reads bigint;
begin
    select count(*) into open_reads from nb.outbox_operation o where o.kind = 'read' and o.state not in ('done', 'dead');
    if not nb.dispatch_paused() then
        outcome := 'not_paused';
    elsif open_reads > 0 and not although_reads_are_open then
        outcome := 'reads_open';
        detail := jsonb_build_object('reads', open_reads);
    else
        insert into nb.setting (name, value_text, effective_from, approved_by) values ('dispatch_paused', 'no', nb.now(), actor);
        perform nb.audit(actor, null, 'dispatch.resume', 'setting', null, jsonb_build_object('open_reads', open_reads));
        outcome := 'resumed';
    end if;
end
$$;
comment on function nb.dispatch_resume(bigint, boolean) is
    'Sends everything again. Outcome: resumed, not_paused, or reads_open {reads} while a reference has not been read back and nobody insists.';

-- Balances -------------------------------------------------------------------------------------------------------------

-- What must be there at least: everything of ours, less what may have been taken already and what is still on its way
-- back (programs return points up to days after a cancellation).
create or replace function nb.points_surely_there(account bigint) returns bigint
    language sql stable
    as $$
    select coalesce((select sum(l.available + l.held) from nb.points_lot l where l.account_id = account), 0)::bigint
         - coalesce((select sum(h.points) from nb.booking_attempt a join nb.points_hold h on h.reference = a.reference
                      where a.state in ('sent', 'unknown') and a.account_id = account and h.state = 'held'), 0)::bigint
         - coalesce((select sum(h.points) from nb.points_hold h
                      where h.account_id = account and h.refunded_at > nb.now() - interval '7 days'
                        and h.refunded_at is not null), 0)::bigint;
$$;
comment on function nb.points_surely_there(bigint) is 'The fewest points that a program must show for an account, by our books.';

create or replace function nb.outbox_balance(account bigint, points bigint) returns text
    language plpgsql volatile
    as $$
declare
    least_points bigint := nb.points_surely_there(account);
    facts jsonb;
begin
    if points < least_points then
        select jsonb_build_object('account', a.public_id, 'why', 'balance') into facts
          from nb.points_account a where a.account_id = account;
        insert into nb.task (hotline_id, kind, for_role, due_at, detail)
        select a.hotline_id, 'points_disagree', 'supervisor', nb.now() + interval '30 minutes',
               facts || jsonb_build_object('there', points, 'here_at_least', least_points)
          from nb.points_account a
         where a.account_id = account
           and not exists (select from nb.task t
                            where t.hotline_id = a.hotline_id and t.kind = 'points_disagree' and t.state in ('open', 'claimed')
                              and t.detail @> facts);
    end if;
    return 'done';
end
$$;
comment on function nb.outbox_balance(bigint, bigint) is
    'What a program says an account holds. Fewer points than there must be: something was taken that our books do not know of, and a supervisor is told, once.';
