-- Records what the desk or the guest did. $1 actor, $2 hotline, $3 operation key, $4 fingerprint, $5 public id of the booking, $6 event, $7 coded reason or null.
-- One row, the answer of an operation.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.booking_stay($1, $2, $3, $4, $5, $6, $7)
