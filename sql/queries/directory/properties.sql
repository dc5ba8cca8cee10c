-- Hotels of the directory.
-- Parameters: $1 public id of one (null: all), $2 vetting_state (null: any), $3 program code (null: any), then a page: $4
--   limit, $5 unused, $6 public id behind which it begins.
-- Columns: public_id, name, brand_name, program_code, company_name, country, region, postal_code, zone, zone_confirmed,
--   card_rule, takes_no_id, accepted_id json text, min_check_in_age, guest_cap, has_policy, has_training, has_reporting,
--   has_sourcing boolean (its own answer or the company's, null when neither is known), vetting_state, vetted_at,
--   last_verified_at, in the order of public_id.
-- Index: property_public_id_uq.
select h.public_id, h.name, h.brand_name, h.program_code, c.name as company_name, l.country, l.region, l.postal_code,
       l.zone, l.zone_confirmed_by is not null as zone_confirmed, h.card_rule, h.takes_no_id,
       to_jsonb(h.accepted_id) as accepted_id, h.min_check_in_age, h.guest_cap,
       coalesce(h.has_policy, c.has_policy) as has_policy, coalesce(h.has_training, c.has_training) as has_training,
       coalesce(h.has_reporting, c.has_reporting) as has_reporting,
       coalesce(h.has_sourcing, c.has_sourcing) as has_sourcing, h.vetting_state, h.vetted_at, h.last_verified_at
  from nb.property h
  join nb.location l using (location_id)
  left join nb.hotel_company c using (hotel_company_id)
 where h.public_id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
   and h.public_id <= coalesce($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
   and ($2::text is null or h.vetting_state = $2)
   and ($3::text is null or h.program_code = $3)
   and h.public_id > coalesce($6::uuid, '00000000-0000-0000-0000-000000000000')
   and ($5::bigint is null or $5 = 0)
 order by h.public_id
 limit $4;
