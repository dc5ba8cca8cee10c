-- Points, rule by rule: order of spending, restrictions, counters, expiry, one end for each hold.
do $$
declare
    hotline bigint := nb_test.hotline('points');
    actor bigint := nb_test.person('finance');
    wyndham nb.points_account;
    marriott nb.points_account;
    fund uuid;
    families uuid;
    got record;
    a uuid := nb.random_id(); b uuid := nb.random_id(); c uuid := nb.random_id(); d uuid := nb.random_id();
begin
    insert into nb.points_account (program_id, hotline_id, label, kind)
    select program_id, hotline, 'w', 'program_charity' from nb.loyalty_program where code = 'wyndham' returning * into wyndham;
    insert into nb.points_account (program_id, hotline_id, label, kind)
    select program_id, hotline, 'm', 'program_charity' from nb.loyalty_program where code = 'marriott' returning * into marriott;
    insert into nb.donor_fund (name) values ('anything') returning public_id into fund;
    with r as (insert into nb.restriction (population) values ('families') returning restriction_id)
    insert into nb.donor_fund (name, restriction_id) select 'families', restriction_id from r returning public_id into families;

    -- Bad input is refused with the field.
    select * into got from nb.points_topup(actor, wyndham.public_id, fund, 0, date '2026-01-01', null);
    assert got.outcome = 'invalid' and got.detail ->> 'field' = 'points';
    select * into got from nb.points_topup(actor, wyndham.public_id, fund, 5, date '2026-01-01', date '2026-01-01');
    assert got.outcome = 'invalid' and got.detail ->> 'field' = 'hard_expires_on';
    select * into got from nb.points_topup(actor, nb.random_id(), fund, 5, date '2026-01-01', null);
    assert got.outcome = 'not_found';

    -- Wyndham takes what expires first; Marriott what came first.
    perform nb.points_topup(actor, wyndham.public_id, fund, 10000, date '2025-01-01', date '2099-01-01');
    perform nb.points_topup(actor, wyndham.public_id, fund, 10000, date '2026-01-01', date '2098-01-01');
    perform nb.points_topup(actor, marriott.public_id, fund, 10000, date '2025-01-01', date '2099-01-01');
    perform nb.points_topup(actor, marriott.public_id, fund, 10000, date '2026-01-01', date '2098-01-01');
    select * into got from nb.points_hold(wyndham.account_id, a, 12000, date '2026-12-01', null, null, null, null);
    assert got.outcome = 'held' and (got.detail ->> 'usable_after')::bigint = 8000, got.detail::text;
    assert (select array_agg(held order by hard_expires_on) from nb.points_lot where account_id = wyndham.account_id) = array[10000, 2000]::bigint[];
    select * into got from nb.points_hold(marriott.account_id, b, 12000, date '2026-12-01', null, null, null, null);
    assert (select array_agg(held order by received_on) from nb.points_lot where account_id = marriott.account_id) = array[10000, 2000]::bigint[];

    -- The same reference twice is one hold; a hold ends once.
    select * into got from nb.points_hold(wyndham.account_id, a, 12000, date '2026-12-01', null, null, null, null);
    assert got.outcome = 'duplicate';
    assert nb.points_resolve(a, 'voided') = 'voided' and nb.points_resolve(a, 'posted') = 'ended';
    assert nb.points_resolve(nb.random_id(), 'posted') = 'not_found';
    assert (select bool_and(held = 0 and available = received) from nb.points_lot where account_id = wyndham.account_id);

    -- A restricted gift pays for what it is for and for nothing else.
    perform nb.points_topup(actor, wyndham.public_id, families, 5000, date '2026-02-01', null);
    select * into got from nb.points_hold(wyndham.account_id, c, 24000, date '2026-12-01', null, null, null, null);
    assert got.outcome = 'restricted' and (got.detail ->> 'usable')::bigint = 20000, got.detail::text;
    select * into got from nb.points_hold(wyndham.account_id, c, 24000, date '2026-12-01', null, null, 'families', null);
    assert got.outcome = 'held';
    select * into got from nb.points_hold(wyndham.account_id, d, 24000, date '2026-12-01', null, null, 'families', null);
    assert got.outcome = 'insufficient_points';

    -- Five gifted stays a year: the sixth is refused and holds nothing; a void gives the stay back.
    insert into nb.account_counter (account_id, counter_key, calendar_year, most) values (marriott.account_id, 'gifted_stays', 2026, 1);
    assert nb.points_resolve(b, 'posted') = 'posted';
    select * into got from nb.points_hold(marriott.account_id, d, 1000, date '2026-12-01', null, null, null, null, 'gifted_stays');
    assert got.outcome = 'held';
    select * into got from nb.points_hold(marriott.account_id, nb.random_id(), 1000, date '2026-12-01', null, null, null, null, 'gifted_stays');
    assert got.outcome = 'counter_used_up';
    assert (select sum(held) from nb.points_lot where account_id = marriott.account_id) = 1000;
    assert nb.points_resolve(d, 'voided') = 'voided';
    assert (select used from nb.account_counter where account_id = marriott.account_id) = 0;

    -- Given back after its day: expired at once, in both dimensions. Points that ended cannot be held.
    assert nb.points_resolve(c, 'posted') = 'posted';
    perform nb_test.set_offset(interval '72 years');
    assert nb.points_refund(c) = 'refunded' and nb.points_refund(c) = 'not_refundable';
    assert (select sum(gone) from nb.points_lot where account_id = wyndham.account_id) = 10000,
           (select sum(gone)::text from nb.points_lot where account_id = wyndham.account_id);
    assert (select sum(gone) from nb.fund_portion where account_id = wyndham.account_id) = 10000;
    perform nb.points_expire(wyndham.account_id, date '2099-01-02');
    assert (select sum(available) from nb.points_lot where account_id = wyndham.account_id) = 5000;
    select * into got from nb.points_hold(wyndham.account_id, nb.random_id(), 5001, date '2099-01-02', null, null, 'families', null);
    assert got.outcome = 'insufficient_points';
end
$$;
\ir support/assert_invariants.sql
