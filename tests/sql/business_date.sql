-- "Tonight" is the place's calendar date, and before the night-audit cut-off still last night.
do $$
declare
    sample record;
    found date;
begin
    for sample in select * from (values
        ('2026-11-24 03:59-06', 'America/Chicago', '05:00', '2026-11-23', 'before the cut-off it is last night'),
        ('2026-11-24 05:00-06', 'America/Chicago', '05:00', '2026-11-24', 'at the cut-off the day begins'),
        ('2026-11-24 23:59-06', 'America/Chicago', '05:00', '2026-11-24', 'late in the evening'),
        ('2026-11-24 05:30-06', 'America/Los_Angeles', '05:00', '2026-11-23', 'the same moment is 03:30 in the west'),
        ('2026-03-08 04:30-04', 'America/New_York', '05:00', '2026-03-07', 'the night that loses an hour'),
        ('2026-03-08 05:30-04', 'America/New_York', '05:00', '2026-03-08', 'the morning after it'),
        ('2026-11-01 01:30-05', 'America/New_York', '05:00', '2026-10-31', 'the hour that comes twice'),
        ('2026-12-31 23:30-10', 'Pacific/Honolulu', '05:00', '2026-12-31', 'already next year in UTC'),
        ('2026-11-24 02:59-06', 'America/Chicago', '03:00', '2026-11-23', 'a house with an earlier cut-off'),
        ('2026-11-24 03:00-06', 'America/Chicago', '03:00', '2026-11-24', 'and at it')
    ) s (at, zone, cutoff, expected, why)
    loop
        perform nb_test.set_now(sample.at::timestamptz);
        found := nb.business_date(sample.zone, sample.cutoff::time);
        assert found = sample.expected::date, format('%s: %s', sample.why, found);
    end loop;
end
$$;

-- A unit takes zone and cut-off from its place: the house's own at a hotel, 05:00 at a shelter.
do $$
declare
    shelter constant bigint := nb_test.shelter_unit(nb_test.provider('shelter'));
    house constant bigint := nb_test.property(nb_test.provider('hotel'));
    shelter_unit nb.unit_type;
    hotel_unit nb.unit_type;
begin
    update nb.property set night_audit_cutoff = '03:00' where property_id = house;
    insert into nb.unit_type (property_id, name, max_party, rooms_or_beds) values (house, 'rooms', 2, 'room')
    returning * into hotel_unit;
    select t.* into shelter_unit from nb.unit_type t where t.unit_type_id = shelter;
    perform nb_test.set_now('2026-11-24 04:00-06');
    assert nb.place_tonight(shelter_unit) = '2026-11-23', 'a shelter rolls at 05:00';
    assert nb.place_tonight(hotel_unit) = '2026-11-24', 'a hotel rolls at its own cut-off';
end
$$;
