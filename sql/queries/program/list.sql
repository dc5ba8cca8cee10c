-- The loyalty programs with the rules that hold today.
-- Parameters: none.
-- Columns: code, name, product, spend_order, rule_version bigint, rules json text: [{key, value, source, effective_from,
--   effective_to, verified_on, unverified, confidence}] by key, never null.
-- Index: loyalty_program_code_uq, program_rule_start_uq.
select p.code, p.name, p.product, p.spend_order, p.rule_version,
       coalesce((select jsonb_agg(jsonb_build_object(
                            'key', r.rule_key, 'value', r.value, 'source', r.source,
                            'effective_from', r.effective_from, 'effective_to', r.effective_to,
                            'verified_on', r.verified_on, 'unverified', r.verified_on is null,
                            'confidence', r.confidence) order by r.rule_key)
                   from nb.program_rule r
                  where r.program_id = p.program_id and r.effective_from <= d.today
                    and coalesce(r.effective_to > d.today, true)), '[]'::jsonb) as rules
  from nb.loyalty_program p, (select (nb.now() at time zone 'UTC')::date as today) d
 order by p.code;
