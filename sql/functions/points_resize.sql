-- A hold grows or shrinks before it ends: a price within the tolerance costs more, a program took less than was asked.
-- Invariant: what is posted is what the program says it took (L9), out of lots and portions that held it before.

create or replace function nb.points_hold_grow(hold_reference uuid, wanted bigint, at_day date, for_region text,
    for_population text, for_purpose text) returns bigint
    language plpgsql volatile
    as $$
declare
    hold nb.points_hold;
    slices record;
    more bigint;
begin
    select h.* into hold from nb.points_hold h where h.reference = hold_reference;
    if hold.points_hold_id is null then
        return 0;
    end if;
    perform pg_advisory_xact_lock(nb.lock_key('account', hold.account_id));
    select h.* into hold from nb.points_hold h where h.points_hold_id = hold.points_hold_id for update;
    if hold.state <> 'held' or wanted <= hold.points then
        return hold.points;
    end if;
    more := wanted - hold.points;
    select * into slices
      from nb.points_slices(hold.account_id, more, at_day, false, for_region, for_population, for_purpose);
    more := least(more, slices.in_lots, slices.in_portions);
    if more <= 0 then
        return hold.points;
    end if;
    if more < wanted - hold.points then
        select * into slices
          from nb.points_slices(hold.account_id, more, at_day, false, for_region, for_population, for_purpose);
    end if;
    perform nb.points_move(hold.account_id, 'hold', 'available', 'held', slices.lots, slices.portions, slices.amounts,
                           hold.points_hold_id);
    update nb.points_hold h set points = h.points + more where h.points_hold_id = hold.points_hold_id;
    return hold.points + more;
end
$$;
comment on function nb.points_hold_grow(uuid, bigint, date, text, text, text) is
    'Holds up to `wanted` points for a reference, as far as the account and the funds allow. Returns what is held now; 0 when there is no such hold.';

-- The last slices go back first. A slice that ends in the middle goes back whole, and its first part is held again.
create or replace function nb.points_hold_shrink(hold_reference uuid, wanted bigint) returns bigint
    language plpgsql volatile
    as $$
declare
    hold nb.points_hold;
    slice record;
    over bigint;
    back bigint;
begin
    select h.* into hold from nb.points_hold h where h.reference = hold_reference;
    if hold.points_hold_id is null then
        return 0;
    end if;
    perform pg_advisory_xact_lock(nb.lock_key('account', hold.account_id));
    select h.* into hold from nb.points_hold h where h.points_hold_id = hold.points_hold_id for update;
    if hold.state <> 'held' or wanted >= hold.points or wanted < 1 then
        return hold.points;
    end if;
    over := hold.points - wanted;
    for slice in
        select t.* from nb.ledger_transfer t
         where t.points_hold_id = hold.points_hold_id and t.kind = 'hold'
           and t.ledger_transfer_id <> all (nb.points_resolved(hold.points_hold_id))
         order by t.ledger_transfer_id desc
    loop
        exit when over = 0;
        back := least(over, slice.amount);
        perform nb.points_move(hold.account_id, 'void', 'held', 'available', array[slice.lot_id],
                               array[slice.fund_portion_id], array[slice.amount], hold.points_hold_id,
                               array[slice.ledger_transfer_id]);
        if back < slice.amount then
            perform nb.points_move(hold.account_id, 'hold', 'available', 'held', array[slice.lot_id],
                                   array[slice.fund_portion_id], array[slice.amount - back], hold.points_hold_id);
        end if;
        over := over - back;
    end loop;
    update nb.points_hold h set points = wanted where h.points_hold_id = hold.points_hold_id;
    perform nb.points_expire_locked(hold.account_id, (nb.now() at time zone 'UTC')::date);
    return wanted;
end
$$;
comment on function nb.points_hold_shrink(uuid, bigint) is
    'Gives back what a hold has beyond `wanted` points. Returns what is held now; 0 when there is no such hold.';
