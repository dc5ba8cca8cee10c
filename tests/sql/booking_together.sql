-- Choices that are made in one call: each is answered in its place as if it had come alone, and what one takes the next one
-- does not get, whether they can see each other's rows or not.
select nb_test.set_now('2026-12-01 18:00+00') \gset
create temporary table house as select nb_test.hotline('together') as hotline;

-- A choice of a new request: kind of place, and the place.
create function pg_temp.choice(place text, id bigint, op_key text, account bigint default null, households integer default 1) returns json
    language plpgsql as $$
declare
    h bigint := (select hotline from house);
    request bigint := nb_test.request(h, case households when 1 then '[{"adults": 1, "children_ages": []}]'
                                         else '[{"adults": 1, "children_ages": []}, {"adults": 2, "children_ages": []}]' end::jsonb);
    search bigint := nb_test.search(request);
    options uuid[];
begin
    options := case place
        when 'bed' then array[nb_test.shelter_option(search, id)]
        when 'beds' then array[nb_test.shelter_option(search, id), nb_test.shelter_option(search, id, 2, households => '{1}')]
        when 'hotel' then array[nb_test.points_option(search, id, account)]
        when 'rooms' then array[nb_test.partner_option(search, id)]
        else array[nb.random_id()] end;
    return (select nb_test.wish(r.opened_by, h, op_key, nb_test.print(op_key), r.public_id, options)
              from nb.shelter_request r where r.request_id = request);
end $$;

create function pg_temp.told(variadic choices json[]) returns text language sql as $$
    select string_agg(b.outcome, ' ' order by b.n)
      from nb.book((select json_agg(c) from unnest(choices) c)) with ordinality
           b (outcome, status, resource_kind, resource_id, version, detail, replayed, made, n);
$$;

create function pg_temp.rightless(hotline bigint) returns bigint language sql as $$
    insert into nb.app_user (hotline_id, display_name) values (hotline, 'rightless of the test') returning user_id;
$$;

do $$
declare
    h bigint := (select hotline from house);
    account bigint := nb_test.account(h, 90000);
    roomy bigint := nb_test.account(h, 10000000);
    hotel bigint := nb_test.points_hotel(cap => 1);
    other bigint := nb_test.points_hotel();
    bed bigint := nb_test.beds(2);
    twin json;
    got record;
    n integer;
begin
    assert pg_temp.told(pg_temp.choice('bed', bed, 'b1'), pg_temp.choice('bed', bed, 'b2'), pg_temp.choice('bed', bed, 'b3'))
           = 'held held no_capacity', 'two beds, three choices';
    assert (select bool_and(held = 2) from nb.unit_night where unit_type_id = bed and night < nb.business_date('America/Chicago', '05:00') + 2);
    assert (select count(*) from nb.place_claim where unit_type_id = bed and state = 'held') = 4, 'both, both nights';
    assert (select count(*) from nb.referral) = 2, 'and both are offered';

    assert pg_temp.told(pg_temp.choice('hotel', other, 'p1', account), pg_temp.choice('none', 0, 'p2'),
                        pg_temp.choice('hotel', nb_test.points_hotel(), 'p3', account),
                        pg_temp.choice('hotel', nb_test.points_hotel(), 'p4', account),
                        pg_temp.choice('hotel', nb_test.points_hotel(), 'p5', account))
           = 'held invalid held held insufficient_points', 'points for three stays';

    -- They see each other: one house, one key, one request.
    assert pg_temp.told(pg_temp.choice('hotel', hotel, 'c1', roomy), pg_temp.choice('hotel', hotel, 'c2', roomy))
           = 'held over_limit', 'the house takes one of us';
    twin := pg_temp.choice('hotel', other, 'twin', roomy);
    for got in select * from nb.book(json_build_array(twin, twin)) with ordinality b loop
        assert got.outcome = 'held' and got.replayed = (got.ordinality = 2), got::text;
        assert ((got.made).booking_id is not null) = (got.ordinality = 1), 'made once';
    end loop;
    assert pg_temp.told((jsonb_set(twin::jsonb, '{op_key}', '"other"'))::json, pg_temp.choice('bed', nb_test.beds(1), 'b4'))
           = 'already_placed held', 'the household sleeps there already';
    twin := pg_temp.choice('hotel', other, 'both', roomy);
    assert pg_temp.told(twin, (jsonb_set(twin::jsonb, '{op_key}', '"again"'))::json) = 'held already_placed', 'one request twice';

    -- A group beside single ones: whole or not at all, and the others stand.
    bed := nb_test.beds(1);
    n := (select count(*) from nb.booking);
    assert pg_temp.told(pg_temp.choice('bed', nb_test.beds(1), 'g1'), pg_temp.choice('beds', bed, 'g2', households => 2),
                        pg_temp.choice('bed', bed, 'g3')) = 'held no_capacity held', 'two households, one bed';
    assert (select count(*) from nb.booking) = n + 2;
    assert pg_temp.told(pg_temp.choice('beds', nb_test.beds(2), 'g4', households => 2), pg_temp.choice('bed', nb_test.beds(1), 'g5')) = 'held held';

    -- Every answer is remembered under its own key.
    for got in select o.op_key, o.outcome from nb.operation o where o.op_key in ('b3', 'p2', 'p5', 'c2', 'g2') loop
        assert got.outcome <> 'held', got.op_key;
    end loop;
    assert (select count(*) from nb.operation o join nb.booking b on b.public_id = o.resource_id) = 12, 'one operation, one booking';
    assert not exists (select from nb.booking b where not exists (select from nb.booking_event e where e.booking_id = b.booking_id)
                          or not exists (select from nb.booking_room r where r.booking_id = b.booking_id)
                          or not exists (select from nb.audit_event e where e.subject_id = b.public_id)), 'nothing is missing';
    assert (select count(*) from nb.outbox_operation) = (select count(*) from nb.booking where transport = 'gateway'), 'each is sent once';
    -- A right that was taken away since the token was read leaves no word for the event, and a whole booking all the same.
    twin := jsonb_set(pg_temp.choice('bed', nb_test.beds(1), 'rightless')::jsonb, '{actor}', to_jsonb(pg_temp.rightless(h)));
    select * into got from nb.book(json_build_array(twin));
    assert got.outcome = 'held' and exists (select from nb.booking_event e where e.booking_id = (got.made).booking_id), got::text;
    assert not exists (select from nb.book('[]')), 'no choices, no answers';
end
$$;
-- What a choice takes beside units and points is seen by the next one too: cash, a program's yearly counter, one bed that two
-- hotlines may give. Who may book how long is asked of each for itself.
do $$
declare
    h bigint := (select hotline from house);
    elsewhere bigint := nb_test.hotline('together elsewhere');
    account bigint := nb_test.account(h, 1000000);
    bed bigint := nb_test.beds(1);
    choices json[];
    theirs json;
    got record;
begin
    perform nb.cash_receive(nb_test.person('finance', h), h, 'cash', nb_test.print(), 'USD', 20000);
    assert pg_temp.told(pg_temp.choice('rooms', nb_test.partner_rooms(), 'm1'), pg_temp.choice('rooms', nb_test.partner_rooms(), 'm2'),
                        pg_temp.choice('rooms', nb_test.partner_rooms(), 'm3')) = 'held held insufficient_cash', 'cash for two';
    assert (select nb.cash_available(c.cash_account_id) from nb.cash_account c where c.hotline_id = h) = 2000;
    assert (select count(*) from nb.cash_hold c join nb.booking_attempt a on a.reference = c.reference where c.state = 'held') = 2, 'each of a booking';

    choices := array[pg_temp.choice('hotel', nb_test.points_hotel(), 'y1', account), pg_temp.choice('hotel', nb_test.points_hotel(), 'y2', account),
                     pg_temp.choice('hotel', nb_test.points_hotel(), 'y3', account)];
    update nb.candidate set counter_key = 'together', counter_most = 2 where account_id = account;
    assert pg_temp.told(variadic choices) = 'held held counter_used_up', 'two such stays a year';
    assert (select array_agg(used) from nb.account_counter where account_id = account) = '{2}' and
           (select count(*) from nb.points_hold where account_id = account) = 2, 'nothing is taken for the third';

    -- Of another hotline: its own request is served, ours is not there for it.
    update house set hotline = elsewhere;
    theirs := pg_temp.choice('bed', bed, 't1');
    update house set hotline = h;
    choices := array[theirs, pg_temp.choice('bed', bed, 't2'), pg_temp.choice('bed', nb_test.beds(1), 't3')];
    choices[3] := jsonb_set(choices[3]::jsonb, '{hotline}', to_jsonb(elsewhere))::json;
    assert pg_temp.told(variadic choices) = 'held no_capacity not_found', 'one bed, two hotlines';
    for got in select o.op_key, o.hotline_id, o.detail, b.hotline_id as of_booking from nb.operation o left join nb.booking b on b.public_id = o.resource_id
                where o.op_key in ('t1', 't2', 't3') loop
        assert got.hotline_id = case got.op_key when 't2' then h else elsewhere end, got::text;
        assert coalesce(got.of_booking, got.hotline_id) = got.hotline_id, got::text;
        assert got.op_key <> 't3' or got.detail = '{"what": "request"}', 'it learns nothing: ' || got::text;
    end loop;
    assert (select count(*) from nb.place_claim c where c.unit_type_id = bed and c.hotline_id = elsewhere) = 2, 'claimed for who got it';

    choices := array[pg_temp.choice('bed', nb_test.beds(2), 'l1'), pg_temp.choice('bed', nb_test.beds(2), 'l2'), pg_temp.choice('bed', nb_test.beds(2), 'l3')];
    choices[1] := jsonb_set(choices[1]::jsonb, '{role}', '"specialist"')::json;
    choices[2] := jsonb_set(choices[2]::jsonb, '{role}', '"finance"')::json;
    choices[3] := jsonb_set(choices[3]::jsonb, '{long_stay}', '"no_other_place"')::json;
    assert pg_temp.told(variadic choices) = 'held approval_needed invalid', 'each by its own right and reason';

    -- Two households of one request, one after the other: the whole stay is longer than a specialist may book.
    choices := array[jsonb_set(pg_temp.choice('beds', nb_test.beds(3), 'n', households => 2)::jsonb, '{role}', '"specialist"')::json];
    update nb.candidate set check_in = check_in + 2, check_out = check_out + 2 where public_id::text = choices[1] -> 'options' ->> 1;
    assert pg_temp.told(choices[1]) = 'approval_needed', 'as a group';
    assert pg_temp.told(jsonb_set(jsonb_set(choices[1]::jsonb, '{op_key}', '"n0"'), '{long_stay}', '"no_other_place"')::json)
           = 'approval_needed', 'whoever may not hears who may, whatever the reason';
    assert pg_temp.told(jsonb_set(jsonb_set(choices[1]::jsonb, '{op_key}', '"n1"'), '{options}', (choices[1]::jsonb -> 'options') - 1)::json,
                        jsonb_set(jsonb_set(choices[1]::jsonb, '{op_key}', '"n2"'), '{options}', (choices[1]::jsonb -> 'options') - 0)::json)
           = 'held approval_needed', 'and side by side';
end
$$;
\ir support/assert_invariants.sql
