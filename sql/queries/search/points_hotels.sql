-- Every hotel inside a circle in which points of a program buy a night, with its desk rules and its observed rates.
-- $1..$9 as in search/shelters.sql. $10 the hotline that asks (for do-not-place).
-- One row a hotel: prices holds, for each night that is known and not over, 2^47 * (nights after check_in)
-- + 2^32 * rooms seen free (32767: not said) + points of one room (0: points do not buy it).
-- Index: location_box_ix, property_location_ix, property_rate_pk.
with near as materialized (
    select l.location_id, l.zone, l.latitude, l.longitude, l.country, l.region
      from nb.location l
     where l.latitude between $1::float8 and $2::float8 and l.longitude between $3::float8 and $4::float8
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
select p.property_id, p.name as place_name, p.program_code, p.program_property_code, p.brand_code,
       p.vetting_state = 'vetted' as vetted,
       p.property_id in (select d.property_id from closed d) as do_not_place,
       n.latitude, n.longitude, n.zone, n.country, n.region, y.night as check_in,
       p.accepted_id, p.takes_no_id, p.card_rule, p.min_check_in_age, p.room_max_occupancy, p.guest_cap,
       p.desk @> '{"open_24h": true}' as open_24h, p.desk @> '{"alias_allowed": true}' as alias_allowed,
       p.desk @> '{"pets": true}' as takes_pets, p.desk ->> 'accessible' as desk_accessible,
       date_part('epoch', c.now - p.last_verified_at)::bigint / 86400 as verified_days, coalesce(k.strikes, 0) as strikes,
       coalesce(p.has_policy, h.has_policy, false) as has_policy,
       coalesce(p.has_training, h.has_training, false) as has_training,
       coalesce(p.has_reporting, h.has_reporting, false) as has_reporting,
       coalesce(p.has_sourcing, h.has_sourcing, false) as has_sourcing,
       date_part('epoch', ((y.night + p.check_in_from) at time zone n.zone)
                          - make_interval(hours => p.cancel_hours_before))::bigint as cancel_by_s,
       r.prices, date_part('epoch', c.now - r.seen)::bigint as age_s
  from near n
  join clock c using (zone)
  join nb.property p on p.location_id = n.location_id and p.program_code is not null
  left join nb.hotel_company h on h.hotel_company_id = p.hotel_company_id
  left join strikes k on k.property_id = p.property_id
 cross join lateral (
    select coalesce($8::date, b.night) as night, greatest($8, b.night) as first
      from (select c.wall::date - (c.wall::time < p.night_audit_cutoff)::integer as night) b) y
  left join lateral (
    select array_agg((d.night - y.night)::bigint << 47
                     | (least(coalesce(d.rooms_available, 32767), 32767)::bigint << 32)
                     | coalesce(d.points, 0)) as prices,
           min(d.observed_at) as seen
      from nb.property_rate d
     where d.property_id = p.property_id and d.night >= y.first and d.night < y.night + $9::integer) r on true;
