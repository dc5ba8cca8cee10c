-- Gives bookings whose next action is overdue to a supervisor. $1 rows at most. One row: swept, how many it worked off.
select nb.booking_overdue($1::int) as swept
