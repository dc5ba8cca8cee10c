-- Vetting: by supervisors, directors and administrators, never of one's own house, always audited.
do $$
declare
    hotline constant bigint := nb_test.hotline('vetting');
    provider constant bigint := nb_test.provider('shelter', 'applied');
    provider_id_out constant uuid := (select p.public_id from nb.provider p where p.provider_id = provider);
    supervisor constant bigint := nb_test.person('supervisor', hotline);
    sample record;
    answer record;
begin
    for sample in select * from (values
        (nb_test.person('specialist', hotline), provider_id_out, 'vetted', 'forbidden', 'a specialist does not vet'),
        (nb_test.person('director', null, provider), provider_id_out, 'vetted', 'forbidden', 'nobody vets their own house'),
        (supervisor, nb.random_id(), 'vetted', 'not_found', 'an unknown provider'),
        (supervisor, provider_id_out, 'applied', 'invalid', 'there is no way back to applied'),
        (supervisor, provider_id_out, null, 'invalid', 'no decision'),
        (supervisor, provider_id_out, 'vetted', 'vetted', 'vetted'),
        (supervisor, provider_id_out, 'suspended', 'suspended', 'and suspended')
    ) s (actor, provider, decision, expected, why)
    loop
        answer := nb.provider_vet(sample.actor, sample.provider, sample.decision);
        assert answer.outcome = sample.expected, format('%s: %s', sample.why, answer);
    end loop;
    assert (select p.vetting_state = 'suspended' and p.vetted_by = supervisor
              from nb.provider p where p.provider_id = provider), 'the last decision stands';
    assert (select array_agg(e.action order by e.audit_event_id) = '{provider.vetted,provider.suspended}'
              from nb.audit_event e where e.subject_id = provider_id_out), 'each decision, and no refusal, is audited';
end
$$;

-- A locked person decides nothing; a hotel's check also counts as verified.
do $$
declare
    hotel_provider constant bigint := nb_test.provider('hotel');
    house constant bigint := nb_test.property(hotel_provider);
    house_id constant uuid := (select p.public_id from nb.property p where p.property_id = house);
    locked constant bigint := nb_test.person('director');
begin
    update nb.app_user set state = 'locked' where user_id = locked;
    assert (nb.property_vet(locked, house_id, 'vetted')).outcome = 'forbidden', 'locked';
    assert (nb.property_vet(nb_test.person('admin', null, hotel_provider), house_id, 'vetted')).outcome = 'forbidden', 'own';
    assert (nb.property_vet(nb_test.person('director'), house_id, 'vetted')).outcome = 'vetted', 'vetted';
    assert (select last_verified_at is not null from nb.property where property_id = house), 'verified';
end
$$;

-- What must hold about places is a constraint.
do $$
declare
    provider constant bigint := nb_test.provider('shelter');
    place constant bigint := nb_test.location(provider);
    house constant bigint := nb_test.property(provider);
    unit constant bigint := nb_test.shelter_unit(provider);
    sample record;
    found text;
begin
    for sample in select * from (values
        (format('update nb.location set confidential = true, address = ''1 Main'' where location_id = %s', place),
         'location_address_ck', 'a confidential address is never in the clear'),
        (format('update nb.location set zone = ''America/Springfield'' where location_id = %s', place),
         'location_zone_fk', 'a zone that does not exist'),
        (format('update nb.location set latitude = 91 where location_id = %s', place),
         'location_latitude_ck', 'beyond the pole'),
        (format('update nb.property set provider_id = null where property_id = %s', house),
         'property_reachable_ck', 'a hotel that nobody can book'),
        (format('update nb.property set accepted_id = ''{library_card}'' where property_id = %s', house),
         'property_accepted_id_ck', 'an unknown document'),
        (format('update nb.unit_type set property_id = %s where unit_type_id = %s', house, unit),
         'unit_type_one_owner_ck', 'a unit of two owners'),
        (format('insert into nb.do_not_place (property_id, reason, placed_by, expires_at) values (%s, ''unsafe'', 1, nb.now() - interval ''1 second'')', house),
         'do_not_place_expires_ck', 'a ban without an end'),
        (format('update nb.provider set vetting_state = ''vetted'', vetted_by = null where provider_id = %s', provider),
         'provider_vetted_ck', 'vetted by nobody')
    ) s (statement, refused_by, why)
    loop
        found := nb_test.refused(sample.statement);
        assert found = sample.refused_by, format('%s: refused by %s', sample.why, found);
    end loop;
end
$$;
