-- What an outcome means: the whole vocabulary of facts about commits, reads and cancels, turned into moves of the
-- booking, of the operation itself and of its account. Called by the worker that had the lease, by a lapsed lease, and
-- by the person who did it by hand.
-- Invariant: no answer is no refusal. Only what is proved ends an attempt; everything else is unknown, is read by our
-- own reference, and has an owner with a deadline.

-- Ends and tasks -----------------------------------------------------------------------------------------------------

create or replace function nb.outbox_close(op nb.outbox_operation, word text, to_state text default 'done') returns void
    language sql volatile
    as $$
    update nb.outbox_operation o
       set state = to_state, done_at = nb.now(), outcome = word, lease_until = null, sealed_state = null
     where o.outbox_id = op.outbox_id;
$$;
comment on function nb.outbox_close(nb.outbox_operation, text, text) is 'An operation is over, with its word; its stored state goes.';

create or replace function nb.outbox_task_over(booking bigint, task_kind text, word text) returns void
    language sql volatile
    as $$
    update nb.task t set state = 'dropped', result = word, lease_until = null, done_at = nb.now()
     where t.booking_id = booking and t.kind = task_kind and t.state in ('open', 'claimed');
$$;
comment on function nb.outbox_task_over(bigint, text, text) is 'A task has answered itself: its open row ends without a person.';

-- Whoever is told of an account or a property is told once, until somebody has acted.
create or replace function nb.outbox_admin_task(op nb.outbox_operation, task_kind text, of_role text, facts jsonb) returns void
    language plpgsql volatile
    as $$
begin
    insert into nb.task (hotline_id, kind, for_role, due_at, detail)
    select b.hotline_id, task_kind, of_role, nb.now() + interval '30 minutes', facts
      from nb.booking b
     where b.booking_id = op.booking_id
       and not exists (select from nb.task t
                        where t.hotline_id = b.hotline_id and t.kind = task_kind and t.state in ('open', 'claimed')
                          and t.detail @> (facts - 'why'));
end
$$;
comment on function nb.outbox_admin_task(nb.outbox_operation, text, text, jsonb) is
    'Opens a task about an account or a property, unless one with the same subject is open.';

-- One open operation of a kind for an attempt, due then.
create or replace function nb.outbox_put(booking bigint, attempt bigint, what text, due timestamptz) returns bigint
    language plpgsql volatile
    as $$
declare
    put_id bigint;
begin
    update nb.outbox_operation o set due_at = due
     where o.attempt_id = attempt and o.kind = what and o.state = 'ready'
    returning o.outbox_id into put_id;
    if put_id is null then
        insert into nb.outbox_operation (kind, booking_id, attempt_id, account_id, program_code, due_at)
        select what, booking, a.attempt_id, a.account_id, p.code, due
          from nb.booking_attempt a
          join nb.points_account c on c.account_id = a.account_id
          join nb.loyalty_program p on p.program_id = c.program_id
         where a.attempt_id = attempt
            on conflict (attempt_id, kind) where state not in ('done', 'dead') do nothing
        returning outbox_id into put_id;
    end if;
    return put_id;
end
$$;
comment on function nb.outbox_put(bigint, bigint, text, timestamptz) is
    'Sees to it that an attempt has an open operation of a kind, and that it is due then. Null when one is being worked on.';

-- An unknown outcome is read at once, after the first window, and at the end of settling; a person owns it meanwhile.
create or replace function nb.outbox_put_read(op nb.outbox_operation, why text) returns void
    language plpgsql volatile
    as $$
declare
    read_id bigint := nb.outbox_put(op.booking_id, op.attempt_id, 'read', nb.now());
    deadline timestamptz := nb.now() + nb.setting_interval('unknown_deadline_ms');
begin
    update nb.outbox_operation o
       set settle_until = nb.now() + nb.setting_interval('settle_window_ms'), deadline_at = deadline,
           negative_reads = 0, first_negative_at = null, created_at = nb.now()
     where o.outbox_id = read_id;
    perform nb.outbox_task(op, 'unknown_outcome', 'supervisor', deadline,
                           jsonb_build_object('operation', op.kind, 'why', why));
end
$$;
comment on function nb.outbox_put_read(nb.outbox_operation, text) is
    'Reads by our reference until it is known, with an owner and a deadline. The settling window begins now.';

-- What was confirmed -------------------------------------------------------------------------------------------------

-- prints: 36 bytes each, of (account, number) under every living key epoch.
create or replace function nb.confirmation_is_new(account bigint, attempt bigint, prints bytea) returns boolean
    language sql stable
    as $$
    select not exists (
        select from generate_series(0, length(prints) / 36 - 1) i
          join nb.booking_attempt a on a.account_id = account and a.attempt_id <> attempt
           and a.confirmation_fingerprint = substr(prints, i * 36 + 1, 36));
$$;
comment on function nb.confirmation_is_new(bigint, bigint, bytea) is 'True when no other attempt of the account has this confirmation number.';

create or replace function nb.confirmation_keep(attempt bigint, sealed_number bytea, prints bytea) returns void
    language plpgsql volatile
    as $$
declare
    secret_id bigint;
begin
    if sealed_number is null then
        return;
    end if;
    insert into pii.guest_secret as s (guest_id, kind, sealed)
    select r.guest_id, 'confirmation', sealed_number
      from nb.booking_attempt a
      join nb.booking b on b.booking_id = a.booking_id
      join nb.shelter_request r on r.request_id = b.request_id
     where a.attempt_id = attempt
    returning s.guest_secret_id into secret_id;
    update nb.booking_attempt a
       set confirmation_secret_id = secret_id, confirmation_fingerprint = substr(prints, 1, 36)
     where a.attempt_id = attempt;
end
$$;
comment on function nb.confirmation_keep(bigint, bytea, bytea) is 'Keeps a confirmation number, sealed, with its fingerprint.';

-- The books take exactly what the program took. Less than it took can only be when the account itself has no more.
create or replace function nb.outbox_take_points(op nb.outbox_operation, taken bigint) returns void
    language plpgsql volatile
    as $$
declare
    attempt nb.booking_attempt;
    held bigint;
    approved bigint;
begin
    select a.* into attempt from nb.booking_attempt a where a.attempt_id = op.attempt_id;
    if attempt.points is null then
        return;
    end if;
    taken := coalesce(nullif(taken, 0), attempt.points);
    select nb.points_hold_grow(attempt.reference, taken, attempt.check_in, c.region, c.population, 'emergency_stay') into held
      from (select attempt.candidate_id) t left join nb.candidate c on c.candidate_id = t.candidate_id;
    if held > taken then
        held := nb.points_hold_shrink(attempt.reference, taken);
    end if;
    select b.approved_points + b.price_tolerance_points into approved from nb.booking b where b.booking_id = op.booking_id;
    if held <> taken or taken > approved then
        perform nb.outbox_task(op, 'points_disagree', 'supervisor', nb.now() + interval '30 minutes',
                               jsonb_build_object('taken', taken, 'held', held, 'approved', approved));
    end if;
    update nb.booking_attempt a set points = taken where a.attempt_id = op.attempt_id and a.points <> taken;
    update nb.booking b set points = taken
     where b.booking_id = op.booking_id and b.current_attempt_id = op.attempt_id and b.points <> taken;
end
$$;
comment on function nb.outbox_take_points(nb.outbox_operation, bigint) is 'Makes the hold of an attempt as large as what the program took; a supervisor is told when it cannot be, or when that is more than was approved.';

create or replace function nb.outbox_found(op nb.outbox_operation, event text, facts jsonb, sealed_number bytea, prints bytea)
    returns void
    language plpgsql volatile
    as $$
begin
    perform nb.confirmation_keep(op.attempt_id, sealed_number, prints);
    perform nb.outbox_take_points(op, (facts ->> 'points')::bigint);
    update nb.booking b set cancel_by = coalesce((facts ->> 'cancel_by')::timestamptz, b.cancel_by)
     where b.booking_id = op.booking_id;
    perform nb.outbox_close(op, 'confirmed');
    perform nb.booking_step(op.booking_id, event, null, 'dispatch', op.attempt_id,
                            jsonb_strip_nulls(jsonb_build_object('outcome', 'confirmed', 'points', facts -> 'points')));
end
$$;
comment on function nb.outbox_found(nb.outbox_operation, text, jsonb, bytea, bytea) is
    'The booking exists, as was asked: confirm (its own answer) or read_found.';

-- What was lost ------------------------------------------------------------------------------------------------------

create or replace function nb.outbox_lost(op nb.outbox_operation, word text, facts jsonb) returns void
    language plpgsql volatile
    as $$
declare
    event text := case op.kind when 'commit' then 'lose_answer' else 'cancel_lost' end;
begin
    perform nb.outbox_close(op, word);
    perform nb.booking_step(op.booking_id, event, null, 'dispatch', op.attempt_id,
                            jsonb_strip_nulls(jsonb_build_object('outcome', word, 'why', facts -> 'why')))
       from nb.booking b where b.booking_id = op.booking_id and b.current_attempt_id = op.attempt_id;
    -- A cancellation that was waiting for this goes first; it finds out as much.
    if not exists (select from nb.outbox_operation o
                    where o.attempt_id = op.attempt_id and o.kind = 'cancel' and o.state not in ('done', 'dead')) then
        perform nb.outbox_put_read(op, coalesce(facts ->> 'why', word));
    end if;
end
$$;
comment on function nb.outbox_lost(nb.outbox_operation, text, jsonb) is
    'It was or may have been sent and nothing that can be believed came back: unknown, and read.';

-- What was refused ---------------------------------------------------------------------------------------------------

-- A word that speaks of the account or of the program leaves out what else belongs to it.
create or replace function nb.outbox_next(booking nb.booking, word text) returns setof bigint
    language sql stable
    as $$
    select c.candidate_id
      from nb.booking_choices(booking, null) c
     where (word <> 'redemption_refused' or c.program_code is distinct from booking.program_code)
       and (word not in ('member_invalid', 'insufficient_points', 'unauthorised') or c.account_id is distinct from booking.account_id)
     order by c.rank;
$$;
comment on function nb.outbox_next(nb.booking, text) is 'Candidates that may take the place of one that was refused with this word, best first.';

create or replace function nb.outbox_end_attempt(op nb.outbox_operation, word text, facts jsonb) returns void
    language plpgsql volatile
    as $$
declare
    booking nb.booking;
    said jsonb := jsonb_strip_nulls(jsonb_build_object('outcome', word, 'why', facts -> 'why'));
    choice bigint;
begin
    select b.* into booking from nb.booking b where b.booking_id = op.booking_id;
    -- Whoever is covered has a place already.
    for choice in select n.* from nb.outbox_next(booking, word) n(candidate_id)
                   where (nb.covering_of(op.booking_id)).booking_id is null loop
        if nb.booking_step(op.booking_id, 'next_candidate', null, 'dispatch', op.attempt_id,
                           said || jsonb_build_object('candidate_id', choice)) <> 'refused' then
            return;
        end if;
    end loop;
    perform nb.booking_step(op.booking_id, 'refuse', null, 'dispatch', op.attempt_id, said);
end
$$;
comment on function nb.outbox_end_attempt(nb.outbox_operation, text, jsonb) is
    'The attempt is over without a place: the next allowed candidate is held, or the booking has failed and a person books again.';

create or replace function nb.outbox_refused(op nb.outbox_operation, word text, facts jsonb) returns void
    language plpgsql volatile
    as $$
begin
    perform nb.outbox_close(op, word);
    perform nb.outbox_end_attempt(op, word, facts);
end
$$;
comment on function nb.outbox_refused(nb.outbox_operation, text, jsonb) is 'A definite no.';

-- Rows in the order of their nights: two that learn the same do not wait for each other.
create or replace function nb.outbox_seen_full(attempt bigint) returns void
    language plpgsql volatile
    as $$
begin
    perform 1 from nb.property_rate r join nb.booking_attempt a using (property_id)
      where a.attempt_id = attempt and r.night >= a.check_in and r.night < a.check_out
      order by r.night for update of r;
    update nb.property_rate r set rooms_available = 0, observed_at = nb.now(), source = 'gateway'
      from nb.booking_attempt a
     where a.attempt_id = attempt and r.property_id = a.property_id and r.night >= a.check_in and r.night < a.check_out;
end
$$;
comment on function nb.outbox_seen_full(bigint) is
    'A hotel said that it is sold out: the next search does not offer these nights until somebody sees rooms there again.';

create or replace function nb.outbox_settle_commit(op nb.outbox_operation, word text, facts jsonb, retry_ms bigint,
    sealed_number bytea, prints bytea) returns void
    language plpgsql volatile
    as $$
declare
    booking nb.booking;
    tries_most integer := nb.setting_text('commit_tries')::integer;
    price bigint := (facts ->> 'points')::bigint;
begin
    select b.* into booking from nb.booking b where b.booking_id = op.booking_id;
    case
    when word = 'confirmed' then
        if nb.confirmation_is_new(op.account_id, op.attempt_id, prints) then
            perform nb.outbox_found(op, 'confirm', facts, sealed_number, prints);
        else
            perform nb.outbox_lost(op, word, facts || '{"why": "number_not_new"}');
        end if;
    when word in ('price_changed', 'policy_changed') then
        -- The same reference again, when the price is within what was approved; conditions are always asked again.
        if word = 'price_changed' and price <= booking.approved_points + booking.price_tolerance_points
            and op.tries < tries_most then
            perform nb.outbox_ready_again(op, 0, true);
        else
            perform nb.outbox_ask_again(op, word, facts);
        end if;
    when word in ('retry_later', 'not_sent', 'protocol') then
        if op.tries < tries_most
            and coalesce((facts ->> 'retry_after_ms')::bigint, 0) <= nb.setting_ms('retry_asked_ms') then
            perform nb.outbox_ready_again(op, retry_ms, true);
        else
            perform nb.outbox_refused(op, word, facts);
        end if;
    when word in ('sold_out', 'restricted', 'redemption_refused', 'needs_card', 'bad_ask', 'unsupported') then
        if word = 'sold_out' then
            perform nb.outbox_seen_full(op.attempt_id);
        end if;
        perform nb.outbox_refused(op, word, facts);
    when word = 'insufficient_points' then
        perform nb.outbox_task(op, 'points_disagree', 'supervisor', nb.now() + interval '30 minutes',
                               jsonb_build_object('why', word, 'wanted', booking.points));
        perform nb.outbox_refused(op, word, facts);
    when word = 'member_invalid' then
        perform nb.outbox_disable_account(op);
        perform nb.outbox_refused(op, word, facts);
    when word = 'hotel_invalid' then
        perform nb.outbox_disable_property(op);
        perform nb.outbox_refused(op, word, facts);
    when word = 'unauthorised' then
        if op.tries < tries_most and not booking.allowed_next then
            perform nb.outbox_ready_again(op, nb.setting_ms('breaker_open_ms'), true);
        else
            perform nb.outbox_refused(op, word, facts);
        end if;
    else
        -- pending, duplicate, unknown, and whatever makes no sense of a commit.
        perform nb.outbox_lost(op, word, facts);
    end case;
end
$$;
comment on function nb.outbox_settle_commit(nb.outbox_operation, text, jsonb, bigint, bytea, bytea) is
    'What an outcome of a commit means, word by word.';

create or replace function nb.outbox_ask_again(op nb.outbox_operation, word text, facts jsonb) returns void
    language plpgsql volatile
    as $$
declare
    attempt nb.booking_attempt;
begin
    select a.* into attempt from nb.booking_attempt a where a.attempt_id = op.attempt_id;
    perform nb.outbox_close(op, word);
    perform nb.points_hold_shrink(attempt.reference, attempt.points);
    if facts ? 'points' then
        insert into nb.quote (attempt_id, account_id, property_id, check_in, check_out, rooms, points, policy_version,
                              cancel_by, expires_at)
        values (attempt.attempt_id, attempt.account_id, attempt.property_id, attempt.check_in, attempt.check_out,
                attempt.units, (facts ->> 'points')::bigint, facts ->> 'policy_version',
                (facts ->> 'cancel_by')::timestamptz, (facts ->> 'expires_at')::timestamptz);
    end if;
    perform nb.booking_step(op.booking_id, 'ask_again', null, 'dispatch', op.attempt_id,
                            jsonb_strip_nulls(jsonb_build_object('outcome', word, 'points', facts -> 'points')));
    perform nb.outbox_task(op, 'ask_again', 'specialist', coalesce(b.hold_expires_at, nb.now()),
                           jsonb_strip_nulls(jsonb_build_object('outcome', word, 'points', facts -> 'points',
                               'asked_points', attempt.points, 'cancel_by', facts -> 'cancel_by',
                               'policy_version', facts -> 'policy_version')))
       from nb.booking b where b.booking_id = op.booking_id and b.state = 'held';
end
$$;
comment on function nb.outbox_ask_again(nb.outbox_operation, text, jsonb) is
    'Price or conditions moved beyond what was approved: the place stays held, and a person asks the guest.';

create or replace function nb.outbox_disable_account(op nb.outbox_operation) returns void
    language plpgsql volatile
    as $$
declare
    account nb.points_account;
begin
    update nb.points_account a set state = 'disabled' where a.account_id = op.account_id returning a.* into account;
    perform nb.outbox_admin_task(op, 'account_invalid', 'admin', jsonb_build_object('account', account.public_id));
    perform nb.audit(null, account.hotline_id, 'account.disable', 'points_account', account.public_id,
                     '{"why": "member_invalid"}', 'dispatch');
end
$$;
comment on function nb.outbox_disable_account(nb.outbox_operation) is 'The program does not know the member: nothing more is booked from the account until an administrator acted.';

create or replace function nb.outbox_disable_property(op nb.outbox_operation) returns void
    language plpgsql volatile
    as $$
declare
    house nb.property;
    hotline bigint;
begin
    update nb.property p set vetting_state = 'suspended'
      from nb.booking_attempt a
     where a.attempt_id = op.attempt_id and p.property_id = a.property_id and p.vetting_state = 'vetted'
    returning p.* into house;
    select b.hotline_id into hotline from nb.booking b where b.booking_id = op.booking_id;
    if house.property_id is not null then
        perform nb.outbox_admin_task(op, 'property_invalid', 'admin', jsonb_build_object('property', house.public_id));
        perform nb.audit(null, hotline, 'property.suspend', 'property', house.public_id, '{"why": "hotel_invalid"}', 'dispatch');
    end if;
end
$$;
comment on function nb.outbox_disable_property(nb.outbox_operation) is 'The program does not know the house: it is offered no more until an administrator acted.';

-- The whole vocabulary -----------------------------------------------------------------------------------------------

create or replace function nb.outbox_breaker(op nb.outbox_operation, word text, facts jsonb) returns void
    language plpgsql volatile
    as $$
declare
    account uuid;
begin
    select a.public_id into account from nb.points_account a where a.account_id = op.account_id;
    if word = 'unauthorised' and op.kind <> 'commit' then
        perform nb.outbox_admin_task(op, 'breaker_open', 'admin',
            jsonb_build_object('account', account, 'operation', op.kind, 'why', coalesce(facts ->> 'why', word)));
    end if;
    if op.kind <> 'commit' then
        return;
    end if;
    if coalesce((facts ->> 'reached')::boolean, false) then
        perform nb.breaker_succeeded(op.program_code, op.account_id, 'commit');
        return;
    end if;
    if word in ('unauthorised', 'not_sent', 'protocol', 'unknown', 'retry_later')
        and coalesce(facts ->> 'why', '') not in ('lease_lapsed', 'refused_here')
        and nb.breaker_failed(op.program_code, op.account_id, 'commit', word, word = 'unauthorised') then
        perform nb.outbox_admin_task(op, 'breaker_open', 'admin',
            jsonb_strip_nulls(jsonb_build_object('account', account, 'operation', 'commit', 'why', coalesce(facts ->> 'why', word))));
    end if;
end
$$;
comment on function nb.outbox_breaker(nb.outbox_operation, text, jsonb) is
    'Tells the breaker of commits: an answer of any sense closes it, a refused credential opens it at once. Reads and cancels have none, but an administrator hears of their credential.';

create or replace function nb.outbox_settle(outbox bigint, word text, facts jsonb, retry_ms bigint, sealed_number bytea,
    prints bytea) returns void
    language plpgsql volatile
    as $$
declare
    op nb.outbox_operation;
begin
    select o.* into op from nb.outbox_operation o where o.outbox_id = outbox for update;
    update nb.gateway_exchange e set outcome = word
     where e.gateway_exchange_id = (select max(x.gateway_exchange_id) from nb.gateway_exchange x
                                     where x.outbox_id = outbox and x.lease_token = op.lease_token);
    perform nb.outbox_breaker(op, word, facts);
    case op.kind
    when 'commit' then perform nb.outbox_settle_commit(op, word, facts, retry_ms, sealed_number, prints);
    when 'read' then perform nb.outbox_settle_read(op, word, facts, retry_ms, sealed_number, prints);
    when 'cancel' then perform nb.outbox_settle_cancel(op, word, facts, retry_ms);
    end case;
end
$$;
comment on function nb.outbox_settle(bigint, text, jsonb, bigint, bytea, bytea) is
    'Ends an operation with an outcome. The caller holds the lease or the task, and the locks of request and accounts.';

-- A refusal may move on to another account or unit: nb.booking_keys names their locks with those of the booking.
create or replace function nb.outbox_done(outbox bigint, token bigint, word text, facts jsonb, retry_ms bigint,
    sealed_number bytea, prints bytea) returns text
    language plpgsql volatile
    as $$
declare
    op nb.outbox_operation;
    booking nb.booking;
begin
    select o.* into op from nb.outbox_operation o where o.outbox_id = outbox;
    if op.outbox_id is null or op.lease_token <> token or op.state <> 'claimed' then
        return nb.outbox_repeated(outbox, token);
    end if;
    select b.* into booking from nb.booking b where b.booking_id = op.booking_id;
    perform nb.lock_keys(nb.booking_keys(booking));
    select o.* into op from nb.outbox_operation o where o.outbox_id = outbox for update;
    if op.lease_token <> token or op.state <> 'claimed' then
        return nb.outbox_repeated(outbox, token);
    end if;
    perform nb.outbox_settle(outbox, word, facts, retry_ms, sealed_number, prints);
    return 'done';
end
$$;
comment on function nb.outbox_done(bigint, bigint, text, jsonb, bigint, bytea, bytea) is
    'A worker ends its operation. done, or stale when the lease was lost: then nothing changes.';
