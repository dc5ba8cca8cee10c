-- Every hotline by name.
-- Parameters: none.
-- Columns: public_id uuid, name text, country text, has_key boolean.
-- Index: none, they are few.
select h.public_id, h.name, h.country, h.sealed_key is not null as has_key from nb.hotline h order by h.name;
