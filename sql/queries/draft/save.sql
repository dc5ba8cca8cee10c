-- Keeps a draft.
-- Parameters: $1 actor, $2 hotline, $3 key, $4 fingerprint, $5 uuid draft, $6 integer version that was read (null: a new
-- draft, 0: any), $7 bytea sealed.
-- Columns: those of a write. Index: operation_pk, request_draft_public_id_uq.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.draft_save($1, $2, $3, $4, $5, $6::integer, $7);
