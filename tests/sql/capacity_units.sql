-- Capacity as an operation, and as those see it who may report it.
do $$
declare
    hotline constant bigint := nb_test.hotline('units');
    mine constant bigint := nb_test.provider('shelter');
    theirs constant bigint := nb_test.provider('shelter');
    my_type constant bigint := nb_test.shelter_unit(mine);
    their_type constant bigint := nb_test.shelter_unit(theirs);
    my_unit constant uuid := (select public_id from nb.unit_type where unit_type_id = my_type);
    their_unit constant uuid := (select public_id from nb.unit_type where unit_type_id = their_type);
    me constant bigint := nb_test.person('provider', null, mine);
    staff constant bigint := nb_test.person('specialist', hotline);
    print constant bytea := '\x00000001'::bytea || sha256('body');
    tonight constant date := (select u.tonight from nb.capacity_units(me, my_unit, null, current_date, current_date, 1, null) u);
    got record;
    again record;
begin
    assert (select array_agg(u.public_id) = array[my_unit]
              from nb.capacity_units(me, null, null, tonight, tonight, 10, null) u), 'a house sees its own units';
    assert not exists (select from nb.capacity_units(me, their_unit, null, tonight, tonight, 10, null)), 'and no other';
    assert (select count(*) = 2 from nb.capacity_units(staff, null, null, tonight, tonight, 10, null) u
             where u.public_id in (my_unit, their_unit)), 'a hotline sees all';
    assert (select array_agg(u.public_id) = array[their_unit] from nb.capacity_units(staff, null,
        (select public_id from nb.provider where provider_id = theirs), tonight, tonight, 10, null) u), 'of one provider';
    assert not exists (select from nb.capacity_units(nb_test.person('finance', hotline), null, null, tonight, tonight, 10, null)),
        'finance none';

    got := nb.capacity_record(me, null, 'k', print, my_unit, tonight, tonight + 2, 4, 'api');
    assert got.outcome = 'set' and got.status = 201 and got.resource_kind = 'capacity_report', got::text;
    again := nb.capacity_record(me, null, 'k', print, my_unit, tonight, tonight + 2, 4, 'api');
    assert again.replayed and again.resource_id = got.resource_id;
    assert (select count(*) = 1 from nb.capacity_report r join nb.unit_type t using (unit_type_id) where t.public_id = my_unit);
    assert (select jsonb_array_length(u.nights) = 2 and u.nights -> 0 ->> 'free' = '4'
              from nb.capacity_units(me, my_unit, null, tonight + 1, tonight + 9, 1, null) u), 'the nights that were said';
    assert exists (select from nb.capacity_report_shown(staff, got.resource_id));
    assert not exists (select from nb.capacity_report_shown(nb_test.person('provider', null, theirs), got.resource_id));

    got := nb.capacity_record(me, null, 'k2', print, their_unit, tonight, tonight, 4, 'api');
    assert got.status = 404, 'another house''s unit does not exist';
    got := nb.capacity_record(me, null, 'k3', print, my_unit, tonight - 1, tonight, 4, 'api');
    assert got.status = 422 and got.detail ->> 'field' = 'from_night', got::text;
    got := nb.capacity_record(me, null, 'k4', print, my_unit, tonight, tonight, 9223372036854775807, 'api');
    assert got.status = 422 and got.detail ->> 'field' = 'capacity', got::text;
    update nb.unit_night n set held = 3 from nb.unit_type t
     where t.unit_type_id = n.unit_type_id and t.public_id = my_unit and n.night = tonight;
    got := nb.capacity_record(me, null, 'k5', print, my_unit, tonight, tonight, 2, 'api');
    assert got.status = 409 and got.outcome = 'below_promised', got::text;
    again := nb.capacity_record(me, null, 'k5', print, my_unit, tonight, tonight, 2, 'api');
    assert again.replayed and again.status = 409, 'a refusal is remembered';
end
$$;
