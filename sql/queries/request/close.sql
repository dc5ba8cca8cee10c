-- Closes a request.
-- Parameters: $1 actor, $2 hotline, $3 key, $4 fingerprint, $5 uuid request, $6 integer version that was read (0: any),
-- $7 text reason.
-- Columns: those of a write. Index: operation_pk, shelter_request_public_id_uq.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.request_close($1, $2, $3, $4, $5, $6::integer, $7);
