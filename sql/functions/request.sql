-- Requests: what is frozen on them, which reports follow, opening, changing and closing.
-- Not here: drafts (draft.sql), searching (search.sql). Invariant: an unaccompanied minor has a youth_route and a
-- mandated_report task from the transaction on that opened the request.

create or replace function nb.request_population(request nb.shelter_request) returns text
    language sql stable
    as $$
    select case when request.unaccompanied_minor then 'youth'
                when jsonb_path_exists(request.households, '$[*].children_ages[*]') then 'families'
                else 'adults' end;
$$;
comment on function nb.request_population(nb.shelter_request) is 'The coarse word that a restriction of a fund may name: youth, families or adults.';

-- A household of children alone; the rule of core/model/party.h, so that a client that errs cannot lose a child.
create or replace function nb.has_minor_alone(households jsonb) returns boolean
    language sql immutable parallel safe
    as $$
    select exists (select from jsonb_array_elements(households) h
                    where coalesce((h ->> 'adults')::integer, 0) = 0
                      and jsonb_array_length(coalesce(h -> 'children_ages', '[]')) > 0);
$$;
comment on function nb.has_minor_alone(jsonb) is 'True when a household has children and no adult.';

create or replace function nb.request_frozen(hotline bigint, author_role text, out policy bigint, out frozen jsonb)
    language sql stable
    as $$
    select p.ranking_policy_id,
           jsonb_build_object('weights', p.weights, 'thresholds', p.thresholds, 'author_role', author_role,
                              'report_rules', (select max(r.report_rule_id) from nb.report_rule r),
                              'approval', (select s.value_text::jsonb from nb.setting s
                                            where s.name = 'approval_rows' and s.effective_from <= nb.now()
                                            order by s.effective_from desc limit 1))
      from nb.ranking_policy p
     where (p.hotline_id = hotline or p.hotline_id is null) and p.effective_from <= nb.now()
     order by p.hotline_id nulls last, p.effective_from desc, p.ranking_policy_id desc
     limit 1;
$$;
comment on function nb.request_frozen(bigint, text) is 'The rules in force for a hotline, as a request keeps them, and the ranking policy they come from.';

create or replace function nb.report_route(
    of_country text, of_region text, of_child boolean, of_violence boolean, of_consent boolean, on_day date, last_rule bigint,
    out rule bigint, out kind text, out due interval)
    language sql stable
    as $$
    with living as (
        select r.*, case when r.region is not null then 2 when r.country is not null then 1 else 0 end as closeness
          from nb.report_rule r
         where (r.country is null or r.country = of_country) and (r.region is null or r.region = of_region)
           and r.effective_from <= on_day and coalesce(r.effective_to > on_day, true)
           and coalesce(r.report_rule_id <= last_rule, true))
    select l.report_rule_id, l.kind, l.due_ms * interval '1 millisecond'
      from living l
     where l.closeness = (select max(m.closeness) from living m)
       and coalesce(l.child_involved = of_child, true)
       and coalesce(l.immediate_violence = of_violence, true)
       and coalesce(l.adult_consents = of_consent, true)
     order by l.position
     limit 1;
$$;
comment on function nb.report_route(text, text, boolean, boolean, boolean, date, bigint) is 'The report that somebody must make: the first row that matches, of the most local set of rules in force on a day, up to the last one known then; null for none.';

create or replace function nb.request_task(request nb.shelter_request, task_kind text, role text, due timestamptz, facts jsonb)
    returns boolean
    language plpgsql volatile
    as $$
begin
    if exists (select from nb.task t
                where t.request_id = request.request_id and t.kind = task_kind and t.state in ('open', 'claimed', 'done')) then
        return false;
    end if;
    insert into nb.task (hotline_id, kind, for_role, request_id, due_at, detail)
    values (request.hotline_id, task_kind, role, request.request_id, due, facts);
    return true;
end
$$;
comment on function nb.request_task(nb.shelter_request, text, text, timestamptz, jsonb) is 'Opens a task about a request unless one of that kind was opened and not dropped; says whether it did.';

-- Reports that the answers ask for, and the youth route; the words of the tasks that were opened.
create or replace function nb.request_tasks(request nb.shelter_request) returns jsonb
    language plpgsql volatile
    as $$
declare
    route record;
    opened text[] := '{}';
begin
    if request.unaccompanied_minor then
        if nb.request_task(request, 'youth_route', 'specialist', nb.now() + interval '15 minutes', '{}') then
            opened := opened || 'youth_route'::text;
        end if;
        if nb.request_task(request, 'mandated_report', 'specialist', nb.now() + interval '15 minutes',
                           '{"why": "unaccompanied_minor"}') then
            opened := opened || 'mandated_report'::text;
        end if;
    end if;
    select * into route from nb.report_route(request.country, request.region, request.child_involved,
                                             request.immediate_violence, request.consents_to_report,
                                             (request.opened_at at time zone 'UTC')::date,
                                             (request.frozen ->> 'report_rules')::bigint);
    if coalesce(route.kind, 'none') <> 'none'
       and nb.request_task(request, route.kind, 'specialist', nb.now() + route.due,
                           jsonb_build_object('why', 'report_rule', 'rule', route.rule)) then
        opened := opened || route.kind;
    end if;
    return to_jsonb(opened);
end
$$;
comment on function nb.request_tasks(nb.shelter_request) is 'Opens what the answers of the intake ask for and is not open yet: youth route, report.';

create or replace function nb.request_look(urgency text) returns interval
    language sql stable
    as $$ select nb.setting_interval('request_look_' || urgency || '_ms') $$;
comment on function nb.request_look(text) is 'After which time somebody looks at a request again.';

-- The fields of a row that come from the intake; the others stay.
create or replace function nb.request_of_facts(base nb.shelter_request, facts jsonb) returns nb.shelter_request
    language sql stable
    as $$
    select jsonb_populate_record(base, jsonb_build_object(
               'unaccompanied_minor', (facts ->> 'unaccompanied_minor')::boolean or nb.has_minor_alone(facts -> 'households'))
           || (facts - array['unaccompanied_minor', 'open_anyway', 'asking_provider', 'request_id', 'public_id', 'hotline_id',
                             'guest_id', 'state', 'frozen', 'ranking_policy_id', 'version', 'opened_by', 'opened_at']));
$$;
comment on function nb.request_of_facts(nb.shelter_request, jsonb) is 'A request with what the intake says of it.';

-- Secrets come sealed, as hexadecimal text.
create or replace function nb.guest_secrets_put(guest bigint, kinds text[], sealed text[]) returns void
    language sql volatile
    as $$
    insert into pii.guest_secret (guest_id, kind, sealed)
    select guest, s.kind, decode(s.sealed, 'hex') from unnest(kinds, sealed) s (kind, sealed);
$$;
comment on function nb.guest_secrets_put(bigint, text[], text[]) is 'Stores sealed secrets of a guest.';

create or replace function nb.situation_of(hotline bigint, prints text[]) returns bigint
    language sql stable
    as $$
    select s.situation_id from nb.situation_ref s
     where s.hotline_id = hotline and s.fingerprint in (select decode(p, 'hex') from unnest(prints) p)
     order by s.situation_id limit 1;
$$;
comment on function nb.situation_of(bigint, text[]) is 'The hotline''s case with one of these fingerprints: the same reference under every living key.';

-- The first fingerprint is that of the current key; the lock keeps two contacts of one case from opening twice.
create or replace function nb.situation_lock(prints text[]) returns void
    language sql volatile
    as $$
    select pg_advisory_xact_lock(nb.lock_key('situation', ('x' || substr(prints[1], 9, 16))::bit(64)::bigint));
$$;
comment on function nb.situation_lock(text[]) is 'Takes the lock of a case reference; the group that calls has taken it before.';

-- A choice reads the request under this lock, and no row lock would keep it from one that is being closed.
create or replace function nb.request_of(hotline bigint, request uuid) returns nb.shelter_request
    language plpgsql volatile
    as $$
declare
    q nb.shelter_request;
begin
    select r.* into q from nb.shelter_request r where r.public_id = request and r.hotline_id = hotline;
    if q.request_id is not null then
        perform pg_advisory_xact_lock(nb.lock_key('request', q.request_id));
        select r.* into q from nb.shelter_request r where r.request_id = q.request_id for update;
    end if;
    return q;
end
$$;
comment on function nb.request_of(bigint, uuid) is 'A request of a hotline, under its lock; nulls when there is none.';

create or replace function nb.request_open(
    actor bigint, hotline bigint, op_key text, print bytea, actor_role text, facts jsonb, guest_public_id uuid, alias text,
    wrapped_key bytea, epoch integer, secret_kinds text[], secrets text[], situation_prints text[],
    out outcome text, out status smallint, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    verdict text;
    situation bigint;
    earlier nb.shelter_request;
    request nb.shelter_request;
    guest bigint;
begin
    select o.* into verdict, outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then return; end if;
    resource_kind := 'request';
    if cardinality(situation_prints) > 0 then
        perform nb.situation_lock(situation_prints);
        situation := nb.situation_of(hotline, situation_prints);
        select r.* into earlier from nb.shelter_request r
         where r.situation_id = situation and r.state in ('open', 'placed', 'unmet')
         order by r.request_id desc limit 1;
    end if;
    select p.provider_id into request.asking_provider_id
      from nb.provider p where p.public_id = (facts ->> 'asking_provider')::uuid;
    if earlier.request_id is not null and not (facts ->> 'open_anyway')::boolean then
        outcome := 'repeat';
        status := 409;
        resource_id := earlier.public_id;
        version := earlier.version;
        detail := jsonb_build_object('request', earlier.public_id, 'text', format(
            'A request of this case is open already: %s. Go on with it, or send open_anyway.', earlier.public_id));
    elsif facts ? 'asking_provider' and request.asking_provider_id is null then
        outcome := 'invalid';
        status := 422;
        detail := jsonb_build_object('field', 'asking_provider', 'allowed', 'the id of a provider');
    else
        insert into pii.guest as g (public_id, hotline_id, alias) values (guest_public_id, hotline, request_open.alias)
        returning g.guest_id into guest;
        insert into pii.guest_key (guest_id, wrapped_key, epoch) values (guest, request_open.wrapped_key, request_open.epoch);
        perform nb.guest_secrets_put(guest, secret_kinds, secrets);
        if cardinality(situation_prints) > 0 and situation is null then
            insert into nb.situation_ref (hotline_id, fingerprint)
            values (hotline, decode(situation_prints[1], 'hex')) returning situation_id into situation;
        end if;
        request := nb.request_of_facts(request, facts);
        request.request_id := nextval(pg_get_serial_sequence('nb.shelter_request', 'request_id'));
        request.public_id := nb.random_id();
        request.hotline_id := hotline;
        request.guest_id := guest;
        request.situation_id := situation;
        request.repeat_of_request_id := earlier.request_id;
        request.state := 'open';
        request.opened_by := actor;
        request.owner_user_id := actor;
        request.opened_at := nb.now();
        request.version := 1;
        request.next_action_at := nb.now() + nb.request_look(request.urgency);
        select f.policy, f.frozen into request.ranking_policy_id, request.frozen from nb.request_frozen(hotline, actor_role) f;
        insert into nb.shelter_request overriding system value select request.*;
        outcome := 'opened';
        status := 201;
        resource_id := request.public_id;
        version := 1;
        detail := jsonb_build_object('tasks', nb.request_tasks(request), 'unaccompanied_minor', request.unaccompanied_minor,
                                     'repeat_of', earlier.public_id);
        perform nb.audit(actor, hotline, 'request.opened', 'request', resource_id,
                         jsonb_build_object('urgency', request.urgency, 'tasks', detail -> 'tasks'));
    end if;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.request_open(bigint, bigint, text, bytea, text, jsonb, uuid, text, bytea, integer, text[], text[], text[]) is
    'Opens a request with its guest, secrets, frozen rules and tasks. Outcome: opened {tasks, unaccompanied_minor, repeat_of}, repeat (a request of the same case is open: resource and {request}) or invalid {field, allowed}.';

-- Who may change it: the hotline. Secrets of the kinds named are replaced, the others stay.
create or replace function nb.request_change(
    actor bigint, hotline bigint, op_key text, print bytea, actor_role text, request_public_id uuid, match_version integer,
    facts jsonb, replaced_kinds text[], secret_kinds text[], secrets text[],
    out outcome text, out status smallint, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    verdict text;
    request nb.shelter_request;
begin
    select o.* into verdict, outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then return; end if;
    request := nb.request_of(hotline, request_public_id);
    if request.request_id is null then
        outcome := 'not_found';
        status := 404;
    elsif match_version not in (0, request.version) then
        outcome := 'changed';
        status := 412;
        detail := jsonb_build_object('text', 'The request was changed meanwhile: read it again.');
    elsif request.state = 'closed' then
        outcome := 'closed';
        status := 409;
        detail := jsonb_build_object('text', 'The request is closed.');
    elsif exists (select from nb.booking b cross join unnest(b.household_indexes) h
                   where b.request_id = request.request_id and b.next_action_at is not null
                     and h >= jsonb_array_length(coalesce(facts -> 'households', request.households))) then
        outcome := 'invalid';
        status := 422;
        detail := jsonb_build_object('field', 'households', 'allowed', 'all that have a booking, in their order; further ones behind them');
    else
        request := nb.request_of_facts(request, facts);
        request.version := request.version + 1;
        if 'exclusion_zone' = any (replaced_kinds) then
            request.frozen := request.frozen || jsonb_build_object('author_role', actor_role);
        end if;
        delete from pii.guest_secret s where s.guest_id = request.guest_id and s.kind = any (replaced_kinds);
        perform nb.guest_secrets_put(request.guest_id, secret_kinds, secrets);
        update nb.shelter_request r
           set urgency = request.urgency, channel = request.channel, asked_by = request.asked_by,
               latitude = request.latitude, longitude = request.longitude, country = request.country,
               region = request.region, zone = request.zone, place_label = request.place_label,
               tonight = request.tonight, check_in = request.check_in, nights = request.nights,
               min_distance_m = request.min_distance_m, max_distance_m = request.max_distance_m,
               households = request.households, gender = request.gender, may_split = request.may_split,
               pets = request.pets, service_animals = request.service_animals, accessible = request.accessible,
               id_documents = request.id_documents, has_card = request.has_card,
               account_watched = request.account_watched, avoid_background_check = request.avoid_background_check,
               languages = request.languages, wishes = request.wishes, shares_back = request.shares_back,
               safe_contact_mode = request.safe_contact_mode, child_involved = request.child_involved,
               immediate_violence = request.immediate_violence, consents_to_report = request.consents_to_report,
               unaccompanied_minor = request.unaccompanied_minor, frozen = request.frozen, version = request.version
         where r.request_id = request.request_id;
        outcome := 'changed';
        status := 200;
        detail := jsonb_build_object('tasks', nb.request_tasks(request));
        perform nb.audit(actor, hotline, 'request.changed', 'request', request.public_id,
                         jsonb_build_object('version', request.version));
    end if;
    resource_kind := case when request.request_id is not null then 'request' end;
    resource_id := request.public_id;
    version := request.version;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.request_change(bigint, bigint, text, bytea, text, uuid, integer, jsonb, text[], text[], text[]) is
    'Changes a request; match_version 0 takes any. Outcome: changed (200), changed (412: another version), closed (409), invalid {field, allowed} (a household with a booking would be gone) or not_found. Searches of the version before are stale.';

create or replace function nb.request_end(request bigint) returns integer
    language plpgsql volatile
    as $$
begin
    update nb.shelter_request r
       set state = 'closed', next_action_at = null, version = r.version + 1
     where r.request_id = request and r.state <> 'closed';
    -- A report that the law asks for is owed whether or not the request goes on.
    update nb.task t set state = 'dropped', lease_until = null, handover = 'request_closed'
     where t.request_id = request and t.kind in ('unmet_need', 'youth_route', 'rebook', 'ask_again')
       and t.state in ('open', 'claimed');
    update nb.unmet_need u set resolved_at = nb.now() where u.request_id = request and u.resolved_at is null;
    return (select r.version from nb.shelter_request r where r.request_id = request);
end
$$;
comment on function nb.request_end(bigint) is 'Closes a request with what is only about it; the caller holds its lock. Returns its version.';

create or replace function nb.request_close(
    actor bigint, hotline bigint, op_key text, print bytea, request_public_id uuid, match_version integer, reason text,
    out outcome text, out status smallint, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    verdict text;
    request nb.shelter_request;
begin
    select o.* into verdict, outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then return; end if;
    request := nb.request_of(hotline, request_public_id);
    if request.request_id is null then
        outcome := 'not_found';
        status := 404;
    elsif match_version not in (0, request.version) then
        outcome := 'changed';
        status := 412;
        detail := jsonb_build_object('text', 'The request was changed meanwhile: read it again.');
    elsif exists (select from nb.booking b where b.request_id = request.request_id and b.next_action_at is not null) then
        outcome := 'has_bookings';
        status := 409;
        detail := jsonb_build_object('text', 'A booking of it is not over: cancel it or let it end first.');
    else
        request.version := nb.request_end(request.request_id);
        outcome := 'closed';
        status := 200;
        detail := jsonb_build_object('reason', reason);
        perform nb.audit(actor, hotline, 'request.closed', 'request', request.public_id, detail);
    end if;
    resource_kind := case when request.request_id is not null then 'request' end;
    resource_id := request.public_id;
    version := request.version;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.request_close(bigint, bigint, text, bytea, uuid, integer, text) is
    'Closes a request with a coded reason; reports stay owed. Outcome: closed, changed (412), has_bookings (409) or not_found.';

-- Who asks for a party learns back what the guest consented to, and no more: never where.
create or replace function nb.requests_asked(
    actor bigint, max_rows bigint, before_at timestamptz default null, before_id uuid default null)
    returns table (public_id uuid, opened_at timestamptz, check_in date, nights integer, shares_back text, progress text)
    language sql stable
    as $$
    select r.public_id, r.opened_at, r.check_in, r.nights, r.shares_back,
           case when r.shares_back = 'nothing' then null
                when r.state = 'placed' then 'placed'
                when r.state = 'closed' then 'over'
                else 'looking' end
      from nb.app_user u
      join nb.shelter_request r on r.asking_provider_id = u.provider_id
     where u.user_id = actor and u.state = 'active'
       and (before_at is null or (r.opened_at, r.public_id) < (before_at, before_id))
     order by r.opened_at desc, r.public_id desc
     limit max_rows;
$$;
comment on function nb.requests_asked(bigint, bigint, timestamptz, uuid) is
    'Requests that the provider of a user asked for, the latest first, with what became of them where the guest consents; none for anybody else.';
