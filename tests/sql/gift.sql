-- Gifts as operations: recorded once under a key, by those who keep the hotline's points, and shown to their giver alone.
do $$
declare
    hotline constant bigint := nb_test.hotline('gifts');
    elsewhere constant bigint := nb_test.hotline('gifts elsewhere');
    finance constant bigint := nb_test.person('finance', hotline);
    house_finance constant bigint := nb_test.person('finance');
    print constant bytea := '\x00000001'::bytea || sha256('body');
    other_print constant bytea := '\x00000001'::bytea || sha256('other body');
    account uuid;
    fund uuid;
    giver bigint;
    giver_user bigint;
    sample record;
    got record;
    again record;
begin
    insert into nb.points_account (program_id, hotline_id, label, kind)
    select program_id, hotline, 'w', 'program_charity' from nb.loyalty_program where code = 'wyndham'
    returning public_id into account;
    insert into nb.partner (name) values ('giver of the test') returning partner_id into giver;
    insert into nb.app_user (partner_id, display_name) values (giver, 'of the giver') returning user_id into giver_user;

    got := nb.fund_open(finance, hotline, 'fund', print, 'families first', null,
                        (select public_id from nb.partner where partner_id = giver), null, 'families', null);
    assert got.outcome = 'opened' and got.status = 201 and got.resource_kind = 'fund', got::text;
    fund := got.resource_id;
    again := nb.fund_open(finance, hotline, 'fund', print, 'families first', null,
                          (select public_id from nb.partner where partner_id = giver), null, 'families', null);
    assert again.replayed and again.resource_id = fund and (select count(*) from nb.donor_fund where public_id = fund) = 1;
    got := nb.fund_open(finance, hotline, 'fund 2', print, 'x', null, nb.random_id(), null, null, null);
    assert got.status = 404, 'a giver that is none';

    for sample in select * from (values
        (nb_test.person('specialist', hotline), account, fund, 5, 404, 'a specialist does not record gifts'),
        (nb_test.person('finance', elsewhere), account, fund, 5, 404, 'nor does another hotline''s finance'),
        (finance, nb.random_id(), fund, 5, 404, 'an account that is none'),
        (finance, account, nb.random_id(), 5, 404, 'a fund that is none'),
        (finance, account, fund, 0, 422, 'no points'),
        (nb_test.person('director', hotline), account, fund, 5, 201, 'a director'),
        (house_finance, account, fund, 5, 201, 'finance of the installation')
    ) s (actor, account, fund, points, status, why)
    loop
        got := nb.donation_record(sample.actor, null, 'key ' || sample.why, print, sample.account, sample.fund,
                                  sample.points, date '2026-01-01', null);
        assert got.status = sample.status, format('%s: %s', sample.why, got);
    end loop;

    got := nb.donation_record(finance, hotline, 'gift', print, account, fund, 7000, date '2026-01-01', null);
    assert got.outcome = 'received' and not got.replayed, got::text;
    again := nb.donation_record(finance, hotline, 'gift', print, account, fund, 7000, date '2026-01-01', null);
    assert again.replayed and again.resource_id = got.resource_id and again.status = 201;
    again := nb.donation_record(finance, hotline, 'gift', other_print, account, fund, 9000, date '2026-01-01', null);
    assert again.outcome = 'mismatch' and again.status = 422 and again.resource_id is null;
    assert (select sum(l.balance) = 7010 from nb.ledger_account l join nb.points_account a using (account_id)
             where a.public_id = account and l.bucket = 'available'), 'one key, one gift';

    assert (select count(*) = 3 and bool_and(g.population = 'families' and g.fund_id = fund)
              from nb.partner_gifts(giver_user, 10) g), 'a giver sees its gifts';
    assert (select array_agg(g.recorded_at order by g.n) = array_agg(g.recorded_at order by g.recorded_at desc)
              from (select g.*, row_number() over () as n from nb.partner_gifts(giver_user, 10) g) g), 'the latest first';
    assert (select count(*) = 1 from nb.partner_gifts(giver_user, 2) g
             cross join lateral nb.partner_gifts(giver_user, 10, g.recorded_at, g.public_id) later
             where g.public_id = (select x.public_id from nb.partner_gifts(giver_user, 2) x offset 1)), 'page by page';
    assert not exists (select from nb.partner_gifts(finance, 10)), 'nobody else does';
    update nb.app_user set state = 'locked' where user_id = giver_user;
    assert not exists (select from nb.partner_gifts(giver_user, 10)), 'nor a locked one';
end
$$;
