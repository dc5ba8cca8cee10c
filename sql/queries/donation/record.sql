-- Records points that arrived, under an operation key.
-- Parameters: $1 user, $2 hotline (null: none), $3 operation key, $4 fingerprint, $5 public id of the account, $6 public id
--   of the fund, $7 points, $8 received_on, $9 hard_expires_on (null: they do not end).
-- Columns: those of every write (core/store/README.md); the resource is the donation.
-- Index: as nb.points_topup needs; takes nb.lock_key('account', ...).
select w.outcome, w.status, w.resource_kind, w.resource_id, w.version, w.detail, w.replayed
  from nb.donation_record($1, $2, $3, $4, $5, $6, $7, $8, $9) w;
