-- Options of a search in their order, by pages, with the names of their places.
-- Parameters: $1 bigint hotline, $2 uuid search, $3 bigint rank of the last row seen (0: from the start), $4 bigint how many.
-- Columns: those of nb.candidate that are shown; place_name, unit_name, tier, confidential; reasons json text.
-- Index: search_public_id_uq, candidate_rank_uq.
select c.public_id, c.rank, c.place_kind, c.class, c.transport, c.program_code, c.check_in, c.check_out, c.units,
       c.household_indexes, c.points, c.night_points, c.free_nights, c.cash_minor, c.currency, c.cancel_by, c.zone,
       to_char(c.cancel_by at time zone c.zone, 'YYYY-MM-DD HH24:MI') as cancel_by_local,
       coalesce(c.cancel_by <= nb.now(), false) as cancel_by_passed,
       c.distance_m, c.score, c.reasons::text as reasons, c.risk_level, c.risk_reasons, c.freshness, c.reported_at,
       c.shelter_was_free, c.flags, c.usable_after, c.rooms_per_booking,
       coalesce(v.name, p.name) as place_name, u.name as unit_name
  from nb.search s
  join nb.candidate c on c.search_id = s.search_id
  left join nb.unit_type u on u.unit_type_id = c.unit_type_id
  left join nb.service v on v.service_id = u.service_id
  left join nb.property p on p.property_id = c.property_id
 where s.public_id = $2 and s.hotline_id = $1 and c.rank > $3
 order by c.rank
 limit $4::bigint;
