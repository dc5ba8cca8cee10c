-- The whole sample world in one go, for a database that was just migrated: psql -f scripts/sample/world.sql, as owner.
-- "Tonight" is the date in Chicago. Invariant: never where real guests are.
\set ON_ERROR_STOP 1
\ir directory.sql
\ir scenes.sql
\ir build_scenes.sql
\ir people.sql
\ir gifts.sql
begin;
select nb_sample.directory(300, 1500, 15, skip_regions => nb_sample.scene_regions());
select nb_sample.build_scenes((nb.now() at time zone 'America/Chicago')::date, 15);
select nb_sample.hotlines(), nb_sample.people(), nb_sample.partners(), nb_sample.funds(), nb_sample.accounts(), nb_sample.rules(),
       nb_sample.gifts(), nb_sample.budgets();
commit;
analyze;
