-- Offers that one hotline made, newest first, a page of them; or one of them. $1 hotline, $2 state or null, $3 public id
-- or null, $4 rows, $5 offered_at in microseconds and $6 public id of the last row before (both null on a first page).
-- Columns as referral/of_provider, with the booking and without the place. Index: referral_booking_ix.
select o.public_id as id, b.public_id as booking, q.public_id as request, null::uuid as unit_id, null::uuid as property_id, o.state, o.offered_at,
       o.expires_at, o.cap_at, o.renewals, o.check_in, o.check_out, o.units, o.cash_minor, o.currency, o.households, o.urgency,
       o.gender, o.pets, o.service_animals, o.accessible, to_jsonb(o.languages) as languages, o.decline_reason,
       o.declined_by_side, o.answered_at, null::text as alias
  from nb.referral r
  join nb.referral_offer o on o.referral_id = r.referral_id
  join nb.booking b on b.booking_id = r.booking_id
  join nb.shelter_request q on q.request_id = b.request_id
 where r.hotline_id = $1 and ($2::text is null or o.state = $2) and ($3::uuid is null or o.public_id = $3)
   and ($5::bigint is null
        or (o.offered_at, o.public_id) < ('epoch'::timestamptz + $5::bigint * interval '1 microsecond', $6::uuid))
 order by o.offered_at desc, o.public_id desc
 limit $4
