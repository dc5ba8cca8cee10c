-- Breakers that are not closed, or have counted failures.
-- Parameters: none.
-- Columns: program, account_id uuid and account text (null: the whole program), operation, state, failures, since, reason
-- text, waiting bigint (operations that are due and held back by it or go to a person).
-- Index: outbox_operation_due_ix.
select b.program_code as program, a.public_id as account_id, a.label as account, b.operation, b.state, b.failures, b.since,
       b.reason,
       (select count(*) from nb.outbox_operation o
         where o.state = 'ready' and o.due_at <= nb.now() and o.kind = b.operation and o.program_code = b.program_code
           and (b.account_id is null or b.account_id = o.account_id)) as waiting
  from nb.breaker b
  left join nb.points_account a on a.account_id = b.account_id
 where b.state <> 'closed' or b.failures > 0
 order by b.program_code, a.label nulls first, b.operation;
