-- The test clock moves nb.now() for everybody, runs on from where it was set, and reaches column defaults.
do $$
declare
    started timestamptz;
    made timestamptz;
begin
    perform nb_test.set_now('2030-01-01 00:00Z');
    started := nb.now();
    assert started between '2030-01-01 00:00Z' and '2030-01-01 00:00:10Z', 'set';
    perform nb_test.advance('2 days');
    assert nb.now() - started between interval '2 days' and interval '2 days 10 seconds', 'advanced';
    insert into nb.hotline (name, country) values ('clock', 'US') returning created_at into made;
    assert made between '2030-01-03 00:00Z' and '2030-01-03 00:00:10Z', 'a default follows it';
    perform nb_test.set_offset('0');
    assert abs(extract(epoch from nb.now() - clock_timestamp())) < 5, 'back to real time';
end
$$;

-- The planner may use an index for "due before now".
do $$
begin
    assert (select provolatile = 's' from pg_proc where oid = 'nb.now()'::regprocedure), 'nb.now() stays STABLE';
end
$$;
