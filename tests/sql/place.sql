-- Places are found as people write them, in three countries, and a spot is told its zone.
do $$
declare
    sample record;
    found record;
begin
    assert (select count(*) > 100 from nb.town), 'towns';
    assert not exists (select from nb.town t where t.country not in ('CA', 'MX')), 'of Canada and Mexico';
    for sample in select * from (values
        ('US', '06103', '06103'), ('US', '06103-1234', '06103'), ('US', ' 061031234 ', '06103'), ('CA', 'm5v 2t6', 'M5V 2T6')
    ) s (country, written, kept) loop
        assert nb.postal_code(sample.country, sample.written) = sample.kept, sample.written;
    end loop;
    assert nb.fold('Montréal') = nb.fold(' MONTREAL'), 'accents and case';
    assert nb.fold('St. John''s') = nb.fold('st johns') or nb.fold('St. John''s') = 'st john s', nb.fold('St. John''s');
    assert exists (select from nb.town t where t.country = 'CA' and t.region = 'QC' and t.folded = nb.fold('trois-rivieres')),
           'hyphens';
    for sample in select * from (values
        (43.70, -79.40, null, 'CA', 'ON', 'America/Toronto'), (42.33, -83.05, 'US', 'US', 'MI', 'America/Detroit'),
        (42.33, -83.05, 'CA', 'CA', 'ON', 'America/Toronto'), (32.52, -117.02, 'MX', 'MX', 'BCN', 'America/Tijuana'),
        (31.70, -106.45, 'MX', 'MX', 'CHH', 'America/Ciudad_Juarez')
    ) s (latitude, longitude, asked, country, region, zone) loop
        select * into found from nb.nearest_place(sample.latitude, sample.longitude, sample.asked);
        assert (found.country, found.region, found.zone) = (sample.country, sample.region, sample.zone),
               format('%s %s: %s', sample.latitude, sample.longitude, found);
    end loop;
    assert (select p.zone is null from nb.nearest_place(48.85, 2.35, null) p), 'Paris is not ours';
end
$$;
-- What comes with the product: one ranking policy for all, whose weights are those of the criteria, and rules of reports.
do $$
begin
    assert (select count(*) = 1 from nb.ranking_policy where hotline_id is null), 'one default policy';
    assert (select sum(w.value::integer) = 1000 and count(*) = 10
              from nb.ranking_policy p cross join jsonb_each_text(p.weights) w), 'weights';
    assert (select p.thresholds ?& array['fresh_s', 'stale_s', 'expected_nights', 'cost_ceiling_minor', 'verified_days',
                                         'reserve_permille', 'expiring_days', 'money_worth_permille']
              from nb.ranking_policy p), 'thresholds';
    assert (select count(*) = 4 from nb.report_rule), 'rules of reports';
    assert nb_test.refused($r$insert into nb.report_rule (country, region, position, kind, due_ms, source, effective_from)
        values (null, 'CT', 1, 'none', 1, 'test', '2026-01-01')$r$) is not null, 'a region is one of a country';
end
$$;
