-- What must be known of options before they are booked. $1 hotline, $2 public id of the request, $3 uuid[] public ids of
-- options. One row, or none without such a request: known (options that are the request's own), nights (of the whole stay,
-- with what is booked already), coordinator (one owns the request's search), approval (JSON rows frozen on the request, or
-- null), lock_keys bigint[] (the place that is contended first, then every lock of the booking).
-- Indexes: shelter_request_public_id_uq, candidate_public_id_uq, booking_request_ix, task_request_ix.
select p.known, p.nights, p.coordinator, p.approval, p.lock_keys from nb.book_plan($1, $2, $3) p where p.known is not null
