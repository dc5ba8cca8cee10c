-- The first transaction that has not begun: asked after an epoch was put on record.
-- Parameters: none.
-- Columns: horizon text.
-- Index: none.
select pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text as horizon;
