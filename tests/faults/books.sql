-- The gateway's own book against ours, and what clients were told against what is there. Each row is an alarm.
-- Variables: book (the answer of GET /rehearsal/book), requests, bookings, gifts (how many were acknowledged).
create temporary table there as
select r.value ->> 'reference' as reference, r.value ->> 'status' as status, r.value ->> 'property_code' as property,
       (r.value ->> 'check_in')::date as check_in, (r.value ->> 'check_out')::date as check_out,
       (r.value ->> 'rooms')::integer as rooms, (r.value ->> 'points_total')::bigint as points
  from jsonb_array_elements(:'book'::jsonb -> 'reservations') r;

select 'B2 a reservation that nobody here knows: ' || t.reference
  from there t
 where t.status in ('confirmed', 'pending') and not exists (select from nb.booking_attempt a where a.reference::text = t.reference)
union all
-- Known, alive there, and here neither a booking that counts on it nor a person who has been told.
select format('B2 reservation %s lives; attempt %s is %s, booking %s is %s', t.reference, a.attempt_id, a.state, b.booking_id, b.state)
  from there t
  join nb.booking_attempt a on a.reference::text = t.reference
  join nb.booking b on b.booking_id = a.booking_id
 where t.status in ('confirmed', 'pending')
   and not (a.attempt_id = b.current_attempt_id and b.state in ('confirmed', 'desk_confirmed', 'checked_in', 'checked_out'))
   and not exists (select from nb.task k
                    where k.booking_id = b.booking_id and k.state in ('open', 'claimed')
                      and k.kind in ('cancel_refused', 'cancel_stuck', 'unknown_outcome'))
union all
select format('B3 booking %s is %s here and stands there %s times', b.booking_id, b.state, count(t.reference))
  from nb.booking b
  join nb.booking_attempt a on a.attempt_id = b.current_attempt_id
  join nb.property p on p.property_id = b.property_id
  left join there t on t.reference = a.reference::text and t.status = 'confirmed' and t.property = p.program_property_code
       and (t.check_in, t.check_out, t.rooms) = (b.check_in, b.check_out, b.units)
 where b.transport = 'gateway' and b.state in ('confirmed', 'desk_confirmed', 'checked_in', 'checked_out')
 group by b.booking_id, b.state
having count(t.reference) <> 1
union all
select format('L9 booking %s: %s points posted, %s taken', b.booking_id, h.points, t.points)
  from there t
  join nb.booking_attempt a on a.reference::text = t.reference
  join nb.booking b on b.current_attempt_id = a.attempt_id and b.state in ('confirmed', 'desk_confirmed', 'checked_in', 'checked_out')
  left join nb.points_hold h on h.reference = a.reference and h.state = 'posted'
 where t.status = 'confirmed' and h.points is distinct from t.points
   and not exists (select from nb.task k where k.booking_id = b.booking_id and k.kind = 'points_disagree')
union all
select format('J7 %s %s were acknowledged, %s are there', k.told, k.what, k.found)
  from (select 'requests' as what, :requests as told, (select count(*) from nb.shelter_request) as found
        union all select 'bookings', :bookings, (select count(*) from nb.booking)
        union all select 'gifts', :gifts, (select count(*) from nb.donation)) k
 where k.told <> k.found
union all
select 'a sweep failed: ' || e.subject_kind || ' ' || (e.detail ->> 'sweep') || ' ' || (e.detail ->> 'sqlstate')
  from nb.audit_event e where e.action = 'sweep.failed';
