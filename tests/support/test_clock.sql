-- The test clock: makes nb.now() the server's clock plus an offset that tests move. Applied after the migrations of a
-- cluster made for tests or the demo, never elsewhere: the daemon refuses a database that has the schema nb_test
-- unless it was started with the test clock allowed.
-- Invariant: the offset never goes back by itself; every process on the database sees the same one.

create schema if not exists nb_test;
comment on schema nb_test is 'The test clock. Its presence marks a database whose time is not the real one.';

create table if not exists nb_test.clock (
    one_row boolean not null default true,
    offset_by interval not null default interval '0',
    constraint clock_pk primary key (one_row),
    constraint clock_one_row_ck check (one_row)
) with (fillfactor = 10);
comment on table nb_test.clock is 'The offset of the test clock: exactly one row.';
comment on column nb_test.clock.one_row is 'Always true, so that there is one row.';
comment on column nb_test.clock.offset_by is 'Added to the server''s clock.';
insert into nb_test.clock (offset_by) values (interval '0') on conflict do nothing;

create or replace function nb.now() returns timestamptz
    language sql stable parallel safe
    as 'select pg_catalog.clock_timestamp() + c.offset_by from nb_test.clock c';

create or replace function nb_test.set_offset(new_offset interval) returns timestamptz
    language sql volatile
    as $$
    update nb_test.clock set offset_by = new_offset;
    select clock_timestamp() + new_offset;
$$;
comment on function nb_test.set_offset(interval) is 'Sets the offset and returns the new time.';

create or replace function nb_test.advance(by interval) returns timestamptz
    language sql volatile
    as $$
    update nb_test.clock set offset_by = offset_by + by;
    select clock_timestamp() + c.offset_by from nb_test.clock c;
$$;
comment on function nb_test.advance(interval) is 'Moves the clock and returns the new time.';

create or replace function nb_test.set_now(wanted timestamptz) returns timestamptz
    language sql volatile
    as 'select nb_test.set_offset(wanted - clock_timestamp())';
comment on function nb_test.set_now(timestamptz) is 'Makes it now this moment; the clock runs on from it.';

-- Every login role reads the clock whenever it calls nb.now(); only the owner moves it.
grant usage on schema nb_test to public;
grant select on nb_test.clock to public;
