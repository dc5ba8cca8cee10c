-- What must always hold: run after every test scenario and hourly in production. Each row returned is an alarm.
-- Columns: invariant (its name), subject (internal key, never a person or a place), detail. Reads as nb_check.

-- L1 each transfer debits and credits the same unit: by foreign key; here that both sides belong to one owner.
select 'L1 one owner' as invariant, t.ledger_transfer_id::text as subject, 'sides of two accounts' as detail
  from nb.ledger_transfer t
  join nb.ledger_account d on d.ledger_account_id = t.debit_account_id
  join nb.ledger_account c on c.ledger_account_id = t.credit_account_id
 where (d.account_id, d.cash_account_id) is distinct from (c.account_id, c.cash_account_id)
union all
select 'L2 sums are zero', l.unit, sum(l.balance)::text from nb.ledger_account l group by l.unit having sum(l.balance) <> 0
union all
select 'L3 balance is the sum of its transfers', l.ledger_account_id::text, format('%s, transfers say %s', l.balance, e.total)
  from nb.ledger_account l
  join lateral (select coalesce(sum(case when t.credit_account_id = l.ledger_account_id then t.amount else -t.amount end), 0) as total,
                       count(*) as entries,
                       count(distinct case when t.credit_account_id = l.ledger_account_id then t.credit_version else t.debit_version end) as versions,
                       coalesce(max(case when t.credit_account_id = l.ledger_account_id then t.credit_version else t.debit_version end), 0) as last
                  from nb.ledger_transfer t
                 where l.ledger_account_id in (t.credit_account_id, t.debit_account_id)) e on true
 where l.balance <> e.total or e.entries <> e.versions or e.last <> e.entries or l.version <> e.entries
union all
select 'L3 lots, portions and ledger agree', a.account_id::text, format('%s: ledger %s, lots %s, portions %s', b.bucket, b.ledger, b.lots, b.portions)
  from nb.points_account a
  join lateral (
        select k.bucket,
               coalesce((select sum(l.balance) from nb.ledger_account l where l.account_id = a.account_id and l.bucket = k.bucket), 0) as ledger,
               coalesce((select sum(case k.bucket when 'available' then p.available when 'held' then p.held else p.spent end)
                           from nb.points_lot p where p.account_id = a.account_id), 0) as lots,
               coalesce((select sum(case k.bucket when 'available' then f.available when 'held' then f.held else f.spent end)
                           from nb.fund_portion f where f.account_id = a.account_id), 0) as portions
          from (values ('available'), ('held'), ('spent')) k(bucket)) b on b.ledger <> b.lots or b.lots <> b.portions
union all
select 'L4 nothing below zero', l.ledger_account_id::text, l.balance::text
  from nb.ledger_account l where l.balance < 0 and l.bucket not in ('outside', 'adjusted')
union all
select 'L5 a hold ends once', h.points_hold_id::text, format('%s of %s points, %s held, %s posted, %s voided', h.state, h.points, s.held, s.posted, s.voided)
  from nb.points_hold h
  join lateral (select coalesce(sum(t.amount) filter (where t.kind = 'hold'), 0) as held,
                       coalesce(sum(t.amount) filter (where t.kind = 'post'), 0) as posted,
                       coalesce(sum(t.amount) filter (where t.kind = 'void'), 0) as voided,
                       coalesce(sum(t.amount) filter (where t.kind = 'refund'), 0) as refunded
                  from nb.ledger_transfer t where t.points_hold_id = h.points_hold_id) s on true
 where s.held - s.voided <> case when h.state = 'voided' then 0 else h.points end
    or s.posted <> case when h.state = 'posted' then h.points else 0 end
    or s.refunded <> case when h.refunded_at is null then 0 else h.points end
union all
select 'L6 no hold outlives its expiry', h.points_hold_id::text, h.expires_at::text
  from nb.points_hold h where h.state = 'held' and h.expires_at < nb.now() - interval '60 seconds'
union all
select 'L8 corrections name two people', t.ledger_transfer_id::text, t.kind
  from nb.ledger_transfer t
 where t.kind in ('adjust', 'reverse') and (t.prepared_by is null or t.approved_by is null or t.prepared_by = t.approved_by)
union all
select 'B5 promised nights equal their claims', format('%s %s', n.unit_type_id, n.night), format('held %s of %s, occupied %s of %s', n.held, c.held, n.occupied, c.occupied)
  from nb.unit_night n
  join lateral (select coalesce(sum(p.quantity) filter (where p.state = 'held'), 0) as held,
                       coalesce(sum(p.quantity) filter (where p.state = 'occupied'), 0) as occupied
                  from nb.place_claim p where p.unit_type_id = n.unit_type_id and p.night = n.night) c on true
 where n.held <> c.held or n.occupied <> c.occupied or n.held + n.occupied > n.capacity;
