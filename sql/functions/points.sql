-- Points: arriving, held, spent, given back, expired. Every movement goes through nb.points_move, which changes lots,
-- fund portions and ledger buckets together with their transfers. Refusals are values, never exceptions: an exception
-- would undo the whole group of calls that shares the commit.
-- Invariant: the account's advisory lock is taken before anything of it is read.

create or replace function nb.points_bucket_change(
    account bigint, bucket_name text, change bigint, moves integer, out bucket_id bigint, out version bigint, out unit text)
    language plpgsql volatile
    as $$
begin
    update nb.ledger_account l set balance = l.balance + change, version = l.version + moves
     where l.account_id = account and l.bucket = bucket_name
    returning l.ledger_account_id, l.version, l.unit into bucket_id, version, unit;
    if bucket_id is null then
        insert into nb.ledger_account as l (account_id, bucket, unit, balance, version)
        select account, bucket_name, 'points:' || p.code, change, moves
          from nb.points_account a join nb.loyalty_program p using (program_id) where a.account_id = account
        returning l.ledger_account_id, l.version, l.unit into bucket_id, version, unit;
    end if;
end
$$;
comment on function nb.points_bucket_change(bigint, text, bigint, integer) is
    'Changes the balance of a bucket, which is made when it is first needed. Returns it with the version of its last transfer.';

-- One slice is lots[i], portions[i], amounts[i]: the same points in both dimensions. Slices of one lot, and of one portion,
-- mostly stand beside each other: each run is one update, so that a row is not rewritten for every slice.
create or replace function nb.points_move(
    account bigint, move_kind text, from_bucket text, to_bucket text,
    lots bigint[], portions bigint[], amounts bigint[], hold bigint default null, resolves bigint[] default null)
    returns void
    language plpgsql volatile
    as $$
declare
    debit record;
    credit record;
    total bigint := 0;
    moves constant integer := cardinality(amounts);
    moved_at constant timestamptz := nb.now();
    comes constant integer := case from_bucket when 'outside' then 1 else 0 end;
    free constant integer := case 'available' when from_bucket then -1 when to_bucket then 1 else 0 end;
    bound constant integer := case 'held' when from_bucket then -1 when to_bucket then 1 else 0 end;
    used constant integer := case 'spent' when from_bucket then -1 when to_bucket then 1 else 0 end;
    lost constant integer := case when to_bucket in ('expired', 'forfeited', 'converted') then 1 else 0 end;
    of_lot bigint := 0;
    of_portion bigint := 0;
begin
    foreach of_lot in array amounts loop
        total := total + of_lot;
    end loop;
    debit := nb.points_bucket_change(account, from_bucket, -total, moves);
    credit := nb.points_bucket_change(account, to_bucket, total, moves);
    of_lot := 0;
    for i in 1 .. moves loop
        insert into nb.ledger_transfer (kind, unit, debit_account_id, credit_account_id, amount, debit_version, credit_version,
                                        lot_id, fund_portion_id, points_hold_id, resolves_transfer_id, recorded_at)
        values (move_kind, debit.unit, debit.bucket_id, credit.bucket_id, amounts[i], debit.version - moves + i,
                credit.version - moves + i, lots[i], portions[i], hold, resolves[i], moved_at);
        of_lot := of_lot + amounts[i];
        of_portion := of_portion + amounts[i];
        if i = moves or lots[i] <> lots[i + 1] then
            update nb.points_lot l
               set received = l.received + comes * of_lot, available = l.available + free * of_lot,
                   held = l.held + bound * of_lot, spent = l.spent + used * of_lot, gone = l.gone + lost * of_lot
             where l.lot_id = lots[i];
            of_lot := 0;
        end if;
        if i = moves or portions[i] <> portions[i + 1] then
            update nb.fund_portion f
               set received = f.received + comes * of_portion, available = f.available + free * of_portion,
                   held = f.held + bound * of_portion, spent = f.spent + used * of_portion, gone = f.gone + lost * of_portion
             where f.fund_portion_id = portions[i];
            of_portion := 0;
        end if;
    end loop;
end
$$;
comment on function nb.points_move(bigint, text, text, text, bigint[], bigint[], bigint[], bigint, bigint[]) is
    'Moves slices from one bucket to another in ledger, lots and portions. The caller holds the account''s lock and has checked that they are there.';

-- Lots in the program's own order and portions that the request may use, laid side by side and cut where either ends.
create or replace function nb.points_slices(
    account bigint, wanted bigint, at_day date, of_expired boolean,
    for_region text default null, for_population text default null, for_purpose text default null,
    out lots bigint[], out portions bigint[], out amounts bigint[], out in_lots bigint, out in_portions bigint)
    language plpgsql stable
    as $$
declare
    lot bigint[];
    lot_points bigint[];
    portion bigint[];
    portion_points bigint[];
    l integer := 1;
    p integer := 1;
    still bigint;
    cut bigint;
begin
    select array_agg(o.lot_id), array_agg(o.available), coalesce(sum(o.available), 0)::bigint into lot, lot_points, in_lots
      from (select x.lot_id, x.available
              from nb.points_lot x
              join nb.points_account a using (account_id)
              join nb.loyalty_program g using (program_id)
             where x.account_id = account and x.available > 0
               and of_expired = (coalesce(least(x.hard_expires_on, a.idle_expires_on), 'infinity') < at_day)
             order by case when g.spend_order = 'expiring_first' then coalesce(x.hard_expires_on, 'infinity') end,
                      x.received_on, x.lot_id) o;
    select array_agg(o.fund_portion_id), array_agg(o.available), coalesce(sum(o.available), 0)::bigint
      into portion, portion_points, in_portions
      from (select f.fund_portion_id, f.available
              from nb.fund_portion f
              join nb.donor_fund d using (donor_fund_id)
              left join nb.restriction r using (restriction_id)
             where f.account_id = account and f.available > 0
               and (of_expired
                    or (coalesce(r.region = for_region, r.region is null)
                        and coalesce(r.population = for_population, r.population is null)
                        and coalesce(r.purpose = for_purpose, r.purpose is null)))
             order by coalesce(f.expires_on, 'infinity'), f.fund_portion_id) o;
    still := least(wanted, in_lots, in_portions);
    while still > 0 loop
        cut := least(still, lot_points[l], portion_points[p]);
        lots := lots || lot[l];
        portions := portions || portion[p];
        amounts := amounts || cut;
        still := still - cut;
        lot_points[l] := lot_points[l] - cut;
        portion_points[p] := portion_points[p] - cut;
        if lot_points[l] = 0 then
            l := l + 1;
        end if;
        if portion_points[p] = 0 then
            p := p + 1;
        end if;
    end loop;
end
$$;
comment on function nb.points_slices(bigint, bigint, date, boolean, text, text, text) is
    'What a hold of `wanted` points would take, and how much lies in alive lots and in allowed portions. of_expired: lots that ended instead, whatever the restriction.';

create or replace function nb.points_expire_locked(account bigint, at_day date) returns bigint
    language plpgsql volatile
    as $$
declare
    slices record;
begin
    select * into slices from nb.points_slices(account, 9223372036854775807, at_day, true);
    if slices.amounts is null then
        return 0;
    end if;
    perform nb.points_move(account, 'expire', 'available', 'expired', slices.lots, slices.portions, slices.amounts);
    return (select sum(a) from unnest(slices.amounts) a);
end
$$;
comment on function nb.points_expire_locked(bigint, date) is 'Expires what ended before at_day. The caller holds the account''s lock. Returns the points.';

create or replace function nb.points_expire(account bigint, at_day date) returns bigint
    language plpgsql volatile
    as $$
begin
    perform pg_advisory_xact_lock(nb.lock_key('account', account));
    return nb.points_expire_locked(account, at_day);
end
$$;
comment on function nb.points_expire(bigint, date) is 'Expires available points whose last day was before at_day. Held ones stay; they expire when given back.';

create or replace function nb.points_topup(
    actor bigint, account_public_id uuid, fund_public_id uuid, points bigint, received_on date, hard_expires_on date,
    out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    account nb.points_account;
    fund bigint;
    gift bigint;
    lot bigint;
    portion bigint;
    gift_public_id uuid;
begin
    select a.* into account from nb.points_account a where a.public_id = account_public_id and a.state = 'active';
    select d.donor_fund_id into fund from nb.donor_fund d where d.public_id = fund_public_id;
    if account.account_id is null or fund is null then
        outcome := 'not_found';
        return;
    end if;
    detail := case
        when points is null or points not between 1 and 1000000000000
            then jsonb_build_object('field', 'points', 'allowed', '1 to 1,000,000,000,000')
        when received_on is null or received_on > (nb.now() at time zone 'UTC')::date + 1
            then jsonb_build_object('field', 'received_on', 'allowed', 'a day that has come')
        when hard_expires_on <= received_on
            then jsonb_build_object('field', 'hard_expires_on', 'allowed', 'after received_on, or null') end;
    if detail is not null then
        outcome := 'invalid';
        return;
    end if;
    perform pg_advisory_xact_lock(nb.lock_key('account', account.account_id));
    insert into nb.donation as d (account_id, donor_fund_id, points, received_on, hard_expires_on, recorded_by)
    values (account.account_id, fund, points, received_on, hard_expires_on, actor)
    returning d.donation_id, d.public_id into gift, gift_public_id;
    insert into nb.points_lot as l (donation_id, account_id, received_on, hard_expires_on)
    values (gift, account.account_id, received_on, hard_expires_on) returning l.lot_id into lot;
    insert into nb.fund_portion as f (donation_id, account_id, donor_fund_id, expires_on)
    values (gift, account.account_id, fund, hard_expires_on) returning f.fund_portion_id into portion;
    perform nb.points_move(account.account_id, 'receive', 'outside', 'available', array[lot], array[portion], array[points]);
    perform nb.audit(actor, account.hotline_id, 'points.topup', 'donation', gift_public_id,
                     jsonb_build_object('points', points));
    outcome := 'received';
    detail := jsonb_build_object('donation', gift_public_id, 'points', points);
end
$$;
comment on function nb.points_topup(bigint, uuid, uuid, bigint, date, date) is
    'Records points that arrived. Outcome: received {donation, points}, not_found or invalid {field, allowed}.';

create or replace function nb.points_hold(
    account bigint, hold_reference uuid, wanted bigint, at_day date, ends_at timestamptz,
    for_region text, for_population text, for_purpose text, take_counter text default null,
    out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    slices record;
    hold bigint;
    taken boolean;
    done text;
begin
    if wanted is null or wanted <= 0 then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'points', 'allowed', 'more than 0');
        return;
    end if;
    done := pg_advisory_xact_lock(nb.lock_key('account', account));
    if exists (select from nb.points_hold h where h.reference = hold_reference) then
        outcome := 'duplicate';
        return;
    end if;
    slices := nb.points_slices(account, wanted, at_day, false, for_region, for_population, for_purpose);
    if least(slices.in_lots, slices.in_portions) < wanted then
        outcome := case when slices.in_lots < wanted then 'insufficient_points' else 'restricted' end;
        detail := jsonb_build_object('wanted', wanted, 'usable', least(slices.in_lots, slices.in_portions));
        return;
    end if;
    if take_counter is not null then
        update nb.account_counter set used = used + 1
         where account_id = account and counter_key = take_counter
           and calendar_year = extract(year from at_day) and used < most
        returning true into taken;
        if taken is null then
            outcome := 'counter_used_up';
            detail := jsonb_build_object('counter', take_counter, 'year', extract(year from at_day));
            return;
        end if;
    end if;
    insert into nb.points_hold (reference, account_id, points, expires_at, counter_key, counter_year)
    values (hold_reference, account, wanted, ends_at, take_counter,
            case when take_counter is not null then extract(year from at_day) end)
    returning points_hold_id into hold;
    done := nb.points_move(account, 'hold', 'available', 'held', slices.lots, slices.portions, slices.amounts, hold);
    outcome := 'held';
    detail := jsonb_build_object('points', wanted, 'usable_after', least(slices.in_lots, slices.in_portions) - wanted);
end
$$;
comment on function nb.points_hold(bigint, uuid, bigint, date, timestamptz, text, text, text, text) is
    'Holds points for one reference, with a yearly counter if named. at_day: the day on which they must be alive. Outcome: held, insufficient_points, restricted, counter_used_up, duplicate or invalid; all but held change nothing.';

-- An array, so that the few transfers of the hold are all that is looked at, whatever the planner believes of the table.
create or replace function nb.points_resolved(hold bigint) returns bigint[]
    language sql stable
    as $$
    select coalesce(array_agg(t.resolves_transfer_id), '{}')
      from nb.ledger_transfer t where t.points_hold_id = hold and t.resolves_transfer_id is not null;
$$;
comment on function nb.points_resolved(bigint) is 'The transfers of a hold that were posted or voided already: what it gave back when it shrank.';

create or replace function nb.points_resolve(hold_reference uuid, to_state text, counter_returns boolean default true)
    returns text
    language plpgsql volatile
    as $$
declare
    hold nb.points_hold;
    slices record;
begin
    select h.* into hold from nb.points_hold h where h.reference = hold_reference;
    if hold.points_hold_id is null then
        return 'not_found';
    end if;
    perform pg_advisory_xact_lock(nb.lock_key('account', hold.account_id));
    update nb.points_hold set state = to_state, resolved_at = nb.now(), expires_at = null
     where points_hold_id = hold.points_hold_id and state = 'held';
    if not found then
        return 'ended';
    end if;
    select array_agg(t.lot_id order by t.ledger_transfer_id) as lots,
           array_agg(t.fund_portion_id order by t.ledger_transfer_id) as portions,
           array_agg(t.amount order by t.ledger_transfer_id) as amounts,
           array_agg(t.ledger_transfer_id order by t.ledger_transfer_id) as transfers
      into slices
      from nb.ledger_transfer t
     where t.points_hold_id = hold.points_hold_id and t.kind = 'hold'
       and t.ledger_transfer_id <> all (nb.points_resolved(hold.points_hold_id));
    perform nb.points_move(hold.account_id, case to_state when 'posted' then 'post' else 'void' end, 'held',
                           case to_state when 'posted' then 'spent' else 'available' end,
                           slices.lots, slices.portions, slices.amounts, hold.points_hold_id, slices.transfers);
    if to_state = 'voided' then
        if counter_returns then
            update nb.account_counter set used = used - 1
             where account_id = hold.account_id and counter_key = hold.counter_key and calendar_year = hold.counter_year;
        end if;
        perform nb.points_expire_locked(hold.account_id, (nb.now() at time zone 'UTC')::date);
    end if;
    return to_state;
end
$$;
comment on function nb.points_resolve(uuid, text, boolean) is
    'Ends a hold once: posted (spent) or voided (given back to the same lots and portions, expired at once where their day has passed). Returns the state reached, ended when it had ended before, or not_found.';

create or replace function nb.points_refund(hold_reference uuid) returns text
    language plpgsql volatile
    as $$
declare
    hold nb.points_hold;
    slices record;
begin
    select h.* into hold from nb.points_hold h where h.reference = hold_reference;
    if hold.points_hold_id is null then
        return 'not_found';
    end if;
    perform pg_advisory_xact_lock(nb.lock_key('account', hold.account_id));
    update nb.points_hold set refunded_at = nb.now()
     where points_hold_id = hold.points_hold_id and state = 'posted' and refunded_at is null;
    if not found then
        return 'not_refundable';
    end if;
    select array_agg(t.lot_id order by t.ledger_transfer_id) as lots,
           array_agg(t.fund_portion_id order by t.ledger_transfer_id) as portions,
           array_agg(t.amount order by t.ledger_transfer_id) as amounts
      into slices
      from nb.ledger_transfer t where t.points_hold_id = hold.points_hold_id and t.kind = 'post';
    perform nb.points_move(hold.account_id, 'refund', 'spent', 'available', slices.lots, slices.portions, slices.amounts,
                           hold.points_hold_id);
    perform nb.points_expire_locked(hold.account_id, (nb.now() at time zone 'UTC')::date);
    return 'refunded';
end
$$;
comment on function nb.points_refund(uuid) is
    'Gives spent points back once, to their lots and portions with the old expiry. Returns refunded, not_refundable or not_found. Counters stay used, as programs keep them.';

-- Out of the very slices that were refunded, the last first, as far as their day had not passed already.
create or replace function nb.points_forfeit(hold_reference uuid, lost bigint) returns bigint
    language plpgsql volatile
    as $$
declare
    hold nb.points_hold;
    slice record;
    still bigint := lost;
    part bigint;
begin
    select h.* into hold from nb.points_hold h where h.reference = hold_reference and h.refunded_at is not null;
    if hold.points_hold_id is null then
        return 0;
    end if;
    perform pg_advisory_xact_lock(nb.lock_key('account', hold.account_id));
    for slice in select t.lot_id, t.fund_portion_id, t.amount from nb.ledger_transfer t
                  where t.points_hold_id = hold.points_hold_id and t.kind = 'refund' order by t.ledger_transfer_id desc loop
        select least(still, slice.amount, l.available, f.available) into part
          from nb.points_lot l, nb.fund_portion f
         where l.lot_id = slice.lot_id and f.fund_portion_id = slice.fund_portion_id;
        if part > 0 then
            perform nb.points_move(hold.account_id, 'forfeit', 'available', 'forfeited', array[slice.lot_id],
                                   array[slice.fund_portion_id], array[part], hold.points_hold_id);
            still := still - part;
        end if;
    end loop;
    return lost - still;
end
$$;
comment on function nb.points_forfeit(uuid, bigint) is
    'What a program did not give back of a refunded hold leaves the books. Returns the points; fewer when some had expired at once.';
