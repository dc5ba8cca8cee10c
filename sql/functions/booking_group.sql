-- Several bookings of one choice: a family at a program that takes one room a booking, households of a group at several
-- places. Not here: one booking (booking.sql). Invariant: all of them are held or none; of a family all stand or none, of a
-- group each household is whole or not at all.

-- Rooms of each household, by its people and what one unit takes; what is left over goes to the largest.
create or replace function nb.household_units(q nb.shelter_request, c nb.candidate) returns integer[]
    language plpgsql stable
    as $$
declare
    takes integer;
    rooms integer[];
    people integer[];
    largest integer;
begin
    select coalesce((select case t.rooms_or_beds when 'bed' then 1 else t.max_party end
                       from nb.unit_type t where t.unit_type_id = c.unit_type_id),
                    (select p.room_max_occupancy from nb.property p where p.property_id = c.property_id), 1) into takes;
    select array_agg(h.people order by h.n), array_agg((h.people + takes - 1) / takes order by h.n)
      into people, rooms
      from (select i.n, (q.households -> i.household::integer ->> 'adults')::integer
                        + jsonb_array_length(coalesce(q.households -> i.household::integer -> 'children_ages', '[]')) as people
              from unnest(c.household_indexes) with ordinality i(household, n)) h;
    select h.n into largest from unnest(people) with ordinality h(people, n) order by h.people desc, h.n limit 1;
    rooms[largest] := greatest(1, rooms[largest] + c.units - (select sum(r) from unnest(rooms) r));
    return rooms;
end
$$;
comment on function nb.household_units(nb.shelter_request, nb.candidate) is 'How many of the option''s units each of its households takes, in their order.';

-- An option that one booking cannot hold: so many rooms a booking, household by household.
create or replace function nb.book_pieces(
    t nb.booking, q nb.shelter_request, c nb.candidate, actor_role text, out outcome text, out detail jsonb,
    out bookings uuid[])
    language plpgsql volatile
    as $$
declare
    most constant integer := coalesce(c.rooms_per_booking, c.units);
    rooms constant integer[] := case when c.units <= most then array[c.units] else nb.household_units(q, c) end;
    left_units integer := c.units;
    left_points bigint := c.points;
    left_cash bigint := c.cash_minor;
    piece integer;
    placed record;
begin
    select p.outcome, p.detail into outcome, detail from nb.book_problem(t, q, c) p;
    if outcome is not null then
        return;
    end if;
    for household in 1 .. cardinality(rooms) loop
        for first_room in 0 .. rooms[household] - 1 by most loop
            piece := least(most, rooms[household] - first_room, left_units);
            exit when piece <= 0;
            t.household_indexes := case when c.units <= most then c.household_indexes else c.household_indexes[household:household] end;
            t.units := piece;
            t.points := left_points * piece / left_units;
            t.cash_minor := left_cash * piece / left_units;
            t.approved_points := coalesce(t.points, 0);
            t.approved_cash_minor := coalesce(t.cash_minor, 0);
            left_units := left_units - piece;
            left_points := left_points - t.points;
            left_cash := left_cash - t.cash_minor;
            select p.* into placed from nb.book_place(t, c, first_room / most + 1, actor_role) p;
            outcome := placed.outcome;
            detail := placed.detail;
            if outcome <> 'held' then
                return;
            end if;
            perform nb.book_write(array[placed.made]);
            bookings := bookings || ((placed.made).booking).public_id;
        end loop;
    end loop;
end
$$;
comment on function nb.book_pieces(nb.booking, nb.shelter_request, nb.candidate, text) is
    'Books an option as one or several bookings of a group. The caller undoes all of it when one is refused.';

-- People of a group for whom nothing is held are counted, and somebody owns them.
create or replace function nb.unmet_left_over(q nb.shelter_request, search bigint) returns jsonb
    language plpgsql volatile
    as $$
declare
    left_over smallint[];
    people integer;
    task bigint;
begin
    select array_agg(i::smallint order by i), sum((q.households -> i ->> 'adults')::integer
               + jsonb_array_length(coalesce(q.households -> i -> 'children_ages', '[]')))
      into left_over, people
      from generate_series(0, jsonb_array_length(q.households) - 1) i
     where not exists (select from nb.booking b
                        where b.request_id = q.request_id and nb.booking_is_live(b.state) and i = any (b.household_indexes));
    if left_over is null then
        return null;
    end if;
    if not exists (select from nb.unmet_need u
                    where u.request_id = q.request_id and u.resolved_at is null and u.household_indexes @> left_over) then
        insert into nb.task (hotline_id, kind, for_role, request_id, due_at, detail)
        values (q.hotline_id, 'unmet_need', 'specialist', q.request_id, nb.now() + interval '10 minutes',
                jsonb_build_object('people', people, 'households', cardinality(left_over)))
        returning task_id into task;
        insert into nb.unmet_need (request_id, search_id, household_indexes, people, refusal_counts, task_id)
        values (q.request_id, search, left_over, people,
                (select s.refusal_counts from nb.search s where s.search_id = search), task);
    end if;
    return to_jsonb(left_over);
end
$$;
comment on function nb.unmet_left_over(nb.shelter_request, bigint) is
    'Records households without any live booking as unmet need with a task, unless that is on record. Returns their indexes, null for none.';

-- Of a suggestion that is taken with all its shelters nobody could have had a shelter instead.
create or replace function nb.suggestion_fills_shelters(search bigint, options uuid[]) returns boolean
    language sql stable
    as $$
    select not exists (select from nb.candidate x
                        where x.search_id = search and 'suggested' = any (x.flags) and x.class in ('specialized', 'adjacent')
                          and x.public_id <> all (options));
$$;
comment on function nb.suggestion_fills_shelters(bigint, uuid[]) is
    'True when every specialized or adjacent shelter that a search suggests for a group is among the options.';

create or replace function nb.book_group(
    t nb.booking, q nb.shelter_request, options uuid[], out outcome text, out detail jsonb, out resource_id uuid)
    language plpgsql volatile
    as $$
declare
    actor_role constant text := nb.actor_role(t.created_by);
    group_kind constant text := case when q.may_split then 'group' else 'family' end;
    c nb.candidate;
    made uuid[] := '{}';
    pieces uuid[];
    said text;
begin
    insert into nb.booking_group as g (request_id, hotline_id, kind, created_by)
    values (q.request_id, q.hotline_id, group_kind, t.created_by)
    returning g.booking_group_id, g.public_id into t.booking_group_id, resource_id;
    for c in select x.* from nb.candidate x where x.public_id = any (options)
              order by array_position(options, x.public_id) loop
        c.shelter_was_free := c.shelter_was_free
            and not ('suggested' = any (c.flags) and nb.suggestion_fills_shelters(c.search_id, options));
        select p.outcome, p.detail, p.bookings into outcome, detail, pieces from nb.book_pieces(t, q, c, actor_role) p;
        if outcome <> 'held' then
            raise exception using errcode = 'NB001', message = outcome, detail = coalesce(
                coalesce(detail, '{}') || jsonb_build_object('option', c.public_id), '{}')::text;
        end if;
        made := made || pieces;
    end loop;
    detail := jsonb_strip_nulls(jsonb_build_object('bookings', to_jsonb(made), 'kind', group_kind,
        'left_over', case when q.may_split then nb.unmet_left_over(q, c.search_id) end));
exception when sqlstate 'NB001' then
    get stacked diagnostics outcome = message_text, said = pg_exception_detail;
    detail := said::jsonb;
    resource_id := null;
end
$$;
comment on function nb.book_group(nb.booking, nb.shelter_request, uuid[]) is
    'Books several options, or one that needs several bookings, as a group: all, or nothing and the first refusal with its option. Points of a suggestion need no reason when its shelters are taken too.';

create or replace function nb.group_undo(b nb.booking, actor bigint, actor_role text) returns void
    language plpgsql volatile
    as $$
declare
    member nb.booking;
begin
    for member in
        select o.* from nb.booking o join nb.booking_group g on g.booking_group_id = o.booking_group_id
         where o.booking_group_id = b.booking_group_id and o.booking_id <> b.booking_id
           and (g.kind = 'family' or o.household_indexes && b.household_indexes)
           and o.state in ('held', 'offered', 'dispatching', 'unknown', 'confirmed')
         order by o.booking_id
    loop
        if member.state = 'dispatching' then
            update nb.booking x set cancel_wanted = 'group_failed', version = x.version + 1
             where x.booking_id = member.booking_id;
        else
            perform nb.booking_step(member.booking_id, 'cancel', actor, actor_role, member.current_attempt_id,
                                    '{"why": "group_failed"}');
        end if;
    end loop;
end
$$;
comment on function nb.group_undo(nb.booking, bigint, text) is
    'One of a group has no place: the rest of a family, or of its household, is undone. What is in flight is cancelled as soon as it is known.';
