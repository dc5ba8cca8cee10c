-- Loads the reference data beside this file; run by psql with sql/data as the working directory, as often as wanted.
-- Not here: ranking policies, programs. Invariant: a row that a person changed by hand and the file names is put
-- back to the file; rows that the file does not name are kept.

begin;

create temporary table region_file (like nb.region) on commit drop;
\copy region_file (country, region, name, suggested_zone) from 'regions.csv' with (format csv, header match)
insert into nb.region as r (country, region, name, suggested_zone)
select f.country, f.region, f.name, f.suggested_zone from region_file f
    on conflict (country, region) do update set name = excluded.name, suggested_zone = excluded.suggested_zone
 where (r.name, r.suggested_zone) is distinct from (excluded.name, excluded.suggested_zone);

create temporary table postal_place_file (like nb.postal_place) on commit drop;
\copy postal_place_file (country, postal_code, latitude, longitude, region, zone) from 'us_postal_places.csv' with (format csv, header match)
insert into nb.postal_place as p (country, postal_code, latitude, longitude, region, zone)
select f.country, f.postal_code, f.latitude, f.longitude, f.region, f.zone from postal_place_file f
    on conflict (country, postal_code) do update
       set latitude = excluded.latitude, longitude = excluded.longitude, region = excluded.region, zone = excluded.zone
 where (p.latitude, p.longitude, p.region, p.zone)
       is distinct from (excluded.latitude, excluded.longitude, excluded.region, excluded.zone);

commit;
