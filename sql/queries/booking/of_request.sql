-- Bookings of one request of a hotline, oldest first, a page of them. $1 hotline, $2 public id of the request, $3 rows,
-- $4 created_at in microseconds and $5 public id of the last row before (both null on a first page). Columns as
-- booking/find without the JSON ones. Index: booking_request_ix.
select b.public_id as id, r.public_id as request, g.public_id as group_id, g.kind as group_kind, b.role, p.public_id as covers,
       b.state, b.place_kind, b.transport, b.program_code as program, b.check_in, b.check_out, b.units,
       to_jsonb(b.household_indexes) as households, b.points, b.cash_minor, b.currency, b.points_reason, b.long_stay_reason,
       b.allowed_next,
       b.price_tolerance_points, b.hold_expires_at, b.cancel_by, b.desk_confirmed_at, b.desk_contact, b.guest_told_at,
       b.next_action_at, b.created_at, b.version
  from nb.shelter_request r
  join nb.booking b on b.request_id = r.request_id
  left join nb.booking_group g on g.booking_group_id = b.booking_group_id
  left join nb.booking p on p.booking_id = b.covers_booking_id
 where r.public_id = $2 and r.hotline_id = $1
   and ($4::bigint is null
        or (b.created_at, b.public_id) > ('epoch'::timestamptz + $4::bigint * interval '1 microsecond', $5::uuid))
 order by b.created_at, b.public_id
 limit $3
