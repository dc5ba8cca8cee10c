-- Ends a task with what was found or done. $1 actor, $2 hotline, $3 operation key, $4 fingerprint, $5 public id of the task, $6 token of the claim,
-- $7 jsonb result, $8 bytea sealed confirmation or null, $9 bytea its fingerprints, 36 bytes each, or null.
-- One row, the answer of an operation.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.task_done($1, $2, $3, $4, $5, $6, $7, $8, $9)
