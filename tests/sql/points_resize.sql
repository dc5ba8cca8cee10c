-- A hold grows as far as account and funds allow, shrinks to what was taken, and still ends once and comes back once.
do $$
declare
    hotline bigint := nb_test.hotline('resize');
    actor bigint := nb_test.person('finance');
    account nb.points_account;
    fund uuid;
    families uuid;
    got record;
    a uuid := nb.random_id(); b uuid := nb.random_id(); c uuid := nb.random_id();
begin
    insert into nb.points_account (program_id, hotline_id, label, kind)
    select program_id, hotline, 'w', 'program_charity' from nb.loyalty_program where code = 'wyndham' returning * into account;
    insert into nb.donor_fund (name) values ('anything') returning public_id into fund;
    with r as (insert into nb.restriction (population) values ('families') returning restriction_id)
    insert into nb.donor_fund (name, restriction_id) select 'families', restriction_id from r returning public_id into families;
    perform nb.points_topup(actor, account.public_id, fund, 10000, date '2025-01-01', date '2098-01-01');
    perform nb.points_topup(actor, account.public_id, fund, 10000, date '2025-01-01', date '2099-01-01');
    perform nb.points_topup(actor, account.public_id, families, 5000, date '2025-01-01', null);

    -- It grows under the same restrictions, and no further than they allow.
    select * into got from nb.points_hold(account.account_id, a, 8000, date '2026-12-01', null, null, null, null);
    assert got.outcome = 'held';
    assert nb.points_hold_grow(a, 9000, date '2026-12-01', null, null, null) = 9000;
    assert nb.points_hold_grow(a, 7000, date '2026-12-01', null, null, null) = 9000, 'never smaller';
    assert nb.points_hold_grow(a, 24000, date '2026-12-01', null, null, null) = 20000, 'the families'' gift is not touched';
    assert (select sum(held) from nb.points_lot where account_id = account.account_id) = 20000;
    assert nb.points_hold_grow(nb.random_id(), 10, date '2026-12-01', null, null, null) = 0;

    -- It shrinks in the middle of a slice, and what is posted is what is left.
    assert nb.points_hold_shrink(a, 8500) = 8500;
    assert (select sum(held) from nb.points_lot where account_id = account.account_id) = 8500;
    assert (select sum(held) from nb.fund_portion where account_id = account.account_id) = 8500;
    assert nb.points_hold_shrink(a, 9000) = 8500, 'never larger';
    assert nb.points_resolve(a, 'posted') = 'posted';
    assert (select sum(spent) from nb.points_lot where account_id = account.account_id) = 8500;
    assert nb.points_hold_grow(a, 9000, date '2026-12-01', null, null, null) = 8500, 'an ended hold stays';
    assert nb.points_hold_shrink(a, 10) = 8500, 'an ended hold stays';
    assert nb.points_refund(a) = 'refunded' and nb.points_refund(a) = 'not_refundable';
    assert (select sum(available) from nb.points_lot where account_id = account.account_id) = 25000;

    -- Grown, shrunk and given back: nothing is left over.
    select * into got from nb.points_hold(account.account_id, b, 3000, date '2026-12-01', null, null, null, null);
    assert nb.points_hold_grow(b, 12000, date '2026-12-01', null, null, null) = 12000;
    assert nb.points_hold_shrink(b, 2500) = 2500;
    assert nb.points_resolve(b, 'voided') = 'voided';
    assert (select sum(held) from nb.points_lot where account_id = account.account_id) = 0;
    assert (select sum(available) from nb.fund_portion where account_id = account.account_id) = 25000;

    -- What goes back after its day is expired at once.
    select * into got from nb.points_hold(account.account_id, c, 12000, date '2026-12-01', null, null, null, null);
    perform nb_test.set_offset(interval '72 years');
    assert nb.points_hold_shrink(c, 500) = 500;
    assert (select sum(gone) from nb.points_lot where account_id = account.account_id) = 9500,
           (select sum(gone)::text from nb.points_lot where account_id = account.account_id);
end
$$;
\ir support/assert_invariants.sql
