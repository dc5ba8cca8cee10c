-- Has references that were declared absent read again. $1 rows at most. One row: swept, how many it worked off.
select nb.attempt_reread($1::int) as swept
