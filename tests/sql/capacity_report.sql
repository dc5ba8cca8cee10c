-- A report sets every night of its range, says who and when, and never takes away what is promised.
select nb_test.shelter_unit(nb_test.provider('shelter')) as unit_type_id \gset
create temporary table it as
select h.hotline_id, t.unit_type_id, t.public_id as unit,
       nb_test.person('provider', null, p.provider_id) as staff,
       nb_test.person('specialist', h.hotline_id) as specialist,
       nb_test.person('provider', null, nb_test.provider('shelter')) as stranger
  from nb.unit_type t
  join nb.service p using (service_id)
 cross join (select nb_test.hotline('capacity') as hotline_id) h;
select nb_test.set_now('2026-11-24 12:00-06');

do $$
declare
    sample record;
    answer record;
begin
    for sample in select s.* from it, lateral (values
        (it.staff, it.unit, '2026-11-24', '2026-11-30', 5, 'api', 'set', 'its own staff'),
        (it.specialist, it.unit, '2026-11-24', '2026-11-24', 6, 'phone', 'set', 'a specialist who was told by phone'),
        (it.stranger, it.unit, '2026-11-24', '2026-11-24', 9, 'api', 'not_found', 'staff of another shelter learns nothing'),
        (it.staff, nb.random_id(), '2026-11-24', '2026-11-24', 9, 'api', 'not_found', 'an unknown unit'),
        (it.staff, it.unit, '2026-11-23', '2026-11-24', 9, 'api', 'invalid', 'last night is over'),
        (it.staff, it.unit, '2026-11-25', '2026-11-24', 9, 'api', 'invalid', 'a range that ends before it begins'),
        (it.staff, it.unit, '2026-11-24', '2027-12-29', 9, 'api', 'invalid', '400 nights on'),
        (it.staff, it.unit, '2026-11-24', '2026-11-24', -1, 'api', 'invalid', 'fewer than none'),
        (it.staff, it.unit, '2026-11-24', '2026-11-24', null, 'api', 'invalid', 'no number'),
        (it.staff, it.unit, null, '2026-11-24', 9, 'api', 'invalid', 'no first night'),
        (it.staff, it.unit, '2026-11-24', '2026-11-24', 9, 'rumor', 'invalid', 'an unknown source')
    ) s (actor, unit, first_night, last_night, capacity, source, expected, why)
    loop
        answer := nb.capacity_set(sample.actor, sample.unit, sample.first_night::date, sample.last_night::date,
                                  sample.capacity, sample.source);
        assert answer.outcome = sample.expected, format('%s: %s', sample.why, answer);
    end loop;
    assert (select array_agg(n.capacity order by n.night) = '{6,5,5,5,5,5,5}'
              from nb.unit_night n join it using (unit_type_id)), 'seven nights, the first corrected';
    assert (select count(*) = 2 from nb.capacity_report r join it using (unit_type_id)), 'two reports on record';
    assert (select t.last_reported_at > '2026-11-24 12:00-06' from nb.unit_type t join it using (unit_type_id)), 'fresh';
end
$$;

do $$
declare
    answer record;
    me it;
begin
    select * into me from it;
    update nb.unit_night set held = 2, occupied = 1 where unit_type_id = me.unit_type_id and night = '2026-11-26';
    update nb.unit_night set held = 1 where unit_type_id = me.unit_type_id and night = '2026-11-28';
    answer := nb.capacity_set(me.staff, me.unit, '2026-11-25', '2026-11-30', 2, 'api');
    assert answer.outcome = 'below_promised', answer::text;
    assert answer.detail = '{"nights": [{"night": "2026-11-26", "promised": 3}]}', answer.detail::text;
    assert (select bool_and(n.capacity >= 5) from nb.unit_night n where n.unit_type_id = me.unit_type_id),
           'a refused report changes no night';
    answer := nb.capacity_set(me.staff, me.unit, '2026-11-25', '2026-11-30', 3, 'api');
    assert answer.outcome = 'set', 'down to what is promised is fine';
    assert nb_test.refused(format('update nb.unit_night set held = held + 1 where unit_type_id = %s and night = ''2026-11-26''',
                                  me.unit_type_id)) = 'unit_night_capacity_ck', 'no promise beyond what there is';
end
$$;
