-- Every unit type of a shelter inside a circle, with what the rules ask about it and how many units are free night by night.
-- $1..$4 box in degrees: south, north, west, east. $5, $6 center: latitude, longitude. $7 square of the sine of half the
-- circle's angle (radius / earth's radius). $8 first night, null for each place's own tonight. $9 how many nights are
-- looked at. $10 languages of the guest (primary subtags). $11 true when populations are wanted.
-- One row a unit type: check_in is its first night; free holds, for each night that is known and not over,
-- 65536 * (nights after check_in) + free units. Index: location_box_ix, then keys.
with near as materialized (
    select l.location_id, l.zone, l.latitude, l.longitude
      from nb.location l
     where l.latitude between $1::float8 and $2::float8 and l.longitude between $3::float8 and $4::float8
       and sin(radians(l.latitude - $5::float8) / 2) * sin(radians(l.latitude - $5) / 2)
           + cos(radians($5)) * cos(radians(l.latitude))
             * sin(radians(l.longitude - $6::float8) / 2) * sin(radians(l.longitude - $6) / 2) <= $7::float8),
tonight as materialized (
    select z.zone, nb.business_date(z.zone, '05:00') as night, nb.now() as now
      from (select distinct n.zone from near n) z)
select u.unit_type_id, s.name as place_name, u.name as unit_name, s.provider_id,
       v.vetting_state = 'vetted' as vetted, s.tier, s.background_check,
       n.latitude, n.longitude, n.zone, coalesce($8::date, t.night) as check_in,
       u.household, u.gender_rule, u.min_age, u.max_age, u.max_party, u.rooms_or_beds,
       u.teen_sons, u.accessible, u.pets, u.service_animals, s.languages && $10::text[] as speaks, s.youth_route,
       case when $11::boolean then s.populations end as populations,
       date_part('epoch', t.now - u.last_reported_at)::bigint as age_s,
       array(select (d.night - coalesce($8, t.night)) * 65536 + least(d.capacity - d.held - d.occupied, 65535)
               from nb.unit_night d
              where d.unit_type_id = u.unit_type_id
                and d.night >= greatest($8, t.night) and d.night < coalesce($8, t.night) + $9::integer) as free
  from near n
  join tonight t using (zone)
  join nb.service s on s.location_id = n.location_id and s.status = 'active'
  join nb.provider v on v.provider_id = s.provider_id
  join nb.unit_type u on u.service_id = s.service_id and u.active;
