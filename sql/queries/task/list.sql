-- Tasks that a user may take, the most urgent first.
-- Parameters: $1 user, $2 public id of one (null: all), $3 state (open, claimed, done, dropped, live, all), $4 for_role (null:
--   any), $5 only those that the user has claimed, then a page: $6 limit, $7 microseconds of due_at since 1970 and $8
--   public id behind which it begins.
-- Columns: public_id, kind, for_role, state, due_at, request_id and booking_id (public, null where there is none), detail
--   json text, claimed_by (public), claimed_by_name, lease_until, fencing_token bigint, created_at, done_at, result,
--   handover.
-- Index: task_open_ix for the live ones of a hotline.
select t.public_id, t.kind, t.for_role, t.state, t.due_at, t.request_id, t.booking_id, t.detail, t.claimed_by,
       t.claimed_by_name, t.lease_until, t.fencing_token, t.created_at, t.done_at, t.result, t.handover
  from nb.task_shown($1, $2, $3, $4, $5, $6, timestamptz 'epoch' + $7::bigint * interval '1 microsecond', $8) t;
