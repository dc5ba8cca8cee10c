-- Puts an operation aside whose plugin waits; its state is kept.
-- Parameters: $1 bigint outbox_id, $2 bigint token, $3 bigint milliseconds, $4 bytea sealed state.
-- Columns: outcome text, done or stale.
-- Index: outbox_operation_pk.
select nb.outbox_wait($1, $2, $3, $4) as outcome;
