-- Claims a task under a lease. $1 actor, $2 hotline, $3 operation key, $4 fingerprint, $5 public id of the task.
-- One row, the answer of an operation; version is the token.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.task_claim($1, $2, $3, $4, $5)
