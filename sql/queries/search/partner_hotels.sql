-- Every room type of a partner hotel inside a circle: a hotel that answers referrals and is paid in money, with its desk
-- rules, its rates and how many rooms it offers night by night.
-- $1..$9 as in search/shelters.sql. $10 the hotline that asks (for do-not-place).
-- One row a unit type: facts and rates as nb.search_place says, rates from the night rates_at after check_in on; free as in
-- search/shelters.sql. Index: search_place_box_ix, unit_night_pk.
with near as materialized (
    select l.* from nb.search_place l
     where l.place_kind = 'partner_hotel'
       and l.latitude between $1::float8 and $2::float8 and l.longitude between $3::float8 and $4::float8
       and sin(radians(l.latitude - $5::float8) / 2) * sin(radians(l.latitude - $5) / 2)
           + cos(radians($5)) * cos(radians(l.latitude))
             * sin(radians(l.longitude - $6::float8) / 2) * sin(radians(l.longitude - $6) / 2) <= $7::float8),
clock as materialized (
    select z.zone, t.now, t.now at time zone z.zone as wall
      from (select distinct n.zone from near n) z cross join (select nb.now() as now) t),
strikes as materialized (
    select k.property_id, count(*) as strikes from nb.property_strike k
     where k.recorded_at > nb.now() - interval '1 year' group by k.property_id),
closed as materialized (
    select d.property_id from nb.do_not_place d
     where d.lifted_at is null and d.expires_at > nb.now() and (d.hotline_id is null or d.hotline_id = $10::bigint))
select n.unit_type_id, n.property_id, n.provider_id, n.place_name, n.unit_name, n.latitude, n.longitude, n.zone, n.country,
       n.region, y.night as check_in, n.facts, n.property_id in (select d.property_id from closed d) as do_not_place,
       coalesce(k.strikes, 0) as strikes,
       case when n.cancel_hours_before is not null then
           date_part('epoch', ((y.night + n.check_in_from) at time zone n.zone)
                              - make_interval(hours => n.cancel_hours_before))::bigint end as cancel_by_s,
       greatest(y.first, n.rates_from) - y.night as rates_at,
       substr(n.rates, 1 + 10 * greatest(y.first - n.rates_from, 0),
              10 * greatest($9::integer - (greatest(y.first, n.rates_from) - y.night), 0)) as rates, n.currency,
       date_part('epoch', c.now - n.reported_at)::bigint as age_s,
       array(select (d.night - y.night) * 65536 + least(d.capacity - d.held - d.occupied, 65535)
               from nb.unit_night d
              where d.unit_type_id = n.unit_type_id and d.night >= y.first and d.night < y.night + $9::integer) as free
  from near n
  join clock c using (zone)
  left join strikes k on k.property_id = n.property_id
 cross join lateral (
    select coalesce($8::date, b.night) as night, greatest($8, b.night) as first
      from (select c.wall::date - (c.wall::time < n.night_audit_cutoff)::integer as night) b) y;
