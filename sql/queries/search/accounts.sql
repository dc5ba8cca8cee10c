-- The points accounts from which a hotline may book for a request, with what of them the request may use.
-- Parameters: $1 bigint hotline, $2 uuid request.
-- Columns: one row an account, of one program beside each other: balance (alive, and in funds whose restriction allows the
-- request), restricted (of it in funds with a restriction), expiring (of it ending within the policy's days), first_end (when the
-- first of it ends, null for never), counters as {key:year:left, ...}, cents_per_thousand (of the valuation in force).
-- Index: points_account_hotline_ix, points_lot_account_ix, fund_portion_account_ix.
select a.account_id, p.code as program, a.kind, a.mode, a.phone_only, a.holds_card, p.rule_version,
       least(l.alive, f.allowed) as balance, least(l.alive, f.restricted) as restricted,
       least(f.allowed, l.expiring) as expiring, l.first_end,
       array(select format('%s:%s:%s', c.counter_key, c.calendar_year, c.most - c.used)
               from nb.account_counter c
              where c.account_id = a.account_id and c.calendar_year >= extract(year from r.check_in)) as counters,
       coalesce((select v.cents_per_thousand from nb.valuation_policy v
                  where v.program_id = p.program_id and v.effective_from <= r.check_in
                  order by v.effective_from desc limit 1), 0) as cents_per_thousand
  from nb.shelter_request r
  join nb.points_account a on a.hotline_id = r.hotline_id and a.state = 'active'
  join nb.loyalty_program p on p.program_id = a.program_id and p.product = 'stay'
 cross join lateral (
    select coalesce(sum(t.available), 0)::bigint as alive,
           coalesce(sum(t.available) filter (where t.ends <= r.check_in + (r.frozen -> 'thresholds' ->> 'expiring_days')::integer),
                    0)::bigint as expiring,
           min(t.ends) as first_end
      from (select t.available, least(t.hard_expires_on, a.idle_expires_on) as ends
              from nb.points_lot t where t.account_id = a.account_id and t.available > 0) t
     where coalesce(t.ends, 'infinity') >= r.check_in) l
 cross join lateral (
    select coalesce(sum(t.available), 0)::bigint as allowed,
           coalesce(sum(t.available) filter (where d.restriction_id is not null), 0)::bigint as restricted
      from nb.fund_portion t
      join nb.donor_fund d using (donor_fund_id)
      left join nb.restriction x using (restriction_id)
     where t.account_id = a.account_id and t.available > 0
       and coalesce(x.region = r.country || '-' || r.region, x.region is null)
       and coalesce(x.population = nb.request_population(r), x.population is null)
       and coalesce(x.purpose = 'emergency_stay', x.purpose is null)) f
 where r.public_id = $2 and r.hotline_id = $1
 order by p.code, a.account_id;
