-- A model-based test of the ledger: 10,000 random operations against a model that knows totals only. After every
-- refusal nothing may have moved; at the end every bucket agrees with the model and every invariant holds.
-- The seed is printed when an assertion fails.
do $$
declare
    seed constant double precision := 0.4711;
    hotline bigint := nb_test.hotline('points model');
    actor bigint := nb_test.person('finance');
    account nb.points_account;
    plain uuid;
    for_ct uuid;
    m_available bigint := 0; m_held bigint := 0; m_spent bigint := 0;
    m_plain bigint := 0; -- available to everybody
    got record;
    draw double precision;
    wanted bigint;
    ref uuid;
    word text;
    region text;
    before bigint;
    refusals integer := 0; holds integer := 0; resolved integer := 0;
begin
    perform setseed(seed);
    insert into nb.points_account (program_id, hotline_id, label, kind)
    select program_id, hotline, 'model', 'program_charity' from nb.loyalty_program where code = 'wyndham'
    returning * into account;
    insert into nb.restriction (region) values ('US-CT');
    insert into nb.donor_fund (name) values ('members') returning public_id into plain;
    insert into nb.donor_fund (name, restriction_id) select 'Connecticut only', max(restriction_id) from nb.restriction
    returning public_id into for_ct;
    create temporary table model_hold (reference uuid, points bigint, state text);

    for i in 1 .. 10000 loop
        -- Dead versions of the account's rows are only cleared away after a commit.
        if i % 25 = 0 then
            commit;
        end if;
        draw := random();
        select coalesce(sum(version), 0) into before from nb.ledger_account l where l.account_id = account.account_id;
        if draw < 0.05 then
            wanted := 1 + (random() * 200000)::bigint;
            select * into got from nb.points_topup(actor, account.public_id, case when random() < 0.5 then plain else for_ct end,
                wanted, date '2026-01-01' + (random() * 300)::integer, case when random() < 0.5 then date '2031-01-01' + (random() * 900)::integer end);
            assert got.outcome = 'received', format('seed %s op %s: %s', seed, i, got.detail);
            m_available := m_available + wanted;
        elsif draw < 0.55 then
            wanted := 1 + (random() * 30000)::bigint;
            ref := nb.random_id();
            region := case when random() < 0.5 then 'US-CT' end;
            select * into got from nb.points_hold(account.account_id, ref, wanted, date '2026-12-01', null, region, null, null);
            select coalesce(sum(f.available), 0) into m_plain from nb.fund_portion f join nb.donor_fund d using (donor_fund_id)
             where f.account_id = account.account_id and d.restriction_id is null;
            if got.outcome = 'held' then
                holds := holds + 1;
                m_available := m_available - wanted;
                m_held := m_held + wanted;
                insert into model_hold values (ref, wanted, 'held');
                assert not exists (select from nb.ledger_transfer t join nb.points_hold h using (points_hold_id)
                                     join nb.fund_portion f using (fund_portion_id) join nb.donor_fund d using (donor_fund_id)
                                    where h.reference = ref and d.restriction_id is not null and region is null),
                       format('seed %s op %s: a restricted gift paid for another region', seed, i);
            else
                refusals := refusals + 1;
                assert (got.outcome = 'insufficient_points' and m_available < wanted)
                    or (got.outcome = 'restricted' and region is null and m_plain < wanted and m_available >= wanted),
                       format('seed %s op %s: %s refused with %s available', seed, i, wanted, m_available);
                assert before = (select coalesce(sum(version), 0) from nb.ledger_account l where l.account_id = account.account_id),
                       format('seed %s op %s: a refusal moved something', seed, i);
            end if;
        else
            select h.reference, h.points, h.state into ref, wanted, word from model_hold h
             offset floor(random() * (select count(*) from model_hold)) limit 1;
            continue when ref is null;
            if draw < 0.85 then
                select nb.points_resolve(ref, case when draw < 0.7 then 'posted' else 'voided' end) as outcome into got;
                assert got.outcome = case when word = 'held' then case when draw < 0.7 then 'posted' else 'voided' end else 'ended' end,
                       format('seed %s op %s: %s on a hold that was %s', seed, i, got.outcome, word);
                if word = 'held' then
                    resolved := resolved + 1;
                    m_held := m_held - wanted;
                    if draw < 0.7 then m_spent := m_spent + wanted; else m_available := m_available + wanted; end if;
                    update model_hold h set state = got.outcome where h.reference = ref;
                end if;
            else
                select nb.points_refund(ref) as outcome into got;
                assert got.outcome = case when word = 'posted' then 'refunded' else 'not_refundable' end,
                       format('seed %s op %s: refund of a %s hold: %s', seed, i, word, got.outcome);
                if word = 'posted' then
                    m_spent := m_spent - wanted;
                    m_available := m_available + wanted;
                    update model_hold h set state = 'refunded' where h.reference = ref;
                end if;
            end if;
        end if;
    end loop;
    assert holds > 1000 and refusals > 100 and resolved > 500,
           format('the test must meet both answers: %s held, %s refused, %s resolved', holds, refusals, resolved);
    for word, wanted in values ('available', m_available), ('held', m_held), ('spent', m_spent) loop
        assert wanted = (select balance from nb.ledger_account l where l.account_id = account.account_id and l.bucket = word),
               format('seed %s: %s should be %s', seed, word, wanted);
    end loop;
end
$$;
\ir support/assert_invariants.sql
