-- Ends a token.
-- Parameters: $1 bigint actor or null, $2 uuid token.
-- Columns: outcome text, detail jsonb or null.
-- Index: api_token_public_id_uq.
select r.outcome, r.detail from nb.token_revoke($1, $2) r;
