-- The bare search that the list of options is compared with: a box, the haversine, a unit free on every night of the
-- stay, the 50 nearest of all in reach. No rules, no reasons, no prices.
-- $1 latitude, $2 longitude, $3 radius in meters, $4 first night, $5 nights.
select p.place_id, 2 * 6371008.8 * asin(sqrt(x.h)) as distance_m
  from nb_bench.place p
 cross join lateral (
    select sin(radians(p.latitude - $1::float8) / 2) ^ 2
           + cos(radians($1)) * cos(radians(p.latitude)) * sin(radians(p.longitude - $2::float8) / 2) ^ 2 as h) x
 where p.latitude between $1 - degrees($3::float8 / 6371008.8) and $1 + degrees($3 / 6371008.8)
   and p.longitude between $2 - degrees($3 / 6371008.8) / cos(radians($1)) and $2 + degrees($3 / 6371008.8) / cos(radians($1))
   and x.h <= sin($3 / 6371008.8 / 2) ^ 2
   and (select count(*) from nb_bench.place_night n
         where n.place_id = p.place_id and n.night >= $4::date and n.night < $4 + $5::integer and n.free > 0) = $5
 order by x.h
 limit 50
