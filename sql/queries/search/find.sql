-- A search of a hotline, without its places.
-- Parameters: $1 bigint hotline, $2 uuid search.
-- Columns: as named; refusal_counts and allocation json text; stale: the request changed or the time is over; author_role of
-- the request. Index: search_public_id_uq.
select s.public_id, r.public_id as request_public_id, s.made_at, s.expires_at, s.considered, s.offered, s.recorded,
       s.refusal_counts::text as refusal_counts, s.allocation::text as allocation,
       s.expires_at <= nb.now() or s.request_version <> r.version as stale,
       r.unaccompanied_minor, r.frozen ->> 'author_role' as author_role
  from nb.search s
  join nb.shelter_request r on r.request_id = s.request_id
 where s.public_id = $2 and s.hotline_id = $1;
