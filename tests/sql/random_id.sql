-- Outside ids are 128 random bits: no version nibble is fixed, none repeats, no bit is stuck.
do $$
declare
    counted record;
begin
    create temporary table drawn as select nb.random_id() as id from generate_series(1, 20000);
    select count(distinct id) as ids, count(distinct substr(id::text, 15, 1)) as version_digits,
           count(distinct substr(id::text, 20, 1)) as variant_digits into counted from drawn;
    assert counted.ids = 20000, 'no repeats';
    assert counted.version_digits = 16 and counted.variant_digits = 16, 'no digit is spent on a version';
end
$$;
