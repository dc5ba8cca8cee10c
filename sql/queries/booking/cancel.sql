-- Cancels a booking. $1 actor, $2 hotline, $3 operation key, $4 fingerprint, $5 public id of the booking, $6 coded reason.
-- One row, the answer of an operation.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.booking_cancel($1, $2, $3, $4, $5, $6)
