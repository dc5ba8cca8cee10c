-- Whether this database has our schema, and whether migrate made it.
-- Parameters: none.
-- Columns: has_schema boolean, has_migrations boolean.
-- Index: none.
select to_regnamespace('nb') is not null as has_schema,
       to_regclass('nb.schema_migration') is not null as has_migrations;
