-- Opens a request.
-- Parameters: $1 actor, $2 hotline, $3 key, $4 fingerprint, $5 text the actor's role, $6 jsonb facts, $7 uuid guest,
-- $8 text alias, $9 bytea wrapped key, $10 integer its epoch, $11 text[] kinds of secrets, $12 text[] sealed secrets in
-- hexadecimal, $13 text[] fingerprints of the case reference in hexadecimal, the current key's first.
-- Columns: those of a write. Index: operation_pk, situation_ref_fingerprint_uq.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.request_open($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10::integer, $11::text[], $12::text[], $13::text[]);
