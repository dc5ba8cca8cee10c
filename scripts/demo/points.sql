-- The demo's account of points: two gifts, a stay that one of them may not pay for, and the stay it may.
create temporary table said (n integer generated always as identity, line text);
do $$
declare
    hotline bigint := nb_test.hotline('demo');
    actor bigint := nb_test.person('finance');
    account nb.points_account;
    anything uuid;
    families uuid;
    stay uuid := nb.random_id();
    got record;
begin
    insert into nb.points_account (program_id, hotline_id, label, kind)
    select program_id, hotline, 'demo', 'program_charity' from nb.loyalty_program where code = 'wyndham' returning * into account;
    insert into nb.donor_fund (name) values ('members') returning public_id into anything;
    with r as (insert into nb.restriction (population) values ('families') returning restriction_id)
    insert into nb.donor_fund (name, restriction_id) select 'for families', restriction_id from r returning public_id into families;
    for got in select t.* from (values (anything, 30000), (families, 45000)) g(fund, points)
                 cross join lateral nb.points_topup(actor, account.public_id, g.fund, g.points, current_date - 30, current_date + 400) t loop
        insert into said (line) values (format('%s %s points', got.outcome, got.detail ->> 'points'));
    end loop;
    select * into got from nb.points_hold(account.account_id, stay, 60000, current_date, null, null, null, null);
    insert into said (line) values (format('60000 for one adult: %s (%s usable)', got.outcome, got.detail ->> 'usable'));
    select * into got from nb.points_hold(account.account_id, stay, 60000, current_date, null, null, 'families', null);
    insert into said (line) values (format('60000 for a family: %s (leaves %s)', got.outcome, got.detail ->> 'usable_after'));
    insert into said (line) values ('the program confirms: ' || nb.points_resolve(stay, 'posted'));
    insert into said (line) values ('the stay is cancelled in time: ' || nb.points_refund(stay));
    insert into said (line) values ('and once more, by mistake: ' || nb.points_refund(stay));
    insert into said (line)
    select string_agg(format('%s %s', l.bucket, l.balance), ', ' order by l.bucket) from nb.ledger_account l
     where l.account_id = account.account_id and l.bucket <> 'outside';
    insert into nb.points_account (program_id, hotline_id, label, kind)
    select program_id, hotline, 'race', 'program_charity' from nb.loyalty_program where code = 'wyndham' returning * into account;
    perform nb.points_topup(actor, account.public_id, anything, 20000, current_date - 1, null);
end
$$;
select '   ' || line from said order by n;
