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
    key bigint;
begin
    for key in select distinct k from unnest(keys) k order by k loop
        perform pg_advisory_xact_lock(key);
    end loop;
end
$$;
comment on function nb.lock_keys(bigint[]) is 'Takes the locks in sorted order until the transaction ends: the first statement of every group of calls.';
