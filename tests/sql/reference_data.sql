-- The postal table is complete, every place has a region and a zone, and known places are where they are.
do $$
declare
    sample record;
    found record;
begin
    assert (select count(*) = 33791 from nb.postal_place where country = 'US'), 'all of the gazetteer';
    assert not exists (select from nb.postal_place where country = 'US' and region is null), 'each in a state';
    assert (select count(distinct region) = 56 from nb.postal_place where country = 'US'), 'states, DC and territories';
    assert (select count(*) = 13 from nb.region where country = 'CA'), 'Canada';
    assert (select count(*) = 32 from nb.region where country = 'MX'), 'Mexico';
    for sample in select * from (values
        ('06103', 'CT', 'America/New_York', 41.77, -72.67), ('10001', 'NY', 'America/New_York', 40.75, -74.00),
        ('06390', 'NY', 'America/New_York', 41.29, -71.93), ('60601', 'IL', 'America/Chicago', 41.89, -87.62),
        ('79901', 'TX', 'America/Denver', 31.76, -106.48), ('78701', 'TX', 'America/Chicago', 30.27, -97.74),
        ('32501', 'FL', 'America/Chicago', 30.42, -87.22), ('37402', 'TN', 'America/New_York', 35.04, -85.31),
        ('85004', 'AZ', 'America/Phoenix', 33.45, -112.07), ('83814', 'ID', 'America/Los_Angeles', 47.69, -116.79),
        ('96813', 'HI', 'Pacific/Honolulu', 21.31, -157.86), ('99501', 'AK', 'America/Anchorage', 61.22, -149.88),
        ('00901', 'PR', 'America/Puerto_Rico', 18.47, -66.11), ('96950', 'MP', 'Pacific/Saipan', 15.19, 145.75)
    ) s (postal_code, region, zone, latitude, longitude)
    loop
        select p.region, coalesce(p.zone, r.suggested_zone) as zone, p.latitude, p.longitude into found
          from nb.postal_place p join nb.region r on r.country = p.country and r.region = p.region
         where p.country = 'US' and p.postal_code = sample.postal_code;
        assert found.region = sample.region and found.zone = sample.zone, format('%s: %s', sample.postal_code, found);
        assert abs(found.latitude - sample.latitude) < 0.2 and abs(found.longitude - sample.longitude) < 0.2,
               format('%s lies at %s', sample.postal_code, found);
    end loop;
end
$$;
