-- The advisory locks that a change of a booking may need. $1 hotline, $2 public id of the booking. One row or none:
-- lock_keys bigint[] (places first, the request last). Indexes: booking_public_id_uq, booking_group_ix, booking_covers_ix,
-- candidate_rank_uq.
select nb.booking_keys(b) as lock_keys
  from nb.booking b
 where b.public_id = $2 and b.hotline_id = $1
