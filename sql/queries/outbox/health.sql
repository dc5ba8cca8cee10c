-- How dispatch stands, for somebody who looks after it.
-- Parameters: none.
-- Columns: paused boolean; lapsed and lapsed_ms (leases that ended and nobody has taken away), overdue and overdue_ms
-- (operations due for more than a minute without an open breaker), unknown and unknown_ms (attempts of unknown outcome, and
-- for how long the oldest): counts, and the longest wait in milliseconds, 0 for none.
-- Indexes: outbox_operation_lease_ix, outbox_operation_due_ix, booking_attempt_one_open_uq.
with lapsed as (
    select o.lease_until as since from nb.outbox_operation o where o.state = 'claimed' and o.lease_until < nb.now()),
overdue as (
    select o.due_at as since from nb.outbox_operation o
     where o.state = 'ready' and o.due_at < nb.now() - interval '1 minute'
       and not exists (select from nb.breaker b
                        where b.program_code = o.program_code and (b.account_id is null or b.account_id = o.account_id)
                          and b.operation = o.kind and b.state <> 'closed')),
unclear as (
    select coalesce(min(e.at), a.created_at) as since from nb.booking_attempt a
      left join nb.booking_event e on e.attempt_id = a.attempt_id and e.to_state = 'unknown'
     where a.state = 'unknown' group by a.attempt_id)
select nb.dispatch_paused() as paused,
       (select count(*) from lapsed) as lapsed, nb.age_ms((select min(since) from lapsed)) as lapsed_ms,
       (select count(*) from overdue) as overdue, nb.age_ms((select min(since) from overdue)) as overdue_ms,
       (select count(*) from unclear) as unknown, nb.age_ms((select min(since) from unclear)) as unknown_ms;
