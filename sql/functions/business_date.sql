-- What "tonight" is at a place. Stands before capacity.sql, whose functions use it.
-- Invariant: a night is a calendar date at the place, never a timestamp.

create or replace function nb.business_date(zone text, cutoff time) returns date
    language plpgsql stable parallel safe
    as $$
declare
    local_time constant timestamp := nb.now() at time zone zone;
begin
    return case when local_time::time < cutoff then local_time::date - 1 else local_time::date end;
end
$$;
comment on function nb.business_date(text, time) is
    'Tonight at a place: before its night-audit cut-off it is still last night.';

create or replace function nb.place_tonight(unit nb.unit_type) returns date
    language sql stable
    as $$
    select nb.business_date(l.zone, coalesce(p.night_audit_cutoff, '05:00'))
      from (select unit.service_id, unit.property_id) u
      left join nb.service s on s.service_id = u.service_id
      left join nb.property p on p.property_id = u.property_id
      join nb.location l on l.location_id = coalesce(s.location_id, p.location_id);
$$;
comment on function nb.place_tonight(nb.unit_type) is 'Tonight at the place of a unit type; shelters use the default cut-off 05:00.';
