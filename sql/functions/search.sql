-- Searches: a snapshot of what was possible, recorded whole in one call, and unmet need where nothing was.
-- Not here: ranking and reasons, which the api process found. Invariant: the options recorded are those of one request
-- version, in their order, without a gap; who finds nothing has a task that owns it.

-- Options as json, in their order, become candidates after `before` others.
create or replace function nb.search_candidates(search nb.search, options text, before integer) returns integer
    language plpgsql volatile
    as $$
declare
    made integer;
begin
    insert into nb.candidate (
           public_id, search_id, hotline_id, request_id, rank, place_kind, class, unit_type_id, property_id, provider_id,
           account_id, program_code, transport, check_in, check_out, units, household_indexes, points, night_points,
           posted_points, free_nights, cash_minor, currency, rule_version, counter_key, counter_most, cancel_by, zone,
           distance_m, score, reasons, risk_level, risk_reasons, freshness, reported_at, shelter_was_free, flags,
           usable_after, rooms_per_booking, region, population)
    select o.id, search.search_id, search.hotline_id, search.request_id, before + row_number() over (), o.kind, o.class,
           o.unit, o.property, o.provider, o.account, o.program, o.transport, o.check_in, o.check_out, o.units, o.households,
           o.points, o.night_points, o.posted_points, coalesce(o.free_nights, 0), o.cash_minor, o.currency, o.rule_version,
           o.counter_key, o.counter_most, o.cancel_by, o.zone, o.distance_m, o.score, o.reasons, o.risk_level,
           coalesce(o.risk_reasons, '{}'), o.freshness, search.made_at - o.age_s * interval '1 second',
           coalesce(o.shelter_was_free, false), coalesce(o.flags, '{}'), o.usable_after, o.rooms_per_booking, o.region,
           o.population
      from json_to_recordset(options::json) as o (
           id uuid, kind text, class text, unit bigint, property bigint, provider bigint, account bigint, program text,
           transport text, check_in date, check_out date, units integer, households smallint[], points bigint,
           night_points bigint[], posted_points bigint[], free_nights integer, cash_minor bigint, currency text,
           rule_version bigint, counter_key text, counter_most integer, cancel_by timestamptz, zone text, distance_m integer,
           score integer, reasons jsonb, risk_level text, risk_reasons text[], freshness text, age_s bigint,
           shelter_was_free boolean, flags text[], usable_after bigint, rooms_per_booking integer, region text,
           population text);
    get diagnostics made = row_count;
    return made;
end
$$;
comment on function nb.search_candidates(nb.search, text, integer) is 'Records options of a search; returns how many.';

-- Households without a place are counted once a request and owned by a task; a later search brings the count up to date.
create or replace function nb.search_unmet(search nb.search, households smallint[], people integer) returns void
    language plpgsql volatile
    as $$
declare
    task bigint;
begin
    select t.task_id into task from nb.task t
     where t.request_id = search.request_id and t.kind = 'unmet_need' and t.state in ('open', 'claimed');
    if task is null then
        insert into nb.task (hotline_id, kind, for_role, request_id, due_at, detail)
        select search.hotline_id, 'unmet_need', 'coordinator', search.request_id, nb.now() + nb.request_look(r.urgency),
               jsonb_build_object('people', people, 'search', search.public_id)
          from nb.shelter_request r where r.request_id = search.request_id
        returning task_id into task;
    end if;
    update nb.unmet_need u
       set search_id = search.search_id, household_indexes = households, people = search_unmet.people,
           refusal_counts = search.refusal_counts, task_id = task
     where u.request_id = search.request_id and u.resolved_at is null;
    if not found then
        insert into nb.unmet_need (request_id, search_id, household_indexes, people, refusal_counts, task_id)
        values (search.request_id, search.search_id, households, people, search.refusal_counts, task);
    end if;
end
$$;
comment on function nb.search_unmet(nb.search, smallint[], integer) is 'Records people for whom a search found nothing, and the task that owns them.';

create or replace function nb.search_record(
    actor bigint, hotline bigint, op_key text, print bytea, request_public_id uuid, of_version integer, search_public_id uuid,
    considered integer, offered integer, refusal_counts jsonb, refused_kinds text, refused_ids bigint[],
    refused_distances integer[], refused_sets smallint[], reason_sets text[], options text, further text, allocation jsonb,
    left_over smallint[], people_left integer,
    out outcome text, out status smallint, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    verdict text;
    request nb.shelter_request;
    search nb.search;
begin
    select o.* into verdict, outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then return; end if;
    select r.* into request from nb.shelter_request r
     where r.public_id = request_public_id and r.hotline_id = hotline for no key update;
    if request.request_id is null then
        outcome := 'not_found';
        status := 404;
    elsif request.state = 'closed' then
        outcome := 'closed';
        status := 409;
        detail := jsonb_build_object('text', 'The request is closed.');
    elsif request.version <> of_version then
        outcome := 'changed';
        status := 409;
        detail := jsonb_build_object('text', 'The request was changed while it was searched for: search again.');
    else
        insert into nb.search as s (
               public_id, request_id, hotline_id, request_version, made_by, expires_at, considered, offered, refusal_counts,
               refused_kinds, refused_ids, refused_distances, refused_sets, reason_sets, further, allocation)
        values (search_public_id, request.request_id, hotline, of_version, actor,
                nb.now() + nb.setting_interval('search_valid_ms'), search_record.considered, search_record.offered,
                search_record.refusal_counts, search_record.refused_kinds, search_record.refused_ids,
                search_record.refused_distances, search_record.refused_sets, search_record.reason_sets,
                null, search_record.allocation)
        returning s.* into search;
        search.recorded := nb.search_candidates(search, options, 0);
        update nb.search s set recorded = search.recorded, further = search_record.further
         where s.search_id = search.search_id;
        if people_left > 0 then
            perform nb.search_unmet(search, left_over, people_left);
        end if;
        -- placed stays placed: another bed may be sought for somebody who has one.
        update nb.shelter_request r
           set state = case when r.state = 'open' and search_record.offered = 0 then 'unmet'
                            when r.state = 'unmet' and search_record.offered > 0 then 'open' else r.state end,
               next_action_at = nb.now() + nb.request_look(r.urgency)
         where r.request_id = request.request_id and r.state in ('open', 'unmet');
        outcome := 'recorded';
        status := 201;
        resource_kind := 'search';
        resource_id := search_public_id;
        version := 1;
        detail := jsonb_build_object('offered', search_record.offered, 'people_left', people_left);
        perform nb.audit(actor, hotline, 'search.recorded', 'search', search_public_id, detail);
    end if;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.search_record(bigint, bigint, text, bytea, uuid, integer, uuid, integer, integer, jsonb, text, bigint[], integer[], smallint[], text[], text, text, jsonb, smallint[], integer) is
    'Records a search of a request of one version: options that become candidates, further ones that wait, refused places, people left over. Outcome: recorded {offered, people_left}, changed, closed or not_found.';

create or replace function nb.search_further(hotline bigint, search_public_id uuid) returns integer
    language plpgsql volatile
    as $$
declare
    search nb.search;
begin
    select s.* into search from nb.search s
     where s.public_id = search_public_id and s.hotline_id = hotline for update;
    if search.further is not null then
        search.recorded := search.recorded + nb.search_candidates(search, search.further, search.recorded);
        update nb.search s set recorded = search.recorded, further = null where s.search_id = search.search_id;
    end if;
    return search.recorded;
end
$$;
comment on function nb.search_further(bigint, uuid) is 'Makes candidates of the options that wait behind the recorded ones; harmless to repeat. Returns how many are recorded.';
