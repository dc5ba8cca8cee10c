-- Compares what a program says an account holds with our books.
-- Parameters: $1 bigint account_id, $2 bigint points that it says are there.
-- Columns: outcome text, done.
-- Index: points_lot_account_ix, points_hold_refunded_ix, booking_attempt_one_open_uq.
select nb.outbox_balance($1, $2) as outcome;
