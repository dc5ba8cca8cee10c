-- Opens the task of a person for an operation of an assisted account.
-- Parameters: $1 bigint outbox_id, $2 bigint token, $3 jsonb the plugin's script, placeholders unreplaced.
-- Columns: outcome text, done or stale.
-- Index: outbox_operation_pk.
select nb.outbox_to_person($1, $2, $3) as outcome;
