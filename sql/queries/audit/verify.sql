-- Links of the audit chains that do not hold.
-- Parameters: none.
-- Columns: chain text (public id of the hotline, or installation), position bigint, audit_event_id bigint, problem text.
-- Index: none; every link is looked at.
select coalesce(h.public_id::text, 'installation') as chain, v.seal_position as position, v.audit_event_id, v.problem
  from nb.audit_verify() v left join nb.hotline h on h.hotline_id = v.hotline_id
 order by chain, position;
