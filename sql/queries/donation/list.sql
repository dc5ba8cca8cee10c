-- Points that were given, the latest first.
-- Parameters: $1 hotline (null: every hotline), $2 public id of one donation (null: all), $3 public id of an account (null:
--   all), then a page: $4 limit, $5 microseconds of recorded_at since 1970 and $6 public id behind which it begins.
-- Columns: public_id, account_id (public), program_code, fund_id (public), fund_name, region, population, purpose (the
--   fund's restriction, null where there is none), points, received_on, hard_expires_on, recorded_at.
-- Index: donation_public_id_uq; the list reads the gifts of the house, which are few.
select d.public_id, a.public_id as account_id, p.code as program_code, f.public_id as fund_id, f.name as fund_name,
       r.region, r.population, r.purpose, d.points, d.received_on, d.hard_expires_on, d.recorded_at
  from nb.donation d
  join nb.points_account a using (account_id)
  join nb.loyalty_program p using (program_id)
  join nb.donor_fund f using (donor_fund_id)
  left join nb.restriction r using (restriction_id)
 where ($1::bigint is null or a.hotline_id = $1) and ($2::uuid is null or d.public_id = $2)
   and ($3::uuid is null or a.public_id = $3)
   and ($5::bigint is null
        or (d.recorded_at, d.public_id) < (timestamptz 'epoch' + $5 * interval '1 microsecond', $6::uuid))
 order by d.recorded_at desc, d.public_id desc
 limit $4;
