-- Records a new token of a user.
-- Parameters: $1 bigint actor or null, $2 uuid user, $3 text role, $4 bytea hash, $5 text label, $6 bigint days.
-- Columns: outcome text, token_public_id uuid or null, expires_at timestamptz or null, detail jsonb or null.
-- Index: app_user_public_id_uq.
select a.outcome, a.token_public_id, a.expires_at, a.detail
  from nb.token_add($1, $2, $3, $4, $5, make_interval(days => $6::bigint::integer)) a;
