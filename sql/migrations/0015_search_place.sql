-- What a search reads of a place, in one row: a search looks at thousands of places, and finding each one's provider,
-- company, service and unit again cost more than all the rest of it.
-- Not here: nights and prices, which change by the minute. Invariant: a row says what nb.search_place_now says, from the
-- moment the directory is changed on (functions/search_place.sql); booking asks the directory itself.

create table nb.search_place (
    place_kind text not null,
    place_id bigint not null,
    location_id bigint not null,
    unit_type_id bigint,
    property_id bigint,
    provider_id bigint,
    latitude double precision not null,
    longitude double precision not null,
    zone text not null,
    country text not null,
    region text,
    place_name text not null,
    unit_name text,
    program_code text,
    property_code text,
    brand_code text,
    night_audit_cutoff time not null,
    check_in_from time,
    cancel_hours_before integer,
    languages text[],
    populations text[],
    facts text not null,
    reported_at timestamptz,
    constraint search_place_pk primary key (place_kind, place_id),
    constraint search_place_location_fk foreign key (location_id) references nb.location (location_id),
    constraint search_place_unit_type_fk foreign key (unit_type_id) references nb.unit_type (unit_type_id) on delete cascade,
    constraint search_place_property_fk foreign key (property_id) references nb.property (property_id) on delete cascade,
    constraint search_place_kind_ck check (place_kind in ('shelter', 'partner_hotel', 'points_hotel'))
) with (fillfactor = 80);
create index search_place_box_ix on nb.search_place (place_kind, latitude, longitude);
create index search_place_location_ix on nb.search_place (location_id);
create index search_place_unit_type_ix on nb.search_place (unit_type_id) where unit_type_id is not null;
create index search_place_property_ix on nb.search_place (property_id) where property_id is not null;
comment on table nb.search_place is 'Derived: each place that a search may show, with what the rules ask of it. Kept by triggers on the directory, compared with it hourly.';
comment on column nb.search_place.place_kind is 'shelter or partner_hotel (a kind of unit there), or points_hotel (the house).';
comment on column nb.search_place.place_id is 'Unit type, or property of a points hotel.';
comment on column nb.search_place.location_id is 'Where.';
comment on column nb.search_place.unit_type_id is 'The unit type; null for a points hotel.';
comment on column nb.search_place.property_id is 'The hotel; null for a shelter.';
comment on column nb.search_place.provider_id is 'Who runs it; null for a points hotel.';
comment on column nb.search_place.latitude is 'Of its location.';
comment on column nb.search_place.longitude is 'Of its location.';
comment on column nb.search_place.zone is 'Of its location.';
comment on column nb.search_place.country is 'Of its location.';
comment on column nb.search_place.region is 'Of its location.';
comment on column nb.search_place.place_name is 'Name of the service or hotel, for staff.';
comment on column nb.search_place.unit_name is 'Name of the unit type.';
comment on column nb.search_place.program_code is 'Program of a points hotel.';
comment on column nb.search_place.property_code is 'The program''s code of a points hotel.';
comment on column nb.search_place.brand_code is 'Its brand in the program.';
comment on column nb.search_place.night_audit_cutoff is 'Until when it is still last night there.';
comment on column nb.search_place.check_in_from is 'Hotels: from when one may check in.';
comment on column nb.search_place.cancel_hours_before is 'Hotels: free cancellation until so many hours before that.';
comment on column nb.search_place.languages is 'Shelters: languages spoken on site.';
comment on column nb.search_place.populations is 'Shelters: whom they are for.';
comment on column nb.search_place.facts is 'Letters, then numbers, as the rules ask for them. Letters: vetted; of a unit household, gender rule, bed or room, teen sons, accessible, pets, service animals; of a hotel no ID, card rule, open at night, alias, four points, pets and access at the desk; of a shelter tier, background check, youth route. Numbers: of a unit youngest, oldest, people; of a hotel documents as bits, age at check-in, people in a room, cap, second of the last verification.';
comment on column nb.search_place.reported_at is 'Time of the last capacity report of the unit.';

create view nb.search_place_now as
with unit as not materialized (
    select u.*, left(u.household, 1) || left(u.gender_rule, 1) || left(u.rooms_or_beds, 1) || left(u.teen_sons::text, 1)
                || left(u.accessible::text, 1) || left(u.pets::text, 1) || left(u.service_animals::text, 1) as letters,
           format(' %s %s %s', coalesce(u.min_age, 0), coalesce(u.max_age, 0), u.max_party) as numbers
      from nb.unit_type u where u.active),
hotel as not materialized (
    select p.*, left(p.takes_no_id::text, 1) || left(p.card_rule, 1) || left((p.desk @> '{"open_24h": true}')::text, 1)
                || left((p.desk @> '{"alias_allowed": true}')::text, 1)
                || left(coalesce(p.has_policy, h.has_policy, false)::text, 1)
                || left(coalesce(p.has_training, h.has_training, false)::text, 1)
                || left(coalesce(p.has_reporting, h.has_reporting, false)::text, 1)
                || left(coalesce(p.has_sourcing, h.has_sourcing, false)::text, 1)
                || left((p.desk @> '{"pets": true}')::text, 1)
                || coalesce(left(p.desk ->> 'accessible', 1), '-') as letters,
           format(' %s %s %s %s %s',
                  (select coalesce(sum(1 << (d.n - 1)::integer), 0)
                     from unnest(array['state_id', 'passport', 'foreign_passport', 'consular_id', 'expired_id'])
                          with ordinality d (word, n) where d.word = any (p.accepted_id)),
                  p.min_check_in_age, p.room_max_occupancy, p.guest_cap,
                  coalesce(floor(date_part('epoch', p.last_verified_at)), 0)::bigint) as numbers
      from nb.property p left join nb.hotel_company h on h.hotel_company_id = p.hotel_company_id)
select 'shelter' as place_kind, u.unit_type_id as place_id, l.location_id, u.unit_type_id, null::bigint as property_id,
       s.provider_id, l.latitude, l.longitude, l.zone, l.country, l.region, s.name as place_name, u.name as unit_name,
       null::text as program_code, null::text as property_code, null::text as brand_code, time '05:00' as night_audit_cutoff,
       null::time as check_in_from, null::integer as cancel_hours_before, s.languages, s.populations,
       left((v.vetting_state = 'vetted')::text, 1) || u.letters || left(s.tier, 1) || left(s.background_check, 1)
       || left(s.youth_route::text, 1) || u.numbers as facts, u.last_reported_at as reported_at
  from unit u
  join nb.service s on s.service_id = u.service_id and s.status = 'active'
  join nb.provider v on v.provider_id = s.provider_id
  join nb.location l on l.location_id = s.location_id
union all
select 'partner_hotel', u.unit_type_id, l.location_id, u.unit_type_id, p.property_id, p.provider_id, l.latitude, l.longitude,
       l.zone, l.country, l.region, p.name, u.name, null, null, null, p.night_audit_cutoff, p.check_in_from,
       p.cancel_hours_before, null, null,
       left((p.vetting_state = 'vetted' and v.vetting_state = 'vetted')::text, 1) || u.letters || p.letters || u.numbers
       || p.numbers, u.last_reported_at
  from unit u
  join hotel p on p.property_id = u.property_id and p.provider_id is not null
  join nb.provider v on v.provider_id = p.provider_id
  join nb.location l on l.location_id = p.location_id
union all
select 'points_hotel', p.property_id, l.location_id, null, p.property_id, null, l.latitude, l.longitude, l.zone, l.country,
       l.region, p.name, null, p.program_code, p.program_property_code, p.brand_code, p.night_audit_cutoff, p.check_in_from,
       p.cancel_hours_before, null, null, left((p.vetting_state = 'vetted')::text, 1) || p.letters || p.numbers, null
  from hotel p
  join nb.location l on l.location_id = p.location_id
 where p.program_code is not null;
comment on view nb.search_place_now is 'What nb.search_place must hold, read from the directory.';
do $$
declare
    word record;
begin
    for word in select a.attname as name, col_description(a.attrelid, a.attnum) as says
                  from pg_attribute a where a.attrelid = 'nb.search_place'::regclass and a.attnum > 0 loop
        execute format('comment on column nb.search_place_now.%I is %L', word.name, word.says);
    end loop;
end
$$;

insert into nb.search_place select n.* from nb.search_place_now n;

-- Prices of thousands of hotels are read from the index alone.
alter table nb.property_rate
    drop constraint property_rate_pk,
    add constraint property_rate_pk primary key (property_id, night)
        include (points, cash_minor, currency, rooms_available, observed_at);
