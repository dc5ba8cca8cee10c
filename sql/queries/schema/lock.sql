-- Waits until no other migrate runs on this database; held until the connection ends.
-- Parameters: none.
-- Columns: locked void.
-- Index: none.
select pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended('nightbridge migrate', 0)) as locked;
