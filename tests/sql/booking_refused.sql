-- What a choice is refused for, each alone: nothing is written, and the word says why. And one key has one effect.
select nb_test.set_now('2026-12-01 18:00+00') \gset
create temporary table house as
select h.hotline, nb_test.account(h.hotline, 100000) as account, nb_test.points_hotel() as hotel, nb_test.beds(2) as unit,
       nb_test.partner_rooms(1) as rooms
  from (select nb_test.hotline('refusals') as hotline) h;

-- Books a fresh option after something happened, and says what came of it; refusals must leave no trace.
create function pg_temp.tried(kind text, happens text default 'select 1', reason text default null, minor boolean default false,
                              shelter_free boolean default false) returns text language plpgsql as $$
declare
    h house;
    request bigint;
    search bigint;
    option uuid;
    stock jsonb;
    got record;
begin
    select * into h from house;
    request := nb_test.request(h.hotline, minor => minor);
    search := nb_test.search(request);
    option := case kind when 'points' then nb_test.points_option(search, h.hotel, h.account, shelter_free => shelter_free)
                        when 'shelter' then nb_test.shelter_option(search, h.unit)
                        else nb_test.partner_option(search, h.rooms) end;
    execute replace(replace(happens, '$request', request::text), '$search', search::text);
    stock := nb_test.stock();
    select * into got from nb_test.book(request, array[option], reason);
    if got.outcome = 'held' then
        perform nb.booking_step((nb_test.booking(got.resource_id)).booking_id, 'cancel', null, 'test');
    end if;
    assert nb_test.stock() = stock, kind || ': something stayed taken';
    assert got.outcome = 'held' or not exists (select from nb.booking b where b.request_id = request), 'half-done';
    return concat_ws(' ', got.status, got.outcome, got.detail ->> 'reason', got.detail ->> 'field', got.detail ->> 'what');
end $$;

do $$
declare
    h house;
    c record;
    found text;
begin
    select * into h from house;
    for c in select * from (values
        ('points', 'select 1', '201 held', 'nothing is wrong'),
        ('shelter', 'select 1', '201 held', 'nothing is wrong'),
        ('points', 'update nb.search set expires_at = made_at + interval ''1 us'' where search_id = $search', '409 stale search_age', 'an old search'),
        ('points', 'update nb.shelter_request set version = version + 1 where request_id = $request', '409 stale request_changed', 'the request changed'),
        ('points', 'update nb.shelter_request set state = ''closed'' where request_id = $request', '409 closed', 'the request is over'),
        ('points', 'update nb.property_rate set points = 16000', '409 stale price', 'the price moved'),
        ('points', 'update nb.property_rate set points = 15000', '409 stale price', 'and moved back'),
        ('points', 'select 1', '201 held', 'a search of now'),
        ('points', 'insert into nb.program_rule (program_id, rule_key, value, source, effective_from, confidence)
                    select program_id, ''free_nights'', ''1'', ''test'', ''2026-01-01'', ''invented'' from nb.loyalty_program where code = ''wyndham''',
         '409 stale rule_version', 'a rule of the program changed'),
        ('shelter', 'select nb_test.advance(interval ''2 s''); update nb.unit_type set last_reported_at = nb.now()', '409 stale capacity_report', 'a newer report'),
        ('points', 'select nb_test.advance(interval ''26 hours''); update nb.search set expires_at = nb.now() + interval ''1 minute'' where search_id = $search',
         '409 stale night_is_over', 'the first night is over'),
        ('shelter', 'update nb.provider set vetting_state = ''suspended'' where kind = ''shelter''', '409 not_vetted not_vetted', 'suspended since'),
        ('shelter', 'update nb.provider set vetting_state = ''vetted'' where kind = ''shelter''; update nb.service set status = ''paused''', '409 not_vetted closed', 'paused since'),
        ('shelter', 'update nb.service set status = ''active''; update nb.unit_night set capacity = 0 where unit_type_id = (select unit from house) and night > (select min(night) + 1 from nb.unit_night)',
         '409 no_capacity', 'full on the second night'),
        ('points', 'update nb.property set vetting_state = ''suspended''', '409 not_vetted not_vetted', 'a hotel suspended since'),
        ('points', 'update nb.property set vetting_state = ''vetted''; insert into nb.do_not_place (property_id, reason, placed_by, expires_at)
                    select hotel, ''unsafe'', nb_test.person(''supervisor''), nb.now() + interval ''1 day'' from house', '409 not_vetted do_not_place', 'do not place'),
        ('points', 'update nb.do_not_place set lifted_by = placed_by, lifted_at = nb.now(); update nb.points_account set state = ''disabled''',
         '409 not_vetted account_disabled', 'the account was disabled'),
        ('points', 'update nb.points_account set state = ''active''; update nb.property set guest_cap = 0', '409 over_limit property_cap', 'too many of us there'),
        ('points', 'update nb.property set guest_cap = 4; select nb.points_hold(account, nb.random_id(), 80000, current_date, null, null, null, null) from house',
         '409 insufficient_points', 'the points went elsewhere'),
        ('partner', 'select 1', '409 insufficient_cash', 'there is no budget'),
        ('partner', 'select nb.cash_receive(nb_test.person(''finance''), hotline, ''gift'', nb_test.print(), ''USD'', 8999) from house', '409 insufficient_cash', 'a cent short'),
        ('partner', 'select nb.cash_receive(nb_test.person(''finance''), hotline, ''cent'', nb_test.print(), ''USD'', 1) from house', '201 held', 'enough')
        ) v (kind, happens, expected, why) loop
        found := pg_temp.tried(c.kind, c.happens);
        assert found = c.expected, format('%s: %s, expected %s', c.why, found, c.expected);
    end loop;
    perform nb_test.topup(h.account, 100000);
    assert pg_temp.tried('points', minor => true) = '422 minor_no_hotel', 'a minor alone never goes to a hotel';
    assert pg_temp.tried('shelter', minor => true) = '422 minor_no_hotel no_youth_route';
    assert pg_temp.tried('points', shelter_free => true) = '422 reason_needed reason', 'a shelter was free';
    assert pg_temp.tried('points', shelter_free => true, reason => 'unsafe') = '201 held';
    assert pg_temp.tried('points', reason => 'because') = '422 invalid reason', 'a reason is one of five words';
end
$$;

-- Bound gifts, and the yearly counter.
do $$
declare
    h house;
    account bigint;
    request bigint;
    search bigint;
    option uuid;
    got record;
    marriott bigint;
    hotel bigint := nb_test.points_hotel('marriott', 10000, 50);
begin
    select * into h from house;
    account := nb_test.account(h.hotline, 0);
    perform nb_test.topup(account, 50000, nb_test.fund('US-CT'));
    request := nb_test.request(h.hotline);
    option := nb_test.points_option(nb_test.search(request), h.hotel, account);
    select * into got from nb_test.book(request, array[option]);
    assert got.outcome = 'restricted' and (got.detail ->> 'usable')::bigint = 0, 'a gift for Connecticut does not pay in Illinois';
    perform nb_test.topup(account, 30000, nb_test.fund('US-IL', 'adults'));
    select * into got from nb_test.book(request, array[option]);
    assert got.outcome = 'held' and (got.detail ->> 'usable_after')::bigint = 0, 'one for Illinois does';

    marriott := nb_test.account(h.hotline, 1000000, 'marriott');
    for i in 1 .. 6 loop
        request := nb_test.request(h.hotline);
        option := nb_test.points_option(nb_test.search(request), hotel, marriott);
        update nb.candidate set counter_key = 'gifted_stays', counter_most = 5 where public_id = option;
        select * into got from nb_test.book(request, array[option]);
        assert got.outcome = case when i <= 5 then 'held' else 'counter_used_up' end, format('stay %s: %s', i, got.outcome);
    end loop;
    assert (select array_agg((used, most)) = array[(5, 5)] from nb.account_counter where account_id = marriott), 'the year began with the program''s limit';
    perform nb.booking_step(b.booking_id, 'cancel', null, 'test') from nb.booking b where b.account_id = marriott limit 1;
    select * into got from nb_test.book(request, array[option]);
    assert got.outcome = 'held', 'a hold that was voided gives its stay back';
end
$$;

-- One key: one effect, the same answer; another body is refused; a refusal is remembered as well.
do $$
declare
    h house;
    request nb.shelter_request;
    option uuid;
    first record;
    again record;
    made bigint;
begin
    select * into h from house;
    made := nb_test.request(h.hotline);
    select * into request from nb.shelter_request where request_id = made;
    update nb.unit_night set capacity = 2;
    option := nb_test.shelter_option(nb_test.search(request.request_id), h.unit);
    select * into first from nb_test.choose(request.opened_by, h.hotline, 'k1', nb_test.print('a'), request.public_id, array[option], null, null, false, 0);
    select * into again from nb_test.choose(request.opened_by, h.hotline, 'k1', nb_test.print('a'), request.public_id, array[option], null, null, false, 0);
    assert first.outcome = 'held' and not first.replayed and again.replayed, again::text;
    assert (again.outcome, again.status, again.resource_id, again.version, again.detail)
         = (first.outcome, first.status, first.resource_id, first.version, first.detail), 'the same answer';
    assert (select count(*) = 1 from nb.booking b where b.request_id = request.request_id), 'one effect';
    select * into again from nb_test.choose(request.opened_by, h.hotline, 'k1', nb_test.print('b'), request.public_id, array[option], null, null, false, 0);
    assert again.outcome = 'mismatch' and again.status = 422;
    select * into first from nb_test.choose(request.opened_by, h.hotline, 'k2', nb_test.print('a'), request.public_id, array[option], null, null, false, 0);
    perform nb.booking_step(b.booking_id, 'cancel', null, 'test') from nb.booking b where b.request_id = request.request_id;
    select * into again from nb_test.choose(request.opened_by, h.hotline, 'k2', nb_test.print('a'), request.public_id, array[option], null, null, false, 0);
    assert first.outcome = 'already_placed' and again.outcome = 'already_placed' and again.replayed, 'a refusal is remembered';

    select * into again from nb_test.choose(request.opened_by, h.hotline, 'k3', nb_test.print(), request.public_id, '{}', null, null, false, 0);
    assert again.outcome = 'invalid' and again.detail ->> 'field' = 'options';
    select * into again from nb_test.choose(request.opened_by, h.hotline, 'k4', nb_test.print(), request.public_id, array[option, option], null, null, false, 0);
    assert again.outcome = 'invalid', 'the same option twice';
    select * into again from nb_test.choose(request.opened_by, h.hotline, 'k5', nb_test.print(), request.public_id, array[option], null, null, false, -1);
    assert again.outcome = 'invalid' and again.detail ->> 'field' = 'price_tolerance_points';
    select * into again from nb_test.choose(request.opened_by, nb_test.hotline('others'), 'k6', nb_test.print(), request.public_id, array[option], null, null, false, 0);
    assert again.outcome = 'not_found' and again.detail ->> 'what' = 'request', 'another hotline''s request does not exist';
end
$$;
do $$ begin perform nb.hold_expire(100); perform nb.referral_step(100); perform nb.booking_overdue(100) + nb.task_overdue(100) + nb.request_overdue(100); end $$;
\ir support/assert_invariants.sql
