-- Switches an operation of a program off, or on again.
-- Parameters: $1 program, $2 public id of one account (null: the whole program), $3 operation, $4 off.
-- Columns: outcome text (off, closed, not_found, invalid), detail text (JSON or null).
-- Index: breaker_scope_uq.
select s.outcome, s.detail::text as detail from nb.breaker_switch(null, $1, $2, $3, $4) s;
