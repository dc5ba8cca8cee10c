-- Which cluster this is, on which timeline, and whether it is the primary: asked of every connection before it is used.
-- Parameters: none.
-- Columns: system_identifier text, timeline bigint (of the log being written, which a promotion raises at once; of a
--   standby the one of its last checkpoint), in_recovery boolean.
-- Index: none; reads the control file.
select s.system_identifier::text as system_identifier,
       case when pg_catalog.pg_is_in_recovery() then c.timeline_id::bigint
            else ('x' || left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 8))::bit(32)::bigint
       end as timeline,
       pg_catalog.pg_is_in_recovery() as in_recovery
  from pg_catalog.pg_control_system() s, pg_catalog.pg_control_checkpoint() c;
