-- What must hold about people, rights, tokens and the rota is a constraint.
do $$
declare
    hotline constant bigint := nb_test.hotline('people');
    provider constant bigint := nb_test.provider('shelter');
    one constant bigint := nb_test.person('specialist', hotline);
    sample record;
    found text;
begin
    insert into nb.on_call (hotline_id, role, user_id, starts_at, ends_at)
    values (hotline, 'supervisor', one, '2026-11-24 08:00Z', '2026-11-24 20:00Z');
    for sample in select * from (values
        (format('insert into nb.app_user (hotline_id, provider_id, display_name) values (%s, %s, ''x'')', hotline, provider),
         'app_user_one_home_ck', 'nobody belongs to two kinds of house'),
        (format('insert into nb.role_grant (user_id, role, granted_by) values (%s, ''admin'', %s)', one, one),
         'role_grant_not_to_self_ck', 'nobody gives themselves a right'),
        (format('insert into nb.role_grant (user_id, role) values (%s, ''specialist'')', one),
         'role_grant_live_uq', 'a right is held once'),
        (format('insert into nb.role_grant (user_id, role) values (%s, ''root'')', one),
         'role_word_ck', 'only known rights'),
        (format('insert into nb.api_token (user_id, token_hash, role, label, expires_at) values (%s, ''\x00'', ''specialist'', ''t'', nb.now() + interval ''1 day'')', one),
         'api_token_hash_ck', 'a token is kept as a full hash'),
        (format('insert into nb.api_token (user_id, token_hash, role, label, expires_at) values (%s, decode(repeat(''ab'', 32), ''hex''), ''specialist'', ''t'', nb.now() - interval ''1 day'')', one),
         'api_token_expires_ck', 'a token ends after it begins'),
        (format('insert into nb.on_call (hotline_id, role, user_id, starts_at, ends_at) values (%s, ''supervisor'', %s, ''2026-11-24 19:59Z'', ''2026-11-25 08:00Z'')', hotline, one),
         'on_call_one_at_a_time_ex', 'two people first in line at once'),
        ('insert into nb.hotline (name, country) values (''h'', ''usa'')', 'hotline_country_ck', 'a country is two letters'),
        ('insert into nb.hotline (name, country, sealed_key) values (''h'', ''US'', ''\x01'')', 'hotline_key_ck',
         'a wrapped key has an epoch'),
        ('insert into nb.partner (name, vetting_state) values (''p'', ''vetted'')', 'partner_vetted_ck',
         'somebody vetted whoever is vetted')
    ) s (statement, refused_by, why)
    loop
        found := nb_test.refused(sample.statement);
        assert found = sample.refused_by, format('%s: refused by %s', sample.why, found);
    end loop;
    insert into nb.on_call (hotline_id, role, user_id, starts_at, ends_at)
    values (hotline, 'supervisor', one, '2026-11-24 20:00Z', '2026-11-25 08:00Z');
    insert into nb.on_call (hotline_id, role, deputy_rank, user_id, starts_at, ends_at)
    values (hotline, 'supervisor', 1, one, '2026-11-24 08:00Z', '2026-11-24 20:00Z');
end
$$;

-- A right that ended may be given again.
do $$
declare
    one constant bigint := nb_test.person('finance');
begin
    update nb.role_grant set revoked_at = nb.now() where user_id = one;
    insert into nb.role_grant (user_id, role) values (one, 'finance');
    assert (select count(*) = 2 from nb.role_grant where user_id = one), 'both grants are on record';
end
$$;
