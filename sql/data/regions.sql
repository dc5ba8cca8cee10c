-- States, provinces and territories, from regions.csv, which `nightbridge migrate` hands to the copy below; as often as
-- wanted. Invariant: a row that a person changed by hand and the file names is put back to the file; rows that the
-- file does not name are kept.

create temporary table region_file (like nb.region) on commit drop;
copy region_file (country, region, name, suggested_zone) from stdin with (format csv, header match);
insert into nb.region as r (country, region, name, suggested_zone)
select f.country, f.region, f.name, f.suggested_zone from region_file f
    on conflict (country, region) do update set name = excluded.name, suggested_zone = excluded.suggested_zone
 where (r.name, r.suggested_zone) is distinct from (excluded.name, excluded.suggested_zone);
drop table region_file;
