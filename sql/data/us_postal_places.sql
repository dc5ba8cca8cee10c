-- The postal codes of the United States, from us_postal_places.csv, which `nightbridge migrate` hands to the copy
-- below; after the regions. Invariant: as in regions.sql.

create temporary table postal_place_file (like nb.postal_place) on commit drop;
copy postal_place_file (country, postal_code, latitude, longitude, region, zone) from stdin with (format csv, header match);
insert into nb.postal_place as p (country, postal_code, latitude, longitude, region, zone)
select f.country, f.postal_code, f.latitude, f.longitude, f.region, f.zone from postal_place_file f
    on conflict (country, postal_code) do update
       set latitude = excluded.latitude, longitude = excluded.longitude, region = excluded.region, zone = excluded.zone
 where (p.latitude, p.longitude, p.region, p.zone)
       is distinct from (excluded.latitude, excluded.longitude, excluded.region, excluded.zone);
drop table postal_place_file;
