-- Drafts of a person, the latest first: that there are some, not what stands in them.
-- Parameters: $1 bigint user, $2 bigint how many, $3 bigint and $4 uuid the last row's sort and id (null: from the start).
-- Columns: public_id, sort, version, updated_at. Index: request_draft_owner_ix.
select d.public_id, d.sort, d.version, d.updated_at
  from (select q.*, -(date_part('epoch', q.updated_at) * 1000000)::bigint as sort
          from nb.request_draft q where q.owner_user_id = $1) d
 where $3::bigint is null or (d.sort, d.public_id) > ($3::bigint, $4::uuid)
 order by d.sort, d.public_id
 limit $2::bigint;
