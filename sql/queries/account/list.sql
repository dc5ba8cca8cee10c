-- Points accounts with what lies in them.
-- Parameters: $1 hotline (null: every hotline), $2 public id of one account (null: all), then a page: $3 limit, $4 unused,
--   $5 public id behind which it begins.
-- Columns: account_id (internal, for its lock), public_id, program_code, label, kind, mode, state, can_quote, can_hold,
--   can_cancel, can_read, can_convert, phone_only, holds_card, idle_expires_on, available, held, spent, gone bigint
--   (expired, forfeited or converted), version bigint (grows with every transfer), counters json text [{key, year, used, most}],
--   in the order of public_id.
-- Index: points_account_public_id_uq (one or all is a range, so that a plan made without values uses it too),
--   ledger_account_points_uq.
select a.account_id, a.public_id, p.code as program_code, a.label, a.kind, a.mode, a.state, a.can_quote, a.can_hold,
       a.can_cancel, a.can_read, a.can_convert, a.phone_only, a.holds_card, a.idle_expires_on, b.available, b.held, b.spent,
       b.gone, b.version,
       coalesce((select jsonb_agg(jsonb_build_object('key', c.counter_key, 'year', c.calendar_year, 'used', c.used,
                                                     'most', c.most) order by c.calendar_year, c.counter_key)
                   from nb.account_counter c where c.account_id = a.account_id), '[]'::jsonb) as counters
  from nb.points_account a
  join nb.loyalty_program p using (program_id)
  cross join lateral (
      select coalesce(sum(l.balance) filter (where l.bucket = 'available'), 0)::bigint as available,
             coalesce(sum(l.balance) filter (where l.bucket = 'held'), 0)::bigint as held,
             coalesce(sum(l.balance) filter (where l.bucket = 'spent'), 0)::bigint as spent,
             coalesce(sum(l.balance) filter (where l.bucket in ('expired', 'forfeited', 'converted')), 0)::bigint as gone,
             coalesce(sum(l.version), 0)::bigint as version
        from nb.ledger_account l where l.account_id = a.account_id) b
 where ($1::bigint is null or a.hotline_id = $1)
   and a.public_id >= coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
   and a.public_id <= coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
   and a.public_id > coalesce($5::uuid, '00000000-0000-0000-0000-000000000000') and ($4::bigint is null or $4 = 0)
 order by a.public_id
 limit $3;
