-- Units whose capacity a user may report, with what is known of a range of nights.
-- Parameters: $1 user, $2 public id of one unit (null: all), $3 public id of a provider (null: all), $4 first night, $5
--   last night, then a page: $6 limit, $7 unused, $8 public id behind which it begins.
-- Columns: unit_type_id (internal, for its lock), public_id, name, place_name, provider_id (public), rooms_or_beds, active,
--   last_reported_at, tonight (the place's business date), nights json text [{night, capacity, held, occupied, free}].
-- Index: unit_type_public_id_uq, unit_night_pk.
select u.unit_type_id, u.public_id, u.name, u.place_name, u.provider_id, u.rooms_or_beds, u.active, u.last_reported_at,
       u.tonight, u.nights
  from nb.capacity_units($1, $2, $3, $4, $5, $6, $8) u
 where $7::bigint is null or $7 = 0;
