-- Makes an operation ready again of which nothing left this house.
-- Parameters: $1 bigint outbox_id, $2 bigint token, $3 bigint milliseconds before it is due, $4 boolean it counts as tried.
-- Columns: outcome text, done or stale.
-- Index: outbox_operation_pk.
select nb.outbox_give_back($1, $2, $3, $4) as outcome;
