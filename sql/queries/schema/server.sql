-- Settings and roles of the server that an installation should have otherwise.
-- Parameters: none.
-- Columns: name text, setting text, advice text, fatal boolean.
-- Index: none.
select w.name, s.setting, w.advice, w.fatal
  from (values
        ('fsync', 'on', 'what was acknowledged can be lost when the machine stops; set it on', true),
        ('full_page_writes', 'on', 'a torn page cannot be mended; set it on', true),
        ('synchronous_commit', 'off', 'the last acknowledged bookings can be lost; set it on', true),
        ('data_checksums', 'on', 'silent damage of the disk goes unseen; see pg_checksums', false),
        ('password_encryption', 'scram-sha-256', 'weaker hashes of passwords; set scram-sha-256', false)
       ) w (name, wanted, advice, fatal)
  join pg_catalog.pg_settings s on s.name = w.name
 where case when w.name = 'synchronous_commit' then s.setting = w.wanted else s.setting <> w.wanted end
union all
select r.rolname, 'superuser or able to make databases or roles', 'a login role reads and writes only what it was granted', true
  from pg_catalog.pg_roles r
 where r.rolname in ('nb_staff', 'nb_provider', 'nb_partner', 'nb_finance', 'nb_admin', 'nb_auditor', 'nb_dispatch',
                     'nb_clock', 'nb_check')
   and (r.rolsuper or r.rolcreatedb or r.rolcreaterole or r.rolreplication or r.rolbypassrls);
