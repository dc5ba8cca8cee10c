-- Where each audit chain ends: kept elsewhere, it shows later that nothing was cut off.
-- Parameters: none.
-- Columns: chain text (public id of the hotline, or installation), links bigint, hash text in hexadecimal, sealed_at.
-- Index: audit_seal_chain_uq.
select distinct on (s.hotline_id) coalesce(h.public_id::text, 'installation') as chain, s.position as links,
       encode(s.hash, 'hex') as hash, s.sealed_at
  from nb.audit_seal s left join nb.hotline h on h.hotline_id = s.hotline_id
 order by s.hotline_id nulls first, s.position desc;
