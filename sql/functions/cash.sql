-- Cash budgets: received, held for a booking attempt, spent, given back; in the same double-entry ledger as points, in
-- minor units of one currency. Not here: pledges and valuations. Invariant: the budget's advisory lock is taken before
-- anything of it is read, and a hold ends once.

create or replace function nb.cash_bucket_id(cash_account bigint, bucket_name text) returns bigint
    language plpgsql volatile
    as $$
declare
    found_id bigint;
begin
    select l.ledger_account_id into found_id
      from nb.ledger_account l where l.cash_account_id = cash_account and l.bucket = bucket_name;
    if found_id is null then
        insert into nb.ledger_account (cash_account_id, bucket, unit)
        select cash_account, bucket_name, c.currency from nb.cash_account c where c.cash_account_id = cash_account
        returning ledger_account_id into found_id;
    end if;
    return found_id;
end
$$;
comment on function nb.cash_bucket_id(bigint, text) is 'The ledger account of a bucket of a budget, made when it is first needed.';

create or replace function nb.cash_available(cash_account bigint) returns bigint
    language sql stable
    as $$
    select coalesce((select l.balance from nb.ledger_account l
                      where l.cash_account_id = cash_account and l.bucket = 'available'), 0);
$$;
comment on function nb.cash_available(bigint) is 'What a budget can still hold, in minor units.';

create or replace function nb.cash_move(
    cash_account bigint, move_kind text, from_bucket text, to_bucket text, minor bigint,
    hold bigint default null, resolves bigint default null)
    returns bigint
    language plpgsql volatile
    as $$
declare
    debit nb.ledger_account;
    credit nb.ledger_account;
    debit_id bigint := nb.cash_bucket_id(cash_account, from_bucket);
    credit_id bigint := nb.cash_bucket_id(cash_account, to_bucket);
    moved bigint;
begin
    update nb.ledger_account set balance = balance - minor, version = version + 1
     where ledger_account_id = debit_id returning * into debit;
    update nb.ledger_account set balance = balance + minor, version = version + 1
     where ledger_account_id = credit_id returning * into credit;
    insert into nb.ledger_transfer (kind, unit, debit_account_id, credit_account_id, amount, debit_version,
                                    credit_version, cash_hold_id, resolves_transfer_id)
    values (move_kind, debit.unit, debit_id, credit_id, minor, debit.version, credit.version, hold, resolves)
    returning ledger_transfer_id into moved;
    return moved;
end
$$;
comment on function nb.cash_move(bigint, text, text, text, bigint, bigint, bigint) is
    'Moves cash from one bucket to another, with its transfer, which it returns. The caller holds the budget''s lock and has checked that it is there.';

create or replace function nb.cash_hold(cash_account bigint, hold_reference uuid, wanted bigint) returns text
    language plpgsql volatile
    as $$
declare
    hold bigint;
begin
    perform pg_advisory_xact_lock(nb.lock_key('cash', cash_account));
    if nb.cash_available(cash_account) < wanted then
        return 'insufficient_cash';
    end if;
    insert into nb.cash_hold (reference, cash_account_id, minor) values (hold_reference, cash_account, wanted)
    returning cash_hold_id into hold;
    perform nb.cash_move(cash_account, 'hold', 'available', 'held', wanted, hold);
    return 'held';
end
$$;
comment on function nb.cash_hold(bigint, uuid, bigint) is
    'Holds cash for one reference: held, or insufficient_cash, which changes nothing.';

create or replace function nb.cash_resolve(hold_reference uuid, to_state text) returns text
    language plpgsql volatile
    as $$
declare
    hold nb.cash_hold;
    held_by bigint;
begin
    select h.* into hold from nb.cash_hold h where h.reference = hold_reference;
    if hold.cash_hold_id is null then
        return 'not_found';
    end if;
    perform pg_advisory_xact_lock(nb.lock_key('cash', hold.cash_account_id));
    update nb.cash_hold set state = to_state, resolved_at = nb.now()
     where cash_hold_id = hold.cash_hold_id and state = 'held';
    if not found then
        return 'ended';
    end if;
    select t.ledger_transfer_id into held_by
      from nb.ledger_transfer t where t.cash_hold_id = hold.cash_hold_id and t.kind = 'hold';
    perform nb.cash_move(hold.cash_account_id, case to_state when 'posted' then 'post' else 'void' end, 'held',
                         case to_state when 'posted' then 'spent' else 'available' end, hold.minor, hold.cash_hold_id,
                         held_by);
    return to_state;
end
$$;
comment on function nb.cash_resolve(uuid, text) is
    'Ends a hold once: posted (spent) or voided (given back). Returns the state reached, ended when it had ended before, or not_found.';

create or replace function nb.cash_refund(hold_reference uuid) returns text
    language plpgsql volatile
    as $$
declare
    hold nb.cash_hold;
begin
    select h.* into hold from nb.cash_hold h where h.reference = hold_reference;
    if hold.cash_hold_id is null then
        return 'not_found';
    end if;
    perform pg_advisory_xact_lock(nb.lock_key('cash', hold.cash_account_id));
    update nb.cash_hold set refunded_at = nb.now()
     where cash_hold_id = hold.cash_hold_id and state = 'posted' and refunded_at is null;
    if not found then
        return 'not_refundable';
    end if;
    perform nb.cash_move(hold.cash_account_id, 'refund', 'spent', 'available', hold.minor, hold.cash_hold_id);
    return 'refunded';
end
$$;
comment on function nb.cash_refund(uuid) is 'Gives spent cash back once. Returns refunded, not_refundable or not_found.';

create or replace function nb.cash_receive(
    actor bigint, hotline bigint, op_key text, print bytea, in_currency text, minor bigint,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    budget nb.cash_account;
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    detail := case
        when hotline is null then jsonb_build_object('field', 'hotline', 'allowed', 'the hotline whose budget it is')
        when coalesce(in_currency, '') !~ '^[A-Z]{3}$'
            then jsonb_build_object('field', 'currency', 'allowed', 'an ISO 4217 code')
        when minor is null or minor not between 1 and 100000000000
            then jsonb_build_object('field', 'minor', 'allowed', '1 to 100,000,000,000') end;
    if detail is not null then
        outcome := 'invalid';
        status := 422;
    else
        perform pg_advisory_xact_lock(nb.lock_key('cash_of', hotline));
        select c.* into budget from nb.cash_account c
         where c.hotline_id = hotline and c.currency = in_currency order by c.cash_account_id limit 1;
        if budget.cash_account_id is null then
            insert into nb.cash_account (hotline_id, currency, label) values (hotline, in_currency, 'budget ' || in_currency)
            returning * into budget;
        end if;
        perform pg_advisory_xact_lock(nb.lock_key('cash', budget.cash_account_id));
        perform nb.cash_move(budget.cash_account_id, 'receive', 'outside', 'available', minor);
        perform nb.audit(actor, hotline, 'cash.receive', 'cash_account', budget.public_id,
                         jsonb_build_object('minor', minor, 'currency', in_currency));
        outcome := 'received';
        status := 201;
        resource_kind := 'cash_account';
        resource_id := budget.public_id;
        detail := jsonb_build_object('currency', in_currency, 'minor', minor,
                                     'available', nb.cash_available(budget.cash_account_id));
    end if;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.cash_receive(bigint, bigint, text, bytea, text, bigint) is
    'Records cash that may pay for places; the budget of a currency is made when it is first needed. Outcome: received {currency, minor, available} or invalid {field, allowed}.';
