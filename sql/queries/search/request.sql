-- A request of a hotline as a search needs it, with the rules that were frozen on it.
-- Parameters: $1 bigint hotline, $2 uuid request.
-- Columns: the request's own (frozen, households as json text; languages as primary subtags), now, today (tonight at the
-- request's place), zone, population (what a fund's restriction may name), valid_ms (of a search), guest_public_id, the wrapped key
-- and the sealed zones (null and empty when there are none). Index: shelter_request_public_id_uq.
select r.request_id, r.version, r.state, r.urgency, r.latitude, r.longitude, r.country, r.region, r.tonight, r.check_in,
       r.nights, r.min_distance_m, r.max_distance_m, r.households::text as households, r.gender, r.may_split, r.pets,
       r.service_animals, r.accessible, r.id_documents, r.has_card, r.account_watched, r.avoid_background_check,
       array(select distinct lower(split_part(l, '-', 1)) from unnest(r.languages) l) as languages, r.wishes,
       r.frozen::text as frozen, nb.now() as now, nb.business_date(r.zone, '05:00') as today, r.zone,
       nb.request_population(r) as population, nb.setting_ms('search_valid_ms') as valid_ms,
       g.public_id as guest_public_id, k.wrapped_key, z.sealed as zones
  from nb.shelter_request r
  join pii.guest g on g.guest_id = r.guest_id
 cross join lateral (
    select array_agg(encode(s.sealed, 'hex') order by s.guest_secret_id) as sealed
      from pii.guest_secret s where s.guest_id = r.guest_id and s.kind = 'exclusion_zone') z
  left join pii.guest_key k on k.guest_id = r.guest_id and z.sealed is not null
 where r.public_id = $2 and r.hotline_id = $1;
