-- Replaces the wrapped key of a hotline, unless it was wrapped anew meanwhile.
-- Parameters: $1 uuid hotline, $2 bytea wrapped key, $3 integer its epoch, $4 integer the epoch before.
-- Columns: none.
-- Index: hotline_public_id_uq.
update nb.hotline set sealed_key = $2, key_epoch = $3 where public_id = $1 and key_epoch = $4;
