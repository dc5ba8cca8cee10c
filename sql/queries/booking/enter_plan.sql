-- What must be known before a booking made by hand is entered. $1 hotline, $2 public id of the request, $3 jsonb entry.
-- One row, or none without such a request: guest (public id), wrapped_key, lock_keys bigint[].
-- Index: shelter_request_public_id_uq.
select g.public_id as guest, k.wrapped_key, nb.enter_keys(r.request_id, $3::jsonb) as lock_keys
  from nb.shelter_request r
  join pii.guest g on g.guest_id = r.guest_id
  left join pii.guest_key k on k.guest_id = g.guest_id
 where r.public_id = $2 and r.hotline_id = $1
