-- A home of users by outside id or exact name; a provider's name may be borne by several.
-- Parameters: $1 text kind (hotline, provider or partner), $2 text id or name.
-- Columns: public_id uuid.
-- Index: the outside ids of the three tables; by name a scan.
select h.public_id from nb.hotline h where $1 = 'hotline' and (h.public_id::text = lower($2) or h.name = $2)
union all
select p.public_id from nb.provider p where $1 = 'provider' and (p.public_id::text = lower($2) or p.name = $2)
union all
select r.public_id from nb.partner r where $1 = 'partner' and (r.public_id::text = lower($2) or r.name = $2)
 limit 2;
