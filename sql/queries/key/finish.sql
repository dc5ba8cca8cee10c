-- The older master keys are destroyed: erasures that waited for it are complete.
-- Parameters: $1 integer epoch.
-- Columns: outcome text, detail text (null), erasures bigint.
-- Index: key_epoch_pk, guest_key_epoch_ix, erasure_outstanding_ix.
select f.outcome, null::text as detail, f.erasures from nb.key_epoch_finish($1) f;
