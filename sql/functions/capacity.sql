-- Capacity reports: how many units a place has on a range of nights, said by somebody entitled to.
-- Not here: holding and releasing units (booking). Invariant: a report never takes away what is already promised.

create or replace function nb.unit_provider(unit nb.unit_type) returns bigint
    language sql stable
    as $$
    select coalesce((select s.provider_id from nb.service s where s.service_id = unit.service_id),
                    (select p.provider_id from nb.property p where p.property_id = unit.property_id));
$$;
comment on function nb.unit_provider(nb.unit_type) is 'The provider whose units these are.';

create or replace function nb.capacity_may_report(actor bigint, unit nb.unit_type) returns boolean
    language sql stable
    as $$
    select exists (
        select from nb.app_user u
         where u.user_id = actor and u.state = 'active'
           and (exists (select from nb.role_grant g
                         where g.user_id = u.user_id and g.revoked_at is null
                           and g.role in ('specialist', 'coordinator', 'supervisor', 'director'))
                or u.provider_id = nb.unit_provider(unit)));
$$;
comment on function nb.capacity_may_report(bigint, nb.unit_type) is
    'True for the provider''s own people and for hotline staff, who enter what they were told by phone.';

create or replace function nb.capacity_report_problem(
    unit nb.unit_type, first_night date, last_night date, new_capacity integer, report_source text)
    returns jsonb
    language sql stable
    as $$
    select case
        when not unit.active then jsonb_build_object('field', 'unit', 'allowed', 'an active unit')
        when new_capacity is null or new_capacity not between 0 and 10000
            then jsonb_build_object('field', 'capacity', 'allowed', '0 to 10000')
        when first_night is null or first_night < nb.place_tonight(unit)
            then jsonb_build_object('field', 'from_night', 'allowed', 'the place''s tonight or later')
        when last_night is null or last_night < first_night or last_night >= first_night + 400
            then jsonb_build_object('field', 'to_night', 'allowed', 'from_night to 399 nights after it')
        when coalesce(report_source, '') not in ('console', 'phone', 'api', 'import')
            then jsonb_build_object('field', 'source', 'allowed', 'console, phone, api or import')
    end;
$$;
comment on function nb.capacity_report_problem(nb.unit_type, date, date, integer, text) is
    'The first thing wrong with a report, or null.';

create or replace function nb.capacity_set(
    actor bigint, unit_public_id uuid, first_night date, last_night date, new_capacity integer, report_source text,
    out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    unit nb.unit_type;
    report uuid;
begin
    select t.* into unit from nb.unit_type t where t.public_id = unit_public_id;
    if unit.unit_type_id is null or not nb.capacity_may_report(actor, unit) then
        outcome := 'not_found';
        return;
    end if;
    detail := nb.capacity_report_problem(unit, first_night, last_night, new_capacity, report_source);
    if detail is not null then
        outcome := 'invalid';
        return;
    end if;
    perform pg_advisory_xact_lock(nb.lock_key('unit', unit.unit_type_id));
    select jsonb_agg(jsonb_build_object('night', n.night, 'promised', n.held + n.occupied) order by n.night)
      into detail
      from nb.unit_night n
     where n.unit_type_id = unit.unit_type_id and n.night between first_night and last_night
       and n.held + n.occupied > new_capacity;
    if detail is not null then
        outcome := 'below_promised';
        detail := jsonb_build_object('nights', detail);
        return;
    end if;
    insert into nb.unit_night as n (unit_type_id, night, capacity)
    select unit.unit_type_id, first_night + d, new_capacity
      from generate_series(0, last_night - first_night) d
        on conflict (unit_type_id, night) do update set capacity = excluded.capacity
     where n.capacity <> excluded.capacity;
    insert into nb.capacity_report (unit_type_id, reported_by, source, from_night, to_night, capacity)
    values (unit.unit_type_id, actor, report_source, first_night, last_night, new_capacity)
    returning public_id into report;
    update nb.unit_type set last_reported_at = nb.now() where unit_type_id = unit.unit_type_id;
    outcome := 'set';
    detail := jsonb_build_object('report', report, 'nights', last_night - first_night + 1);
    perform nb.audit(actor, null, 'capacity.set', 'unit_type', unit.public_id,
                     jsonb_build_object('report', report, 'capacity', new_capacity));
end
$$;
comment on function nb.capacity_set(bigint, uuid, date, date, integer, text) is
    'Sets the units of first_night to last_night (both included). Outcome: set, not_found, invalid {field, allowed} or below_promised {nights: [{night, promised}]}, which changes nothing.';
