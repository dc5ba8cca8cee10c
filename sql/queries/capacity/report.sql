-- One capacity report, to those who may report on its unit.
-- Parameters: $1 user, $2 public id of the report.
-- Columns: public_id, unit_id (public), source, from_night, to_night, capacity, reported_at.
-- Index: capacity_report_public_id_uq.
select r.public_id, r.unit_id, r.source, r.from_night, r.to_night, r.capacity, r.reported_at
  from nb.capacity_report_shown($1, $2) r;
