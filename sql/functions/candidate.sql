-- Is an option still what it was when it was shown? Vetting, do-not-place, our cap at the house, account, rules of the
-- program, prices, capacity reports, the business date. Not here: whether it is free and paid for (booking_hold.sql).
-- Invariant: nothing is booked on a fact that has changed since a person chose it.

create or replace function nb.property_rooms(
    property bigint, from_day date, to_day date, except_booking bigint, enough bigint)
    returns bigint
    language plpgsql stable
    as $$
declare
    rooms bigint;
begin
    -- All that overlap are at least as many as on the fullest night: mostly that is enough to know.
    select coalesce(sum(b.units), 0) into rooms
      from nb.booking b
     where b.property_id = property and b.check_out > from_day and b.check_in < to_day and nb.booking_is_live(b.state)
       and b.booking_id <> except_booking;
    if rooms <= enough then
        return rooms;
    end if;
    return (select coalesce(max(n.rooms), 0)
      from (select sum(b.units) as rooms
              from generate_series(0, to_day - from_day - 1) d
              join nb.booking b
                on b.property_id = property and b.check_out > from_day + d and b.check_in <= from_day + d
               and nb.booking_is_live(b.state) and b.booking_id <> except_booking
             group by d) n);
end
$$;
comment on function nb.property_rooms(bigint, date, date, bigint, bigint) is
    'Rooms that all hotlines fill at a house, on the fullest of these nights, without one booking; exact only above `enough`.';

create or replace function nb.candidate_shelter_problem(
    c nb.candidate, minor boolean, strict boolean, out outcome text, out detail jsonb)
    language plpgsql stable
    as $$
declare
    f record;
begin
    select t.active, t.last_reported_at, s.status, s.youth_route, v.vetting_state,
           nb.business_date(l.zone, '05:00') as tonight
      into f
      from nb.unit_type t
      join nb.service s on s.service_id = t.service_id
      join nb.provider v on v.provider_id = s.provider_id
      join nb.location l on l.location_id = s.location_id
     where t.unit_type_id = c.unit_type_id;
    if f.vetting_state <> 'vetted' or f.status <> 'active' or not f.active then
        outcome := 'not_vetted';
        detail := jsonb_build_object('reason', case when f.vetting_state <> 'vetted' then 'not_vetted' else 'closed' end);
    elsif minor and not f.youth_route then
        outcome := 'minor_no_hotel';
        detail := '{"reason": "no_youth_route"}';
    elsif c.check_in < f.tonight then
        outcome := 'stale';
        detail := '{"reason": "night_is_over"}';
    elsif strict and f.last_reported_at >= coalesce(c.reported_at, '-infinity') + interval '1 second' then
        outcome := 'stale';
        detail := '{"reason": "capacity_report"}';
    end if;
end
$$;
comment on function nb.candidate_shelter_problem(nb.candidate, boolean, boolean) is
    'Why a shelter option cannot be booked any more, or nulls. strict: a newer capacity report makes it stale.';

-- Posted prices that the option rests on, against those seen now.
create or replace function nb.candidate_price_moved(c nb.candidate, searched_at timestamptz) returns boolean
    language plpgsql stable
    as $$
declare
    seen bigint[];
begin
    if c.place_kind = 'points_hotel' and c.posted_points is not null then
        select coalesce(array_agg(r.points), '{}') into seen
          from (select x.points::bigint from nb.property_rate x
                 where x.property_id = c.property_id and x.night >= c.check_in and x.night < c.check_out
                   and x.points is not null
                 order by x.night) r;
        return array_remove(c.posted_points, null) <> seen;
    elsif c.place_kind = 'partner_hotel' and c.cash_minor > 0 then
        return exists (
            select from nb.property_rate r
             where r.property_id = c.property_id and r.night >= c.check_in and r.night < c.check_out
               and r.currency = c.currency
            having max(r.observed_at) > searched_at and sum(r.cash_minor) * c.units <> c.cash_minor);
    end if;
    return false;
end
$$;
comment on function nb.candidate_price_moved(nb.candidate, timestamptz) is 'True when the prices that the option rests on are no longer those seen.';

create or replace function nb.candidate_hotel_problem(
    c nb.candidate, searched_at timestamptz, strict boolean, except_booking bigint, out outcome text, out detail jsonb)
    language plpgsql stable
    as $$
declare
    f record;
    account_state text := 'active';
    rules bigint := c.rule_version;
    provider_vetting text := 'vetted';
    active boolean := true;
    reported_at timestamptz;
begin
    select p.vetting_state, p.guest_cap, p.provider_id, nb.business_date(l.zone, p.night_audit_cutoff) as tonight
      into f
      from nb.property p join nb.location l on l.location_id = p.location_id
     where p.property_id = c.property_id;
    if c.account_id is not null then
        select a.state, g.rule_version into account_state, rules
          from nb.points_account a join nb.loyalty_program g on g.program_id = a.program_id where a.account_id = c.account_id;
    end if;
    if c.place_kind = 'partner_hotel' then
        select v.vetting_state, coalesce(t.active, true), t.last_reported_at into provider_vetting, active, reported_at
          from nb.provider v left join nb.unit_type t on t.unit_type_id = c.unit_type_id where v.provider_id = f.provider_id;
    end if;
    detail := case
        when f.vetting_state <> 'vetted' or provider_vetting is distinct from 'vetted' then '{"reason": "not_vetted"}'
        when not active then '{"reason": "closed"}'
        when exists (select from nb.do_not_place x
                      where x.property_id = c.property_id and x.lifted_at is null and x.expires_at > nb.now()
                        and (x.hotline_id is null or x.hotline_id = c.hotline_id)) then '{"reason": "do_not_place"}'
        when account_state <> 'active' then '{"reason": "account_disabled"}' end;
    if detail is not null then
        outcome := 'not_vetted';
    elsif c.units + nb.property_rooms(c.property_id, c.check_in, c.check_out, except_booking, f.guest_cap - c.units)
        > f.guest_cap then
        outcome := 'over_limit';
        detail := '{"reason": "property_cap"}';
    else
        detail := case
            when c.check_in < f.tonight then '{"reason": "night_is_over"}'
            when rules is distinct from coalesce(c.rule_version, rules) then '{"reason": "rule_version"}'
            when strict and reported_at >= coalesce(c.reported_at, '-infinity') + interval '1 second'
                then '{"reason": "capacity_report"}'
            when nb.candidate_price_moved(c, searched_at) then '{"reason": "price"}' end;
        outcome := case when detail is not null then 'stale' end;
    end if;
end
$$;
comment on function nb.candidate_hotel_problem(nb.candidate, timestamptz, boolean, bigint) is
    'Why a hotel option cannot be booked any more, or nulls: not_vetted, over_limit or stale, each with its reason.';

create or replace function nb.candidate_problem(
    c nb.candidate, minor boolean, searched_at timestamptz, strict boolean, except_booking bigint,
    out outcome text, out detail jsonb)
    language plpgsql stable
    as $$
declare
    answer record;
begin
    if c.place_kind <> 'shelter' and minor then
        outcome := 'minor_no_hotel';
        return;
    end if;
    if c.place_kind = 'shelter' then
        answer := nb.candidate_shelter_problem(c, minor, strict);
    else
        answer := nb.candidate_hotel_problem(c, searched_at, strict, except_booking);
    end if;
    outcome := answer.outcome;
    detail := answer.detail;
end
$$;
comment on function nb.candidate_problem(nb.candidate, boolean, timestamptz, boolean, bigint) is
    'Why an option cannot be booked any more: minor_no_hotel, not_vetted, over_limit or stale; nulls when it can. except_booking: one that it would replace, 0 for none.';
