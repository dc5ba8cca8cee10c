-- How much a rotation has to make anew: keys that an older epoch wraps, fingerprints that an older epoch made.
-- Parameters: $1 integer epoch.
-- Columns: left bigint.
-- Index: guest_key_epoch_ix; the rest is read whole, once a rotation.
select (select count(*) from pii.guest_key k where k.epoch < $1 and k.destroyed_at is null)
       + (select count(*) from nb.hotline h where h.key_epoch < $1)
       + (select count(*) from nb.booking_attempt a where substr(a.confirmation_fingerprint, 1, 4) < int4send($1))
       + (select count(*) from nb.situation_ref s where substr(s.fingerprint, 1, 4) < int4send($1)) as "left";
