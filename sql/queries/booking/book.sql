-- Books options of a request: all are held or none. $1 actor, $2 hotline, $3 operation key, $4 fingerprint, $5 public id of
-- the request, $6 uuid[] options, $7 reason for points or null, $8 public id of the booking that is covered or null, $9 the
-- next candidate is allowed, $10 tolerance in points, $11 reason for a long stay or null. One row: the answer of an operation, and of
-- one booking that was made just now (id not null) the columns of booking/made.
select a.outcome, a.status, a.resource_kind, a.resource_id, a.version, a.detail, a.replayed,
       (a.made).public_id as id, $5::uuid as request, null::uuid as group_id, null::text as group_kind, (a.made).role,
       $8::uuid as covers, (a.made).state, (a.made).place_kind, (a.made).transport, (a.made).program_code as program,
       (a.made).check_in, (a.made).check_out, (a.made).units, to_jsonb((a.made).household_indexes) as households,
       (a.made).points, (a.made).cash_minor, (a.made).currency, (a.made).points_reason, (a.made).long_stay_reason, (a.made).allowed_next,
       (a.made).price_tolerance_points, (a.made).hold_expires_at, (a.made).cancel_by, (a.made).desk_confirmed_at,
       (a.made).desk_contact, (a.made).guest_told_at, (a.made).next_action_at, (a.made).created_at
  from nb.book($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) a
