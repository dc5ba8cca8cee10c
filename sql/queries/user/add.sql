-- Makes a user.
-- Parameters: $1 bigint actor or null, $2 text name, $3 text kind of home or null, $4 uuid home or null.
-- Columns: outcome text, user_public_id uuid or null, detail jsonb or null.
-- Index: those of the homes' outside ids.
select a.outcome, a.user_public_id, a.detail from nb.user_add($1, $2, $3, $4) a;
