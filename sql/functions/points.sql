-- Points: arriving, held, spent, given back, expired. Every movement goes through nb.points_move, which changes lots,
-- fund portions and ledger buckets together with their transfers. Refusals are values, never exceptions: an exception
-- would undo the whole group of calls that shares the commit.
-- Invariant: the account's advisory lock is taken before anything of it is read.

create or replace function nb.points_bucket_id(account bigint, bucket_name text) returns bigint
    language plpgsql volatile
    as $$
declare
    found_id bigint;
begin
    select l.ledger_account_id into found_id
      from nb.ledger_account l where l.account_id = account and l.bucket = bucket_name;
    if found_id is null then
        insert into nb.ledger_account (account_id, bucket, unit)
        select account, bucket_name, 'points:' || p.code
          from nb.points_account a join nb.loyalty_program p using (program_id) where a.account_id = account
        returning ledger_account_id into found_id;
    end if;
    return found_id;
end
$$;
comment on function nb.points_bucket_id(bigint, text) is 'The ledger account of a bucket, made when it is first needed.';

-- One slice is lots[i], portions[i], amounts[i]: the same points in both dimensions.
create or replace function nb.points_move(
    account bigint, move_kind text, from_bucket text, to_bucket text,
    lots bigint[], portions bigint[], amounts bigint[], hold bigint default null, resolves bigint[] default null)
    returns void
    language plpgsql volatile
    as $$
declare
    debit nb.ledger_account;
    credit nb.ledger_account;
    -- Drawn first: a bucket that is made inside the update would not be seen by it.
    debit_id bigint := nb.points_bucket_id(account, from_bucket);
    credit_id bigint := nb.points_bucket_id(account, to_bucket);
    total bigint;
    moves integer := cardinality(amounts);
    leaves_lot constant text[] := array['expired', 'forfeited', 'converted'];
begin
    select sum(a) into total from unnest(amounts) a;
    update nb.ledger_account set balance = balance - total, version = version + moves
     where ledger_account_id = debit_id returning * into debit;
    update nb.ledger_account set balance = balance + total, version = version + moves
     where ledger_account_id = credit_id returning * into credit;
    insert into nb.ledger_transfer (kind, unit, debit_account_id, credit_account_id, amount, debit_version,
                                    credit_version, lot_id, fund_portion_id, points_hold_id, resolves_transfer_id)
    select move_kind, debit.unit, debit.ledger_account_id, credit.ledger_account_id, m.amount,
           debit.version - moves + m.n, credit.version - moves + m.n, m.lot, m.portion, hold, resolves[m.n]
      from unnest(lots, portions, amounts) with ordinality m(lot, portion, amount, n);
    update nb.points_lot l
       set received = l.received + case when from_bucket = 'outside' then s.amount else 0 end,
           available = l.available + case 'available' when from_bucket then -s.amount when to_bucket then s.amount else 0 end,
           held = l.held + case 'held' when from_bucket then -s.amount when to_bucket then s.amount else 0 end,
           spent = l.spent + case 'spent' when from_bucket then -s.amount when to_bucket then s.amount else 0 end,
           gone = l.gone + case when to_bucket = any (leaves_lot) then s.amount else 0 end
      from (select m.lot, sum(m.amount)::bigint as amount from unnest(lots, amounts) m(lot, amount) group by m.lot) s
     where l.lot_id = s.lot;
    update nb.fund_portion f
       set received = f.received + case when from_bucket = 'outside' then s.amount else 0 end,
           available = f.available + case 'available' when from_bucket then -s.amount when to_bucket then s.amount else 0 end,
           held = f.held + case 'held' when from_bucket then -s.amount when to_bucket then s.amount else 0 end,
           spent = f.spent + case 'spent' when from_bucket then -s.amount when to_bucket then s.amount else 0 end,
           gone = f.gone + case when to_bucket = any (leaves_lot) then s.amount else 0 end
      from (select m.portion, sum(m.amount)::bigint as amount
              from unnest(portions, amounts) m(portion, amount) group by m.portion) s
     where f.fund_portion_id = s.portion;
end
$$;
comment on function nb.points_move(bigint, text, text, text, bigint[], bigint[], bigint[], bigint, bigint[]) is
    'Moves slices from one bucket to another in ledger, lots and portions. The caller holds the account''s lock and has checked that they are there.';

-- Lots in the program's own order and portions that the request may use, laid side by side and cut where either ends.
create or replace function nb.points_slices(
    account bigint, wanted bigint, at_day date, of_expired boolean,
    for_region text default null, for_population text default null, for_purpose text default null,
    out lots bigint[], out portions bigint[], out amounts bigint[], out in_lots bigint, out in_portions bigint)
    language sql stable
    as $$
    with lot as (
        select l.lot_id, l.available,
               sum(l.available) over (order by
                   case when p.spend_order = 'expiring_first' then coalesce(l.hard_expires_on, 'infinity') end,
                   l.received_on, l.lot_id) as stop
          from nb.points_lot l
          join nb.points_account a using (account_id)
          join nb.loyalty_program p using (program_id)
         where l.account_id = account and l.available > 0
           and of_expired = (coalesce(least(l.hard_expires_on, a.idle_expires_on), 'infinity') < at_day)),
    portion as (
        select f.fund_portion_id, f.available,
               sum(f.available) over (order by coalesce(f.expires_on, 'infinity'), f.fund_portion_id) as stop
          from nb.fund_portion f
          join nb.donor_fund d using (donor_fund_id)
          left join nb.restriction r using (restriction_id)
         where f.account_id = account and f.available > 0
           and (of_expired
                or (coalesce(r.region = for_region, r.region is null)
                    and coalesce(r.population = for_population, r.population is null)
                    and coalesce(r.purpose = for_purpose, r.purpose is null)))),
    slice as (
        select l.lot_id, f.fund_portion_id, greatest(l.stop - l.available, f.stop - f.available) as starts,
               least(l.stop, f.stop, wanted) as stop
          from lot l join portion f on l.stop > f.stop - f.available and f.stop > l.stop - l.available)
    select array_agg(s.lot_id order by s.starts), array_agg(s.fund_portion_id order by s.starts),
           array_agg((s.stop - s.starts)::bigint order by s.starts),
           coalesce((select sum(l.available) from lot l), 0)::bigint,
           coalesce((select sum(f.available) from portion f), 0)::bigint
      from slice s where s.starts < s.stop;
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
begin
    if wanted is null or wanted <= 0 then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'points', 'allowed', 'more than 0');
        return;
    end if;
    perform pg_advisory_xact_lock(nb.lock_key('account', account));
    if exists (select from nb.points_hold h where h.reference = hold_reference) then
        outcome := 'duplicate';
        return;
    end if;
    select * into slices
      from nb.points_slices(account, wanted, at_day, false, for_region, for_population, for_purpose);
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
    perform nb.points_move(account, 'hold', 'available', 'held', slices.lots, slices.portions, slices.amounts, hold);
    outcome := 'held';
    detail := jsonb_build_object('points', wanted, 'usable_after', least(slices.in_lots, slices.in_portions) - wanted);
end
$$;
comment on function nb.points_hold(bigint, uuid, bigint, date, timestamptz, text, text, text, text) is
    'Holds points for one reference, with a yearly counter if named. at_day: the day on which they must be alive. Outcome: held, insufficient_points, restricted, counter_used_up, duplicate or invalid; all but held change nothing.';

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
       and not exists (select from nb.ledger_transfer r where r.resolves_transfer_id = t.ledger_transfer_id);
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
