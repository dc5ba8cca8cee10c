-- Keeps nb.search_place equal to nb.search_place_now. Whoever changes the directory first takes its lock, before any row, and
-- reads it anew afterwards: so two changes of one place that know nothing of each other come one after the other, and the
-- second sees the first. A capacity report takes no lock: it carries its time to the row itself.
-- Not here: what a search makes of it. Invariant: a change of the directory and its row here are one transaction.

create or replace function nb.search_place_refresh(locations bigint[]) returns void
    language plpgsql volatile
    as $$
begin
    insert into nb.search_place as s
    select n.*, r.rates_from, r.rates, r.currency
      from nb.search_place_now n
      -- One hotel at a time, whatever the planner believes (offset 0): prices are many.
      left join lateral (
        select r.* from nb.search_place_rates r where r.property_id = n.property_id and r.place_kind = n.place_kind offset 0) r on true
     where n.location_id = any (locations)
        on conflict (place_kind, place_id) do update
       set location_id = excluded.location_id, provider_id = excluded.provider_id, latitude = excluded.latitude,
           longitude = excluded.longitude, zone = excluded.zone, country = excluded.country, region = excluded.region,
           place_name = excluded.place_name, unit_name = excluded.unit_name, program_code = excluded.program_code,
           property_code = excluded.property_code, brand_code = excluded.brand_code,
           night_audit_cutoff = excluded.night_audit_cutoff, check_in_from = excluded.check_in_from,
           cancel_hours_before = excluded.cancel_hours_before, languages = excluded.languages,
           populations = excluded.populations, facts = excluded.facts;
end
$$;
comment on function nb.search_place_refresh(bigint[]) is 'Reads the places that are at some locations from the directory again. Under the directory''s lock only.';

create or replace function nb.search_place_lock() returns trigger
    language plpgsql
    as $$
begin
    perform pg_advisory_xact_lock(nb.lock_key('directory', 0));
    return null;
end
$$;
comment on function nb.search_place_lock() is 'Trigger before a statement that changes the directory.';

create or replace function nb.search_place_changed() returns trigger
    language plpgsql
    as $$
declare
    locations bigint[];
begin
    case tg_table_name
    when 'location' then
        locations := array[new.location_id];
    when 'property', 'service' then
        locations := array[old.location_id, new.location_id];
    when 'unit_type' then
        locations := array(
            select s.location_id from nb.service s where s.service_id in (old.service_id, new.service_id)
            union all
            select p.location_id from nb.property p where p.property_id in (old.property_id, new.property_id));
    when 'provider' then
        locations := array(
            select s.location_id from nb.service s where s.provider_id = new.provider_id
            union all
            select p.location_id from nb.property p where p.provider_id = new.provider_id);
    when 'hotel_company' then
        locations := array(select p.location_id from nb.property p where p.hotel_company_id = new.hotel_company_id);
    end case;
    perform nb.search_place_refresh(locations);
    delete from nb.search_place s
     where s.location_id = any (locations)
       and not exists (select from nb.search_place_now n
                        where n.location_id = any (locations) and n.place_kind = s.place_kind and n.place_id = s.place_id);
    return null;
end
$$;
comment on function nb.search_place_changed() is 'Trigger after a row of the directory was changed.';

create or replace function nb.search_place_added() returns trigger
    language plpgsql
    as $$
begin
    if tg_table_name = 'property' then
        perform nb.search_place_refresh(array(select a.location_id from added a));
    else
        perform nb.search_place_refresh(array(
            select s.location_id from added a join nb.service s on s.service_id = a.service_id
            union all
            select p.location_id from added a join nb.property p on p.property_id = a.property_id));
    end if;
    return null;
end
$$;
comment on function nb.search_place_added() is 'Trigger after hotels or units were added: nothing else makes a place.';

create or replace function nb.search_place_reported() returns trigger
    language plpgsql
    as $$
begin
    update nb.search_place s set reported_at = new.last_reported_at where s.unit_type_id = new.unit_type_id;
    return null;
end
$$;
comment on function nb.search_place_reported() is 'Trigger after a capacity report.';

-- Under the rows' own locks, read anew afterwards: of two changes of one hotel's prices the second sees the first.
create or replace function nb.search_place_priced() returns trigger
    language plpgsql
    as $$
declare
    houses constant bigint[] := array(select distinct c.property_id from changed c);
begin
    perform from nb.search_place s where s.property_id = any (houses) order by s.place_kind, s.place_id for no key update;
    update nb.search_place s
       set (rates_from, rates, currency) = (
            select r.rates_from, r.rates, r.currency
              from nb.search_place_rates r where r.property_id = s.property_id and r.place_kind = s.place_kind)
     where s.property_id = any (houses);
    return null;
end
$$;
comment on function nb.search_place_priced() is 'Trigger after prices of hotels were changed.';

create or replace trigger property_rate_place_added after insert on nb.property_rate referencing new table as changed
    for each statement execute function nb.search_place_priced();
create or replace trigger property_rate_place_changed after update on nb.property_rate referencing new table as changed
    for each statement execute function nb.search_place_priced();
create or replace trigger property_rate_place_dropped after delete on nb.property_rate referencing old table as changed
    for each statement execute function nb.search_place_priced();

create or replace trigger location_place_lock before update of latitude, longitude, zone, country, region on nb.location
    for each statement execute function nb.search_place_lock();
create or replace trigger location_place_changed after update of latitude, longitude, zone, country, region on nb.location
    for each row execute function nb.search_place_changed();

create or replace trigger service_place_lock
    before update of provider_id, location_id, name, tier, background_check, status, languages, populations, youth_route on nb.service
    for each statement execute function nb.search_place_lock();
create or replace trigger service_place_changed
    after update of provider_id, location_id, name, tier, background_check, status, languages, populations, youth_route on nb.service
    for each row execute function nb.search_place_changed();

create or replace trigger provider_place_lock before update of vetting_state on nb.provider
    for each statement execute function nb.search_place_lock();
create or replace trigger provider_place_changed after update of vetting_state on nb.provider
    for each row execute function nb.search_place_changed();

create or replace trigger hotel_company_place_lock
    before update of has_policy, has_training, has_reporting, has_sourcing on nb.hotel_company
    for each statement execute function nb.search_place_lock();
create or replace trigger hotel_company_place_changed
    after update of has_policy, has_training, has_reporting, has_sourcing on nb.hotel_company
    for each row execute function nb.search_place_changed();

create or replace trigger property_place_lock before insert or update on nb.property
    for each statement execute function nb.search_place_lock();
create or replace trigger property_place_changed after update on nb.property
    for each row execute function nb.search_place_changed();
create or replace trigger property_place_added after insert on nb.property referencing new table as added
    for each statement execute function nb.search_place_added();

create or replace trigger unit_type_place_lock
    before insert or update of service_id, property_id, name, household, gender_rule, min_age, max_age, teen_sons, max_party,
        accessible, pets, service_animals, rooms_or_beds, active on nb.unit_type
    for each statement execute function nb.search_place_lock();
create or replace trigger unit_type_place_changed
    after update of service_id, property_id, name, household, gender_rule, min_age, max_age, teen_sons, max_party, accessible,
        pets, service_animals, rooms_or_beds, active on nb.unit_type
    for each row execute function nb.search_place_changed();
create or replace trigger unit_type_place_added after insert on nb.unit_type referencing new table as added
    for each statement execute function nb.search_place_added();
create or replace trigger unit_type_place_reported after update of last_reported_at on nb.unit_type
    for each row execute function nb.search_place_reported();
