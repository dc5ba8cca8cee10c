-- Writes what came back of one step; a record for people, nothing is decided by it.
-- Parameters: $1 bigint outbox_id, $2 bigint token, $3 int step, $4 text sent (no, maybe, yes), $5 int HTTP status or 0,
--   $6 text failure or null, $7 bytea sealed answer or null.
-- Columns: outcome text, done or stale.
-- Index: gateway_exchange_step_uq.
select nb.outbox_answered($1, $2, $3, $4, $5, $6, $7) as outcome;
