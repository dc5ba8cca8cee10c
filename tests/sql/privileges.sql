-- The walls hold when tried, not only on paper: each role runs into them.
create function pg_temp.attempt(login_role text, statement text) returns text
    language plpgsql
    as $$
declare
    code text := 'allowed';
begin
    execute format('set local role %I', login_role);
    begin
        execute statement;
    exception when others then
        code := sqlstate;
    end;
    reset role;
    return code;
end
$$;

do $$
declare
    sample record;
    login_role text;
    found text;
begin
    for sample in select * from (values
        ('nb_provider', 'select from pii.guest', '42501', 'no guest for a shelter'),
        ('nb_partner', 'select from pii.guest', '42501', 'no guest for a partner'),
        ('nb_finance', 'select from pii.guest', '42501', 'no guest for finance'),
        ('nb_admin', 'select from pii.guest_secret', '42501', 'no secret for an administrator'),
        ('nb_auditor', 'select from pii.guest', '42501', 'no guest for an auditor'),
        ('nb_check', 'select from pii.guest', '42501', 'no guest for the invariant file'),
        ('nb_partner', 'select from nb.location', '42501', 'no place for a partner'),
        ('nb_partner', 'select from nb.place_claim', '42501', 'no claim for a partner'),
        ('nb_finance', 'select from nb.property', '42501', 'no place for finance'),
        ('nb_finance', 'select from nb.place_claim', '42501', 'no claim for finance'),
        ('nb_provider', 'select from nb.place_claim', '42501', 'a shelter sees offers, not claims'),
        ('nb_partner', 'select from nb.operation', '42501', 'a partner does not see that somebody books tonight'),
        ('nb_finance', 'select from nb.operation', '42501', 'nor does finance, and for which nights'),
        ('nb_auditor', 'select from nb.operation', '42501', 'nor an auditor'),
        ('nb_admin', 'select from nb.operation', '42501', 'nor an administrator'),
        ('nb_provider', 'select from nb.operation', '42501', 'nor a shelter, of other houses'),
        ('nb_provider', 'select from nb.unit_night', '42501', 'a shelter does not see how full the others are'),
        ('nb_provider', 'select from nb.capacity_report', '42501', 'nor what they report'),
        ('nb_provider', 'select from nb.location', '42501', 'a shelter does not see where the others are'),
        ('nb_partner', 'select from nb.app_user', '42501', 'a partner does not see who works there'),
        ('nb_provider', 'select from nb.api_token', '42501', 'only the pool that authenticates reads tokens'),
        ('nb_staff', 'select from nb.audit_event', '42501', 'staff do not read the log'),
        ('nb_staff', 'update nb.unit_night set held = 0', '42501', 'staff write by function only'),
        ('nb_clock', 'delete from nb.audit_event', '42501', 'clock does not edit the log'),
        ('nb_admin', 'insert into nb.role_grant (user_id, role) values (1, ''admin'')', '42501', 'no right by bare statement'),
        ('nb_admin', 'select nb.audit_seal(null)', '42501', 'only clock seals'),
        ('nb_provider', 'select nb.provider_vet(1, nb.random_id(), ''vetted'')', '42501', 'a shelter vets nobody'),
        ('nb_staff', 'create table nb.mine (a int)', '42501', 'nobody makes tables'),
        ('nb_staff', 'create table public.mine (a int)', '42501', 'not in public either'),
        ('nb_staff', 'select from pii.guest', 'allowed', 'staff see guests'),
        ('nb_staff', 'select nb.audit(1, null, ''secret.revealed'', null, null, null)', 'allowed', 'staff add to the log'),
        ('nb_clock', 'select nb.audit_seal(null)', 'allowed', 'clock seals'),
        ('nb_check', 'select from nb.place_claim', 'allowed', 'the invariant file reads claims')
    ) s (login_role, statement, expected, why)
    loop
        found := pg_temp.attempt(sample.login_role, sample.statement);
        assert found = sample.expected, format('%s: %s as %s gave %s', sample.why, sample.statement, sample.login_role, found);
    end loop;
end
$$;

-- The second wall: a grant by mistake still shows no row.
do $$
declare
    hotline constant bigint := nb_test.hotline('walls');
    seen bigint;
begin
    insert into pii.guest (hotline_id, alias) values (hotline, 'Robin');
    grant usage on schema pii to nb_finance;
    grant select on pii.guest to nb_finance;
    set local role nb_finance;
    select count(*) into seen from pii.guest;
    reset role;
    assert seen = 0, 'finance sees no guest even with a grant';
    set local role nb_staff;
    select count(*) into seen from pii.guest;
    reset role;
    assert seen = 1, 'staff do';
end
$$;
