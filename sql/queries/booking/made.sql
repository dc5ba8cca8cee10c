-- What a booking made: the booking of that public id, or the members of the group of that public id, oldest first.
-- $1 hotline, $2 public id. Columns as booking/find without the JSON ones. Indexes: booking_public_id_uq,
-- booking_group_public_id_uq, booking_group_ix.
select b.public_id as id, r.public_id as request, g.public_id as group_id, g.kind as group_kind, b.role, p.public_id as covers,
       b.state, b.place_kind, b.transport, b.program_code as program, b.check_in, b.check_out, b.units,
       to_jsonb(b.household_indexes) as households, b.points, b.cash_minor, b.currency, b.points_reason, b.long_stay_reason,
       b.allowed_next,
       b.price_tolerance_points, b.hold_expires_at, b.cancel_by, b.desk_confirmed_at, b.desk_contact, b.guest_told_at,
       b.next_action_at, b.created_at, b.version
  from nb.booking b
  join nb.shelter_request r on r.request_id = b.request_id
  left join nb.booking_group g on g.booking_group_id = b.booking_group_id
  left join nb.booking p on p.booking_id = b.covers_booking_id
 where b.booking_id = any (array(
           select o.booking_id from nb.booking o where o.public_id = $2
           union all
           select m.booking_id from nb.booking_group o join nb.booking m on m.booking_group_id = o.booking_group_id
            where o.public_id = $2))
   and b.hotline_id = $1
 order by b.booking_id
