-- Comparing an account with what its program says looks at what came back lately, and at nothing else of its holds.

create index points_hold_refunded_ix on nb.points_hold (account_id, refunded_at) where refunded_at is not null;
