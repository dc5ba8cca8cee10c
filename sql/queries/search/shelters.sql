-- Every unit type of a shelter inside a circle, with what the rules ask about it and how many units are free night by night.
-- $1..$4 box in degrees: south, north, west, east. $5, $6 center: latitude, longitude. $7 square of the sine of half the
-- circle's angle (radius / earth's radius). $8 first night, null for each place's own tonight. $9 how many nights are
-- looked at. $10 languages of the guest (primary subtags). $11 true when populations are wanted.
-- One row a unit type: facts as nb.search_place says; check_in is its first night; free holds, for each night that is known
-- and not over, 65536 * (nights after check_in) + free units. Index: search_place_box_ix, unit_night_pk.
with near as materialized (
    select l.* from nb.search_place l
     where l.place_kind = 'shelter'
       and l.latitude between $1::float8 and $2::float8 and l.longitude between $3::float8 and $4::float8
       and sin(radians(l.latitude - $5::float8) / 2) * sin(radians(l.latitude - $5) / 2)
           + cos(radians($5)) * cos(radians(l.latitude))
             * sin(radians(l.longitude - $6::float8) / 2) * sin(radians(l.longitude - $6) / 2) <= $7::float8),
clock as materialized (
    select z.zone, t.now, t.now at time zone z.zone as wall
      from (select distinct n.zone from near n) z cross join (select nb.now() as now) t)
select n.unit_type_id, n.provider_id, n.place_name, n.unit_name, n.latitude, n.longitude, n.zone, y.night as check_in, n.facts,
       n.languages && $10::text[] as speaks, case when $11::boolean then n.populations end as populations,
       date_part('epoch', c.now - n.reported_at)::bigint as age_s,
       array(select (d.night - y.night) * 65536 + least(d.capacity - d.held - d.occupied, 65535)
               from nb.unit_night d
              where d.unit_type_id = n.unit_type_id and d.night >= y.first and d.night < y.night + $9::integer) as free
  from near n
  join clock c using (zone)
 cross join lateral (
    select coalesce($8::date, b.night) as night, greatest($8, b.night) as first
      from (select c.wall::date - (c.wall::time < n.night_audit_cutoff)::integer as night) b) y;
