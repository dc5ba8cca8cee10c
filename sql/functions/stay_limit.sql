-- Who may let a stay go on: the rows {night, role, condition} that were frozen on the request, in rising order of night,
-- against the right under which somebody asks. A day is a night here. Not here: what counts as one stay (booking.sql).
-- Invariant: the last row that a stay goes beyond governs it, and a higher role may what a lower one may.

create or replace function nb.stay_role_rank(role text) returns integer
    language sql immutable parallel safe
    as $$
    select array_position('{specialist,coordinator,supervisor,director}', role);
$$;
comment on function nb.stay_role_rank(text) is 'The rank of a role that places people, from 1; null for others.';

-- A coordinator who asks has the search in hand by asking. A director's reason on record is the decision.
create or replace function nb.stay_row_allows(approval jsonb, role text, coordinator boolean, reason boolean) returns boolean
    language plpgsql immutable parallel safe
    as $$
declare
    rank constant integer := nb.stay_role_rank(role);
begin
    return rank is not null and (approval is null or coalesce(
        rank >= nb.stay_role_rank(approval ->> 'role') and case coalesce(approval ->> 'condition', 'none')
            when 'none' then true
            when 'coordinator_claimed' then coordinator or rank >= nb.stay_role_rank('coordinator')
            else reason end, false));
end
$$;
comment on function nb.stay_row_allows(jsonb, text, boolean, boolean) is
    'True when a role may let a stay go on that this row governs; null for none. coordinator: one owns the search. reason: a coded one is given.';

create or replace function nb.stay_row_asks(approval jsonb) returns boolean
    language plpgsql immutable parallel safe
    as $$
begin
    return coalesce(approval ->> 'condition' in ('reason', 'decision'), false);
end
$$;
comment on function nb.stay_row_asks(jsonb) is 'True when a stay that this row governs needs a coded reason on record; of whoever books it.';

create or replace function nb.stay_row(rows jsonb, nights integer) returns jsonb
    language plpgsql immutable parallel safe
    as $$
declare
    i integer := 0;
begin
    while i < jsonb_array_length(rows) and nights > (rows -> i ->> 'night')::integer loop
        i := i + 1;
    end loop;
    return case when i > 0 then rows -> i - 1 end;
end
$$;
comment on function nb.stay_row(jsonb, integer) is 'The row that governs a stay of so many nights in all; null when it goes beyond none.';

create or replace function nb.stay_limit(
    rows jsonb, nights integer, role text, coordinator boolean, reason boolean,
    out allowed boolean, out reason_needed boolean, out most integer, out who text)
    language plpgsql immutable parallel safe
    as $$
declare
    needed constant jsonb := nb.stay_row(rows, nights);
begin
    allowed := nb.stay_row_allows(needed, role, coordinator, reason);
    reason_needed := nb.stay_row_asks(needed);
    if allowed then
        return;
    end if;
    select min((r ->> 'night')::integer) into most
      from jsonb_array_elements(rows) r where not nb.stay_row_allows(r, role, coordinator, reason);
    select r into who
      from unnest('{specialist,coordinator,supervisor,director}'::text[]) with ordinality x (r, n)
     where nb.stay_row_allows(needed, r, coordinator, true) order by n limit 1;
end
$$;
comment on function nb.stay_limit(jsonb, integer, text, boolean, boolean) is
    'Whether a role may let a stay of so many nights go on (allowed), and whether that takes a coded reason (reason_needed). Of one that may not: most, the nights that it may, and who, the lowest role that may, with a reason where one is needed; null for nobody.';

create or replace function nb.stay_rows(frozen jsonb) returns jsonb
    language plpgsql stable
    as $$
begin
    return coalesce(nullif(frozen -> 'approval', 'null'), nb.setting_text('approval_rows')::jsonb);
end
$$;
comment on function nb.stay_rows(jsonb) is 'The approval rows frozen on a request; those in effect for one that has none.';

-- One owns the request, or has taken a task of it in hand.
create or replace function nb.stay_coordinator(request bigint, owner_user bigint) returns boolean
    language sql stable
    as $$
    select exists (select from nb.role_grant g
                    where g.user_id = owner_user and g.revoked_at is null
                      and g.role in ('coordinator', 'supervisor', 'director'))
        or exists (select from nb.task k
                    where k.request_id = request and k.for_role = 'coordinator' and k.state in ('claimed', 'done'));
$$;
comment on function nb.stay_coordinator(bigint, bigint) is 'True when a placement coordinator owns the search of a request.';
