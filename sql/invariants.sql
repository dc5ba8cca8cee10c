-- What must always hold: run after every test scenario and hourly in production. Each row returned is an alarm.
-- Columns: invariant (its name), subject (internal key, never a person or a place), detail. Reads as nb_check.
-- One statement, so that all of it sees one moment; sums are built by hashing, never row by row, so that millions of rows
-- take seconds. What a gateway holds is compared elsewhere (reconciliation); here it is what our own books say.

-- Ledger ---------------------------------------------------------------------------------------------------------------
-- L1 each transfer debits and credits the same unit: by foreign key; here that both sides belong to one owner.
select 'L1 one owner' as invariant, t.ledger_transfer_id::text as subject, 'sides of two accounts' as detail
  from nb.ledger_transfer t
  join nb.ledger_account d on d.ledger_account_id = t.debit_account_id
  join nb.ledger_account c on c.ledger_account_id = t.credit_account_id
 where (d.account_id, d.cash_account_id) is distinct from (c.account_id, c.cash_account_id)
union all
select 'L2 sums are zero', l.unit, sum(l.balance)::text from nb.ledger_account l group by l.unit having sum(l.balance) <> 0
union all
-- Versions are 1 … n: as many as there are entries, and their sum and sum of squares are those of 1 … n.
select 'L3 balance is the sum of its transfers', l.ledger_account_id::text,
       format('%s after %s, transfers say %s after %s', l.balance, l.version, coalesce(e.total, 0), coalesce(e.entries, 0))
  from nb.ledger_account l
  left join (select s.id, sum(s.amount) as total, count(*) as entries, max(s.version) as last, sum(s.version) as versions,
                    sum(s.version::numeric * s.version) as squares
               from (select t.credit_account_id as id, t.amount, t.credit_version as version from nb.ledger_transfer t
                     union all
                     select t.debit_account_id, -t.amount, t.debit_version from nb.ledger_transfer t) s
              group by s.id) e on e.id = l.ledger_account_id
 where l.balance <> coalesce(e.total, 0) or l.version <> coalesce(e.entries, 0) or l.version <> coalesce(e.last, 0)
    or coalesce(e.versions, 0) <> l.version::numeric * (l.version + 1) / 2
    or coalesce(e.squares, 0) <> l.version::numeric * (l.version + 1) * (2 * l.version + 1) / 6
union all
select 'L3 lots, portions and ledger agree', k.account_id::text,
       format('%s: ledger %s, lots %s, portions %s', k.bucket, sum(k.ledger), sum(k.lots), sum(k.portions))
  from (select l.account_id, l.bucket, l.balance as ledger, 0 as lots, 0 as portions
          from nb.ledger_account l where l.account_id is not null and l.bucket in ('available', 'held', 'spent')
        union all
        select p.account_id, b.bucket, 0, sum(b.amount), 0
          from nb.points_lot p cross join lateral (values ('available', p.available), ('held', p.held), ('spent', p.spent)) b(bucket, amount)
         group by p.account_id, b.bucket
        union all
        select f.account_id, b.bucket, 0, 0, sum(b.amount)
          from nb.fund_portion f cross join lateral (values ('available', f.available), ('held', f.held), ('spent', f.spent)) b(bucket, amount)
         group by f.account_id, b.bucket) k
 group by k.account_id, k.bucket
having sum(k.ledger) <> sum(k.lots) or sum(k.lots) <> sum(k.portions)
union all
select 'L4 nothing below zero', l.ledger_account_id::text, l.balance::text
  from nb.ledger_account l where l.balance < 0 and l.bucket not in ('outside', 'adjusted')
union all
select 'L5 a hold ends once', h.id, format('%s of %s, %s held, %s posted, %s voided, %s refunded', h.state, h.amount, coalesce(s.held, 0),
                                          coalesce(s.posted, 0), coalesce(s.voided, 0), coalesce(s.refunded, 0))
  from (select 'points ' || p.points_hold_id as id, p.points as amount, p.state, p.refunded_at from nb.points_hold p
        union all
        select 'cash ' || c.cash_hold_id, c.minor, c.state, c.refunded_at from nb.cash_hold c) h
  left join (select coalesce('points ' || t.points_hold_id, 'cash ' || t.cash_hold_id) as id,
                    sum(t.amount) filter (where t.kind = 'hold') as held, sum(t.amount) filter (where t.kind = 'post') as posted,
                    sum(t.amount) filter (where t.kind = 'void') as voided, sum(t.amount) filter (where t.kind = 'refund') as refunded
               from nb.ledger_transfer t where t.points_hold_id is not null or t.cash_hold_id is not null
              group by 1) s on s.id = h.id
 where coalesce(s.held, 0) - coalesce(s.voided, 0) <> case when h.state = 'voided' then 0 else h.amount end
    or coalesce(s.posted, 0) <> case when h.state = 'posted' then h.amount else 0 end
    or coalesce(s.refunded, 0) <> case when h.refunded_at is null then 0 else h.amount end
union all
select 'L6 no hold outlives its expiry', 'points ' || h.points_hold_id, h.expires_at::text
  from nb.points_hold h where h.state = 'held' and h.expires_at < nb.now() - interval '60 seconds'
union all
select 'L6 no hold outlives its expiry', 'booking ' || b.booking_id, b.hold_expires_at::text
  from nb.booking b where b.hold_expires_at < nb.now() - interval '60 seconds'
union all
select 'L7 append-only tables are guarded', n.name, 'no trigger refuses changes'
  from (values ('nb.ledger_transfer'), ('nb.donation'), ('nb.booking_event'), ('nb.audit_event'), ('nb.audit_seal'), ('nb.setting'),
               ('nb.capacity_report'), ('nb.receipt'), ('nb.disclosure')) n(name)
 where not exists (select from pg_trigger t
                    where t.tgrelid = n.name::regclass and t.tgenabled in ('O', 'A') and t.tgname like '%append_only')
union all
select 'L8 corrections name two people', t.ledger_transfer_id::text, t.kind
  from nb.ledger_transfer t
 where t.kind in ('adjust', 'reverse') and (t.prepared_by is null or t.approved_by is null or t.prepared_by = t.approved_by)
union all
-- L9, as far as our own rows know: what is posted for a confirmed attempt is what the attempt says the program took.
select 'L9 posted is what the program took', 'attempt ' || a.attempt_id, format('%s posted, %s taken', h.points, a.points)
  from nb.booking_attempt a
  join nb.points_hold h on h.reference = a.reference
 where a.state = 'confirmed' and h.state = 'posted' and h.points <> a.points
   and not exists (select from nb.task t where t.attempt_id = a.attempt_id and t.kind = 'points_disagree')
union all

-- Bookings -------------------------------------------------------------------------------------------------------------
-- B1 one primary place a night is an exclusion constraint; here that it is told of every living booking, and of no other.
select 'B1 rooms are live with their booking', 'booking ' || b.booking_id, b.state
  from nb.booking b
  left join (select r.booking_id, count(distinct r.household_index) as households, bool_and(r.live) as all_live, bool_or(r.live) as any_live,
                    bool_and(r.nights = daterange(o.check_in, o.check_out) and r.role = o.role and r.request_id = o.request_id) as same
               from nb.booking_room r join nb.booking o on o.booking_id = r.booking_id group by r.booking_id) r on r.booking_id = b.booking_id
 where r.households is distinct from cardinality(b.household_indexes) or not r.same
    or case when b.state in ('held', 'offered', 'dispatching', 'confirmed', 'desk_confirmed', 'checked_in', 'unknown')
            then not r.all_live else r.any_live end
union all
select 'B1 covering follows an unknown', 'booking ' || c.booking_id, 'its primary was never unknown'
  from nb.booking c
 where c.role = 'covering'
   and not exists (select from nb.booking_event e where e.booking_id = c.covers_booking_id and e.to_state = 'unknown')
union all
select 'B3 a confirmed booking is what was asked for', 'booking ' || b.booking_id, format('attempt %s', a.state)
  from nb.booking b
  left join nb.booking_attempt a on a.attempt_id = b.current_attempt_id
 where a.attempt_id is null or a.booking_id <> b.booking_id
    or (b.state in ('confirmed', 'desk_confirmed', 'checked_in', 'checked_out', 'moved', 'no_show', 'refused_at_desk')
        and (a.state <> 'confirmed' or (a.check_in, a.check_out, a.units) <> (b.check_in, b.check_out, b.units)
             or a.property_id is distinct from b.property_id))
union all
select 'B4 one attempt at a time', 'attempt ' || a.attempt_id, format('number %s is %s', a.number, a.state)
  from nb.booking_attempt a
  join nb.booking_attempt later on later.booking_id = a.booking_id and later.number > a.number
 where a.state in ('ready', 'sent', 'unknown', 'confirmed')
union all
select 'B5 promised nights equal their claims', format('%s %s', n.unit_type_id, n.night),
       format('held %s of %s, occupied %s of %s', n.held, coalesce(c.held, 0), n.occupied, coalesce(c.occupied, 0))
  from (select * from nb.unit_night u where u.held <> 0 or u.occupied <> 0) n
  full join (select p.unit_type_id, p.night, sum(p.quantity) filter (where p.state = 'held') as held,
                    sum(p.quantity) filter (where p.state = 'occupied') as occupied
               from nb.place_claim p where p.state in ('held', 'occupied') group by p.unit_type_id, p.night) c
    on c.unit_type_id = n.unit_type_id and c.night = n.night
 where n.held is distinct from coalesce(c.held, 0) or n.occupied is distinct from coalesce(c.occupied, 0)
    or n.held + n.occupied > n.capacity
union all
select 'B6 units are held as the booking stands', 'booking ' || b.booking_id,
       format('%s: %s nights, %s held, %s occupied', b.state, b.check_out - b.check_in, coalesce(c.held, 0), coalesce(c.occupied, 0))
  from nb.booking b
  left join (select p.booking_id, count(*) filter (where p.state = 'held') as held, count(*) filter (where p.state = 'occupied') as occupied
               from nb.place_claim p where p.state in ('held', 'occupied') group by p.booking_id) c on c.booking_id = b.booking_id
 where case
       when b.unit_type_id is null then c.booking_id is not null
       when b.state in ('held', 'offered', 'dispatching', 'unknown')
           then (coalesce(c.held, 0), coalesce(c.occupied, 0)) <> (b.check_out - b.check_in, 0)
       when b.state in ('confirmed', 'desk_confirmed', 'checked_in', 'refused_at_desk')
           then (coalesce(c.held, 0), coalesce(c.occupied, 0)) <> (0, b.check_out - b.check_in)
       when b.state in ('checked_out', 'moved', 'no_show') then coalesce(c.held, 0) <> 0
       when b.state = 'cancel_pending' then coalesce(c.held, 0) + coalesce(c.occupied, 0) <> b.check_out - b.check_in
       else c.booking_id is not null end
union all
-- While dispatching, a hold may be larger than the price by what the tolerance allows.
select 'B6 money is held as the booking stands', 'booking ' || b.booking_id, format('%s: %s %s, hold %s', b.state, k.kind, k.due, coalesce(k.state, 'none'))
  from nb.booking b
  join nb.booking_attempt a on a.attempt_id = b.current_attempt_id
  left join nb.points_hold p on p.reference = a.reference
  left join nb.cash_hold c on c.reference = a.reference
  cross join lateral (values ('points', b.points, p.points, p.state, p.refunded_at), ('cash', nullif(b.cash_minor, 0), c.minor, c.state, c.refunded_at))
       k(kind, due, amount, state, refunded_at)
 where case
       when k.due is null then k.state is not null
       when b.state in ('held', 'offered', 'dispatching', 'unknown') then k.state is distinct from 'held' or k.amount < k.due
       when b.state in ('confirmed', 'desk_confirmed', 'checked_in', 'checked_out', 'moved', 'no_show', 'refused_at_desk')
           then k.state is distinct from 'posted' or k.refunded_at is not null
       when b.state in ('expired', 'declined', 'failed') then k.state is distinct from 'voided'
       when b.state = 'cancel_pending' then k.state is null or k.state = 'voided' or k.refunded_at is not null
       else k.state is null or k.state = 'held' end
union all
select 'B6 no hold without a living booking', h.id, h.reference::text
  from (select 'points ' || p.points_hold_id as id, p.reference from nb.points_hold p where p.state = 'held'
        union all
        select 'cash ' || c.cash_hold_id, c.reference from nb.cash_hold c where c.state = 'held') h
  join nb.booking_attempt a on a.reference = h.reference
  join nb.booking b on b.booking_id = a.booking_id
 where a.attempt_id <> b.current_attempt_id
union all
select 'B7 somebody looks in time', 'request ' || r.request_id, format('%s since %s', r.state, r.next_action_at)
  from nb.shelter_request r
 where r.state in ('open', 'placed', 'unmet') and r.next_action_at < nb.now() - interval '60 seconds'
union all
select 'B7 somebody looks in time', 'booking ' || b.booking_id, format('%s since %s', b.state, b.next_action_at)
  from nb.booking b
 where b.next_action_at < nb.now() - interval '60 seconds'
union all
select 'B8 refunded after it was cancelled', 'attempt ' || a.attempt_id, b.state
  from nb.booking_attempt a
  join nb.booking b on b.booking_id = a.booking_id
  left join nb.points_hold p on p.reference = a.reference
  left join nb.cash_hold c on c.reference = a.reference
 where (p.refunded_at is not null or c.refunded_at is not null) and b.current_attempt_id = a.attempt_id and b.state <> 'cancelled'
union all
select 'B9 nights are dates', 'booking ' || b.booking_id, format('%s nights, claims of %s', b.check_out - b.check_in, count(*))
  from nb.booking b join nb.place_claim p on p.booking_id = b.booking_id and p.state in ('held', 'occupied')
 where p.night < b.check_in or p.night >= b.check_out
 group by b.booking_id, b.check_out, b.check_in
union all
select 'B10 an offer is asked again in time', 'referral ' || r.referral_id, format('step due at %s', r.expires_at)
  from nb.referral r where r.state = 'offered' and r.expires_at < nb.now() - interval '60 seconds'
union all
select 'B10 a step fires once', 'referral ' || r.referral_id, format('%s steps in %s', r.renewals, coalesce(r.answered_at, nb.now()) - r.offered_at)
  from nb.referral r
 where r.renewals > (select count(*) from unnest(array['referral_step_1_ms', 'referral_step_2_ms', 'referral_step_3_ms']) s(name)
                      where r.offered_at + (select n.value_ms * interval '1 millisecond' from nb.setting n
                                             where n.name = s.name order by n.effective_from desc limit 1) <= coalesce(r.answered_at, nb.now()))
union all
select 'B11 state moves along the table', 'booking ' || b.booking_id, format('is %s, events end at %s', b.state, e.ends)
  from nb.booking b
  left join (select v.booking_id, (array_agg(v.to_state order by v.booking_event_id desc))[1] as ends,
                    bool_and(v.from_state = v.before) as unbroken
               from (select x.booking_id, x.booking_event_id, x.from_state, x.to_state,
                            coalesce(lag(x.to_state) over (partition by x.booking_id order by x.booking_event_id), 'none') as before
                       from nb.booking_event x) v
              group by v.booking_id) e on e.booking_id = b.booking_id
 where e.ends is distinct from b.state or not e.unbroken
union all

-- Work -----------------------------------------------------------------------------------------------------------------
select 'J1 a key has one effect', o.public_id::text, format('%s operations made it', o.times)
  from (select p.resource_id as public_id, count(*) as times from nb.operation p
         where p.outcome = 'held' and p.resource_kind in ('booking', 'booking_group')
         group by p.resource_id having count(*) > 1) o
union all
-- J2 and J4: whatever is open outside, or waits for somebody, has a row that leads on.
select 'J2 every intent has its way on', 'booking ' || b.booking_id, b.state
  from nb.booking b
 where b.state in ('held', 'offered', 'dispatching', 'unknown', 'cancel_pending')
   and not exists (select from nb.outbox_operation o
                    where o.attempt_id = b.current_attempt_id and o.state not in ('done', 'dead')
                      and o.kind = any (case when b.state in ('held', 'dispatching') then array['commit']
                                             when b.state = 'unknown' then array['read']
                                             when b.state = 'cancel_pending' then array['cancel', 'read'] end))
   and not exists (select from nb.referral r
                    where r.attempt_id = b.current_attempt_id and r.state = 'offered' and b.state = 'offered')
   and not exists (select from nb.task t
                    where t.booking_id = b.booking_id and t.state in ('open', 'claimed')
                      and t.kind in ('ask_again', 'unknown_outcome', 'cancel_refused', 'cancel_stuck', 'assisted_cancel'))
union all
select 'J3 leases end in time', 'outbox ' || o.outbox_id, o.lease_until::text
  from nb.outbox_operation o where o.state = 'claimed' and o.lease_until < nb.now() - interval '60 seconds'
union all
select 'J3 leases end in time', 'task ' || t.task_id, t.lease_until::text
  from nb.task t where t.state = 'claimed' and t.lease_until < nb.now() - interval '60 seconds'
union all
select 'J4 an unknown outcome has an owner', 'booking ' || b.booking_id, 'no open task'
  from nb.booking b
 where b.state = 'unknown'
   and not exists (select from nb.task t
                    where t.booking_id = b.booking_id and t.state in ('open', 'claimed')
                      and t.kind in ('unknown_outcome', 'assisted_read'))
union all
select 'J4 what a person does has a task', 'outbox ' || o.outbox_id, o.kind
  from nb.outbox_operation o
 where o.state = 'person'
   and not exists (select from nb.task t where t.outbox_id = o.outbox_id and t.state in ('open', 'claimed'))
union all
select 'J4 unmet need has an owner', 'need ' || u.unmet_need_id, 'no open task'
  from nb.unmet_need u
 where u.resolved_at is null
   and not exists (select from nb.task t where t.task_id = u.task_id and t.state in ('open', 'claimed'))
union all
-- Confidentiality --------------------------------------------------------------------------------------------------------
-- An erasure is complete when the key that an old backup opens with is gone; whoever rotates has a day.
select 'P7 erasures become complete within a day', e.public_id::text, e.requested_at::text
  from nb.erasure e
 where e.completed_at is null and e.requested_at < nb.now() - interval '24 hours'
union all
-- What searches read of the directory is what the directory says.
select 'D1 searched places are the directory''s', d.place_kind || ' ' || d.place_id, d.side
  from (with says as (
            select n.*, r.rates_from, r.rates, r.currency
              from nb.search_place_now n
              left join lateral (
                select r.* from nb.search_place_rates r where r.property_id = n.property_id and r.place_kind = n.place_kind offset 0) r on true)
        (select 'missing or different' as side, n.* from says n except select 'missing or different', s.* from nb.search_place s)
        union all
        (select 'too many or different', s.* from nb.search_place s except select 'too many or different', n.* from says n)) d;
