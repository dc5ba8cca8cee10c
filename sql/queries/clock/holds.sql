-- Ends holds that nobody acted on, and gives back what they held. $1 rows at most. One row: swept, how many it worked off.
select nb.hold_expire($1::int) as swept
