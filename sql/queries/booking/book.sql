-- Books options of requests: of each choice all are held or none. $1 JSON array of choices, as nb.booking_wish. One row for
-- each, in order: the answer of an operation, and of one booking that was made just now (id not null) the columns of
-- booking/made without its request and what it covers, which the one who asks knows.
select a.outcome, a.status, a.resource_kind, a.resource_id, a.version, a.detail, a.replayed,
       (a.made).public_id as id, (a.made).role, (a.made).state, (a.made).place_kind, (a.made).transport,
       (a.made).program_code as program, (a.made).check_in, (a.made).check_out, (a.made).units,
       to_jsonb((a.made).household_indexes) as households, (a.made).points, (a.made).cash_minor, (a.made).currency,
       (a.made).points_reason, (a.made).long_stay_reason, (a.made).allowed_next, (a.made).price_tolerance_points,
       (a.made).hold_expires_at, (a.made).cancel_by, (a.made).desk_confirmed_at, (a.made).desk_contact,
       (a.made).guest_told_at, (a.made).next_action_at, (a.made).created_at
  from nb.book($1) a
