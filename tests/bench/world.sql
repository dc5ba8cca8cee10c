-- What the benches book: accounts full of points, a shelter with many beds, and as many open requests, each with one
-- option, as are asked for. Loaded into the bench's own cluster only. Invariant: every option is for its own request,
-- so a booking that is refused or answered from memory shows in the counts.
-- psql variables: hotline, staff (internal keys)

create schema if not exists nb_bench;
comment on schema nb_bench is 'Makes what the benches book. Absent elsewhere.';
create sequence if not exists nb_bench.series;

create or replace function nb_bench.account(hotline bigint, staff bigint, n integer) returns bigint
    language plpgsql
    as $$
declare
    account nb.points_account;
    fund uuid;
begin
    insert into nb.points_account (program_id, hotline_id, label, kind, mode, can_quote, can_hold, can_cancel, can_read)
    select p.program_id, hotline, 'bench ' || n, 'program_charity', 'gateway', true, true, true, true
      from nb.loyalty_program p where p.code = 'wyndham'
    returning * into account;
    insert into nb.donor_fund (name) values ('bench ' || n) returning public_id into fund;
    perform nb.points_topup(staff, account.public_id, fund, 1000000000000, current_date - 30 - k, current_date + 900 + k)
       from generate_series(1, 3) k;
    return account.account_id;
end
$$;

-- As many hotels as options in one measurement: a house that held thousands of our guests would be a case of its own.
create or replace function nb_bench.hotels(staff bigint, wanted integer) returns void
    language sql
    as $$
    insert into nb.location (name, latitude, longitude, country, region, zone)
    select 'bench ' || n, 41.88, -87.63, 'US', 'IL', 'America/Chicago' from generate_series(1, wanted) n;
    insert into nb.property (location_id, program_code, program_property_code, name, guest_cap, vetting_state, vetted_by,
                             vetted_at, takes_no_id, card_rule, last_verified_at)
    select l.location_id, 'wyndham', 100000 + split_part(l.name, ' ', 2)::integer, 'Bench Hotel (sample)', 1000000, 'vetted',
           staff, nb.now(), true, 'none_needed', nb.now()
      from nb.location l where l.name ~ '^bench [0-9]';
    insert into nb.property_rate (property_id, night, points, rooms_available, source)
    select h.property_id, current_date + d, 15000, 1000000, 'sample'
      from nb.property h, generate_series(8, 14) d where h.program_code = 'wyndham';
$$;

create or replace function nb_bench.shelter(staff bigint) returns bigint
    language plpgsql
    as $$
declare
    house bigint;
    place bigint;
    offer bigint;
    beds bigint;
begin
    insert into nb.provider (name, kind, country, vetting_state, vetted_by, vetted_at)
    values ('Bench Shelter (sample)', 'shelter', 'US', 'vetted', staff, nb.now()) returning provider_id into house;
    insert into nb.location (provider_id, name, latitude, longitude, country, region, zone)
    values (house, 'bench shelter', 41.88, -87.63, 'US', 'IL', 'America/Chicago') returning location_id into place;
    insert into nb.service (provider_id, location_id, name, tier) values (house, place, 'bench', 'specialized')
    returning service_id into offer;
    insert into nb.unit_type (service_id, name, max_party, rooms_or_beds, last_reported_at)
    values (offer, 'bench beds', 2, 'bed', nb.now()) returning unit_type_id into beds;
    insert into nb.unit_night (unit_type_id, night, capacity)
    select beds, current_date + d, 100000000 from generate_series(0, 60) d;
    return beds;
end
$$;

-- The public id of the n-th thing of a series: known to the load generators without asking.
create or replace function nb_bench.id(series text, kind text, n bigint) returns uuid
    language sql immutable parallel safe
    as $$ select md5(series || ' ' || kind || ' ' || n)::uuid $$;

-- Requests 1 to wanted of a series with one option each: spread over the first `accounts` hotels, or, with
-- accounts = 0, at the shelter.
create or replace function nb_bench.options(series text, wanted integer, accounts integer) returns void
    language plpgsql
    as $$
declare
    policy constant bigint := (select min(ranking_policy_id) from nb.ranking_policy);
    staff constant bigint := (select user_id from nb.app_user where display_name = 'Bench Staff');
    hotline constant bigint := (select hotline_id from nb.app_user where user_id = staff);
begin
    create temporary table made on commit drop as
    select n, nextval(pg_get_serial_sequence('pii.guest', 'guest_id')) as guest_id,
           nextval(pg_get_serial_sequence('nb.shelter_request', 'request_id')) as request_id,
           nextval(pg_get_serial_sequence('nb.search', 'search_id')) as search_id
      from generate_series(1, wanted) n;
    insert into pii.guest (guest_id, hotline_id, alias) overriding system value
    select guest_id, hotline, 'Bench Guest' from made;
    insert into nb.shelter_request (request_id, public_id, hotline_id, guest_id, state, urgency, channel, asked_by,
        latitude, longitude, country, region, check_in, nights, max_distance_m, households, child_involved,
        immediate_violence, consents_to_report, unaccompanied_minor, ranking_policy_id, opened_by, next_action_at)
    overriding system value
    select request_id, nb_bench.id(series, 'request', n), hotline, guest_id, 'open', 'crisis', 'phone', 'guest', 41.88,
           -87.63, 'US', 'IL', current_date + 10, 2, 80000, '[{"adults": 1, "children_ages": []}]', false, false, false,
           false, policy, staff, nb.now() + interval '1 day'
      from made;
    insert into nb.search (search_id, request_id, hotline_id, request_version, made_by, expires_at, considered, offered)
    overriding system value
    select search_id, request_id, hotline, 1, staff, nb.now() + interval '1 day', 1, 1 from made;
    insert into nb.candidate (public_id, search_id, hotline_id, request_id, rank, place_kind, class, unit_type_id,
        property_id, provider_id, account_id, program_code, transport, check_in, check_out, units, household_indexes,
        points, night_points, posted_points, rule_version, zone, distance_m, score, region, reported_at)
    select nb_bench.id(series, 'option', m.n), m.search_id, hotline, m.request_id, 1, w.place_kind, w.class,
           w.unit_type_id, w.property_id, w.provider_id, w.account_id, w.program_code, w.transport, current_date + 10,
           current_date + 12, 1, '{0}', w.points, w.nights, w.nights, w.rule_version, 'America/Chicago', 1000, 500, 'IL',
           w.reported_at
      from made m
      join lateral (
        select 'points_hotel' as place_kind, 'hotel' as class, null::bigint as unit_type_id, h.property_id,
               null::bigint as provider_id, a.account_id, p.code as program_code, 'gateway' as transport,
               30000::bigint as points, array[15000, 15000]::bigint[] as nights, p.rule_version,
               null::timestamptz as reported_at
          from nb.points_account a
          join nb.loyalty_program p using (program_id)
          join nb.property h on h.program_code = p.code and h.program_property_code = (100000 + m.n)::text
         where accounts > 0 and a.label = 'bench ' || 1 + m.n % greatest(accounts, 1)
        union all
        select 'shelter', 'shelter', u.unit_type_id, null, s.provider_id, null, null, 'referral', null, null, null,
               u.last_reported_at
          from nb.unit_type u join nb.service s using (service_id)
         where accounts = 0 and u.name = 'bench beds') w on true;
end
$$;

-- Fills the ledger of the bench's accounts up to so many transfers, as bookings that were undone leave them: a hold of one
-- point and its return. Balances stay, versions go on; foreign keys are off meanwhile and come back for what follows.
create or replace function nb_bench.transfers(wanted bigint) returns bigint
    language plpgsql
    as $$
declare
    -- Holds to be made for each of the 64 accounts; a hold is two transfers.
    each constant bigint := ceil((wanted - (select count(*) from nb.ledger_transfer)) / 128.0);
    key record;
begin
    if each <= 0 then return 0; end if;
    create temporary table keys on commit drop as
    select c.conname as name, pg_get_constraintdef(c.oid) as definition
      from pg_constraint c where c.conrelid = 'nb.ledger_transfer'::regclass and c.contype = 'f';
    for key in select * from keys loop
        execute format('alter table nb.ledger_transfer drop constraint %I', key.name);
    end loop;
    create temporary table filled on commit drop as
    select a.account_id, f.ledger_account_id as free_id, f.version as free_version, h.ledger_account_id as held_id,
           h.version as held_version, f.unit, t.lot_id, p.fund_portion_id, row_number() over (order by a.account_id) - 1 as k,
           nextval(pg_get_serial_sequence('nb.points_hold', 'points_hold_id')) as before
      from nb.points_account a
      join nb.ledger_account f on f.account_id = a.account_id and f.bucket = 'available'
      join nb.ledger_account h on h.account_id = a.account_id and h.bucket = 'held'
      cross join lateral (select min(x.lot_id) as lot_id from nb.points_lot x where x.account_id = a.account_id) t
      cross join lateral (select min(x.fund_portion_id) as fund_portion_id from nb.fund_portion x where x.account_id = a.account_id) p
     where a.label like 'bench %';
    create temporary table span on commit drop as
    select max(f.before) as holds, coalesce((select max(ledger_transfer_id) from nb.ledger_transfer), 0) as transfers, count(*) as accounts
      from filled f;
    insert into nb.points_hold (points_hold_id, reference, account_id, points, state, created_at, resolved_at)
    overriding system value
    select s.holds + 1 + i * s.accounts + f.k, gen_random_uuid(), f.account_id, 1, 'voided', nb.now(), nb.now()
      from span s cross join generate_series(0, each - 1) i cross join filled f;
    insert into nb.ledger_transfer (ledger_transfer_id, kind, unit, debit_account_id, credit_account_id, amount, debit_version,
                                    credit_version, lot_id, fund_portion_id, points_hold_id, resolves_transfer_id)
    overriding system value
    select n.id + back, case back when 0 then 'hold' else 'void' end, f.unit,
           case back when 0 then f.free_id else f.held_id end, case back when 0 then f.held_id else f.free_id end, 1,
           case back when 0 then f.free_version else f.held_version end + 2 * i + 1 + back,
           case back when 0 then f.held_version else f.free_version end + 2 * i + 1 + back,
           f.lot_id, f.fund_portion_id, s.holds + 1 + i * s.accounts + f.k, case back when 1 then n.id end
      from span s cross join generate_series(0, each - 1) i cross join filled f cross join generate_series(0, 1) back
     cross join lateral (select s.transfers + 1 + 2 * (i * s.accounts + f.k) as id) n;
    perform setval(pg_get_serial_sequence('nb.points_hold', 'points_hold_id'), max(points_hold_id)) from nb.points_hold;
    perform setval(pg_get_serial_sequence('nb.ledger_transfer', 'ledger_transfer_id'), max(ledger_transfer_id)) from nb.ledger_transfer;
    update nb.ledger_account l set version = l.version + 2 * each
      from filled f where l.ledger_account_id in (f.free_id, f.held_id);
    for key in select * from keys loop
        execute format('alter table nb.ledger_transfer add constraint %I %s not valid', key.name, key.definition);
    end loop;
    return each;
end
$$;
