-- Requests that a provider asked for, the latest first: no guest, no place, and what became of them only by consent.
-- Parameters: $1 user, then a page: $2 limit, $3 microseconds of opened_at since 1970 and $4 public id behind which it begins.
-- Columns: public_id, opened_at, check_in, nights integer, shares_back, progress (looking, placed or over; null without consent).
-- Index: shelter_request_asking_provider_ix.
select a.public_id, a.opened_at, a.check_in, a.nights, a.shares_back, a.progress
  from nb.requests_asked($1, $2, timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4::uuid) a;
