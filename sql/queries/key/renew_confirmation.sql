-- Replaces the fingerprint of a confirmation number.
-- Parameters: $1 bigint attempt, $2 bytea new fingerprint, $3 bytea the fingerprint before.
-- Columns: none.
-- Index: booking_attempt_pk, booking_attempt_confirmation_uq.
update nb.booking_attempt a set confirmation_fingerprint = $2
 where a.attempt_id = $1 and a.confirmation_fingerprint = $3
   and not exists (select from nb.booking_attempt o where o.account_id = a.account_id and o.confirmation_fingerprint = $2);
