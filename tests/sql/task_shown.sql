-- Who sees which task: staff those of their hotline, an administrator what is for administrators, without the case.
do $$
declare
    hotline constant bigint := nb_test.hotline('tasks');
    elsewhere constant bigint := nb_test.hotline('tasks elsewhere');
    staff constant bigint := nb_test.person('specialist', hotline);
    admin constant bigint := nb_test.person('admin');
    soon constant timestamptz := nb.now() + interval '1 hour';
    first_id uuid;
    got record;
begin
    insert into nb.task (hotline_id, kind, for_role, due_at) values
        (hotline, 'later_thing', 'specialist', soon + interval '1 hour'), (hotline, 'for_admin', 'admin', soon),
        (elsewhere, 'of_others', 'specialist', soon), (elsewhere, 'for_admin', 'admin', soon);
    insert into nb.task (hotline_id, kind, for_role, due_at, state, claimed_by, lease_until)
    values (hotline, 'taken_thing', 'supervisor', soon - interval '1 hour', 'claimed', staff, soon)
    returning public_id into first_id;
    insert into nb.task (hotline_id, kind, for_role, due_at, state, done_at, done_by)
    values (hotline, 'past_thing', 'specialist', soon, 'done', nb.now(), staff);

    assert (select array_agg(t.kind) = '{taken_thing,for_admin,later_thing}'
              from nb.task_shown(staff, null, 'live', null, false, 10, null, null) t), 'own hotline, the most urgent first';
    assert (select array_agg(t.kind) = '{past_thing}' from nb.task_shown(staff, null, 'done', null, false, 10, null, null) t);
    assert (select count(*) = 4 from nb.task_shown(staff, null, 'all', null, false, 10, null, null));
    assert (select array_agg(t.kind) = '{taken_thing}' from nb.task_shown(staff, null, 'live', null, true, 10, null, null) t);
    assert (select array_agg(t.kind) = '{later_thing}' from nb.task_shown(staff, null, 'live', 'specialist', false, 10, null, null) t);
    select * into got from nb.task_shown(staff, null, 'live', null, false, 10, null, null) limit 1;
    assert (select count(*) = 2 from nb.task_shown(staff, null, 'live', null, false, 10, got.due_at, got.public_id)), 'page by page';
    assert exists (select from nb.task_shown(staff, first_id, 'all', null, false, 1, null, null));
    assert not exists (select from nb.task_shown(nb_test.person('director', elsewhere), first_id, 'all', null, false, 1, null, null)),
        'another hotline''s task does not exist';
    assert (select count(*) = 2 and bool_and(t.kind = 'for_admin') from nb.task_shown(admin, null, 'all', null, false, 10, null, null) t);
    assert not exists (select from nb.task_shown(nb_test.person('finance', hotline), null, 'all', null, false, 10, null, null));
end
$$;
