-- Replaces the fingerprint of a case.
-- Parameters: $1 bigint case, $2 bytea new fingerprint, $3 bytea the fingerprint before.
-- Columns: none.
-- Index: situation_ref_pk, situation_ref_fingerprint_uq.
update nb.situation_ref s set fingerprint = $2
 where s.situation_id = $1 and s.fingerprint = $3
   and not exists (select from nb.situation_ref o where o.hotline_id = s.hotline_id and o.fingerprint = $2);
