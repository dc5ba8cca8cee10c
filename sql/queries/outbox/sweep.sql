-- Takes away leases that ended: what was or may have been sent becomes unknown, the rest is ready again.
-- Parameters: none.
-- Columns: lapsed bigint, unknown_open bigint, waiting bigint, paused boolean.
-- Index: outbox_operation_lease_ix, outbox_operation_due_ix.
select s.lapsed, s.unknown_open, s.waiting, s.paused from nb.outbox_sweep() s;
