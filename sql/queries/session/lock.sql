-- Takes the advisory locks of a group of calls, in sorted order, until its transaction ends: the first statement of
-- every group.
-- Parameters: $1 bigint[] keys, as nb.lock_key makes them (core/store/lock_key.h).
-- Columns: locked void.
-- Index: none.
select nb.lock_keys($1) as locked;
