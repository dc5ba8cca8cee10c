-- Books options of a request: all are held or none. $1 actor, $2 hotline, $3 operation key, $4 fingerprint, $5 public id of
-- the request, $6 uuid[] options, $7 reason for points or null, $8 public id of the booking that is covered or null, $9 the
-- next candidate is allowed, $10 tolerance in points, $11 reason for a long stay or null. One row, the answer of an operation.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.book($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
