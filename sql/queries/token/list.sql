-- Tokens that work, with whose they are.
-- Parameters: none.
-- Columns: public_id uuid, user_public_id uuid, display_name text, role text, label text, expires_at timestamptz.
-- Index: api_token_user_ix; a list for people.
select t.public_id, u.public_id as user_public_id, u.display_name, t.role::text as role, t.label, t.expires_at
  from nb.api_token t join nb.app_user u on u.user_id = t.user_id
 where t.revoked_at is null and t.expires_at > nb.now()
 order by u.display_name, t.api_token_id;
