-- Whether every transaction before a horizon is over: what it wrote is then seen.
-- Parameters: $1 text horizon.
-- Columns: settled boolean.
-- Index: none.
select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()) >= $1::text::xid8 as settled;
