-- Shows the place and the guest of a task's booking to whoever holds its claim, counted and audited in this statement.
-- $1 actor, $2 the right they act under, $3 hotline, $4 public id of the task. One row as of booking/reveal.
-- Index: task_public_id_uq.
select r.outcome, f.guest, f.alias, f.wrapped_key, f.given_name, f.surname, f.confirmation, f.reference, f.place_name, f.place_kind,
       f.unit_name, f.address, f.sealed_address, f.address_of, f.confidential, f.postal_code, f.region, f.country, f.zone, f.program,
       f.property_code, f.account, f.phone_only, f.check_in, f.check_out, f.units, f.points, f.cancel_by, f.version, f.hotline,
       f.hotline_key
  from nb.task_reveal($1, $2, $3, $4) r
  left join lateral nb.reveal_facts(r.found_id, r.found_attempt) f on r.outcome = 'revealed'
