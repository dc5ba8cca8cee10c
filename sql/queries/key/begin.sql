-- From now on only keys of this epoch are accepted.
-- Parameters: $1 integer epoch.
-- Columns: outcome text, detail text (null).
-- Index: key_epoch_pk.
select b.outcome, null::text as detail from nb.key_epoch_begin($1) b;
