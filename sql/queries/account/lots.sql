-- The lots of one account: what arrived when, what is left of it, and until when.
-- Parameters: $1 public id of the account, $2 hotline (null: every hotline), then a page: $3 limit, $4 days from 2000-01-01
--   to received_on and $5 public id of the donation behind which it begins.
-- Columns: donation_id (public), fund_id (public), fund_name, received_on, received_day bigint (days from 2000-01-01),
--   hard_expires_on, usable_until (the earlier of hard and idle expiry, null when it does not end), received, available,
--   held, spent, gone bigint, oldest first.
-- Index: points_account_public_id_uq, points_lot_account_ix.
select d.public_id as donation_id, f.public_id as fund_id, f.name as fund_name, l.received_on,
       (l.received_on - date '2000-01-01')::bigint as received_day, l.hard_expires_on,
       least(l.hard_expires_on, a.idle_expires_on) as usable_until, l.received, l.available, l.held, l.spent, l.gone
  from nb.points_account a
  join nb.points_lot l on l.account_id = a.account_id
  join nb.donation d on d.donation_id = l.donation_id
  join nb.donor_fund f on f.donor_fund_id = d.donor_fund_id
 where a.public_id = $1 and ($2::bigint is null or a.hotline_id = $2)
   and ($4::bigint is null or (l.received_on - date '2000-01-01', d.public_id) > ($4, $5::uuid))
 order by l.received_on, d.public_id
 limit $3;
