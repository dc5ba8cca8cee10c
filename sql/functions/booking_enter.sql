-- Entering what was booked by hand while the system was down: "02:10, confirmation X, by whom". The same holds, the same
-- rows, spent at once. Not here: choosing (booking.sql). Invariant: what the books cannot carry (no bed on the list, no
-- points in the account) is refused with its reason, so that a person corrects it and enters again.

create or replace function nb.enter_problem(entry jsonb, sealed_number bytea, prints bytea) returns jsonb
    language sql immutable
    as $$
    select case
        when num_nonnulls(entry ->> 'unit', entry ->> 'property') <> 1
            then jsonb_build_object('field', 'unit', 'allowed', 'unit of a shelter, or property of a hotel')
        when coalesce(entry ->> 'check_in', '') !~ '^\d{4}-\d\d-\d\d$'
            then jsonb_build_object('field', 'check_in', 'allowed', 'a date')
        when coalesce(entry ->> 'check_out', '') !~ '^\d{4}-\d\d-\d\d$' or entry ->> 'check_out' <= entry ->> 'check_in'
            then jsonb_build_object('field', 'check_out', 'allowed', 'a date after check_in')
        when coalesce(entry ->> 'units', '') !~ '^[1-9]\d{0,2}$'
            then jsonb_build_object('field', 'units', 'allowed', '1 to 999')
        when jsonb_typeof(entry -> 'households') is distinct from 'array' or jsonb_array_length(entry -> 'households') = 0
            or not (entry -> 'households')::text ~ '^\[\d{1,2}(, \d{1,2})*\]$'
            then jsonb_build_object('field', 'households', 'allowed', 'indexes of households of the request')
        when coalesce(entry ->> 'points', '1') !~ '^[1-9]\d{0,11}$'
            or num_nonnulls(entry ->> 'points', entry ->> 'account') not in (0, 2)
            then jsonb_build_object('field', 'points', 'allowed', 'points with the account that paid')
        when entry ->> 'points' is not null and entry ->> 'unit' is not null
            then jsonb_build_object('field', 'points', 'allowed', 'points pay for hotels only')
        when coalesce(entry ->> 'cash_minor', '0') !~ '^\d{1,11}$'
            or num_nonnulls(entry ->> 'cash_minor', entry ->> 'currency') not in (0, 2)
            then jsonb_build_object('field', 'cash_minor', 'allowed', 'minor units with their currency')
        when sealed_number is not null and (coalesce(length(prints), 0) = 0 or length(prints) % 36 <> 0)
            then jsonb_build_object('field', 'confirmation', 'allowed', 'the number with its fingerprints') end;
$$;
comment on function nb.enter_problem(jsonb, bytea, bytea) is 'The first thing wrong with an entry, or null.';

-- The place that was booked, in the shape of an option.
create or replace function nb.enter_candidate(q nb.shelter_request, entry jsonb) returns nb.candidate
    language plpgsql stable
    as $$
declare
    c nb.candidate;
begin
    select t.unit_type_id, t.property_id, coalesce(s.provider_id, p.provider_id), l.zone,
           case when t.service_id is not null then 'shelter' else 'partner_hotel' end
      into c.unit_type_id, c.property_id, c.provider_id, c.zone, c.place_kind
      from nb.unit_type t
      left join nb.service s on s.service_id = t.service_id
      left join nb.property p on p.property_id = t.property_id
      join nb.location l on l.location_id = coalesce(s.location_id, p.location_id)
     where t.public_id = (entry ->> 'unit')::uuid;
    if c.place_kind is null then
        select p.property_id, p.provider_id, l.zone, case when entry ->> 'points' is not null then 'points_hotel' else 'partner_hotel' end
          into c.property_id, c.provider_id, c.zone, c.place_kind
          from nb.property p join nb.location l on l.location_id = p.location_id
         where p.public_id = (entry ->> 'property')::uuid;
    end if;
    select a.account_id, g.code into c.account_id, c.program_code
      from nb.points_account a join nb.loyalty_program g on g.program_id = a.program_id
     where a.public_id = (entry ->> 'account')::uuid and a.hotline_id = q.hotline_id;
    c.hotline_id := q.hotline_id;
    c.request_id := q.request_id;
    c.transport := case c.place_kind when 'points_hotel' then 'assisted' else 'referral' end;
    c.check_in := (entry ->> 'check_in')::date;
    c.check_out := (entry ->> 'check_out')::date;
    c.units := (entry ->> 'units')::integer;
    select array_agg(h::smallint) into c.household_indexes from jsonb_array_elements_text(entry -> 'households') h;
    c.points := (entry ->> 'points')::bigint;
    c.cash_minor := (entry ->> 'cash_minor')::bigint;
    c.currency := entry ->> 'currency';
    c.cancel_by := (entry ->> 'cancel_by')::timestamptz;
    c.counter_key := entry ->> 'counter_key';
    c.region := case when q.region is not null then q.country || '-' || q.region end;
    c.population := nb.request_population(q);
    return c;
end
$$;
comment on function nb.enter_candidate(nb.shelter_request, jsonb) is 'What was booked by hand, as an option of no search; nulls where a place or account is not known.';

create or replace function nb.enter_refusal(q nb.shelter_request, c nb.candidate, out outcome text, out detail jsonb)
    language plpgsql stable
    as $$
begin
    if c.place_kind is null or (c.points is not null and c.account_id is null)
        or (c.place_kind = 'partner_hotel' and c.provider_id is null) then
        outcome := 'not_found';
        detail := '{"what": "place"}';
    elsif q.state = 'closed' then
        outcome := 'closed';
    elsif exists (select from unnest(c.household_indexes) h where h >= jsonb_array_length(q.households)) then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'households', 'allowed', 'indexes of households of the request');
    elsif q.unaccompanied_minor and c.place_kind <> 'shelter' then
        outcome := 'minor_no_hotel';
    elsif exists (select from nb.booking b
                   where b.request_id = q.request_id and b.role = 'primary' and nb.booking_is_live(b.state)
                     and b.household_indexes && c.household_indexes
                     and b.check_in < c.check_out and b.check_out > c.check_in) then
        outcome := 'already_placed';
    end if;
end
$$;
comment on function nb.enter_refusal(nb.shelter_request, nb.candidate) is 'Why an entry cannot be a booking of the request, or nulls.';

create or replace function nb.enter_write(t nb.booking, c nb.candidate, entry jsonb, sealed_number bytea, prints bytea,
    out outcome text, out detail jsonb, out made nb.booking)
    language plpgsql volatile
    as $$
declare
    b nb.booking := nb.booking_fill(t, c);
    -- Chosen by whoever sealed the confirmation number: the seal is bound to it.
    reference constant uuid := coalesce((entry ->> 'reference')::uuid, nb.random_id());
    by_role constant text := nb.actor_role(t.created_by);
begin
    b.booking_id := nextval('nb.booking_booking_id_seq');
    b.current_attempt_id := nextval('nb.booking_attempt_attempt_id_seq');
    select h.outcome, h.detail into outcome, detail from nb.hold_check(b, reference, c) h;
    if outcome <> 'held' then
        return;
    end if;
    b.public_id := nb.random_id();
    b.created_at := nb.now();
    b.version := 1;
    b.state := 'confirmed';
    b.next_action_at := nb.booking_look_at(b, 'confirmed', null);
    insert into nb.booking overriding system value values (b.*);
    insert into nb.booking_room (booking_id, request_id, household_index, room_number, role, nights)
    select b.booking_id, b.request_id, h, 1, b.role, daterange(b.check_in, b.check_out) from unnest(b.household_indexes) h;
    perform nb.attempt_new(b, reference);
    update nb.booking_attempt a set state = 'confirmed', outcome = 'entered' where a.attempt_id = b.current_attempt_id;
    perform nb.confirmation_keep(b.current_attempt_id, sealed_number, prints);
    perform nb.hold_write(b, reference);
    perform nb.hold_post(b, reference);
    perform nb.booking_log(b, 'none', 'enter_booked', 'confirmed', t.created_by, by_role,
                           jsonb_strip_nulls(jsonb_build_object('booked_at', entry -> 'booked_at', 'booked_by', entry -> 'booked_by')));
    perform nb.booking_after(b.booking_id, 'none', 'enter_booked', t.created_by, by_role, '{}');
    outcome := 'confirmed';
    made := b;
end
$$;
comment on function nb.enter_write(nb.booking, nb.candidate, jsonb, bytea, bytea) is 'Holds, spends and writes an entered booking. confirmed, or an outcome of nb.hold_check.';

create or replace function nb.booking_enter(
    actor bigint, hotline bigint, op_key text, print bytea, request uuid, entry jsonb, sealed_number bytea, prints bytea,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    q nb.shelter_request;
    c nb.candidate;
    t nb.booking;
    nobody nb.booking;
    made record;
    placed nb.booking;
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    detail := nb.enter_problem(entry, sealed_number, prints);
    select r.* into q from nb.shelter_request r where r.public_id = request and r.hotline_id = hotline;
    if detail is not null then
        outcome := 'invalid';
    elsif q.request_id is null then
        outcome := 'not_found';
        detail := '{"what": "request"}';
    else
        c := nb.enter_candidate(q, entry);
        perform nb.lock_keys(nb.option_keys(q.request_id, c));
        -- What was read before the locks may have changed while they were waited for.
        select r.* into q from nb.shelter_request r where r.request_id = q.request_id;
        select r.outcome, r.detail into outcome, detail from nb.enter_refusal(q, c) r;
        if outcome is null and c.account_id is not null and not nb.confirmation_is_new(c.account_id, 0, prints) then
            outcome := 'number_not_new';
        end if;
    end if;
    if outcome is null then
        t := nb.book_template(q, actor, case when c.points is not null then 'rules' end, nobody, false, 0, null);
        t.household_indexes := c.household_indexes;
        t.units := c.units;
        t.points := c.points;
        t.cash_minor := c.cash_minor;
        t.approved_points := coalesce(c.points, 0);
        t.approved_cash_minor := coalesce(c.cash_minor, 0);
        select w.* into made from nb.enter_write(t, c, entry, sealed_number, prints) w;
        outcome := made.outcome;
        detail := made.detail;
        placed := made.made;
        resource_kind := case when outcome = 'confirmed' then 'booking' end;
        resource_id := placed.public_id;
        version := case when outcome = 'confirmed' then 1 end;
        if outcome = 'confirmed' then
            perform nb.audit(actor, hotline, 'booking.entered', 'booking', placed.public_id,
                             jsonb_strip_nulls(jsonb_build_object('kind', placed.place_kind, 'points', placed.points,
                                                                  'booked_by', entry -> 'booked_by')));
        end if;
    end if;
    status := nb.book_status(outcome);
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.booking_enter(bigint, bigint, text, bytea, uuid, jsonb, bytea, bytea) is
    'Enters a booking that was made by hand. entry: unit or property, check_in, check_out, units, households, account with points, cash_minor with currency, counter_key, cancel_by, booked_at, booked_by (a role word). Outcome: confirmed, or as nb.book, and number_not_new.';
