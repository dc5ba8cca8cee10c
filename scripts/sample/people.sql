-- Hotlines, their people, and one person for each shelter and partner hotel that was placed by hand. All invented.
-- Not here: tokens, which `nightbridge token` makes. Invariant: ids come from the running number, names say (sample).

create or replace function nb_sample.user(n integer) returns bigint
    language sql stable
    as $$ select u.user_id from nb.app_user u where u.public_id = nb_sample.id_of('user', n) $$;
comment on function nb_sample.user(integer) is 'The person of that number; providers'' people have the number of their place.';

create or replace function nb_sample.hotline_name(n integer) returns text
    language sql immutable
    as $$ select (array['Lantern Line (sample)', 'Northern Lantern (sample)', 'Linterna del Sur (sample)'])[n] $$;

create or replace function nb_sample.hotline(n integer) returns bigint
    language sql stable
    as $$ select h.hotline_id from nb.hotline h where h.name = nb_sample.hotline_name(n) $$;

-- `nightbridge hotline add` makes them with a data key; here come those that it has not made, without one.
create or replace function nb_sample.hotlines() returns void
    language sql
    as $$
    insert into nb.hotline (name, country)
    select nb_sample.hotline_name(n), c from (values (1, 'US'), (2, 'CA'), (3, 'MX')) v (n, c)
        on conflict (name) do nothing;
$$;

create or replace function nb_sample.people() returns bigint
    language sql
    as $$
    with person (n, hotline, role, name) as (values
        (1, 1, 'specialist', 'Juno Sample'), (2, 1, 'specialist', 'Milo Sample'), (3, 1, 'coordinator', 'Wren Sample'),
        (4, 1, 'supervisor', 'Otis Sample'), (5, 1, 'director', 'Vera Sample'), (6, 1, 'custodian', 'Hugo Sample'),
        (7, 1, 'finance', 'Nell Sample'), (8, null, 'admin', 'Abel Sample'), (9, null, 'auditor', 'Iris Sample'),
        (11, 2, 'specialist', 'Maple Sample'), (12, 2, 'supervisor', 'Birch Sample'),
        (13, 3, 'specialist', 'Sol Sample'), (14, 3, 'supervisor', 'Luna Sample')),
    made as (
        insert into nb.app_user (public_id, hotline_id, display_name)
        select nb_sample.id_of('user', p.n), nb_sample.hotline(p.hotline), p.name from person p order by p.n
        returning user_id, public_id)
    insert into nb.role_grant (user_id, role)
    select m.user_id, p.role from person p join made m on m.public_id = nb_sample.id_of('user', p.n) order by p.n;
    with made as (
        insert into nb.app_user (public_id, provider_id, display_name)
        select nb_sample.id_of('user', p.n), v.provider_id, 'Desk of ' || v.name
          from nb_sample.scene_places() p
          join nb.provider v on v.public_id = nb_sample.id_of('provider scene', p.n)
         order by p.n
        returning user_id)
    insert into nb.role_grant (user_id, role) select m.user_id, 'provider' from made m order by m.user_id;
    select count(*) from nb.app_user;
$$;
comment on function nb_sample.people() is 'Makes them and returns how many stand then. Once per database, after the scenes.';
