-- What a process looks at before it serves: which schema this is, whether its time is real, and whether the server
-- would write guest data to its log. Fails with 42P01 or 3F000 where nothing was migrated.
-- Parameters: none.
-- Columns: number integer (0: no migration), release_sha256 text or null, test_clock boolean, leaks text (names of the
--   settings of this session that would leak, separated by commas; empty: none).
-- Index: schema_migration_pk.
select coalesce((select max(m.number) from nb.schema_migration m), 0) as number,
       (select r.sha256 from nb.schema_release r) as release_sha256,
       exists (select from pg_catalog.pg_namespace n where n.nspname = 'nb_test') as test_clock,
       coalesce((select string_agg(s.name, ', ' order by s.name)
                   from pg_catalog.pg_settings s
                   join (values ('log_error_verbosity', 'terse'), ('log_min_error_statement', 'panic'),
                                ('log_parameter_max_length', '0'), ('log_parameter_max_length_on_error', '0'),
                                ('log_statement', 'none'), ('log_min_duration_statement', '-1'),
                                ('log_min_duration_sample', '-1'), ('log_transaction_sample_rate', '0'),
                                ('auto_explain.log_min_duration', '-1')) safe (name, setting)
                     on safe.name = s.name and safe.setting <> s.setting), '') as leaks;
