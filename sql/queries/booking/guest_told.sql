-- Records that the guest was told where to go. $1 actor, $2 hotline, $3 operation key, $4 fingerprint, $5 public id of the booking.
-- One row, the answer of an operation.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.booking_guest_told($1, $2, $3, $4, $5)
