-- Users with their rights and homes.
-- Parameters: $1 text state, or null for all.
-- Columns: public_id uuid, display_name text, state text, home_kind text or null, home text or null, roles text (in
--   order, separated by spaces), tokens bigint (that work).
-- Index: app_user_pk; a list for people, not for a busy moment.
select u.public_id, u.display_name, u.state,
       case when u.hotline_id is not null then 'hotline' when u.provider_id is not null then 'provider'
            when u.partner_id is not null then 'partner' end as home_kind,
       coalesce(h.name, p.name, r.name) as home,
       coalesce((select string_agg(g.role::text, ' ' order by g.role::text) from nb.role_grant g
                  where g.user_id = u.user_id and g.revoked_at is null), '') as roles,
       (select count(*) from nb.api_token t
         where t.user_id = u.user_id and t.revoked_at is null and t.expires_at > nb.now()) as tokens
  from nb.app_user u
  left join nb.hotline h on h.hotline_id = u.hotline_id
  left join nb.provider p on p.provider_id = u.provider_id
  left join nb.partner r on r.partner_id = u.partner_id
 where $1::text is null or u.state = $1
 order by u.display_name, u.user_id;
