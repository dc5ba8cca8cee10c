-- The advisory locks that an answer to a referral may need. $1 hotline or null, $2 provider or null, $3 public id of the
-- referral. One row: lock_keys bigint[], null unless the referral is theirs. Index: referral_public_id_uq.
select nb.referral_keys($1, $2, $3) as lock_keys
