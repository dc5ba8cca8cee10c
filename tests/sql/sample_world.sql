-- The demo's world: hand-placed places at the distances that the scenes tell, people of every role, gifts that end and
-- gifts that are bound, and a gateway file that says the same as the tables.
insert into nb.loyalty_program (code, name, spend_order)
values ('wyndham', 'Wyndham Rewards', 'expiring_first'), ('marriott', 'Marriott Bonvoy', 'oldest_first')
    on conflict do nothing;
\ir ../../scripts/sample/directory.sql
\ir ../../scripts/sample/scenes.sql
\ir ../../scripts/sample/build_scenes.sql
\ir ../../scripts/sample/people.sql
\ir ../../scripts/sample/gifts.sql
\ir ../../scripts/sample/gateway.sql
select nb_sample.directory(10, 20, 3, skip_regions => nb_sample.scene_regions());
select nb_sample.build_scenes('2027-03-04', 6), nb_sample.hotlines(), nb_sample.people(), nb_sample.partners(),
       nb_sample.funds(), nb_sample.accounts(), nb_sample.gifts(), nb_sample.budgets();

create function pg_temp.meters(place integer, code text) returns integer
    language sql
    as $$
    select round(6371008.8 * 2 * asin(sqrt(sind((l.latitude - p.latitude) / 2) ^ 2
                 + cosd(l.latitude) * cosd(p.latitude) * sind((l.longitude - p.longitude) / 2) ^ 2)))
      from nb.location l, nb.postal_place p
     where l.public_id = nb_sample.id_of('location scene', place) and p.country = 'US' and p.postal_code = code
$$;
do $$
begin
    assert pg_temp.meters(231, '25301') = 1000, 'general shelter at 1 km';
    assert pg_temp.meters(232, '25301') = 4000, 'points hotel at 4 km';
    assert pg_temp.meters(233, '25301') between 11900 and 12100, 'domestic-violence shelter at 12 km';
    assert pg_temp.meters(225, '83001') > 25000, 'out of reach';
    assert not exists (select from nb.location l join nb.provider p using (provider_id)
                        where l.confidential and l.address is not null), 'no address of a confidential place';
    assert (select count(*) from nb_sample.scene_places()) = (select count(distinct name) from nb_sample.scene_places()),
           'names are told apart';
end
$$;
do $$
begin
    assert (select array_agg(n.capacity order by n.night) = '{2,2,2,0,0,0,0}'
              from nb.unit_night n join nb.unit_type u using (unit_type_id)
             where u.public_id = nb_sample.id_of('unit scene', 111)), 'beds by night, last night as tonight';
    assert (select sum(n.capacity) = 10 + 3
              from nb.unit_night n join nb.unit_type u using (unit_type_id)
             where n.night = '2027-03-04' and u.public_id in (
                   select nb_sample.id_of('unit scene', p.n) from nb_sample.scene_places() p where p.scene = 'workers')),
           'ten beds and the rooms of the partner hotel';
    assert (select array_agg(distinct g.role::text order by g.role::text) from nb.role_grant g)
           = '{admin,auditor,coordinator,custodian,director,finance,partner,provider,specialist,supervisor}', 'every role';
    assert not exists (select from nb.app_user u where u.display_name !~ '(Sample|sample)'), 'people look invented';
    assert (select count(*) = 2 from nb.account_counter c where c.counter_key = 'gifted_stay' and c.most = 5
               and c.calendar_year = extract(year from nb.now())), 'five gifted stays a year';
    assert (select sum(l.balance) = 500000 from nb.ledger_account l join nb.cash_account c using (cash_account_id)
             where c.currency = 'USD' and l.bucket = 'available'), 'money for partner hotels';
    assert nb_test.refused($q$select nb_sample.build_scenes('2027-03-04', 3)$q$) like '%\_uq', 'made once per database';
end
$$;
do $$
declare
    lines text[] := array(select nb_sample.gateway_lines());
begin
    assert (select count(*) from unnest(lines) l where l ~ '^account,') = 2, 'accounts that are booked by machine';
    assert (select bool_and(split_part(l, ',', 4)::bigint = (
                select sum(g.points) from nb.donation g join nb.points_account a using (account_id)
                  join nb.loyalty_program p using (program_id)
                 where p.code = split_part(l, ',', 2) and a.mode = 'gateway'))
              from unnest(lines) l where l ~ '^account,'), 'both sides start with the same points';
    assert 'marriott,ZQBCB,5,19000' = any (lines), 'a hotel at its least price';
    assert 'night,marriott,ZQBCB,2027-03-08,21000' = any (lines), 'and its nights';
end
$$;
