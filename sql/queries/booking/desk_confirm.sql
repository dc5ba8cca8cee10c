-- Records that the front desk was confirmed. $1 actor, $2 hotline, $3 operation key, $4 fingerprint, $5 public id of the booking, $6 role of who answered there.
-- One row, the answer of an operation.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.booking_desk_confirm($1, $2, $3, $4, $5, $6)
