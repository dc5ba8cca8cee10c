-- The newest epoch that a rotation put on record.
-- Parameters: none.
-- Columns: epoch integer (0: no rotation yet), finished boolean, outstanding bigint (erasures that wait for a rotation).
-- Index: key_epoch_pk, erasure_outstanding_ix.
select coalesce(max(e.epoch), 0) as epoch, coalesce(bool_and(e.finished_at is not null), true) as finished,
       (select count(*) from nb.erasure r where r.completed_at is null) as outstanding
  from nb.key_epoch e where e.epoch = (select max(n.epoch) from nb.key_epoch n);
