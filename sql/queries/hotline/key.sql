-- The wrapped key of a hotline.
-- Parameters: $1 bigint hotline.
-- Columns: public_id, sealed_key (null until it was made). Index: hotline_pk.
select h.public_id, h.sealed_key from nb.hotline h where h.hotline_id = $1;
