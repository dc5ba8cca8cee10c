-- Changes a request.
-- Parameters: $1 actor, $2 hotline, $3 key, $4 fingerprint, $5 text the actor's role, $6 uuid request, $7 integer version
-- that was read (0: any), $8 jsonb facts, $9 text[] kinds of secrets that are replaced, $10 text[] kinds and $11 text[] the
-- sealed secrets in hexadecimal.
-- Columns: those of a write. Index: operation_pk, shelter_request_public_id_uq.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.request_change($1, $2, $3, $4, $5, $6, $7::integer, $8::jsonb, $9::text[], $10::text[], $11::text[]);
