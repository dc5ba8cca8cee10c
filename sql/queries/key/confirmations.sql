-- Fingerprints of confirmation numbers that an older epoch made and whose number can still be opened.
-- Parameters: $1 integer epoch, $2 bigint after this attempt, $3 bigint how many.
-- Columns: attempt_id bigint, reference uuid, account_public_id uuid, fingerprint bytea, sealed bytea, guest_public_id
--   uuid, wrapped_key bytea.
-- Index: booking_attempt_pk.
select a.attempt_id, a.reference, c.public_id as account_public_id, a.confirmation_fingerprint as fingerprint, s.sealed,
       g.public_id as guest_public_id, k.wrapped_key
  from nb.booking_attempt a
  join nb.points_account c on c.account_id = a.account_id
  join pii.guest_secret s on s.guest_secret_id = a.confirmation_secret_id
  join pii.guest_key k on k.guest_id = s.guest_id and k.destroyed_at is null
  join pii.guest g on g.guest_id = s.guest_id
 where a.attempt_id > $2 and substr(a.confirmation_fingerprint, 1, 4) < int4send($1)
 order by a.attempt_id
 limit $3;
