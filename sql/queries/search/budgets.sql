-- What a hotline may spend in money, by currency.
-- Parameters: $1 bigint hotline.
-- Columns: currency, minor. Index: ledger_account_cash_uq.
select c.currency, sum(l.balance)::bigint as minor
  from nb.cash_account c
  join nb.ledger_account l on l.cash_account_id = c.cash_account_id and l.bucket = 'available'
 where c.hotline_id = $1
 group by c.currency;
