-- On whose behalf a bearer token acts; no row for one that is unknown, expired or revoked, whose user is not active, or
-- whose right was taken back.
-- Parameters: $1 bytea hash of the token.
-- Columns: user_id, user_public_id, role, hotline_id, provider_id, partner_id (the last three null
--   where the user has no such home), expires_at.
-- Index: api_token_hash_uq.
select u.user_id, u.public_id as user_public_id, t.role::text as role, u.hotline_id,
       u.provider_id, u.partner_id, t.expires_at
  from nb.api_token t
  join nb.app_user u on u.user_id = t.user_id and u.state = 'active'
 where t.token_hash = $1 and t.revoked_at is null and t.expires_at > nb.now()
   and exists (select from nb.role_grant g
                where g.user_id = u.user_id and g.role = t.role and g.revoked_at is null);
