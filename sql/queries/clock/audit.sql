-- Seals settled audit rows into the chain of each hotline and of the installation. $1 rows of a chain at most.
-- One row: swept, how many were sealed.
select coalesce(sum(nb.audit_seal(c.hotline_id, $1::int)), 0)::bigint as swept
  from (select h.hotline_id from nb.hotline h union all select null) c
