-- Donors' funds, under which gifts are recorded.
-- Parameters: $1 public id of one fund (null: all), then a page: $2 limit, $3 unused, $4 public id behind which it begins.
-- Columns: public_id, name, campaign, partner_id (public) and partner_name (null: no partner), region, population, purpose,
--   in the order of public_id.
-- Index: donor_fund_public_id_uq.
select f.public_id, f.name, f.campaign, p.public_id as partner_id, p.name as partner_name, r.region, r.population,
       r.purpose
  from nb.donor_fund f
  left join nb.partner p on p.partner_id = f.partner_id
  left join nb.restriction r on r.restriction_id = f.restriction_id
 where f.public_id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
   and f.public_id <= coalesce($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
   and f.public_id > coalesce($4::uuid, '00000000-0000-0000-0000-000000000000') and ($3::bigint is null or $3 = 0)
 order by f.public_id
 limit $2;
