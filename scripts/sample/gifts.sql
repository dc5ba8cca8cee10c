-- Partners, their funds, points accounts with lots that end, yearly counters, and the budgets of the hotlines.
-- Invariant: every point enters by the same function as a real gift; the rehearsal gateway's accounts are written from
-- these rows (gateway.sql), so both sides start equal.

create or replace function nb_sample.partners() returns void
    language sql
    as $$
    insert into nb.partner (public_id, name, vetting_state, vetted_by, vetted_at)
    select nb_sample.id_of('partner', p.n), p.name, 'vetted', nb_sample.user(5), nb.now() - interval '200 days'
      from (values (1, 'Juniper Lodging (sample)'), (2, 'Kestrel Foods (sample)'), (3, 'Tern & Daughters (sample)'),
                   (4, 'Open Road Club (sample)')) p (n, name);
    with person as (
        insert into nb.app_user (public_id, partner_id, display_name)
        select nb_sample.id_of('user', 20 + p.n), w.partner_id, p.name
          from (values (1, 'Ada Sample'), (2, 'Bruno Sample')) p (n, name)
          join nb.partner w on w.public_id = nb_sample.id_of('partner', p.n)
        returning user_id)
    insert into nb.role_grant (user_id, role) select p.user_id, 'partner' from person p;
$$;

-- What a fund is for: anything, families, one state, one purpose.
create or replace function nb_sample.funds() returns void
    language plpgsql
    as $$
declare
    fund record;
    bound bigint;
begin
    for fund in select * from (values
            (1, 1, 'Juniper members', null, null, null), (2, 2, 'Kestrel for families', null, 'families', null),
            (3, 3, 'Tern for West Virginia', 'US-WV', null, null), (4, 4, 'Open Road for the way home', null, null, 'travel_home'),
            (5, 4, 'Open Road members', null, null, null)) f (n, partner, name, region, population, purpose) loop
        bound := null;
        if num_nonnulls(fund.region, fund.population, fund.purpose) > 0 then
            insert into nb.restriction (region, population, purpose) values (fund.region, fund.population, fund.purpose)
            returning restriction_id into bound;
        end if;
        insert into nb.donor_fund (public_id, partner_id, name, restriction_id)
        select nb_sample.id_of('fund', fund.n), p.partner_id, fund.name, bound
          from nb.partner p where p.public_id = nb_sample.id_of('partner', fund.partner);
    end loop;
end
$$;

-- What a thousand points count for is invented, as any figure must be that no program states.
create or replace function nb_sample.accounts() returns void
    language sql
    as $$
    insert into nb.valuation_policy (program_id, cents_per_thousand, method, source, effective_from)
    select p.program_id, v.cents, 'invented for the sample', 'none', (nb.now() at time zone 'UTC')::date - 400
      from (values ('wyndham', 650), ('marriott', 800)) v (program, cents)
      join nb.loyalty_program p on p.code = v.program
        on conflict do nothing;
    insert into nb.points_account (public_id, program_id, hotline_id, label, kind, mode, can_quote, can_cancel, can_read,
                                   phone_only, idle_expires_on)
    select nb_sample.id_of('account', a.n), p.program_id, nb_sample.hotline(a.hotline), a.label, a.kind, a.mode,
           a.mode = 'gateway', a.mode = 'gateway', a.mode = 'gateway', a.phone_only,
           ((nb.now() at time zone 'UTC')::date + make_interval(months => case a.program when 'wyndham' then 17 else 22 end))::date
      from (values
            (1, 1, 'wyndham', 'Wyndham charity account', 'program_charity', 'gateway', false),
            (2, 1, 'wyndham', 'Wyndham of the custodian', 'custodian', 'assisted', false),
            (3, 1, 'marriott', 'Marriott charity account', 'program_charity', 'gateway', false),
            (4, 1, 'marriott', 'Marriott of the custodian', 'custodian', 'assisted', true),
            (5, 2, 'marriott', 'Marriott of the northern custodian', 'custodian', 'assisted', true))
           a (n, hotline, program, label, kind, mode, phone_only)
      join nb.loyalty_program p on p.code = a.program
     order by a.n;
    insert into nb.account_counter (account_id, counter_key, calendar_year, most)
    select a.account_id, 'gifted_stay', extract(year from nb.now())::smallint + y, 5
      from nb.points_account a cross join (values (0), (1)) v (y)
     where a.public_id in (nb_sample.id_of('account', 4), nb_sample.id_of('account', 5));
$$;

-- What differs from the defaults that come with the plugins; invented, so that a demo can show it.
create or replace function nb_sample.rules() returns void
    language sql
    as $$
    insert into nb.program_rule (program_id, rule_key, value, source, effective_from, confidence)
    select p.program_id, 'guest.card_required', 'on', 'invented for the sample', (nb.now() at time zone 'UTC')::date - 400, 'invented'
      from nb.loyalty_program p where p.code = 'marriott';
$$;

-- Gifts: account, fund, points, days since they came, days until they end (none where the program has no hard expiry).
create or replace function nb_sample.gifts() returns bigint
    language plpgsql
    as $$
declare
    today constant date := (nb.now() at time zone 'UTC')::date;
    gift record;
    got record;
begin
    for gift in select * from (values
            (1, 1, 180000, 400, 60), (1, 1, 150000, 200, 800), (1, 2, 120000, 100, 1200), (1, 3, 60000, 90, 1300),
            (1, 4, 40000, 30, 1400), (2, 5, 60000, 60, 1390), (3, 1, 260000, 300, null), (3, 2, 90000, 40, null),
            (4, 5, 120000, 80, null), (5, 5, 90000, 70, null)) g (account, fund, points, came, ends) loop
        select * into got from nb.points_topup(nb_sample.user(7), nb_sample.id_of('account', gift.account),
            nb_sample.id_of('fund', gift.fund), gift.points::bigint, today - gift.came, today + gift.ends);
        assert got.outcome = 'received', format('gift %s: %s', gift, got.outcome);
    end loop;
    return (select count(*) from nb.donation);
end
$$;
comment on function nb_sample.gifts() is 'Records the gifts and returns how many stand then. Once per database.';

-- Money of the hotlines for partner hotels.
create or replace function nb_sample.budgets() returns void
    language plpgsql
    as $$
declare
    budget record;
    got record;
begin
    for budget in select * from (values (1, 7, 'USD', 500000), (2, 12, 'CAD', 300000)) b (hotline, person, currency, minor) loop
        select * into got from nb.cash_receive(nb_sample.user(budget.person), nb_sample.hotline(budget.hotline),
            'sample budget ' || budget.currency, decode(repeat('00', 36), 'hex'), budget.currency, budget.minor::bigint);
        assert got.outcome = 'received', format('budget %s: %s', budget, got.outcome);
    end loop;
end
$$;
comment on function nb_sample.budgets() is 'Records the money that pays partner hotels. Once per database.';
