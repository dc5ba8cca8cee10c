-- Entered afterwards: what was booked by hand while the system was down, through the same books.
select nb_test.set_now('2026-12-01 18:00+00') \gset
create temporary table house as
select h.hotline, nb_test.account(h.hotline, 100000) as account, nb_test.points_hotel('wyndham', 15000, 90) as hotel, nb_test.beds(1) as unit,
       nb_test.person('specialist', h.hotline) as staff
  from (select nb_test.hotline('outage') as hotline) h;
create function pg_temp.enter(request bigint, entry jsonb, number text default null, op_key text default nb.random_id()::text) returns text language sql as $$
    select concat_ws(' ', e.status, e.outcome, e.detail ->> 'field', e.detail ->> 'what', case when e.replayed then 'replayed' end)
      from house h, nb.shelter_request r,
           nb.booking_enter(h.staff, h.hotline, op_key, nb_test.print(), r.public_id, entry, case when number is not null then '\x01'::bytea end,
                            case when number is not null then nb_test.print(number) end) e
     where r.request_id = request $$;
do $$
declare
    h house;
    request bigint;
    by_points jsonb;
    bed jsonb;
    b nb.booking;
begin
    select * into h from house;
    request := nb_test.request(h.hotline);
    select jsonb_build_object('property', p.public_id, 'account', a.public_id, 'points', 30000, 'check_in', '2026-12-01', 'check_out', '2026-12-03',
                              'units', 1, 'households', array[0], 'booked_at', '2026-12-01T08:10:00Z', 'booked_by', 'supervisor')
      into by_points from nb.property p, nb.points_account a where p.property_id = h.hotel and a.account_id = h.account;
    select jsonb_build_object('unit', t.public_id, 'check_in', '2026-12-01', 'check_out', '2026-12-02', 'units', 1, 'households', array[0])
      into bed from nb.unit_type t where t.unit_type_id = h.unit;
    assert pg_temp.enter(request, by_points || '{"units": 0}', 'X1') = '422 invalid units';
    assert pg_temp.enter(request, by_points || '{"check_out": "2026-12-01"}', 'X1') = '422 invalid check_out';
    assert pg_temp.enter(request, by_points - 'account', 'X1') = '422 invalid points';
    assert pg_temp.enter(request, by_points || '{"households": [7]}', 'X1') = '422 invalid households';
    assert pg_temp.enter(request, by_points || jsonb_build_object('property', nb.random_id()), 'X1') = '404 not_found place';
    assert pg_temp.enter(request, by_points || '{"points": 300000}', 'X1') = '409 insufficient_points', 'the books cannot carry it';
    assert pg_temp.enter(request, by_points, 'X1', 'night') = '201 confirmed';
    assert pg_temp.enter(request, by_points, 'X1', 'night') = '201 confirmed replayed', 'entered twice, booked once';
    select * into b from nb.booking x where x.request_id = request;
    assert b.state = 'confirmed' and (select spent = 30000 from nb.points_lot where account_id = h.account);
    assert (select (e.from_state, e.event, e.to_state) = ('none', 'enter_booked', 'confirmed') and e.detail ->> 'booked_by' = 'supervisor'
              from nb.booking_event e where e.booking_id = b.booking_id);
    assert (select a.state = 'confirmed' and a.confirmation_secret_id is not null from nb.booking_attempt a where a.booking_id = b.booking_id);
    assert (select state = 'placed' from nb.shelter_request r where r.request_id = request);
    assert exists (select from nb.audit_event where action = 'booking.entered' and subject_id = b.public_id);
    assert pg_temp.enter(request, by_points, 'X2') = '409 already_placed';
    request := nb_test.request(h.hotline);
    assert pg_temp.enter(request, by_points, 'X1') = '409 number_not_new', 'one number is one stay';
    assert pg_temp.enter(request, bed) = '201 confirmed';
    assert (select occupied = 1 from nb.unit_night where unit_type_id = h.unit and night = '2026-12-01');
    assert pg_temp.enter(nb_test.request(h.hotline), bed) = '409 no_capacity', 'a bed that is not on the list is reported first';
    assert pg_temp.enter(nb_test.request(h.hotline, minor => true), by_points, 'X3') = '422 minor_no_hotel';
end
$$;
\ir support/assert_invariants.sql
