-- Where several postal codes, cities and spots are, and what tonight is there with the default cut-off.
-- Parameters, arrays of one length: $1 kinds (postal, city, spot), $2 countries (of a spot null for any), $3 regions,
-- $4 cities, $5 postal codes, $6 latitudes, $7 longitudes.
-- Columns: latitude, longitude, country, region, zone, tonight (all null where nothing is known; region may be null
-- elsewhere too). One row for each, in their order. Index: postal_place_pk, town_pk, postal_place_box_ix.
select f.latitude, f.longitude, f.country, f.region, f.zone,
       nb.business_date(f.zone, '05:00') as tonight
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[])
       with ordinality a (kind, country, region, city, postal_code, latitude, longitude, position)
  left join lateral (
    select p.latitude, p.longitude, p.country, p.region, coalesce(p.zone, r.suggested_zone) as zone
      from nb.postal_place p
      left join nb.region r on r.country = p.country and r.region = p.region
     where a.kind = 'postal' and p.country = a.country and p.postal_code = nb.postal_code(a.country, a.postal_code)
    union all
    select c.latitude, c.longitude, c.country, c.region, coalesce(c.zone, r.suggested_zone)
      from nb.town c
      join nb.region r on r.country = c.country and r.region = c.region
     where a.kind = 'city' and c.country = a.country and c.region = upper(a.region) and c.folded = nb.fold(a.city)
    union all
    select a.latitude, a.longitude, s.country, s.region, s.zone
      from nb.nearest_place(a.latitude, a.longitude, a.country) s
     where a.kind = 'spot') f on true
 order by a.position;
