-- Enters a booking that was made by hand while the system was down. $1 actor, $2 hotline, $3 operation key, $4 fingerprint,
-- $5 public id of the request, $6 jsonb entry, $7 bytea sealed confirmation or null, $8 bytea its fingerprints, 36 bytes
-- each, or null. One row, the answer of an operation.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.booking_enter($1, $2, $3, $4, $5, $6, $7, $8)
