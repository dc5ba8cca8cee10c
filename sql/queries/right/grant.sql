-- Gives a user a right.
-- Parameters: $1 bigint actor or null, $2 uuid user, $3 text role.
-- Columns: outcome text, detail jsonb or null.
-- Index: app_user_public_id_uq, role_grant_live_uq.
select g.outcome, g.detail from nb.right_grant($1, $2, $3) g;
