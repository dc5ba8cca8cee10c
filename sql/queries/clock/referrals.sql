-- Asks again for offers without an answer, and ends those at the cap. $1 rows at most. One row: swept, how many it worked off.
select nb.referral_step($1::int) as swept
