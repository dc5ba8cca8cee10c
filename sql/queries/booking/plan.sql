-- What must be known of options before they are booked. $1 hotline, $2 public id of the request, $3 uuid[] public ids of
-- options. One row, or none without such a request: known (options that are the request's own), nights (of the whole stay,
-- with what is booked already), coordinator (one owns the request's search), approval (JSON rows frozen on the request, or
-- null), lock_keys bigint[] (the place that is contended first, then every lock of the booking).
-- Indexes: shelter_request_public_id_uq, candidate_public_id_uq, booking_request_ix, task_request_ix.
select o.known, greatest(o.check_out, l.check_out) - least(o.check_in, l.check_in) as nights,
       exists (select from nb.role_grant g
                where g.user_id = r.owner_user_id and g.revoked_at is null
                  and g.role in ('coordinator', 'supervisor', 'director'))
       or exists (select from nb.task k
                   where k.request_id = r.request_id and k.for_role = 'coordinator' and k.state in ('claimed', 'done'))
           as coordinator,
       nullif(r.frozen -> 'approval', 'null') as approval, array_remove(o.place || o.keys, null) as lock_keys
  from nb.shelter_request r
 cross join lateral (
       select count(distinct c.candidate_id) as known, min(c.check_in) as check_in, max(c.check_out) as check_out,
              coalesce(array_agg(distinct k.key), '{}') as keys,
              coalesce(min(nb.lock_key('unit', c.unit_type_id)), min(nb.lock_key('account', c.account_id))) as place
         from nb.candidate c
        cross join lateral unnest(nb.option_keys(r.request_id, c)) k(key)
        where c.public_id = any ($3::uuid[]) and c.request_id = r.request_id) o
 cross join lateral (
       select min(b.check_in) as check_in, max(b.check_out) as check_out
         from nb.booking b
        where b.request_id = r.request_id
          and b.state in ('held', 'offered', 'dispatching', 'confirmed', 'desk_confirmed', 'checked_in', 'unknown')) l
 where r.public_id = $2 and r.hotline_id = $1
