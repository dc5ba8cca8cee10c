-- A draft of a person, with the key of their hotline that opens it.
-- Parameters: $1 bigint user, $2 uuid draft.
-- Columns: public_id, version, updated_at, sealed, hotline_public_id, hotline_key (wrapped), key_epoch. Index: request_draft_public_id_uq.
select d.public_id, d.version, d.updated_at, d.sealed, h.public_id as hotline_public_id, h.sealed_key as hotline_key
  from nb.request_draft d
  join nb.hotline h on h.hotline_id = d.hotline_id
 where d.public_id = $2 and d.owner_user_id = $1;
