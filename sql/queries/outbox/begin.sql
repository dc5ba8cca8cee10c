-- A worker starts: dispatch pauses when this server is another one, or on another timeline, than the last worker saw.
-- Parameters: none.
-- Columns: lapsed bigint (0), unknown_open bigint, waiting bigint, paused boolean.
-- Index: outbox_operation_due_ix.
select s.lapsed, s.unknown_open, s.waiting, s.paused from nb.outbox_begin() s;
