-- Organizations of the directory.
-- Parameters: $1 public id of one (null: all), $2 vetting_state (null: any), $3 kind (null: any), then a page: $4 limit,
--   $5 unused, $6 public id behind which it begins.
-- Columns: public_id, name, kind, vetting_state, vetted_at, country, notify_channel, created_at, services bigint (that
--   are not closed), in the order of public_id.
-- Index: provider_public_id_uq, service_provider_ix.
select p.public_id, p.name, p.kind, p.vetting_state, p.vetted_at, p.country, p.notify_channel, p.created_at,
       (select count(*) from nb.service s where s.provider_id = p.provider_id and s.status <> 'closed') as services
  from nb.provider p
 where p.public_id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
   and p.public_id <= coalesce($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
   and ($2::text is null or p.vetting_state = $2)
   and ($3::text is null or p.kind = $3)
   and p.public_id > coalesce($6::uuid, '00000000-0000-0000-0000-000000000000') and ($5::bigint is null or $5 = 0)
 order by p.public_id
 limit $4;
