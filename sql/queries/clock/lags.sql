-- How long the oldest row that is due has waited for each sweep of the clock. No parameters. A row for each: sweep, lag_ms
-- (0 when nothing is due). Indexes: booking_expiry_ix, referral_due_ix, task_lease_ix, shelter_request_due_ix,
-- task_open_ix, booking_due_ix, booking_attempt_reread_ix.
select d.sweep, greatest(0, coalesce(extract(epoch from nb.now() - d.oldest) * 1000, 0))::bigint as lag_ms
  from (select 'holds' as sweep, (select min(b.hold_expires_at) from nb.booking b
                                   where b.hold_expires_at is not null and b.state = 'held') as oldest
        union all
        select 'referrals', (select min(r.expires_at) from nb.referral r where r.state = 'offered')
        union all
        select 'tasks', (select min(t.lease_until) from nb.task t where t.state = 'claimed')
        union all
        select 'untaken', (select min(t.due_at) from nb.task t where t.state = 'open')
        union all
        select 'bookings', (select min(b.next_action_at) from nb.booking b
                             where b.next_action_at is not null and b.state not in ('held', 'offered'))
        union all
        select 'requests', (select min(r.next_action_at) from nb.shelter_request r where r.state in ('open', 'placed', 'unmet'))
        union all
        select 'rereads', (select min(a.reread_at) from nb.booking_attempt a where a.reread_at is not null)) d
