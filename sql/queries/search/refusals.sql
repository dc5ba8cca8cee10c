-- Refused places of a search in their order, by pages, with their reasons as words with commas.
-- Parameters: $1 bigint hotline, $2 uuid search, $3 bigint position of the last row seen (0: from the start), $4 bigint how many,
-- $5 text a word that must be the first reason (null: any).
-- Columns: position, kind (s, p, h), distance_m, reasons, public_id (of the unit type or hotel), place_name, unit_name.
-- Index: search_public_id_uq, keys.
select x.position, x.kind, x.distance_m, x.reasons, coalesce(u.public_id, p.public_id) as public_id,
       coalesce(v.name, w.name, p.name) as place_name, u.name as unit_name
  from (select a.position, substr(s.refused_kinds, a.position::integer, 1) as kind, a.id, a.distance_m,
               s.reason_sets[a.reason_set] as reasons
          from nb.search s
         cross join lateral unnest(s.refused_ids, s.refused_distances, s.refused_sets)
               with ordinality a (id, distance_m, reason_set, position)
         where s.public_id = $2 and s.hotline_id = $1 and a.position > $3
           and coalesce(split_part(s.reason_sets[a.reason_set], ',', 1) = $5::text, true)
         order by a.position
         limit $4::bigint) x
  left join nb.unit_type u on x.kind in ('s', 'p') and u.unit_type_id = x.id
  left join nb.service v on v.service_id = u.service_id
  left join nb.property w on w.property_id = u.property_id
  left join nb.property p on x.kind = 'h' and p.property_id = x.id
 order by x.position;
