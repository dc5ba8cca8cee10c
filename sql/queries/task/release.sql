-- Gives a claimed task back. $1 actor, $2 hotline, $3 operation key, $4 fingerprint, $5 public id of the task, $6 token of
-- the claim, $7 coded reason or null. One row, the answer of an operation.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.task_release($1, $2, $3, $4, $5, $6, $7)
