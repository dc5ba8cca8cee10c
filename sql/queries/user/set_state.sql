-- Locks, unlocks or closes a user.
-- Parameters: $1 bigint actor or null, $2 uuid user, $3 text state.
-- Columns: outcome text, detail jsonb or null.
-- Index: app_user_public_id_uq.
select s.outcome, s.detail from nb.user_state_set($1, $2, $3) s;
