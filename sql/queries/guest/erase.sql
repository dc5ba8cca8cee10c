-- Destroys the key of a guest.
-- Parameters: $1 bigint actor or null, $2 uuid guest or a request of theirs, $3 text reason.
-- Columns: outcome text, detail jsonb or null.
-- Index: guest_public_id_uq, shelter_request_public_id_uq.
select e.outcome, e.detail
  from (select coalesce((select g.public_id from nb.shelter_request r join pii.guest g on g.guest_id = r.guest_id
                          where r.public_id = $2), $2) as guest) t
 cross join lateral nb.guest_erase($1, t.guest, $3) e;
