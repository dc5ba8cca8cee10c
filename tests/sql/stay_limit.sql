-- Who may let a stay go on: what each role may book by the rows that come with the product, who may book what it may not,
-- and which rows are never put in force.
do $$
declare
    rows constant jsonb := nb.setting_text('approval_rows')::jsonb;
    c record;
    l record;
begin
    for c in select * from (values
        (1, 'specialist', false, false, true, false, null, 'one night'),
        (3, 'specialist', false, false, true, false, null, 'three'),
        (4, 'specialist', false, true, false, false, 'coordinator', 'unowned search'),
        (4, 'specialist', true, false, true, false, null, 'it has an owner'),
        (5, 'coordinator', false, false, true, false, null, 'the owner asks'),
        (6, 'coordinator', true, true, false, false, 'supervisor', 'a supervisor''s'),
        (7, 'supervisor', false, false, true, false, null, 'no reason yet'),
        (5, 'supervisor', false, false, true, false, null, 'a higher role'),
        (8, 'supervisor', false, false, false, true, 'supervisor', 'why?'),
        (8, 'supervisor', false, true, true, true, null, 'with a reason'),
        (8, 'coordinator', true, true, false, true, 'supervisor', 'whatever reason'),
        (11, 'supervisor', true, true, false, true, 'director', 'a director''s'),
        (11, 'director', false, false, false, true, 'director', 'no decision'),
        (30, 'director', false, true, true, true, null, 'decided'),
        (1, 'finance', true, true, false, false, 'specialist', 'places nobody'),
        (1, null, true, true, false, false, 'specialist', 'no role at all')
        ) v (nights, role, coordinator, reason, allowed, reason_needed, who, why) loop
        l := nb.stay_limit(rows, c.nights, c.role, c.coordinator, c.reason);
        assert l.allowed = c.allowed and l.reason_needed = c.reason_needed and l.who is not distinct from c.who, c.why || l::text;
        assert (l.most is null) = l.allowed, c.why;
    end loop;
    for c in select * from (values
        ('specialist', false, false, 3), ('specialist', true, false, 5), ('coordinator', false, true, 5),
        ('supervisor', false, false, 7), ('supervisor', false, true, 10), ('director', false, false, 7)
        ) v (role, coordinator, reason, most) loop
        assert (nb.stay_limit(rows, 40, c.role, c.coordinator, c.reason)).most = c.most, c.role;
    end loop;
    assert nb.stay_row_asks(nb.stay_row(rows, 8)) and not nb.stay_row_asks(nb.stay_row(rows, 7)) and not nb.stay_row_asks(null),
           'a reason is asked for beyond the seventh night';
    assert (nb.stay_limit('[]', 400, 'specialist', false, false)).allowed, 'no rows, no limits';
    assert not (nb.stay_limit('[]', 1, 'partner', false, false)).allowed, 'but a role that places people';
end
$$;

do $$
declare
    c record;
begin
    for c in select * from (values
        ('[]', true, 'no limits'),
        ('[{"night": 2, "role": "supervisor"}]', true, 'without a condition'),
        ('[{"night": 2, "role": "specialist", "condition": "coordinator_claimed"}, {"night": 3, "role": "director"}]', true, 'with one'),
        ('[{"night": 2, "role": "supervisor"}, {"night": 2, "role": "director"}]', false, 'twice the same night'),
        ('[{"night": 3, "role": "supervisor"}, {"night": 2, "role": "director"}]', false, 'not rising'),
        ('[{"night": 2, "role": "partner"}]', false, 'a role that places nobody'),
        ('[{"night": 0, "role": "supervisor"}]', false, 'no night'),
        ('[{"night": "soon", "role": "supervisor"}]', false, 'not a number'),
        ('[{"role": "supervisor"}]', false, 'without a night'),
        ('[{"night": 1, "role": "supervisor", "condition": "maybe"}]', false, 'an unknown condition'),
        ('{}', false, 'no list')
        ) v (rows, fits, why) loop
        assert nb.approval_rows_fit(c.rows::jsonb) = c.fits, c.why;
        begin
            insert into nb.setting (name, value_text, effective_from) values ('approval_rows', c.rows, nb.now());
            assert c.fits, c.why || ': it was put in force';
        exception when check_violation then
            assert not c.fits, c.why;
        end;
    end loop;
end
$$;
