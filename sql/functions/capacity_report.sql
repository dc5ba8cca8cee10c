-- Capacity as those see it who may report it, and a report as an operation. Not here: what a report changes
-- (capacity.sql), what is offered for a request.
-- Invariant: provider people see the units of their own house and no other.

create or replace function nb.capacity_units(
    actor bigint, one_unit uuid, of_provider uuid, first_night date, last_night date, max_rows bigint, after_id uuid)
    returns table (unit_type_id bigint, public_id uuid, name text, place_name text, provider_id uuid, rooms_or_beds text,
                   active boolean, last_reported_at timestamptz, tonight date, nights jsonb)
    language plpgsql stable
    as $$
#variable_conflict use_column
begin
    return query
    select t.unit_type_id, t.public_id, t.name, coalesce(s.name, h.name), p.public_id, t.rooms_or_beds, t.active,
           t.last_reported_at, nb.place_tonight(t),
           coalesce((select jsonb_agg(jsonb_build_object('night', n.night, 'capacity', n.capacity, 'held', n.held,
                                                         'occupied', n.occupied,
                                                         'free', n.capacity - n.held - n.occupied) order by n.night)
                       from nb.unit_night n
                      where n.unit_type_id = t.unit_type_id and n.night between first_night and last_night),
                    '[]'::jsonb)
      from nb.app_user me
      cross join nb.unit_type t
      left join nb.service s on s.service_id = t.service_id
      left join nb.property h on h.property_id = t.property_id
      join nb.provider p on p.provider_id = coalesce(s.provider_id, h.provider_id)
     where me.user_id = actor and (me.provider_id is null or p.provider_id = me.provider_id)
       and t.public_id >= coalesce(one_unit, '00000000-0000-0000-0000-000000000000')
       and t.public_id <= coalesce(one_unit, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
       and t.public_id > coalesce(after_id, '00000000-0000-0000-0000-000000000000')
       and (of_provider is null or p.public_id = of_provider)
       and nb.capacity_may_report(actor, t)
     order by t.public_id
     limit max_rows;
end
$$;
comment on function nb.capacity_units(bigint, uuid, uuid, date, date, bigint, uuid) is
    'Units whose capacity the actor may report, with what is known of the nights from first_night to last_night, by public id.';

create or replace function nb.capacity_report_shown(actor bigint, report uuid)
    returns table (public_id uuid, unit_id uuid, source text, from_night date, to_night date, capacity integer,
                   reported_at timestamptz)
    language sql stable
    as $$
    select r.public_id, t.public_id, r.source, r.from_night, r.to_night, r.capacity, r.reported_at
      from nb.capacity_report r
      join nb.unit_type t on t.unit_type_id = r.unit_type_id
     where r.public_id = report and nb.capacity_may_report(actor, t);
$$;
comment on function nb.capacity_report_shown(bigint, uuid) is 'One report, to those who may report on its unit.';

create or replace function nb.capacity_record(
    actor_user bigint, hotline bigint, op_key text, print bytea, unit_public_id uuid, first_night date, last_night date,
    new_capacity bigint, report_source text,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor_user, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    select c.outcome, c.detail into outcome, detail
      from nb.capacity_set(actor_user, unit_public_id, first_night, last_night,
                           least(greatest(new_capacity, -1), 100000)::integer, report_source) c;
    status := case outcome when 'set' then 201 when 'not_found' then 404 when 'below_promised' then 409 else 422 end;
    if outcome = 'set' then
        resource_kind := 'capacity_report';
        resource_id := (detail ->> 'report')::uuid;
    end if;
    perform nb.operation_end(actor_user, hotline, op_key, print, outcome, status, resource_kind, resource_id, version,
                             detail);
end
$$;
comment on function nb.capacity_record(bigint, bigint, text, bytea, uuid, date, date, bigint, text) is
    'nb.capacity_set under an operation key: 201 with the report, 404, 409 below_promised or 422.';
