-- Makers for specs about bookings: a house with a hotline, a request, a search and its options. Loaded after fixture.sql
-- into the template database. Invariant: each call makes new things; options are what a search would have recorded.

create or replace function nb_test.print(said text default 'body') returns bytea
    language sql immutable
    as $$ select '\x00000001'::bytea || sha256(convert_to(said, 'UTF8')) $$;

create or replace function nb_test.guest(hotline bigint) returns bigint
    language sql
    as $$ insert into pii.guest (hotline_id, alias) values (hotline, 'Robin') returning guest_id $$;

create or replace function nb_test.request(
    hotline bigint, party jsonb default '[{"adults": 1, "children_ages": []}]', split boolean default false,
    minor boolean default false)
    returns bigint
    language sql
    as $$
    insert into nb.shelter_request (hotline_id, guest_id, state, urgency, channel, asked_by, latitude, longitude, country,
        region, check_in, nights, max_distance_m, households, child_involved, immediate_violence, consents_to_report,
        unaccompanied_minor, ranking_policy_id, opened_by, next_action_at, may_split)
    values (hotline, nb_test.guest(hotline), 'open', 'crisis', 'phone', 'guest', 41.88, -87.63, 'US', 'IL',
            nb.business_date('America/Chicago', '05:00'), 2, 50000, party, false, false, false, minor,
            (select max(ranking_policy_id) from nb.ranking_policy), nb_test.person('specialist', hotline),
            nb.now() + interval '30 minutes', split)
    returning request_id;
$$;

create or replace function nb_test.search(request bigint) returns bigint
    language sql
    as $$
    insert into nb.search (request_id, hotline_id, request_version, made_by, expires_at, considered, offered)
    select r.request_id, r.hotline_id, r.version, r.opened_by, nb.now() + interval '15 minutes', 40, 40
      from nb.shelter_request r where r.request_id = request
    returning search_id;
$$;

-- Beds of a shelter for so many nights from its tonight.
create or replace function nb_test.beds(capacity integer, nights integer default 5, provider bigint default null) returns bigint
    language plpgsql
    as $$
declare
    unit bigint := nb_test.shelter_unit(coalesce(provider, nb_test.provider('shelter')));
begin
    insert into nb.unit_night (unit_type_id, night, capacity)
    select unit, nb.place_tonight(t) + d, beds.capacity from nb.unit_type t, generate_series(0, nights - 1) d
     where t.unit_type_id = unit;
    return unit;
end
$$;

create or replace function nb_test.shelter_option(
    search bigint, unit bigint, rank integer default 1, units integer default 1, nights integer default 2,
    households smallint[] default '{0}')
    returns uuid
    language sql
    as $$
    insert into nb.candidate (search_id, hotline_id, request_id, rank, place_kind, class, unit_type_id, provider_id, transport,
        check_in, check_out, units, household_indexes, zone, distance_m, score, reported_at)
    select s.search_id, s.hotline_id, s.request_id, shelter_option.rank, 'shelter', 'specialized', t.unit_type_id,
           nb.unit_provider(t), 'referral', nb.place_tonight(t), nb.place_tonight(t) + nights, units, households,
           'America/Chicago', 1000, 500, t.last_reported_at
      from nb.search s, nb.unit_type t where s.search_id = search and t.unit_type_id = unit
    returning public_id;
$$;

create or replace function nb_test.fund(for_region text default null, for_population text default null) returns uuid
    language plpgsql
    as $$
declare
    made uuid;
    bound bigint;
begin
    if num_nonnulls(for_region, for_population) > 0 then
        insert into nb.restriction (region, population) values (for_region, for_population) returning restriction_id into bound;
    end if;
    insert into nb.donor_fund (name, restriction_id) values ('fund of the test', bound) returning public_id into made;
    return made;
end
$$;

create or replace function nb_test.topup(account bigint, points bigint, fund uuid default null) returns void
    language plpgsql
    as $$
declare
    got record;
begin
    select t.* into got
      from nb.points_account a,
           nb.points_topup(nb_test.person('finance'), a.public_id, coalesce(fund, nb_test.fund()), points,
                           (nb.now() at time zone 'UTC')::date, null) t
     where a.account_id = account;
    assert got.outcome = 'received', got.detail::text;
end
$$;

create or replace function nb_test.account(
    hotline bigint, points bigint, program text default 'wyndham', account_mode text default 'gateway') returns bigint
    language plpgsql
    as $$
declare
    made bigint;
begin
    insert into nb.points_account (program_id, hotline_id, label, kind, mode, can_read, can_cancel)
    select p.program_id, hotline, program, 'program_charity', account_mode, account_mode = 'gateway', account_mode = 'gateway'
      from nb.loyalty_program p where p.code = program
    returning account_id into made;
    if points > 0 then
        perform nb_test.topup(made, points);
    end if;
    return made;
end
$$;

-- A vetted hotel of a program, whose rooms cost so many points every night of the next week.
create or replace function nb_test.points_hotel(program text default 'wyndham', night_points integer default 15000, cap integer default 4)
    returns bigint
    language plpgsql
    as $$
declare
    made bigint;
begin
    insert into nb.property (location_id, program_code, program_property_code, name, vetting_state, vetted_by, vetted_at, guest_cap)
    values (nb_test.location(null), program, lpad((floor(random() * 1000000))::text, 6, '1'), 'points hotel of the test',
            'vetted', nb_test.person('supervisor'), nb.now(), cap)
    returning property_id into made;
    insert into nb.property_rate (property_id, night, points, source)
    select made, nb.business_date('America/Chicago', '05:00') + d, night_points, 'sample' from generate_series(-1, 7) d;
    return made;
end
$$;

create or replace function nb_test.points_option(
    search bigint, property bigint, account bigint, rank integer default 1, units integer default 1, nights integer default 2,
    households smallint[] default '{0}', shelter_free boolean default false, most_rooms integer default 1)
    returns uuid
    language sql
    as $$
    insert into nb.candidate (search_id, hotline_id, request_id, rank, place_kind, class, property_id, account_id, program_code,
        transport, check_in, check_out, units, household_indexes, points, posted_points, zone, distance_m, score, rule_version,
        shelter_was_free, rooms_per_booking, region, population)
    select s.search_id, s.hotline_id, s.request_id, points_option.rank, 'points_hotel', 'hotel', p.property_id, a.account_id, g.code,
           a.mode, d.night, d.night + nights, units, households, sum(r.points) * units, array_agg(r.points::bigint order by r.night),
           'America/Chicago', 2000, 400, g.rule_version, shelter_free, most_rooms, 'US-IL', 'adults'
      from nb.search s
      join nb.property p on p.property_id = property
      join nb.points_account a on a.account_id = account
      join nb.loyalty_program g on g.program_id = a.program_id
     cross join (select nb.business_date('America/Chicago', '05:00') as night) d
      join nb.property_rate r on r.property_id = p.property_id and r.night >= d.night and r.night < d.night + nights
     where s.search_id = search
     group by s.search_id, s.hotline_id, s.request_id, p.property_id, a.account_id, a.mode, g.code, g.rule_version, d.night
    returning public_id;
$$;

-- A vetted partner hotel with so many rooms, each for so much cash a night.
create or replace function nb_test.partner_rooms(rooms integer default 3, provider bigint default null) returns bigint
    language plpgsql
    as $$
declare
    owner bigint := coalesce(provider, nb_test.provider('hotel'));
    house bigint := nb_test.property(owner);
    unit bigint;
begin
    update nb.property set vetting_state = 'vetted', vetted_by = nb_test.person('supervisor'), vetted_at = nb.now()
     where property_id = house;
    insert into nb.unit_type (property_id, name, max_party, rooms_or_beds) values (house, 'rooms of the test', 4, 'room')
    returning unit_type_id into unit;
    insert into nb.unit_night (unit_type_id, night, capacity)
    select unit, nb.business_date('America/Chicago', '05:00') + d, rooms from generate_series(0, 5) d;
    return unit;
end
$$;

create or replace function nb_test.partner_option(
    search bigint, unit bigint, rank integer default 1, cash bigint default 9000, households smallint[] default '{0}')
    returns uuid
    language sql
    as $$
    insert into nb.candidate (search_id, hotline_id, request_id, rank, place_kind, class, unit_type_id, property_id, provider_id,
        transport, check_in, check_out, units, household_indexes, cash_minor, currency, zone, distance_m, score, reported_at)
    select s.search_id, s.hotline_id, s.request_id, partner_option.rank, 'partner_hotel', 'hotel', t.unit_type_id, t.property_id,
           nb.unit_provider(t), 'referral', d.night, d.night + 2, 1, households, nullif(cash, 0),
           case when cash > 0 then 'USD' end, 'America/Chicago', 1500, 450, t.last_reported_at
      from nb.search s, nb.unit_type t, (select nb.business_date('America/Chicago', '05:00') as night) d
     where s.search_id = search and t.unit_type_id = unit
    returning public_id;
$$;

-- A choice as the API hands it over; of a director, unless said otherwise, who may book the longest.
create or replace function nb_test.wish(
    actor bigint, hotline bigint, op_key text, print bytea, request uuid, options uuid[], reason text default null,
    covering uuid default null, next_allowed boolean default false, tolerance bigint default 0, long_stay text default null,
    role text default 'director')
    returns json
    language sql
    as $$
    select json_build_object('actor', actor, 'role', role, 'hotline', hotline, 'op_key', op_key, 'print', print, 'request', request,
                             'options', options, 'reason', reason, 'covers', covering, 'allow_next', next_allowed,
                             'tolerance', tolerance, 'long_stay', long_stay);
$$;

create or replace function nb_test.choose(
    actor bigint, hotline bigint, op_key text, print bytea, request uuid, options uuid[], reason text default null,
    covering uuid default null, next_allowed boolean default false, tolerance bigint default 0, long_stay text default null,
    role text default 'director')
    returns setof nb.booking_answer
    language sql
    as $$
    select b.* from nb.book(json_build_array(nb_test.wish(actor, hotline, op_key, print, request, options, reason, covering, next_allowed,
                                                          tolerance, long_stay, role))) b;
$$;

-- Books as the person who opened the request; every call is an operation of its own.
create or replace function nb_test.book(
    request bigint, options uuid[], reason text default null, covering uuid default null, next_allowed boolean default false,
    tolerance bigint default 0)
    returns setof nb.booking_answer
    language sql
    as $$
    select b.* from nb.shelter_request r,
           nb_test.choose(r.opened_by, r.hotline_id, nb.random_id()::text, nb_test.print(), r.public_id, options, reason, covering,
                          next_allowed, tolerance) b
     where r.request_id = request;
$$;

create or replace function nb_test.booking(id uuid) returns nb.booking
    language sql
    as $$ select b from nb.booking b where b.public_id = id $$;

-- What everybody has of everything: equal before and after means that exactly what was taken was given back.
create or replace function nb_test.stock() returns jsonb
    language sql
    as $$
    select jsonb_build_object(
        'units', (select jsonb_agg(jsonb_build_array(n.unit_type_id, n.night, n.held, n.occupied) order by n.unit_type_id, n.night)
                    from nb.unit_night n),
        'lots', (select jsonb_agg(jsonb_build_array(l.lot_id, l.available, l.held, l.spent, l.gone) order by l.lot_id) from nb.points_lot l),
        'portions', (select jsonb_agg(jsonb_build_array(f.fund_portion_id, f.available, f.held, f.spent, f.gone) order by f.fund_portion_id)
                       from nb.fund_portion f),
        'counters', (select jsonb_agg(jsonb_build_array(c.account_id, c.counter_key, c.used) order by c.account_id, c.counter_key)
                       from nb.account_counter c where c.used > 0),
        'cash', (select jsonb_agg(jsonb_build_array(l.cash_account_id, l.bucket, l.balance) order by l.cash_account_id, l.bucket)
                   from nb.ledger_account l where l.cash_account_id is not null and l.balance <> 0));
$$;
