-- Every room type of a partner hotel inside a circle: a hotel that answers referrals and is paid in money, with its desk
-- rules, its rates and how many rooms it offers night by night.
-- $1..$9 as in search/shelters.sql. $10 the hotline that asks (for do-not-place).
-- One row a unit type: prices holds, for each night that is known and not over, 2^47 * (nights after check_in) + minor units
-- of currency for one room; free as in search/shelters.sql. Index: location_box_ix, property_location_ix,
-- unit_type_property_ix, property_rate_pk, unit_night_pk.
with near as materialized (
    select l.location_id, l.zone, l.latitude, l.longitude, l.country, l.region
      from nb.location l
     where l.latitude between $1::float8 and $2::float8 and l.longitude between $3::float8 and $4::float8
       and l.provider_id is not null
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
select u.unit_type_id, p.property_id, p.name as place_name, u.name as unit_name, p.provider_id,
       p.vetting_state = 'vetted' and v.vetting_state = 'vetted' as vetted,
       p.property_id in (select d.property_id from closed d) as do_not_place,
       n.latitude, n.longitude, n.zone, n.country, n.region, y.night as check_in,
       p.accepted_id, p.takes_no_id, p.card_rule, p.min_check_in_age, p.guest_cap,
       p.desk @> '{"open_24h": true}' as open_24h, p.desk @> '{"alias_allowed": true}' as alias_allowed,
       date_part('epoch', c.now - p.last_verified_at)::bigint / 86400 as verified_days, coalesce(k.strikes, 0) as strikes,
       coalesce(p.has_policy, h.has_policy, false) as has_policy,
       coalesce(p.has_training, h.has_training, false) as has_training,
       coalesce(p.has_reporting, h.has_reporting, false) as has_reporting,
       coalesce(p.has_sourcing, h.has_sourcing, false) as has_sourcing,
       date_part('epoch', ((y.night + p.check_in_from) at time zone n.zone)
                          - make_interval(hours => p.cancel_hours_before))::bigint as cancel_by_s,
       r.prices, r.currency,
       u.household, u.gender_rule, u.min_age, u.max_age, u.max_party, u.rooms_or_beds,
       u.teen_sons, u.accessible, u.pets, u.service_animals,
       date_part('epoch', c.now - u.last_reported_at)::bigint as age_s,
       array(select (d.night - y.night) * 65536 + least(d.capacity - d.held - d.occupied, 65535)
               from nb.unit_night d
              where d.unit_type_id = u.unit_type_id
                and d.night >= y.first and d.night < y.night + $9::integer) as free
  from near n
  join clock c using (zone)
  join nb.property p on p.location_id = n.location_id and p.provider_id is not null
  join nb.provider v on v.provider_id = p.provider_id
  join nb.unit_type u on u.property_id = p.property_id and u.active
  left join nb.hotel_company h on h.hotel_company_id = p.hotel_company_id
  left join strikes k on k.property_id = p.property_id
 cross join lateral (
    select coalesce($8::date, b.night) as night, greatest($8, b.night) as first
      from (select c.wall::date - (c.wall::time < p.night_audit_cutoff)::integer as night) b) y
  left join lateral (
    select array_agg((d.night - y.night)::bigint << 47 | coalesce(d.cash_minor, 0)) as prices, min(d.currency) as currency
      from nb.property_rate d
     where d.property_id = p.property_id and d.night >= y.first and d.night < y.night + $9::integer
       and d.cash_minor is not null) r on true;
