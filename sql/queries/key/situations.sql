-- Fingerprints of cases that an older epoch made, with the reference as one of their guests' keys seals it.
-- Parameters: $1 integer epoch, $2 bigint after this case, $3 bigint how many.
-- Columns: situation_id bigint, hotline_id bigint, fingerprint bytea, sealed bytea, guest_public_id uuid, wrapped_key bytea.
-- Index: situation_ref_pk, guest_secret_guest_ix.
select s.situation_id, s.hotline_id, s.fingerprint, f.sealed, f.public_id as guest_public_id, f.wrapped_key
  from nb.situation_ref s
  cross join lateral (
        select q.sealed, g.public_id, k.wrapped_key
          from nb.shelter_request r
          join pii.guest_secret q on q.guest_id = r.guest_id and q.kind = 'case_reference'
          join pii.guest_key k on k.guest_id = r.guest_id and k.destroyed_at is null
          join pii.guest g on g.guest_id = r.guest_id
         where r.situation_id = s.situation_id
         order by r.request_id desc
         limit 1) f
 where s.situation_id > $2 and substr(s.fingerprint, 1, 4) < int4send($1)
 order by s.situation_id
 limit $3;
