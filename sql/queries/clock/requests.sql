-- Gives requests whose next action is overdue to a person. $1 rows at most. One row: swept, how many it worked off.
select nb.request_overdue($1::int) as swept
