-- Opens a donor's fund, under an operation key.
-- Parameters: $1 user, $2 hotline (null: none), $3 operation key, $4 fingerprint, $5 name, $6 campaign, $7 public id of the
--   partner, $8 region, $9 population, $10 purpose (all but the name may be null).
-- Columns: those of every write (core/store/README.md); the resource is the fund.
-- Index: partner_public_id_uq.
select w.outcome, w.status, w.resource_kind, w.resource_id, w.version, w.detail, w.replayed
  from nb.fund_open($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) w;
