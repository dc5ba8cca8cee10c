-- Ends a spec: the invariant file must return no row.
create temporary table alarm (invariant text, subject text, detail text);
\o /dev/null
\set invariants `sed -e '/^--/d' -e 's/;$//' "$NB_ROOT/sql/invariants.sql"`
\o
insert into alarm :invariants;
do $$
declare
    rows text;
begin
    select string_agg(format('%s | %s | %s', a.invariant, a.subject, a.detail), E'\n') into rows from alarm a;
    assert rows is null, rows;
end
$$;
