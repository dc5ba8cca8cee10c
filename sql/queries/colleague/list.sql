-- Who works at a hotline: to whom a task may be handed. $1 hotline.
-- Columns: public_id, display_name, role (the highest placing right; null for none). Index: app_user_hotline_ix.
select u.public_id, u.display_name,
       (select g.role::text from nb.role_grant g
         where g.user_id = u.user_id and g.revoked_at is null
           and g.role in ('specialist', 'coordinator', 'supervisor', 'director')
         order by array_position(array['director', 'supervisor', 'coordinator', 'specialist'], g.role::text) limit 1) as role
  from nb.app_user u
 where u.hotline_id = $1 and u.state = 'active'
 order by u.display_name, u.user_id
 limit 500;
