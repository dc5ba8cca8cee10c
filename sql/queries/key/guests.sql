-- Wrapped keys of guests that an older epoch wraps.
-- Parameters: $1 integer epoch, $2 bigint how many.
-- Columns: public_id uuid, wrapped_key bytea, epoch integer.
-- Index: guest_key_epoch_ix.
select g.public_id, k.wrapped_key, k.epoch
  from pii.guest_key k join pii.guest g on g.guest_id = k.guest_id
 where k.epoch < $1 and k.destroyed_at is null
 order by k.epoch, k.guest_id
 limit $2;
