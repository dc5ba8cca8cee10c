-- Claims operations of the outbox that are due, under a lease with a new fencing token; the bookings of commits move to
-- dispatching in the same transaction.
-- Parameters: $1 uuid key of this claim (the same key gives the same rows again), $2 int at most so many,
--   $3 bigint milliseconds of lease.
-- Columns: one row an operation, as in nb.outbox_claim.
-- Index: outbox_operation_due_ix.
select c.outbox_id, c.outbox_public_id, c.lease_token, c.kind, c.assisted, c.phone_only, c.tries, c.request_id,
       c.account_id, c.account_public_id, c.program_code, c.reference, c.property_code, c.zone, c.check_in, c.check_out,
       c.today, c.now, c.rooms, c.adults, c.child_ages, c.points, c.accept_higher, c.guest_public_id, c.alias,
       c.wrapped_key, c.sealed_given_name, c.sealed_surname, c.sealed_confirmation, c.sealed_state
  from nb.outbox_claim($1, $2, $3) c;
