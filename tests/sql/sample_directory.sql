-- The sample directory has the sizes asked for, obeys every rule that real places obey, and is the same each time.
insert into nb.loyalty_program (code, name, spend_order)
values ('wyndham', 'Wyndham Rewards', 'expiring_first'), ('marriott', 'Marriott Bonvoy', 'oldest_first')
    on conflict do nothing;
\ir ../../scripts/sample/directory.sql
create temporary table made as select * from nb_sample.directory(60, 240, 20, skip_regions => '{CT}');
do $$
begin
    assert (select places = 300 and unit_nights >= 60 * 20 and rates = 240 * 20 from made), 'sizes';
    assert not exists (select from nb.location where region = 'CT'), 'a skipped region stays empty';
    assert (select count(distinct country) = 3 from nb.location), 'three countries';
    assert not exists (select from nb.property p where p.program_code = 'marriott' and p.program_property_code !~ '^[A-Z]{5}$'),
           'Marriott codes';
    assert not exists (select from nb.property p where p.program_code = 'wyndham' and p.program_property_code !~ '^[0-9]{4,6}$'),
           'Wyndham codes';
    assert not exists (select from nb.property_rate r join nb.property p using (property_id)
                        where p.program_code = 'wyndham' and r.points not in (7500, 15000, 30000)), 'Wyndham tiers';
    assert not exists (select from nb.property_rate r join nb.property p using (property_id)
                        where p.program_code = 'marriott' and r.points not between 12000 and 60000), 'Marriott prices';
    assert (select min(n.night) = (nb.now() at time zone 'UTC')::date - 1 from nb.unit_night n), 'from last night on';
    assert (select count(distinct vetting_state) = 3 from nb.provider), 'vetted, applied and suspended ones';
    assert not exists (select from nb.property p join nb.unit_type t using (property_id) where p.provider_id is null),
           'rooms are offered by partner hotels only';
    assert nb_test.refused('select nb_sample.directory(1, 1, 1)') like '%\_uq', 'made once per database';
    assert (select count(*) = 2 from pg_constraint
             where conname in ('unit_night_unit_type_fk', 'property_rate_property_fk') and convalidated), 'keys are back';
end
$$;
do $$
declare
    found text;
begin
    select p.name || ' ' || p.program_property_code into found
      from nb.property p where p.public_id = nb_sample.id_of('property', 61);
    assert found = 'Ramada Foxglove Junction 1 (sample) 107919', found;
end
$$;
