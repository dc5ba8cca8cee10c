-- One rotation at a time; held until the connection ends.
-- Parameters: none.
-- Columns: locked boolean.
-- Index: none.
select pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('nightbridge key rotate', 0)) as locked;
