-- Records that functions, privileges and data were repeated.
-- Parameters: $1 text sha256.
-- Columns: none.
-- Index: schema_release_pk.
insert into nb.schema_release as r (sha256) values ($1)
    on conflict (one_row) do update set sha256 = excluded.sha256, applied_at = nb.now() where r.sha256 <> excluded.sha256;
