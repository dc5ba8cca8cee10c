-- What an operation key has done, for a write that would be refused before it reaches its function.
-- $1 actor, $2 hotline (not looked at: a key is its actor's), $3 operation key, $4 fingerprint. Columns: those of a
-- write; no row for a key that is new. Index: operation_pk.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.operation_find($1, $3, $4) where $2::bigint is null or true
