-- Answers a referral. $1 actor, $2 hotline or null, $3 operation key, $4 fingerprint, $5 public id of the referral,
-- $6 accepted, $7 coded reason and $8 side of a decline (null when accepted). One row, the answer of an operation.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.referral_answer($1, $2, $3, $4, $5, $6, $7, $8)
