-- Hands a claimed task on to a colleague. $1 actor, $2 hotline, $3 operation key, $4 fingerprint, $5 public id of the task,
-- $6 token of the claim, $7 public id of the colleague, $8 coded reason. One row, the answer of an operation.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.task_hand_over($1, $2, $3, $4, $5, $6, $7, $8)
