-- What searches read of a place follows the directory: added, changed, moved, paused, removed, reported; in the same
-- transaction, and nothing else changes it.
create function nb_test.places_wrong() returns bigint
    language sql
    as $$
    select count(*) from ((table nb_test.place_says except table nb.search_place)
                          union all (table nb.search_place except table nb_test.place_says)) d
$$;

do $$
declare
    house constant bigint := nb_test.provider('shelter');
    unit constant bigint := nb_test.shelter_unit(house);
    partner constant bigint := nb_test.provider('hotel');
    hotel constant bigint := nb_test.property(partner);
    company bigint;
    rooms bigint;
    sample record;
    before record;
    after record;
begin
    insert into nb.hotel_company (name, has_policy) values ('company of the test', false) returning hotel_company_id into company;
    insert into nb.unit_type (property_id, name, max_party, rooms_or_beds) values (hotel, 'rooms', 2, 'room')
    returning unit_type_id into rooms;
    assert (select count(*) from nb.search_place) = 2, 'a shelter and a partner hotel';
    assert nb_test.places_wrong() = 0, 'added';
    for sample in select * from (values
        (format('update nb.provider set vetting_state = ''suspended'' where provider_id = %s', house), 'shelter', 'suspended'),
        (format('update nb.provider set vetting_state = ''vetted'' where provider_id = %s', house), 'shelter', 'vetted again'),
        (format('update nb.service set tier = ''general'', background_check = ''excludes'' where provider_id = %s', house), 'shelter', 'another tier'),
        (format('update nb.service set languages = ''{es}'', populations = ''{families}'' where provider_id = %s', house), 'shelter', 'languages'),
        (format('update nb.location set latitude = 30 where provider_id = %s', house), 'shelter', 'moved'),
        (format('update nb.unit_type set household = ''youth'', max_age = 17 where unit_type_id = %s', unit), 'shelter', 'another household'),
        (format('update nb.unit_type set last_reported_at = nb.now() where unit_type_id = %s', unit), 'shelter', 'reported'),
        (format('update nb.property set takes_no_id = true, guest_cap = 7 where property_id = %s', hotel), 'partner_hotel', 'desk rules'),
        (format('update nb.property set desk = ''{"open_24h": true, "accessible": true}'' where property_id = %s', hotel), 'partner_hotel', 'desk'),
        (format('update nb.property set hotel_company_id = %s where property_id = %s', company, hotel), 'partner_hotel', null),
        (format('update nb.hotel_company set has_policy = true where hotel_company_id = %s', company), 'partner_hotel', 'checklist'),
        (format('update nb.property set has_policy = false where property_id = %s', hotel), 'partner_hotel', 'a house that differs from its company'),
        (format('update nb.property set location_id = nb_test.location(%s) where property_id = %s', partner, hotel), 'partner_hotel', 'another house'),
        (format('update nb.property set vetting_state = ''vetted'', vetted_by = nb_test.person(''supervisor''), vetted_at = nb.now() where property_id = %s', hotel), 'partner_hotel', 'vetted'),
        (format('update nb.provider set vetting_state = ''suspended'' where provider_id = %s', partner), 'partner_hotel', 'provider suspended')
        ) v (change, kind, why) loop
        select * into before from nb.search_place s where s.place_kind = sample.kind;
        execute sample.change;
        select * into after from nb.search_place s where s.place_kind = sample.kind;
        assert nb_test.places_wrong() = 0, sample.change;
        assert sample.why is null or before is distinct from after, format('%s is not seen', sample.change);
    end loop;
    update nb.property set program_code = 'wyndham', program_property_code = '12345' where property_id = hotel;
    assert (select count(*) from nb.search_place s where s.property_id = hotel) = 2, 'reached in two ways';
    assert nb_test.places_wrong() = 0, 'a program';
    insert into nb.property_rate (property_id, night, points, cash_minor, currency, rooms_available, source, observed_at)
    values (hotel, '2026-06-01', 15000, null, null, 3, 'sample', '2026-01-01 00:00:05+00'),
           (hotel, '2026-06-03', null, 9900, 'USD', null, 'sample', '2026-01-01 00:00:06+00');
    assert nb_test.places_wrong() = 0, 'prices';
    assert (select array[s.rates_from::text, encode(s.rates, 'hex'), s.currency] from nb.search_place s where s.place_kind = 'points_hotel')
        = array['2026-06-01', '00003a9800030b49d805' || repeat('00', 10) || '000000007fff0b49d806', null], 'a gap, in points';
    assert (select array[substr(encode(s.rates, 'hex'), 1, 8), substr(encode(s.rates, 'hex'), 41, 12), s.currency]
              from nb.search_place s where s.place_kind = 'partner_hotel') = array['00000000', '000026ac7fff', 'USD'], 'in money';
    update nb.property_rate set rooms_available = 0 where property_id = hotel and night = '2026-06-01';
    assert (select substr(encode(s.rates, 'hex'), 9, 4) from nb.search_place s where s.place_kind = 'points_hotel') = '0000', 'sold out';
    assert nb_test.places_wrong() = 0, 'sold out';
    delete from nb.property_rate where property_id = hotel;
    assert not exists (select from nb.search_place s where s.rates is not null), 'no prices any more';
    assert nb_test.places_wrong() = 0, 'no prices any more';
    update nb.service set status = 'paused' where provider_id = house;
    assert not exists (select from nb.search_place s where s.place_kind = 'shelter'), 'paused';
    update nb.service set status = 'active' where provider_id = house;
    assert exists (select from nb.search_place s where s.place_kind = 'shelter' and s.reported_at is not null), 'active again';
    update nb.unit_type set active = false where unit_type_id = rooms;
    assert (select count(*) from nb.search_place s where s.property_id = hotel) = 1, 'its rooms are no longer offered';
    delete from nb.unit_type where unit_type_id = unit;
    delete from nb.unit_type where unit_type_id = rooms;
    delete from nb.property where property_id = hotel;
    assert not exists (select from nb.search_place), 'nothing is left';
    assert nb_test.places_wrong() = 0, 'removed';
end
$$;
