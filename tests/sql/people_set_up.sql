-- Administrators set people up; nobody raises themselves; a right fits its holder's home; each change is on record.
do $$
declare
    hotline constant bigint := nb_test.hotline('set up');
    hotline_id constant uuid := (select h.public_id from nb.hotline h where h.hotline_id = hotline);
    admin constant bigint := nb_test.person('admin');
    admin_id constant uuid := (select u.public_id from nb.app_user u where u.user_id = admin);
    clerk constant bigint := nb_test.person('specialist', hotline);
    made uuid;
    token uuid;
    step record;
begin
    for step in select * from (values
        (clerk, 'Ann Sample', 'hotline', hotline_id, 'forbidden', 'only an administrator makes users'),
        (admin, '', 'hotline', hotline_id, 'invalid', 'a user has a name'),
        (admin, 'Ann Sample', 'hotline', admin_id, 'not_found', 'a home must exist'),
        (admin, 'Ann Sample', 'tent', hotline_id, 'not_found', 'a home is a hotline, a provider or a partner'),
        (null::bigint, 'First Sample', null, null, 'added', 'the owner needs no user')
    ) s (actor, name, kind, home, outcome, why)
    loop
        assert (select a.outcome from nb.user_add(step.actor, step.name, step.kind, step.home) a) = step.outcome, step.why;
    end loop;
    select a.user_public_id into made from nb.user_add(admin, 'Ann Sample', 'hotline', hotline_id) a;

    for step in select * from (values
        (admin, made, 'specialist', 'granted', 'staff of a hotline'),
        (admin, made, 'specialist', 'granted', 'twice is once'),
        (admin, made, 'provider', 'invalid', 'not at home in a provider'),
        (admin, made, 'root', 'invalid', 'no such right'),
        (admin, admin_id, 'auditor', 'forbidden', 'nobody gives themselves a right'),
        (clerk, made, 'supervisor', 'forbidden', 'only an administrator gives rights'),
        (admin, hotline_id, 'specialist', 'not_found', 'an unknown user')
    ) s (actor, person, role, outcome, why)
    loop
        assert (select g.outcome from nb.right_grant(step.actor, step.person, step.role) g) = step.outcome, step.why;
    end loop;
    assert (select count(*) = 1 from nb.role_grant g join nb.app_user u using (user_id) where u.public_id = made), 'one grant';

    for step in select * from (values
        (made, 'supervisor', 'x', 30, 'not_held', 'a token carries a right that is held'),
        (made, 'specialist', '', 30, 'invalid', 'a token is for something'),
        (made, 'specialist', 'x', 400, 'invalid', 'a token ends'),
        (made, 'specialist', 'x', 0, 'invalid', 'a token lives')
    ) s (person, role, label, days, outcome, why)
    loop
        assert (select t.outcome from nb.token_add(admin, step.person, step.role, sha256('a'), step.label,
                                                   make_interval(days => step.days)) t) = step.outcome, step.why;
    end loop;
    select t.token_public_id into token from nb.token_add(admin, made, 'specialist', sha256('a'), 'desk', interval '30 days') t;
    assert (select r.outcome from nb.token_revoke(clerk, token) r) = 'forbidden', 'only an administrator ends tokens';
    assert (select r.outcome from nb.token_revoke(admin, token) r) = 'revoked', 'ended';
    assert (select r.outcome from nb.token_revoke(admin, token) r) = 'revoked', 'and stays so';
    assert (select r.outcome from nb.token_revoke(admin, made) r) = 'not_found', 'no such token';

    assert (select r.outcome from nb.right_revoke(admin, admin_id, 'admin') r) = 'forbidden', 'not one''s own';
    assert (select r.outcome from nb.right_revoke(admin, made, 'specialist') r) = 'revoked', 'taken back';
    assert (select r.outcome from nb.right_revoke(admin, made, 'specialist') r) = 'not_held', 'once';
    assert (select s.outcome from nb.user_state_set(admin, made, 'closed') s) = 'closed', 'closed';
    assert (select s.outcome from nb.user_state_set(admin, made, 'active') s) = 'closed', 'for ever';
    assert (select s.outcome from nb.user_state_set(admin, admin_id, 'locked') s) = 'forbidden', 'nobody locks themselves out';
    assert (select array_agg(e.action order by e.audit_event_id) from nb.audit_event e where e.subject_id in (made, token))
           = array['user.added', 'right.granted', 'token.added', 'token.revoked', 'right.revoked', 'user.closed'],
           'each change once on record';
end
$$;

-- A pool without a user is nobody, whatever it passes as the actor.
set role nb_admin;
set session authorization nb_admin;
do $$
begin
    assert (select a.outcome from nb.user_add(null, 'Ghost Sample', null, null) a) = 'forbidden', 'no actor, no owner';
    assert (select h.outcome from nb.hotline_add(null, nb.random_id(), 'Ghost', 'US', '\x01', 1) h) = 'forbidden', 'nor a hotline';
end
$$;
reset session authorization;
