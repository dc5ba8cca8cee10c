-- Sets a hotline up.
-- Parameters: $1 bigint actor or null, $2 uuid its outside id, $3 text name, $4 text country, $5 bytea wrapped key,
--   $6 integer epoch of the master key.
-- Columns: outcome text, detail jsonb or null.
-- Index: hotline_name_uq.
select a.outcome, a.detail from nb.hotline_add($1, $2, $3, $4, $5, $6) a;
