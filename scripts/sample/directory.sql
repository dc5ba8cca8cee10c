-- A made-up directory for demo, tests and bench: shelters and hotels that do not exist, at real postal codes, with
-- real brand names. Loaded into databases without real guests only. Invariant: the same sizes give the same places,
-- ids and prices, counted from tonight; everything comes from the running number, nothing from chance.
-- Needs the loyalty programs wyndham and marriott to be there.
--
-- select * from nb_sample.directory(shelters => 300, hotels => 1500, nights => 60);

create schema if not exists nb_sample;
comment on schema nb_sample is 'Makes the sample directory. Absent where real guests are.';

-- A number from 0 to below - 1 that looks random and depends on nothing but its key.
create or replace function nb_sample.pick(key text, below integer) returns integer
    language sql immutable parallel safe
    as $$ select (('x' || substr(md5(key), 1, 7))::bit(28)::integer) % below $$;

create or replace function nb_sample.one_of(key text, words text[]) returns text
    language sql immutable parallel safe
    as $$ select words[1 + nb_sample.pick(key, cardinality(words))] $$;

create or replace function nb_sample.id_of(kind text, n integer) returns uuid
    language sql immutable parallel safe
    as $$ select md5('sample ' || kind || ' ' || n)::uuid $$;

-- Every 25th place is in Canada or Mexico, by coordinates; metro_percent of the others are near a large city.
create or replace function nb_sample.choose_places(places integer, metro_percent integer, skip_regions text[])
    returns void
    language plpgsql
    as $$
begin
    create temporary table sample_abroad on commit drop as
    select row_number() over () as n, a.* from (values
        ('CA', 'ON', 'America/Toronto', 43.65, -79.38), ('CA', 'QC', 'America/Toronto', 45.50, -73.57),
        ('CA', 'BC', 'America/Vancouver', 49.28, -123.12), ('CA', 'AB', 'America/Edmonton', 51.05, -114.07),
        ('CA', 'NS', 'America/Halifax', 44.65, -63.58), ('MX', 'CMX', 'America/Mexico_City', 19.43, -99.13),
        ('MX', 'BCN', 'America/Tijuana', 32.51, -117.02), ('MX', 'NLE', 'America/Monterrey', 25.67, -100.31),
        ('MX', 'JAL', 'America/Mexico_City', 20.67, -103.35), ('MX', 'ROO', 'America/Cancun', 21.16, -86.85)
    ) a (country, region, zone, latitude, longitude);
    create temporary table sample_postal on commit drop as
    select row_number() over (partition by p.metro order by md5(p.postal_code)) - 1 as n, p.*
      from (select q.postal_code, q.latitude, q.longitude, q.region, coalesce(q.zone, r.suggested_zone) as zone,
                   exists (select from (values
                       (40.75, -73.99), (41.88, -87.63), (29.76, -95.37), (33.45, -112.07), (34.05, -118.24),
                       (25.78, -80.20), (33.75, -84.39), (39.74, -104.99), (47.61, -122.33), (36.17, -115.14),
                       (32.78, -96.80), (44.98, -93.27), (42.36, -71.06), (38.91, -77.04), (39.10, -94.58)) m (lat, lon)
                       where abs(q.latitude - m.lat) < 0.4 and abs(q.longitude - m.lon) < 0.5) as metro
              from nb.postal_place q join nb.region r on r.country = q.country and r.region = q.region
             where q.country = 'US' and q.region <> all (skip_regions)) p;
    create unique index on sample_postal (metro, n);
    analyze sample_postal;
    create temporary table sample_place on commit drop as
    with shape as (
        select count(*) filter (where metro) as metros, count(*) filter (where not metro) as others from sample_postal)
    select i.n, nextval(pg_get_serial_sequence('nb.location', 'location_id')) as location_id,
           coalesce(a.country, 'US') as country, coalesce(a.region, p.region) as region,
           coalesce(a.zone, p.zone) as zone, p.postal_code,
           coalesce(a.latitude, p.latitude) as latitude, coalesce(a.longitude, p.longitude) as longitude,
           (nb_sample.pick('north ' || i.n, 401) - 200) / 10000.0 as north,
           (nb_sample.pick('east ' || i.n, 401) - 200) / 10000.0 as east
      from shape s
     cross join generate_series(1, places) i(n)
      left join sample_abroad a on i.n % 25 = 0 and a.n = 1 + (i.n / 25) % 10
      left join sample_postal p on i.n % 25 <> 0
       and p.metro = (nb_sample.pick('metro ' || i.n, 100) < metro_percent)
       and p.n = case when p.metro then i.n % s.metros else i.n % s.others end;
    create unique index on sample_place (n);
    analyze sample_place;
end
$$;

-- The person who vetted the sample is nobody who can act.
create or replace function nb_sample.clerk() returns bigint
    language sql
    as $$
    insert into nb.app_user (public_id, display_name, state)
    values (nb_sample.id_of('clerk', 0), 'sample directory clerk', 'closed')
        on conflict (public_id) do nothing;
    select user_id from nb.app_user where public_id = nb_sample.id_of('clerk', 0);
$$;

create or replace function nb_sample.shelters(shelters integer, clerk bigint) returns void
    language plpgsql
    as $$
begin
    create temporary table sample_shelter on commit drop as
    select p.*, nextval(pg_get_serial_sequence('nb.provider', 'provider_id')) as provider_id,
           nextval(pg_get_serial_sequence('nb.service', 'service_id')) as service_id,
           (array['specialized', 'adjacent', 'adjacent', 'general'])[1 + p.n % 4] as tier,
           case when p.n % 20 = 7 then 'applied' when p.n % 50 = 9 then 'suspended' else 'vetted' end as vetting_state,
           format('%s %s House %s (sample)',
                  nb_sample.one_of('a' || p.n, array['Amber', 'Cedar', 'Harbor', 'Linden', 'Maple', 'Quiet', 'River', 'Willow']),
                  nb_sample.one_of('b' || p.n, array['Lantern', 'Bridge', 'Gate', 'Meadow', 'Haven', 'Porch', 'Stone']),
                  p.n) as name
      from sample_place p where p.n <= shelters;
    insert into nb.provider (provider_id, public_id, name, kind, vetting_state, vetted_by, vetted_at, country)
    overriding system value
    select s.provider_id, nb_sample.id_of('provider', s.n), s.name, 'shelter', s.vetting_state,
           case when s.vetting_state <> 'applied' then clerk end,
           case when s.vetting_state <> 'applied' then nb.now() - interval '30 days' end, s.country
      from sample_shelter s;
    insert into nb.location (location_id, public_id, provider_id, name, confidential, latitude, longitude,
                             country, region, postal_code, zone)
    overriding system value
    select s.location_id, nb_sample.id_of('location', s.n), s.provider_id, 'Site ' || s.n, s.tier <> 'general',
           s.latitude + case when s.tier = 'general' then s.north else 0 end,
           s.longitude + case when s.tier = 'general' then s.east else 0 end,
           s.country, s.region, s.postal_code, s.zone
      from sample_shelter s;
    insert into nb.service (service_id, public_id, provider_id, location_id, name, tier, background_check,
                            languages, populations, youth_route)
    overriding system value
    select s.service_id, nb_sample.id_of('service', s.n), s.provider_id, s.location_id, s.name, s.tier,
           (array['none', 'none', 'record_accepted', 'excludes'])[1 + nb_sample.pick('check ' || s.n, 4)],
           case when s.n % 3 = 0 then array['en', 'es'] else array['en'] end,
           case s.tier when 'specialized' then array['trafficking', 'labor_trafficking']
                       when 'adjacent' then array['domestic_violence'] else array['any'] end,
           s.n % 12 = 2
      from sample_shelter s;
    -- Two kinds of unit at every third shelter, one at the others.
    insert into nb.unit_type (public_id, service_id, name, household, gender_rule, min_age, max_age, teen_sons,
                              max_party, accessible, pets, rooms_or_beds, last_reported_at)
    select nb_sample.id_of('unit ' || k.kind, s.n), s.service_id,
           case k.kind when 1 then 'Beds' else 'Family rooms' end,
           case when s.n % 12 = 2 and k.kind = 1 then 'youth' when k.kind = 2 then 'family' else 'any' end,
           (array['any', 'women', 'self_identified', 'women', 'men', 'any'])[1 + nb_sample.pick('gender ' || s.n, 6)],
           case when s.n % 12 = 2 and k.kind = 1 then 12 when k.kind = 1 then 18 end,
           case when s.n % 12 = 2 and k.kind = 1 then 17 end,
           s.n % 5 <> 0, case k.kind when 1 then 1 + s.n % 2 else 5 end, s.n % 4 <> 1, s.n % 6 = 0,
           case k.kind when 1 then 'bed' else 'room' end,
           nb.now() - make_interval(hours => nb_sample.pick('fresh ' || s.n, 96))
      from sample_shelter s cross join (values (1), (2)) k(kind)
     where k.kind = 1 or s.n % 3 = 0;
end
$$;

create or replace function nb_sample.companies() returns void
    language sql
    as $$
    insert into nb.hotel_company (public_id, name, has_policy, has_training, has_reporting, has_sourcing)
    values (nb_sample.id_of('company', 1), 'Wyndham Hotels & Resorts', true, true, false, false),
           (nb_sample.id_of('company', 2), 'Marriott International', true, true, false, false),
           (nb_sample.id_of('company', 3), 'Juniper Lodging (sample)', true, true, true, true)
        on conflict do nothing;
$$;

-- Of six hotels two are Wyndham's, three Marriott's (one of them a partner as well), one an independent partner.
create or replace function nb_sample.choose_hotels(shelters integer) returns void
    language plpgsql
    as $$
begin
    create temporary table sample_hotel on commit drop as
    select p.*, h.k, h.program, h.partner, b.code as brand_code, b.brand,
           nextval(pg_get_serial_sequence('nb.property', 'property_id')) as property_id,
           case when h.partner then nextval(pg_get_serial_sequence('nb.provider', 'provider_id')) end as provider_id,
           case h.program
               when 'wyndham' then (100000 + (h.k::bigint * 7919) % 900000)::text
               when 'marriott' then (select string_agg(chr(65 + (((h.k::bigint * 48271) % 11881376) / d)::integer % 26), ''
                                                       order by d desc)
                                       from unnest(array[1, 26, 676, 17576, 456976]) d)
           end as program_property_code,
           case when h.k % 30 = 11 then 'applied' else 'vetted' end as vetting_state,
           nb_sample.one_of('h' || h.k, array['Bluebird', 'Copper', 'Foxglove', 'Granite', 'Heron', 'Larkspur', 'Tamarack'])
               || ' ' || nb_sample.one_of('i' || h.k, array['Crossing', 'Park', 'Junction', 'Landing', 'Square', 'Terrace'])
               as invented
      from sample_place p
     cross join lateral (
         select p.n - shelters as k, (p.n - shelters) % 6 in (0, 5) as partner,
                case when (p.n - shelters) % 6 in (1, 2) then 'wyndham'
                     when (p.n - shelters) % 6 in (3, 4, 5) then 'marriott' end as program) h
      left join (values
         ('wyndham', 0, 'DI', 'Days Inn'), ('wyndham', 1, 'RA', 'Ramada'), ('wyndham', 2, 'LQ', 'La Quinta'),
         ('wyndham', 3, 'MT', 'Microtel'), ('wyndham', 4, 'BU', 'Baymont'), ('wyndham', 5, 'HJ', 'Howard Johnson'),
         ('wyndham', 6, 'TL', 'Travelodge'), ('wyndham', 7, 'WG', 'Wingate'),
         ('marriott', 0, 'MC', 'Marriott'), ('marriott', 1, 'CY', 'Courtyard'), ('marriott', 2, 'FN', 'Fairfield'),
         ('marriott', 3, 'TO', 'TownePlace Suites'), ('marriott', 4, 'SI', 'Sheraton'), ('marriott', 5, 'FP', 'Four Points'),
         ('marriott', 6, 'AL', 'Aloft'), ('marriott', 7, 'OX', 'Moxy')) b (program, no, code, brand)
        on b.program = h.program and b.no = nb_sample.pick('brand ' || h.k, 8)
     where p.n > shelters;
    create unique index on sample_hotel (property_id);
end
$$;

create or replace function nb_sample.hotels(clerk bigint) returns void
    language plpgsql
    as $$
begin
    insert into nb.provider (provider_id, public_id, name, kind, vetting_state, vetted_by, vetted_at, country)
    overriding system value
    select h.provider_id, nb_sample.id_of('provider', h.n), h.invented || ' Hotel ' || h.k || ' (sample)', 'hotel',
           h.vetting_state, case when h.vetting_state = 'vetted' then clerk end,
           case when h.vetting_state = 'vetted' then nb.now() - interval '20 days' end, h.country
      from sample_hotel h where h.partner;
    insert into nb.location (location_id, public_id, provider_id, name, latitude, longitude, country, region,
                             postal_code, zone)
    overriding system value
    select h.location_id, nb_sample.id_of('location', h.n), h.provider_id, 'Hotel site ' || h.k,
           h.latitude + h.north, h.longitude + h.east, h.country, h.region, h.postal_code, h.zone
      from sample_hotel h;
    insert into nb.property (property_id, public_id, location_id, hotel_company_id, provider_id, program_code,
                             program_property_code, brand_code, brand_name, name, accepted_id, takes_no_id, card_rule,
                             min_check_in_age, room_max_occupancy, guest_cap, desk, vetting_state, vetted_by, vetted_at,
                             last_verified_at, cancel_hours_before)
    overriding system value
    select h.property_id, nb_sample.id_of('property', h.n), h.location_id, c.hotel_company_id, h.provider_id, h.program,
           h.program_property_code, h.brand_code, h.brand,
           coalesce(h.brand || ' ', '') || h.invented || ' ' || h.k || ' (sample)',
           case nb_sample.pick('id ' || h.k, 3) when 0 then array['state_id', 'passport']
               when 1 then array['state_id', 'passport', 'foreign_passport']
               else array['state_id', 'passport', 'foreign_passport', 'consular_id', 'expired_id'] end,
           nb_sample.pick('no id ' || h.k, 5) = 0,
           nb_sample.one_of('card ' || h.k, array['guest_card', 'form_accepted', 'form_accepted', 'none_needed']),
           case when h.k % 4 = 0 then 21 else 18 end, 4, 2 + nb_sample.pick('cap ' || h.k, 5),
           jsonb_build_object('open_24h', h.k % 5 <> 0, 'alias_allowed', h.k % 3 <> 0),
           h.vetting_state, case when h.vetting_state = 'vetted' then clerk end,
           case when h.vetting_state = 'vetted' then nb.now() - interval '20 days' end,
           nb.now() - make_interval(days => nb_sample.pick('verified ' || h.k, 200)),
           (array[24, 48, 72, null]::integer[])[1 + nb_sample.pick('cancel ' || h.k, 4)]
      from sample_hotel h
      join nb.hotel_company c on c.public_id = nb_sample.id_of('company',
          case h.program when 'wyndham' then 1 when 'marriott' then 2 else 3 end);
    insert into nb.unit_type (public_id, property_id, name, max_party, accessible, pets, rooms_or_beds, last_reported_at)
    select nb_sample.id_of('hotel unit', h.n), h.property_id, 'Rooms', 4, h.k % 2 = 0, h.k % 4 = 0, 'room',
           nb.now() - make_interval(hours => nb_sample.pick('fresh ' || h.n, 48))
      from sample_hotel h where h.partner;
end
$$;

-- Beds: about a third of the nights are full. Nothing is promised yet, so held and occupied are zero.
create or replace function nb_sample.nights(first_night date, nights integer, clerk bigint) returns void
    language plpgsql
    as $$
begin
    insert into nb.unit_night (unit_type_id, night, capacity)
    select u.unit_type_id, first_night + d.d, greatest(0, (u.unit_type_id * 31 + d.d * 17 + (u.unit_type_id * d.d) % 11) % 9 - 2)
      from nb.unit_type u cross join generate_series(0, nights - 1) d(d)
     where u.service_id in (select s.service_id from sample_shelter s)
        or u.property_id in (select h.property_id from sample_hotel h)
     order by u.unit_type_id, d.d;
    insert into nb.capacity_report (unit_type_id, reported_by, reported_at, source, from_night, to_night, capacity)
    select u.unit_type_id, clerk, u.last_reported_at, 'import', first_night, first_night, n.capacity
      from nb.unit_type u
      join nb.unit_night n on n.unit_type_id = u.unit_type_id and n.night = first_night
     where u.service_id in (select s.service_id from sample_shelter s)
        or u.property_id in (select h.property_id from sample_hotel h);
end
$$;

-- Prices: Wyndham in its three tiers, Marriott moving by night, partner hotels in cash.
create or replace function nb_sample.rates(first_night date, nights integer) returns void
    language plpgsql
    as $$
begin
    insert into nb.property_rate (property_id, night, points, cash_minor, currency, rooms_available, observed_at, source)
    select h.property_id, first_night + d.d,
           case h.program
               when 'wyndham' then (array[7500, 15000, 15000, 30000])[1 + (h.k + d.d / 7) % 4]
               when 'marriott' then 12000 + 500 * ((h.k * 13 + d.d * 7) % 97)
           end,
           case when h.partner then 6900 + 100 * ((h.k * 7 + d.d) % 60) end,
           case when h.partner then case h.country when 'CA' then 'CAD' when 'MX' then 'MXN' else 'USD' end end,
           (h.k * 5 + d.d * 3) % 20 % 8,
           t.seen, 'sample'
      from sample_hotel h
     cross join (select nb.now() - interval '2 hours' as seen) t
     cross join generate_series(0, nights - 1) d(d)
     order by h.property_id, d.d;
end
$$;

-- The two foreign keys of the night tables are taken off and put back: checked once for all rows and not per row,
-- millions of nights take seconds.
create or replace function nb_sample.directory(
    shelters integer, hotels integer, nights integer, metro_percent integer default 60,
    skip_regions text[] default '{}', out places bigint, out unit_nights bigint, out rates bigint)
    language plpgsql
    as $$
declare
    first_night constant date := (nb.now() at time zone 'UTC')::date - 1;
    clerk bigint;
begin
    perform nb_sample.choose_places(shelters + hotels, metro_percent, skip_regions);
    clerk := nb_sample.clerk();
    perform nb_sample.shelters(shelters, clerk);
    perform nb_sample.companies();
    perform nb_sample.choose_hotels(shelters);
    perform nb_sample.hotels(clerk);
    alter table nb.unit_night drop constraint unit_night_unit_type_fk;
    alter table nb.property_rate drop constraint property_rate_property_fk;
    perform nb_sample.nights(first_night, nights, clerk);
    perform nb_sample.rates(first_night, nights);
    alter table nb.unit_night add constraint unit_night_unit_type_fk
        foreign key (unit_type_id) references nb.unit_type (unit_type_id);
    alter table nb.property_rate add constraint property_rate_property_fk
        foreign key (property_id) references nb.property (property_id);
    select count(*) into places from nb.location;
    select count(*) into unit_nights from nb.unit_night;
    select count(*) into directory.rates from nb.property_rate;
    drop table sample_abroad, sample_postal, sample_place, sample_shelter, sample_hotel;
end
$$;
comment on function nb_sample.directory(integer, integer, integer, integer, text[]) is
    'Makes the directory once per database (a second call collides with the ids of the first): shelters, hotels, nights from last night on; regions in skip_regions stay empty. Returns what stands afterwards.';
