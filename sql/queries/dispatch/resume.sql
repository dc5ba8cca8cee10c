-- Lets dispatch send everything again.
-- Parameters: $1 boolean although some reference has not been read back.
-- Columns: outcome text (resumed, not_paused, reads_open), detail text (JSON, null but for reads_open).
-- Index: none; one setting and the open reads.
select r.outcome, r.detail::text as detail from nb.dispatch_resume(null, $1) r;
