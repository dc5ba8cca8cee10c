-- The migrations that were applied, in order.
-- Parameters: none.
-- Columns: number integer, name text, sha256 text.
-- Index: schema_migration_pk.
select m.number, m.name, m.sha256 from nb.schema_migration m order by m.number;
