-- Records a search with its options and its refused places.
-- Parameters: $1 actor, $2 hotline, $3 key, $4 fingerprint, $5 uuid request, $6 integer its version, $7 uuid search, $8 integer
-- considered, $9 integer offered, $10 jsonb refusal counts, $11 text kinds, $12 bigint[] ids, $13 integer[] distances and
-- $14 smallint[] reason sets of the refused, $15 text[] the sets, $16 text options and $17 text further options (json),
-- $18 jsonb allocation, $19 smallint[] households left over, $20 integer people left over.
-- Columns: those of a write. Index: operation_pk, shelter_request_public_id_uq.
select outcome, status, resource_kind, resource_id, version, detail, replayed
  from nb.search_record($1, $2, $3, $4, $5, $6::integer, $7, $8::integer, $9::integer, $10::jsonb, $11, $12::bigint[],
                        $13::integer[], $14::smallint[], $15::text[], $16::text, $17::text, $18::jsonb, $19::smallint[],
                        $20::integer);
