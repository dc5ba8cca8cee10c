-- What has not come to rest after the faults: rows of (what, how many). Run by tests/faults/campaign as the owner.
-- Not counted: what waits for a person who has an open task about it that no machine can do for them.
select 'booking ' || b.state, count(*)
  from nb.booking b
 where b.state in ('held', 'offered', 'dispatching', 'unknown', 'cancel_pending')
   and not exists (select from nb.task t
                    where t.booking_id = b.booking_id and t.state in ('open', 'claimed')
                      and (t.kind in ('cancel_refused', 'cancel_stuck')
                           or (t.kind = 'unknown_outcome' and t.detail ->> 'why' = 'number_not_new')))
 group by 1
union all
select 'operation ' || o.kind || ' ' || o.state, count(*)
  from nb.outbox_operation o
 where o.state in ('ready', 'claimed', 'person')
   and not exists (select from nb.task t
                    where t.booking_id = o.booking_id and t.state in ('open', 'claimed')
                      and t.kind in ('cancel_refused', 'cancel_stuck'))
 group by 1
union all
select 'reference to read again', count(*) from nb.booking_attempt a where a.reread_at is not null having count(*) > 0
 order by 1;
