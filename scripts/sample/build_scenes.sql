-- Puts the places of scenes.sql into the directory. Needs directory.sql, scenes.sql and the loyalty programs.
-- Invariant: the same day gives the same places, ids, beds and prices; a second call in one database is refused by the
-- ids of the first.

-- The point that lies so many meters from a postal code's center in that direction.
create or replace function nb_sample.spot(code text, meters integer, bearing integer)
    returns table (latitude double precision, longitude double precision, region text, zone text)
    language sql stable
    as $$
    select round(t.latitude::numeric, 6)::double precision,
           round((p.longitude + atan2d(sind(bearing) * sind(a.arc) * cosd(p.latitude),
                                       cosd(a.arc) - sind(p.latitude) * sind(t.latitude)))::numeric, 6)::double precision,
           p.region, coalesce(p.zone, r.suggested_zone)
      from nb.postal_place p
      join nb.region r on r.country = p.country and r.region = p.region
     cross join lateral (select degrees(meters / 6371008.8) as arc) a
     cross join lateral (select asind(sind(p.latitude) * cosd(a.arc)
                                      + cosd(p.latitude) * sind(a.arc) * cosd(bearing)) as latitude) t
     where p.country = 'US' and p.postal_code = code;
$$;
comment on function nb_sample.spot(text, integer, integer) is 'No row for a postal code that does not exist.';

-- What a trait says for the d-th night from tonight on: a number for all, or one a night, the last repeated.
create or replace function nb_sample.on_night(trait jsonb, d integer) returns integer
    language sql immutable
    as $$
    select case jsonb_typeof(trait)
        when 'array' then (trait -> least(greatest(d, 0), jsonb_array_length(trait) - 1))::integer
        when 'number' then trait::integer end;
$$;

create or replace function nb_sample.words(trait jsonb, otherwise text[]) returns text[]
    language sql immutable
    as $$ select coalesce((select array_agg(w) from jsonb_array_elements_text(trait) w), otherwise) $$;

create or replace function nb_sample.choose_scene_places() returns void
    language plpgsql
    as $$
begin
    create temporary table sample_scene on commit drop as
    select p.n, p.scene, p.postal, p.kind, p.name || ' (sample)' as name, p.traits as t,
           p.kind in ('specialized', 'adjacent', 'general') as is_shelter,
           coalesce(p.traits ->> 'vetting', 'vetted') as vetting,
           make_interval(hours => coalesce((p.traits ->> 'fresh')::integer, 3)) as age,
           nextval(pg_get_serial_sequence('nb.location', 'location_id')) as location_id,
           case when p.kind in ('specialized', 'adjacent', 'general', 'partner')
                then nextval(pg_get_serial_sequence('nb.provider', 'provider_id')) end as provider_id,
           nextval(pg_get_serial_sequence('nb.service', 'service_id')) as service_id,
           nextval(pg_get_serial_sequence('nb.property', 'property_id')) as property_id,
           nextval(pg_get_serial_sequence('nb.unit_type', 'unit_type_id')) as unit_type_id,
           s.latitude, s.longitude, s.region, s.zone
      from nb_sample.scene_places() p
     cross join lateral nb_sample.spot(p.postal, p.meters, p.bearing) s;
    assert (select count(*) from sample_scene) = (select count(*) from nb_sample.scene_places()), 'a postal code is unknown';
end
$$;

-- Bodies name the temporary table that choose_scene_places makes.
set check_function_bodies = off;

create or replace function nb_sample.scene_sites(clerk bigint) returns void
    language sql
    as $$
    insert into nb.provider (provider_id, public_id, name, kind, vetting_state, vetted_by, vetted_at, country)
    overriding system value
    select s.provider_id, nb_sample.id_of('provider scene', s.n), s.name, case when s.is_shelter then 'shelter' else 'hotel' end,
           s.vetting, case when s.vetting <> 'applied' then clerk end,
           case when s.vetting <> 'applied' then nb.now() - interval '30 days' end, 'US'
      from sample_scene s where s.provider_id is not null;
    insert into nb.location (location_id, public_id, provider_id, name, confidential, address, latitude, longitude, country,
                             region, postal_code, zone)
    overriding system value
    select s.location_id, nb_sample.id_of('location scene', s.n), s.provider_id, 'Site ' || s.n,
           s.kind in ('specialized', 'adjacent'),
           case when s.kind not in ('specialized', 'adjacent') then s.n || ' Sample Street' end, s.latitude, s.longitude, 'US', s.region, s.postal, s.zone
      from sample_scene s;
    insert into nb.service (service_id, public_id, provider_id, location_id, name, tier, background_check, languages,
                            populations, youth_route)
    overriding system value
    select s.service_id, nb_sample.id_of('service scene', s.n), s.provider_id, s.location_id, s.name, s.kind,
           coalesce(s.t ->> 'check', 'none'), nb_sample.words(s.t -> 'languages', '{en}'),
           nb_sample.words(s.t -> 'populations', case s.kind when 'specialized' then '{trafficking}'::text[]
                                                             when 'adjacent' then '{domestic_violence}' else '{any}' end),
           coalesce((s.t ->> 'youth')::boolean, false)
      from sample_scene s where s.is_shelter;
$$;

create or replace function nb_sample.scene_hotels(clerk bigint) returns void
    language sql
    as $$
    insert into nb.property (property_id, public_id, location_id, hotel_company_id, provider_id, program_code,
                             program_property_code, brand_code, brand_name, name, accepted_id, takes_no_id, card_rule,
                             min_check_in_age, room_max_occupancy, guest_cap, desk, vetting_state, vetted_by, vetted_at,
                             last_verified_at, cancel_hours_before)
    overriding system value
    select s.property_id, nb_sample.id_of('property scene', s.n), s.location_id, c.hotel_company_id, s.provider_id,
           nullif(s.kind, 'partner'), b.property_code, b.code, b.brand, coalesce(b.brand || ' ', '') || s.name,
           nb_sample.words(s.t -> 'ids', '{state_id,passport,foreign_passport,consular_id,expired_id}'),
           coalesce((s.t ->> 'no_id')::boolean, false), coalesce(s.t ->> 'card', 'none_needed'),
           coalesce((s.t ->> 'age')::smallint, 18), 4, coalesce((s.t ->> 'cap')::integer, 6),
           jsonb_build_object('open_24h', not coalesce((s.t ->> 'desk_closes')::boolean, false), 'alias_allowed', true),
           s.vetting, case when s.vetting <> 'applied' then clerk end,
           case when s.vetting <> 'applied' then nb.now() - interval '20 days' end,
           nb.now() - make_interval(days => coalesce((s.t ->> 'verified')::integer, 20)),
           (s.t ->> 'cancel')::integer
      from sample_scene s
      left join (values
            ('wyndham', 0, 'DI', 'Days Inn'), ('wyndham', 1, 'RA', 'Ramada'), ('wyndham', 2, 'LQ', 'La Quinta'),
            ('marriott', 0, 'CY', 'Courtyard'), ('marriott', 1, 'FN', 'Fairfield'), ('marriott', 2, 'TO', 'TownePlace Suites'))
            v (program, no, code, brand) on v.program = s.kind and v.no = s.n % 3
     cross join lateral (select v.code, v.brand, case s.kind
            when 'wyndham' then (51000 + s.n)::text
            when 'marriott' then 'ZQ' || chr(65 + s.n / 100) || chr(65 + s.n / 10 % 10) || chr(65 + s.n % 10) end as property_code) b
      join nb.hotel_company c on c.public_id = nb_sample.id_of('company',
            case s.kind when 'wyndham' then 1 when 'marriott' then 2 else 3 end)
     where not s.is_shelter;
$$;

create or replace function nb_sample.scene_units() returns void
    language sql
    as $$
    insert into nb.unit_type (unit_type_id, public_id, service_id, property_id, name, household, gender_rule, min_age,
                              max_age, teen_sons, max_party, accessible, pets, service_animals, rooms_or_beds, last_reported_at)
    overriding system value
    select s.unit_type_id, nb_sample.id_of('unit scene', s.n), case when s.is_shelter then s.service_id end,
           case when not s.is_shelter then s.property_id end, case when s.t ? 'rooms' then 'Rooms' else 'Beds' end,
           coalesce(s.t ->> 'household', 'any'), coalesce(s.t ->> 'gender', 'any'), (s.t ->> 'min_age')::smallint,
           (s.t ->> 'max_age')::smallint, not coalesce((s.t ->> 'no_teen_sons')::boolean, false),
           coalesce((s.t ->> 'takes')::smallint, case when s.is_shelter then 1 else 4 end), true, false,
           not coalesce((s.t ->> 'no_animals')::boolean, false),
           case when s.t ? 'rooms' then 'room' else 'bed' end, nb.now() - s.age
      from sample_scene s where s.is_shelter or s.kind = 'partner';
$$;

-- Beds, rooms and prices from last night on.
create or replace function nb_sample.scene_nights(tonight date, nights integer, clerk bigint) returns void
    language sql
    as $$
    insert into nb.unit_night (unit_type_id, night, capacity)
    select s.unit_type_id, tonight + d.d, nb_sample.on_night(coalesce(s.t -> 'beds', s.t -> 'rooms'), d.d)
      from sample_scene s cross join generate_series(-1, nights - 1) d(d)
     where s.is_shelter or s.kind = 'partner'
     order by s.unit_type_id, d.d;
    insert into nb.capacity_report (unit_type_id, reported_by, reported_at, source, from_night, to_night, capacity)
    select s.unit_type_id, clerk, nb.now() - s.age, 'phone', tonight, tonight,
           nb_sample.on_night(coalesce(s.t -> 'beds', s.t -> 'rooms'), 0)
      from sample_scene s where s.is_shelter or s.kind = 'partner' order by s.n;
    insert into nb.property_rate (property_id, night, points, cash_minor, currency, rooms_available, observed_at, source)
    select s.property_id, tonight + d.d, nb_sample.on_night(s.t -> 'points', d.d), nb_sample.on_night(s.t -> 'cash', d.d),
           case when s.t ? 'cash' then 'USD' end, coalesce(nb_sample.on_night(s.t -> 'rooms', d.d), 5), nb.now() - s.age, 'sample'
      from sample_scene s cross join generate_series(-1, nights - 1) d(d)
     where not s.is_shelter
     order by s.property_id, d.d;
$$;

reset check_function_bodies;

create or replace function nb_sample.build_scenes(tonight date, nights integer, out places bigint)
    language plpgsql
    as $$
declare
    clerk constant bigint := nb_sample.clerk();
begin
    perform nb_sample.choose_scene_places();
    perform nb_sample.companies();
    perform nb_sample.scene_sites(clerk);
    perform nb_sample.scene_hotels(clerk);
    perform nb_sample.scene_units();
    perform nb_sample.scene_nights(tonight, nights, clerk);
    select count(*) into places from sample_scene;
    drop table sample_scene;
end
$$;
comment on function nb_sample.build_scenes(date, integer) is
    'Makes the hand-placed places, with beds and prices from the night before tonight on. Once per database.';
