-- Who gets a token in the demo: file|user|role, one line each. Run with psql -At after world.sql.
select lower(split_part(u.display_name, ' ', 1)), u.public_id, g.role
  from nb.app_user u join nb.role_grant g using (user_id)
 where u.display_name like '% Sample' and g.role <> 'provider' and u.state = 'active'
union all
select 'desk' || p.n, u.public_id, 'provider'
  from nb_sample.scene_places() p join nb.app_user u on u.public_id = nb_sample.id_of('user', p.n)
 where p.scene in ('found', 'animal', 'midnight', 'order', 'minor', 'unvetted', 'workers')
 order by 1;
