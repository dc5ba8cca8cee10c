-- Who gets a token in the demo: file|user|role, one line each; of providers those whose people answer an offer in a scene.
-- Run with psql -At after world.sql.
select lower(split_part(u.display_name, ' ', 1)), u.public_id, g.role
  from nb.app_user u join nb.role_grant g using (user_id)
 where u.display_name like '% Sample' and g.role <> 'provider' and u.state = 'active'
union all
select 'desk' || p.n, u.public_id, 'provider'
  from nb_sample.scene_places() p join nb.app_user u on u.public_id = nb_sample.id_of('user', p.n)
 where p.n in (101, 161, 211, 242, 261, 262)
 order by 1;
