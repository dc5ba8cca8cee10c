-- Bookings of hotlines with their attempts, timeline, tasks and referral; never their place. $1 hotlines, $2 public ids of
-- bookings, as many. Columns: n, which of the wishes it is, from 1; attempts, timeline, tasks and referral are JSON of coded
-- facts. At most one row for each wish. The arrays stand in a subselect so that the planner does not see how many there are:
-- it would plan each time anew. Index: booking_public_id_uq.
select w.n, b.public_id as id, r.public_id as request, g.public_id as group_id, g.kind as group_kind, b.role, p.public_id as covers,
       b.state, b.place_kind, b.transport, b.program_code as program, b.check_in, b.check_out, b.units,
       to_jsonb(b.household_indexes) as households, b.points, b.cash_minor, b.currency, b.points_reason, b.long_stay_reason,
       b.allowed_next,
       b.price_tolerance_points, b.hold_expires_at, b.cancel_by, b.desk_confirmed_at, b.desk_contact, b.guest_told_at,
       b.next_action_at, b.created_at, b.version,
       (select jsonb_agg(jsonb_build_object('number', a.number, 'state', a.state, 'transport', a.transport, 'outcome', a.outcome,
                                            'created_at', a.created_at, 'ended_at', a.ended_at) order by a.number)
          from nb.booking_attempt a where a.booking_id = b.booking_id) as attempts,
       (select jsonb_agg(jsonb_build_object('at', e.at, 'event', e.event, 'from', e.from_state, 'to', e.to_state, 'why', t.why,
                                            'by', coalesce(e.actor_role, 'system'), 'attempt', a.number)
                         order by e.booking_event_id)
          from nb.booking_event e
          join nb.booking_transition t on t.from_state = e.from_state and t.event = e.event
          left join nb.booking_attempt a on a.attempt_id = e.attempt_id
         where e.booking_id = b.booking_id) as timeline,
       (select coalesce(jsonb_agg(jsonb_build_object('id', k.public_id, 'kind', k.kind, 'state', k.state, 'for_role', k.for_role,
                                                     'due_at', k.due_at) order by k.task_id), '[]')
          from nb.task k where k.booking_id = b.booking_id) as tasks,
       (select jsonb_build_object('id', f.public_id, 'state', f.state, 'offered_at', f.offered_at, 'expires_at', f.expires_at,
                                  'cap_at', f.cap_at, 'renewals', f.renewals, 'decline_reason', f.decline_reason,
                                  'declined_by_side', f.declined_by_side, 'answered_at', f.answered_at)
          from nb.referral f where f.booking_id = b.booking_id order by f.referral_id desc limit 1) as referral
  from unnest((select $1::bigint[]), (select $2::uuid[])) with ordinality as w (hotline_id, public_id, n)
  join nb.booking b on b.public_id = w.public_id and b.hotline_id = w.hotline_id
  join nb.shelter_request r on r.request_id = b.request_id
  left join nb.booking_group g on g.booking_group_id = b.booking_group_id
  left join nb.booking p on p.booking_id = b.covers_booking_id
