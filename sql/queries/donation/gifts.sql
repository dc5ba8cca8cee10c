-- A partner's own gifts, the latest first: no account, no balance, no place.
-- Parameters: $1 user, then a page: $2 limit, $3 microseconds of recorded_at since 1970 and $4 public id behind which it
--   begins.
-- Columns: public_id, program_code, fund_id (public), fund_name, region, population, purpose, points, received_on,
--   hard_expires_on, recorded_at.
-- Index: as nb.partner_gifts says.
select g.public_id, g.program_code, g.fund_id, g.fund_name, g.region, g.population, g.purpose, g.points, g.received_on,
       g.hard_expires_on, g.recorded_at
  from nb.partner_gifts($1, $2, timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4::uuid) g;
