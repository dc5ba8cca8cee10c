-- Makers for the tests of dispatch, run once in a test's own database: places, points and bookings as a search and a
-- choice would have left them. Not for the product; needs the schema nb_test of the test clock.

create or replace function nb_test.dispatch_staff(out hotline bigint, out actor bigint)
    language plpgsql
    as $$
begin
    insert into nb.hotline (name, country) values ('Harbor Line of the test', 'US') returning hotline_id into hotline;
    insert into nb.app_user (hotline_id, display_name) values (hotline, 'specialist of the test') returning user_id into actor;
    insert into nb.role_grant (user_id, role) values (actor, 'specialist');
end
$$;

create or replace function nb_test.dispatch_account(hotline bigint, actor bigint, program text, gift bigint, how text)
    returns uuid
    language plpgsql
    as $$
declare
    account nb.points_account;
    fund uuid;
    got record;
begin
    insert into nb.points_account (program_id, hotline_id, label, kind, mode, can_quote, can_hold, can_cancel, can_read)
    select program_id, hotline, 'account of the test', 'program_charity', how, true, true, true, true
      from nb.loyalty_program where code = program
    returning * into account;
    insert into nb.donor_fund (name) values ('fund of the test') returning public_id into fund;
    select * into got from nb.points_topup(actor, account.public_id, fund, gift, (nb.now() at time zone 'UTC')::date, null);
    assert got.outcome = 'received', got.detail::text;
    return account.public_id;
end
$$;

create or replace function nb_test.dispatch_property(actor bigint, program text, code text) returns bigint
    language plpgsql
    as $$
declare
    place bigint;
    house bigint;
begin
    select property_id into house from nb.property where program_code = program and program_property_code = code;
    if house is not null then
        return house;
    end if;
    insert into nb.location (name, latitude, longitude, country, region, zone)
    values ('hotel of the test', 41.88, -87.63, 'US', 'IL', 'America/Chicago') returning location_id into place;
    insert into nb.property (location_id, program_code, program_property_code, name, vetting_state, vetted_by, vetted_at)
    values (place, program, code, 'hotel of the test', 'vetted', actor, nb.now()) returning property_id into house;
    return house;
end
$$;

-- A request and its guest; the key comes wrapped.
create or replace function nb_test.dispatch_request(
    hotline bigint, actor bigint, guest_id_outside uuid, alias text, wrapped bytea, key_epoch integer, first_night date)
    returns bigint
    language plpgsql
    as $$
declare
    guest bigint;
    request bigint;
begin
    insert into pii.guest (public_id, hotline_id, alias) values (guest_id_outside, hotline, alias) returning guest_id into guest;
    insert into pii.guest_key (guest_id, wrapped_key, epoch) values (guest, wrapped, key_epoch);
    insert into nb.shelter_request (hotline_id, guest_id, state, urgency, channel, asked_by, latitude, longitude, country,
        check_in, nights, max_distance_m, households, child_involved, immediate_violence, consents_to_report,
        unaccompanied_minor, ranking_policy_id, opened_by, next_action_at)
    select hotline, guest, 'open', 'crisis', 'phone', 'guest', 41.88, -87.63, 'US', first_night, 2, 50000,
           '[{"adults": 1, "children_ages": [4]}]', true, false, false, false, p.ranking_policy_id, actor,
           nb.now() + interval '1 hour'
      from (select ranking_policy_id from nb.ranking_policy order by 1 limit 1) p
    returning request_id into request;
    return request;
end
$$;

-- One search whose options are the hotels named, in this order.
create or replace function nb_test.dispatch_search(
    request bigint, actor bigint, accounts uuid[], codes text[], prices bigint[]) returns bigint
    language plpgsql
    as $$
declare
    search bigint;
begin
    insert into nb.search (request_id, hotline_id, request_version, made_by, expires_at, considered, offered)
    select request, r.hotline_id, r.version, actor, nb.now() + interval '15 minutes', cardinality(codes), cardinality(codes)
      from nb.shelter_request r where r.request_id = request
    returning search_id into search;
    insert into nb.candidate (search_id, hotline_id, request_id, rank, place_kind, class, property_id, account_id,
        program_code, transport, check_in, check_out, units, household_indexes, points, zone, distance_m, score, rule_version)
    select search, r.hotline_id, request, c.n, 'points_hotel', 'hotel',
           nb_test.dispatch_property(actor, p.code, c.code), a.account_id, p.code, a.mode, r.check_in,
           r.check_in + r.nights, 1, '{0}', c.price, 'America/Chicago', 1000 * c.n, 1000, p.rule_version
      from unnest(accounts, codes, prices) with ordinality c(account, code, price, n)
      join nb.points_account a on a.public_id = c.account
      join nb.loyalty_program p on p.program_id = a.program_id
      cross join (select q.* from nb.shelter_request q where q.request_id = request) r;
    return search;
end
$$;

create or replace function nb_test.dispatch_key() returns bytea
    language sql
    as $$ select '\x00000001'::bytea || sha256(nb.random_id()::text::bytea) $$;

-- A choice of the first option, through the product's own function.
create or replace function nb_test.dispatch_choose(
    hotline bigint, actor bigint, request bigint, accounts uuid[], codes text[], prices bigint[], next_too boolean,
    tolerance bigint) returns bigint
    language plpgsql
    as $$
declare
    search bigint := nb_test.dispatch_search(request, actor, accounts, codes, prices);
    got record;
begin
    select b.* into got
      from nb.shelter_request r, nb.candidate c,
           nb.book(json_build_array(json_build_object(
               'actor', actor, 'role', 'specialist', 'hotline', hotline, 'op_key', nb.random_id(), 'print', nb_test.dispatch_key(),
               'request', r.public_id, 'options', array[c.public_id], 'allow_next', next_too, 'tolerance', tolerance))) b
     where r.request_id = request and c.search_id = search and c.rank = 1;
    assert got.outcome = 'held', got.outcome || coalesce(got.detail::text, '');
    return (select booking_id from nb.booking where public_id = got.resource_id);
end
$$;

create or replace function nb_test.dispatch_cancel(actor bigint, booking bigint) returns text
    language plpgsql
    as $$
declare
    got record;
begin
    select c.* into got
      from nb.booking b,
           nb.booking_cancel(actor, b.hotline_id, nb.random_id()::text, nb_test.dispatch_key(), b.public_id, 'guest_choice') c
     where b.booking_id = booking;
    return got.outcome;
end
$$;
