-- Takes lapsed claims of tasks away. $1 rows at most. One row: swept, how many it worked off.
select nb.task_lapse($1::int) as swept
