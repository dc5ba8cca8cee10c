-- Requests of a hotline, the latest first, by pages.
-- Parameters: $1 bigint hotline, $2 text state (null: any), $3 bigint how many, $4 bigint and $5 uuid the last row's sort
-- and id (null: from the start).
-- Columns: public_id, sort (microseconds of opened_at, negative, so that it rises), state, urgency, country, region, check_in,
-- nights, people, opened_at, next_action_at, version. Index: shelter_request_hotline_ix.
select r.public_id, r.sort, r.state, r.urgency, r.country, r.region, r.check_in, r.nights, r.people, r.opened_at,
       r.next_action_at, r.version
  from (select q.*, -(date_part('epoch', q.opened_at) * 1000000)::bigint as sort,
               (select sum((h ->> 'adults')::integer + jsonb_array_length(h -> 'children_ages'))
                  from jsonb_array_elements(q.households) h)::bigint as people
          from nb.shelter_request q
         where q.hotline_id = $1 and coalesce(q.state = $2::text, true)) r
 where $4::bigint is null or (r.sort, r.public_id) > ($4::bigint, $5::uuid)
 order by r.sort, r.public_id
 limit $3::bigint;
