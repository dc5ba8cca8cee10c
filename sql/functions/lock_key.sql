-- Advisory locks: one key for each thing that is promised out of (a unit, a points account).
-- Invariant: whoever takes several takes them in sorted order, so that no two transactions wait for each other.

create or replace function nb.lock_key(kind text, id bigint) returns bigint
    language sql immutable parallel safe
    as $$
    -- The cast keeps it immutable, so that it is inlined.
    select pg_catalog.hashtextextended(kind || ':' || id::text, 0);
$$;
comment on function nb.lock_key(text, bigint) is 'The advisory lock key of one thing: nb.lock_key(''account'', 7).';

create or replace function nb.lock_keys(keys bigint[]) returns void
    language plpgsql volatile
    as $$
declare
    sorted constant bigint[] := (select array_agg(distinct k order by k) from unnest(keys) k);
    key bigint;
    taken text;
begin
    if sorted is not null then
        foreach key in array sorted loop
            -- Assigned, because PERFORM would run a query for each.
            taken := pg_advisory_xact_lock(key);
        end loop;
    end if;
end
$$;
comment on function nb.lock_keys(bigint[]) is 'Takes the locks in sorted order until the transaction ends: the first statement of every group of calls.';
