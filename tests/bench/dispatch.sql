-- What the lines of dispatch send: reads of references that ended, as a sweep asks for them again. Loaded into the bench's
-- own cluster after world.sql; the requests and the keys of their guests were made by the API.
-- Invariant: every read finds nothing, so that what is measured is the way out and back, not what follows.

-- What is asked for so many people, as the API takes it.
create or replace function nb_bench.asks(wanted bigint) returns setof json
    language sql
    as $$
    select json_build_object('place', json_build_object('postal_code', '60601'), 'max_distance_m', 80000,
                             'check_in', current_date + 10, 'nights', 2,
                             'households', json_build_array(json_build_object('adults', 1)), 'id_documents', json_build_array('state_id'),
                             'has_card', true, 'child_involved', false, 'immediate_violence', false, 'consents_to_report', false)
      from generate_series(1, wanted);
$$;

-- Books every open request at a hotel of its own, one account among sixty-four, and cancels it again.
create or replace function nb_bench.strays() returns bigint
    language plpgsql
    as $$
declare
    b record;
    n bigint := 0;
begin
    create temporary table asked on commit drop as
    select r.request_id, r.public_id as request, r.hotline_id, r.version, r.opened_by, gen_random_uuid() as option,
           nextval(pg_get_serial_sequence('nb.search', 'search_id')) as search_id, row_number() over (order by r.request_id) as n
      from nb.shelter_request r where r.state = 'open';
    insert into nb.search (search_id, request_id, hotline_id, request_version, made_by, expires_at, considered, offered)
    overriding system value
    select search_id, request_id, hotline_id, version, opened_by, nb.now() + interval '1 day', 1, 1 from asked;
    insert into nb.candidate (public_id, search_id, hotline_id, request_id, rank, place_kind, class, property_id, account_id,
        program_code, transport, check_in, check_out, units, household_indexes, points, night_points, posted_points, rule_version,
        zone, distance_m, score, region)
    select q.option, q.search_id, q.hotline_id, q.request_id, 1, 'points_hotel', 'hotel', h.property_id, a.account_id, p.code, 'gateway',
           current_date + 10, current_date + 12, 1, '{0}', 30000, '{15000,15000}', '{15000,15000}', p.rule_version,
           'America/Chicago', 1000, 500, 'IL'
      from asked q
      join nb.points_account a on a.label = 'bench ' || 1 + q.n % 64
      join nb.loyalty_program p using (program_id)
      join nb.property h on h.program_code = p.code and h.program_property_code = (100000 + q.n)::text;
    for b in
        select k.resource_id from nb.book((
            select json_agg(json_build_object('actor', q.opened_by, 'role', 'director', 'hotline', q.hotline_id, 'op_key', q.option,
                'print', '\x00000001' || repeat('00', 32), 'request', q.request, 'options', array[q.option], 'allow_next', false,
                'tolerance', 0)) from asked q)) k
    loop
        perform nb.booking_step(x.booking_id, 'cancel', null, 'bench') from nb.booking x where x.public_id = b.resource_id;
        n := n + 1;
    end loop;
    return n;
end
$$;

-- Asks for all of them again, and gives how many.
create or replace function nb_bench.reread() returns bigint
    language sql
    as $$
    with asked as (
        insert into nb.outbox_operation (kind, booking_id, attempt_id, account_id, program_code, due_at)
        select 'read', b.booking_id, b.current_attempt_id, b.account_id, b.program_code, nb.now()
          from nb.booking b where b.state = 'cancelled' and b.account_id is not null
        returning 1)
    select count(*) from asked;
$$;
