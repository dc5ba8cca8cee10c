-- Vetting under an operation key: decided once, refusals remembered.
do $$
declare
    hotline constant bigint := nb_test.hotline('decide');
    supervisor constant bigint := nb_test.person('supervisor', hotline);
    shelter constant bigint := nb_test.provider('shelter', 'applied');
    hotel constant bigint := nb_test.property(nb_test.provider('hotel'));
    provider constant uuid := (select public_id from nb.provider where provider_id = shelter);
    house constant uuid := (select public_id from nb.property where property_id = hotel);
    print constant bytea := '\x00000001'::bytea || sha256('body');
    got record;
    again record;
begin
    got := nb.directory_decide(supervisor, hotline, 'k', print, 'provider', provider, 'vetted');
    assert got.outcome = 'vetted' and got.status = 200 and got.resource_id = provider, got::text;
    again := nb.directory_decide(supervisor, hotline, 'k', print, 'provider', provider, 'vetted');
    assert again.replayed and again.status = 200;
    assert (select count(*) = 1 from nb.audit_event e where e.subject_id = provider), 'one decision';
    got := nb.directory_decide(supervisor, hotline, 'k2', print, 'property', house, 'suspended');
    assert got.status = 200 and got.resource_kind = 'property', got::text;
    got := nb.directory_decide(supervisor, hotline, 'k3', print, 'provider', nb.random_id(), 'vetted');
    assert got.status = 404;
    got := nb.directory_decide(nb_test.person('specialist', hotline), hotline, 'k4', print, 'provider', provider, 'vetted');
    assert got.status = 403;
end
$$;
