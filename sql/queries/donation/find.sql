-- One gift of points.
-- Parameters: $1 hotline (null: every hotline), $2 public id.
-- Columns: as donation/list.sql.
-- Index: donation_public_id_uq.
select d.public_id, a.public_id as account_id, p.code as program_code, f.public_id as fund_id, f.name as fund_name,
       r.region, r.population, r.purpose, d.points, d.received_on, d.hard_expires_on, d.recorded_at
  from nb.donation d
  join nb.points_account a using (account_id)
  join nb.loyalty_program p using (program_id)
  join nb.donor_fund f using (donor_fund_id)
  left join nb.restriction r using (restriction_id)
 where d.public_id = $2 and ($1::bigint is null or a.hotline_id = $1);
