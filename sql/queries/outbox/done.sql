-- Ends an operation with what came of it, and does to its booking what that means.
-- Parameters: $1 bigint outbox_id, $2 bigint token, $3 text outcome, $4 jsonb facts, $5 bigint milliseconds before it may
--   be tried again, $6 bytea sealed confirmation or null, $7 bytea fingerprints of it, 36 bytes each, or null.
-- Columns: outcome text, done or stale.
-- Index: outbox_operation_pk.
select nb.outbox_done($1, $2, $3, $4, $5, $6, $7) as outcome;
