-- Cities of Canada and Mexico, from towns.csv, which `nightbridge migrate` hands to the copy below; after the regions.
-- Centers to two decimals (about a kilometer), from general knowledge. Invariant: as in regions.sql.

create temporary table town_file (country text, region text, name text, latitude double precision,
                                  longitude double precision, zone text) on commit drop;
copy town_file (country, region, name, latitude, longitude, zone) from stdin with (format csv, header match);
insert into nb.town as t (country, region, folded, name, latitude, longitude, zone)
select f.country, f.region, nb.fold(f.name), f.name, f.latitude, f.longitude, f.zone from town_file f
    on conflict (country, region, folded) do update
       set name = excluded.name, latitude = excluded.latitude, longitude = excluded.longitude, zone = excluded.zone
 where (t.name, t.latitude, t.longitude, t.zone)
       is distinct from (excluded.name, excluded.latitude, excluded.longitude, excluded.zone);
drop table town_file;
