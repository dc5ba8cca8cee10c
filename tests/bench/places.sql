-- The world that is searched: the sample's people, gifts and budgets, and its directory at any size, at US postal codes as
-- they lie (about one in eleven near a large city). Beside it the same places bare, for the reference: where they are and
-- how many units are free each night. Loaded into the bench's own cluster only.
-- psql variables: shelters, hotels, nights
\set ON_ERROR_STOP 1
\ir ../../scripts/sample/directory.sql
\ir ../../scripts/sample/scenes.sql
\ir ../../scripts/sample/people.sql
\ir ../../scripts/sample/gifts.sql
select nb_sample.directory(:shelters, :hotels, :nights, metro_percent => 9);
select nb_sample.hotlines(), nb_sample.people(), nb_sample.partners(), nb_sample.funds(), nb_sample.accounts(), nb_sample.rules(),
       nb_sample.gifts(), nb_sample.budgets();

create schema nb_bench;
comment on schema nb_bench is 'What the reference of the search reads, and what is asked. Absent elsewhere.';
create table nb_bench.place as
select 2 * u.unit_type_id as place_id, l.latitude, l.longitude
  from nb.unit_type u join nb.service s using (service_id) join nb.location l using (location_id)
union all
select 2 * p.property_id + 1, l.latitude, l.longitude from nb.property p join nb.location l using (location_id);
alter table nb_bench.place add primary key (place_id);
create index place_box_ix on nb_bench.place (latitude, longitude);
create table nb_bench.place_night as
select 2 * d.unit_type_id as place_id, d.night, d.capacity - d.held - d.occupied as free
  from nb.unit_type u join nb.unit_night d using (unit_type_id) where u.service_id is not null
union all
select 2 * r.property_id + 1, r.night, r.rooms_available from nb.property_rate r;
alter table nb_bench.place_night add primary key (place_id, night);
grant usage on schema nb_bench to nb_staff;
grant select on nb_bench.place, nb_bench.place_night to nb_staff;

-- Where somebody asks, and for what: the postal codes in an order that looks random, one to seven nights, mostly with an ID,
-- every fourth with a card, every fifth with a child.
create function nb_bench.intake(first bigint, last bigint) returns setof json
    language sql stable
    as $$
    select json_build_object(
               'place', json_build_object('postal_code', p.postal_code), 'max_distance_m', 80000,
               'check_in', current_date + 1 + (p.n * 7 % greatest((select max(n.night) from nb.unit_night n) - current_date - 9, 1))::integer,
               'nights', 1 + p.n % 7,
               'households', json_build_array(case when p.n % 5 = 0 then json_build_object('adults', 1, 'children_ages', array[4])
                                                   else json_build_object('adults', 1) end),
               'id_documents', case when p.n % 3 < 2 then array['state_id'] else array[]::text[] end, 'has_card', p.n % 4 = 0,
               'child_involved', false, 'immediate_violence', false, 'consents_to_report', false)
      from (select row_number() over (order by md5(q.postal_code)) as n, q.postal_code
              from nb.postal_place q where q.country = 'US') p
     where p.n between first and last
     order by p.n
$$;
