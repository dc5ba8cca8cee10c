-- Expires points whose day has passed, each account once a day. $1 rows at most. One row: swept, how many it worked off.
select nb.points_expire_due($1::int) as swept
