-- What the end of a task has to be held against, without anything of the guest: the attempt and the guest's wrapped key, to
-- seal a confirmation number with. $1 hotline, $2 public id of the task. One row or none: kind, reference, account, check_in,
-- check_out, units, points, guest and wrapped_key (all but kind null without a booking). Index: task_public_id_uq.
select t.kind, a.reference, o.public_id as account, a.check_in, a.check_out, a.units, a.points, g.public_id as guest, k.wrapped_key
  from nb.task t
  left join nb.booking b on b.booking_id = t.booking_id
  left join nb.booking_attempt a on a.attempt_id = coalesce(t.attempt_id, b.current_attempt_id)
  left join nb.points_account o on o.account_id = a.account_id
  left join nb.shelter_request r on r.request_id = b.request_id
  left join pii.guest g on g.guest_id = r.guest_id
  left join pii.guest_key k on k.guest_id = g.guest_id
 where t.public_id = $2 and t.hotline_id = $1
