-- Writes (state, effect) of an operation before the effect is performed; its lease begins anew.
-- Parameters: $1 bigint outbox_id, $2 bigint token, $3 int step, $4 text operation, $5 boolean it may change something,
--   $6 bigint milliseconds of lease, $7 bytea sealed state, $8 bytea sealed request.
-- Columns: outcome text, done or stale.
-- Index: outbox_operation_pk.
select nb.outbox_saved($1, $2, $3, $4, $5, $6, $7, $8) as outcome;
