-- Shows what is secret about a request, counted and audited in this statement.
-- Parameters: $1 actor, $2 text the right they act under, $3 hotline, $4 uuid request, $5 text coded reason.
-- Columns: outcome; guest, alias, wrapped_key, safe_contact (sealed), zones (sealed, hexadecimal; null for others than the author's
-- role), null unless it is revealed. Index: shelter_request_public_id_uq, guest_secret_guest_ix.
select r.outcome, r.guest, r.alias, r.wrapped_key, r.safe_contact, r.zones
  from nb.request_reveal($1, $2, $3, $4, $5) r;
