-- Records a migration, in its own transaction.
-- Parameters: $1 integer number, $2 text name, $3 text sha256.
-- Columns: none.
-- Index: schema_migration_pk.
insert into nb.schema_migration (number, name, sha256) values ($1, $2, $3);
