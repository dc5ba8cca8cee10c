-- Tasks that nobody took in time reach the next higher role. $1 rows at most. One row: swept, how many it worked off.
select nb.task_overdue($1::int) as swept
