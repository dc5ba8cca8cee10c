-- Replaces the wrapped key of a guest, unless it was destroyed or wrapped anew meanwhile.
-- Parameters: $1 uuid guest, $2 bytea wrapped key, $3 integer its epoch, $4 integer the epoch before.
-- Columns: none.
-- Index: guest_public_id_uq, guest_key_pk.
update pii.guest_key k set wrapped_key = $2, epoch = $3
  from pii.guest g
 where g.public_id = $1 and k.guest_id = g.guest_id and k.epoch = $4 and k.destroyed_at is null;
