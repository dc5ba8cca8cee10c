-- Sets the units of a range of nights, under an operation key.
-- Parameters: $1 user, $2 hotline (null: none), $3 operation key, $4 fingerprint, $5 public id of the unit, $6 first night,
--   $7 last night, $8 capacity, $9 source.
-- Columns: those of every write (core/store/README.md); the resource is the report.
-- Index: unit_type_public_id_uq, unit_night_pk; takes nb.lock_key('unit', ...).
select w.outcome, w.status, w.resource_kind, w.resource_id, w.version, w.detail, w.replayed
  from nb.capacity_record($1, $2, $3, $4, $5, $6, $7, $8, $9) w;
