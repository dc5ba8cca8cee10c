-- The dated rules of the programs of which a hotline has an account, as plugins are told of them.
-- Parameters: $1 bigint hotline.
-- Columns: program, rule_key, value, effective_from, effective_to (null while open); of one program beside each other, of one
-- key the later one last. Index: points_account_hotline_ix, program_rule_start_uq.
select p.code as program, r.rule_key, r.value, r.effective_from, r.effective_to
  from nb.loyalty_program p
  join nb.program_rule r on r.program_id = p.program_id
 where p.program_id in (select a.program_id from nb.points_account a where a.hotline_id = $1 and a.state = 'active')
   and coalesce(r.effective_to, 'infinity') > (nb.now() at time zone 'UTC')::date - 2
 order by p.code, r.rule_key, r.effective_from;
