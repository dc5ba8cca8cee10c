-- Points that were given, the latest first.
-- Parameters: $1 hotline (null: every hotline), $2 public id of an account (null: all), then a page: $3 limit, $4
--   microseconds of recorded_at since 1970 and $5 public id behind which it begins.
-- Columns: public_id, account_id (public), program_code, fund_id (public), fund_name, region, population, purpose (the
--   fund's restriction, null where there is none), points, received_on, hard_expires_on, recorded_at.
-- Index: none for the order; it reads the gifts of the house, which are thousands at most.
select d.public_id, a.public_id as account_id, p.code as program_code, f.public_id as fund_id, f.name as fund_name,
       r.region, r.population, r.purpose, d.points, d.received_on, d.hard_expires_on, d.recorded_at
  from nb.donation d
  join nb.points_account a using (account_id)
  join nb.loyalty_program p using (program_id)
  join nb.donor_fund f using (donor_fund_id)
  left join nb.restriction r using (restriction_id)
 where ($1::bigint is null or a.hotline_id = $1) and ($2::uuid is null or a.public_id = $2)
   and ($4::bigint is null
        or (d.recorded_at, d.public_id) < (timestamptz 'epoch' + $4 * interval '1 microsecond', $5::uuid))
 order by d.recorded_at desc, d.public_id desc
 limit $3;
