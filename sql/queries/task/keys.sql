-- The advisory locks that claiming or ending a task may need. $1 hotline or null, $2 text[] roles, $3 public id of the task.
-- One row: lock_keys bigint[], null for a task of another hotline or of none of the roles. Index: task_public_id_uq.
select nb.task_keys($1, $2::text[], $3) as lock_keys
