-- Circuit breakers by program, account and operation, shared by all workers through their table; and the
-- administrator's kill switch (state off). Reads and cancels ask only for the kill switch: they mend what is broken. What is
-- switched off goes to a person (outbox.sql).
-- Invariant: of an open breaker whose wait is over, exactly one call is let out; its outcome decides.

create or replace function nb.breaker_admits(program text, account bigint, wanted text) returns boolean
    language plpgsql volatile
    as $$
declare
    breaker nb.breaker;
    wait_ms bigint;
begin
    for breaker in
        select b.* from nb.breaker b
         where b.program_code = program and (b.account_id is null or b.account_id = account) and b.operation = wanted
    loop
        if breaker.state = 'off' then
            return false;
        end if;
        if breaker.state = 'closed' or wanted in ('read', 'cancel') then
            continue;
        end if;
        wait_ms := nb.setting_ms(case breaker.state when 'open' then 'breaker_open_ms' else 'breaker_probe_ms' end);
        if breaker.since + wait_ms * interval '1 millisecond' > nb.now() then
            return false;
        end if;
        update nb.breaker b set state = 'half_open', since = nb.now()
         where b.breaker_id = breaker.breaker_id and b.since = breaker.since;
        if not found then
            return false;
        end if;
    end loop;
    return true;
end
$$;
comment on function nb.breaker_admits(text, bigint, text) is
    'True when a call may go out now. Of an open breaker whose wait is over it is true once: that call is the probe.';

create or replace function nb.breaker_is_off(program text, account bigint, wanted text) returns boolean
    language sql stable
    as $$
    select exists (select from nb.breaker b
                    where b.program_code = program and (b.account_id is null or b.account_id = account) and b.operation = wanted
                      and b.state = 'off');
$$;
comment on function nb.breaker_is_off(text, bigint, text) is 'True when an administrator has switched this off.';

create or replace function nb.breaker_succeeded(program text, account bigint, what text) returns void
    language sql volatile
    as $$
    update nb.breaker b set state = 'closed', failures = 0, since = nb.now(), reason = null
     where b.program_code = program and b.account_id = account and b.operation = what
       and (b.state in ('open', 'half_open') or b.failures > 0) and b.state <> 'off';
$$;
comment on function nb.breaker_succeeded(text, bigint, text) is 'The other side answered with sense: the breaker of the account closes.';

create or replace function nb.breaker_failed(program text, account bigint, what text, why text, at_once boolean)
    returns boolean
    language plpgsql volatile
    as $$
declare
    breaker nb.breaker;
    opens boolean;
begin
    insert into nb.breaker as b (program_code, account_id, operation, failures, reason)
    values (program, account, what, 1, why)
        on conflict (program_code, (coalesce(account_id, 0)), operation)
        do update set failures = b.failures + 1, reason = case b.state when 'off' then b.reason else excluded.reason end
    returning * into breaker;
    opens := breaker.state = 'half_open' or (breaker.state = 'closed'
        and (at_once or breaker.failures >= nb.setting_text('breaker_failures')::integer));
    if opens then
        update nb.breaker b set state = 'open', since = nb.now() where b.breaker_id = breaker.breaker_id;
    end if;
    return opens;
end
$$;
comment on function nb.breaker_failed(text, bigint, text, text, boolean) is
    'Counts a failure; true when it opened the breaker. at_once: a refusal that no repetition mends (credential).';

create or replace function nb.breaker_switch(
    actor bigint, program text, account_public_id uuid, what text, is_off boolean, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    account bigint;
begin
    if account_public_id is not null then
        select a.account_id into account
          from nb.points_account a join nb.loyalty_program p using (program_id)
         where a.public_id = account_public_id and p.code = program;
    end if;
    if (account_public_id is not null and account is null)
        or not exists (select from nb.loyalty_program p where p.code = program) then
        outcome := 'not_found';
        return;
    end if;
    if what not in ('commit', 'read', 'cancel') then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'operation', 'allowed', 'commit, read or cancel');
        return;
    end if;
    insert into nb.breaker as b (program_code, account_id, operation, state, reason, changed_by)
    values (program, account, what, case when is_off then 'off' else 'closed' end, 'administrator', actor)
        on conflict (program_code, (coalesce(account_id, 0)), operation)
        do update set state = excluded.state, failures = 0, since = nb.now(), reason = excluded.reason,
                      changed_by = excluded.changed_by;
    perform nb.audit(actor, null, 'breaker.switch', 'loyalty_program', null,
                     jsonb_build_object('program', program, 'operation', what, 'off', is_off));
    outcome := case when is_off then 'off' else 'closed' end;
end
$$;
comment on function nb.breaker_switch(bigint, text, uuid, text, boolean) is
    'The kill switch: off until an administrator closes it again. Account null: the whole program. Outcome: off, closed, not_found or invalid {field, allowed}.';
