-- Small makers for specs: a hotline, people with rights, a shelter with one unit type, a partner hotel.
-- Loaded into the template database; specs call them as nb_test.*. Invariant: each call makes new things.

create or replace function nb_test.hotline(hotline_name text) returns bigint
    language sql
    as $$ insert into nb.hotline (name, country) values (hotline_name, 'US') returning hotline_id $$;

-- A person at home in a hotline or a provider, or in neither, with one right.
create or replace function nb_test.person(role text, hotline bigint default null, provider bigint default null)
    returns bigint
    language plpgsql
    as $$
declare
    made bigint;
begin
    insert into nb.app_user (hotline_id, provider_id, display_name) values (hotline, provider, role)
    returning user_id into made;
    insert into nb.role_grant (user_id, role) values (made, role);
    return made;
end
$$;

create or replace function nb_test.provider(kind text, vetting text default 'vetted') returns bigint
    language sql
    as $$
    insert into nb.provider (name, kind, country, vetting_state, vetted_by, vetted_at)
    select kind || ' of the test', kind, 'US', vetting, v.by, case when v.by is not null then nb.now() end
      from (select case when vetting <> 'applied' then nb_test.person('supervisor') end as by) v
    returning provider_id;
$$;

create or replace function nb_test.location(provider bigint, zone text default 'America/Chicago') returns bigint
    language sql
    as $$
    insert into nb.location (provider_id, name, latitude, longitude, country, region, zone)
    values (provider, 'site of the test', 41.88, -87.63, 'US', 'IL', zone)
    returning location_id;
$$;

create or replace function nb_test.shelter_unit(provider bigint, zone text default 'America/Chicago') returns bigint
    language plpgsql
    as $$
declare
    service bigint;
    unit bigint;
begin
    insert into nb.service (provider_id, location_id, name, tier)
    values (provider, nb_test.location(provider, zone), 'shelter of the test', 'specialized')
    returning service_id into service;
    insert into nb.unit_type (service_id, name, max_party, rooms_or_beds)
    values (service, 'beds of the test', 2, 'bed')
    returning unit_type_id into unit;
    return unit;
end
$$;

create or replace function nb_test.property(provider bigint) returns bigint
    language sql
    as $$
    insert into nb.property (location_id, provider_id, name)
    values (nb_test.location(provider), provider, 'hotel of the test')
    returning property_id;
$$;

-- Runs a statement that must be refused and says by which constraint or error; fails when it is accepted.
create or replace function nb_test.refused(statement text) returns text
    language plpgsql
    as $$
declare
    by_constraint text;
begin
    begin
        execute statement;
    exception when others then
        get stacked diagnostics by_constraint = constraint_name;
        return coalesce(nullif(by_constraint, ''), sqlstate);
    end;
    raise exception 'accepted: %', statement;
end
$$;

-- What nb.search_place must hold.
create or replace view nb_test.place_says as
select n.*, r.rates_from, r.rates, r.currency
  from nb.search_place_now n
  left join lateral (
                select r.* from nb.search_place_rates r where r.property_id = n.property_id and r.place_kind = n.place_kind offset 0) r on true;
