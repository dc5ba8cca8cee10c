-- Wrapped keys of hotlines that an older epoch wraps.
-- Parameters: $1 integer epoch, $2 bigint how many.
-- Columns: public_id uuid, wrapped_key bytea, epoch integer.
-- Index: none, they are few.
select h.public_id, h.sealed_key as wrapped_key, h.key_epoch as epoch
  from nb.hotline h where h.key_epoch < $1 order by h.hotline_id limit $2;
