-- Tasks as those see them who may take them. Not here: opening, claiming and ending tasks.
-- Invariant: staff see the tasks of their hotline; an administrator sees what is for administrators, and neither request
-- nor booking with it.

create or replace function nb.task_shown(
    actor bigint, one_task uuid, in_state text, of_role text, mine boolean, max_rows bigint, after_at timestamptz,
    after_id uuid)
    returns table (public_id uuid, kind text, for_role text, state text, due_at timestamptz, request_id uuid,
                   booking_id uuid, detail jsonb, claimed_by uuid, claimed_by_name text, lease_until timestamptz,
                   fencing_token bigint, created_at timestamptz, done_at timestamptz, result text, handover text)
    language plpgsql stable
    as $$
#variable_conflict use_column
begin
    return query
    select t.public_id, t.kind, t.for_role, t.state, t.due_at, r.public_id, b.public_id, t.detail, c.public_id,
           c.display_name, t.lease_until, t.fencing_token, t.created_at, t.done_at, t.result, t.handover
      from (select u.user_id, u.hotline_id,
                   exists (select from nb.role_grant g where g.user_id = u.user_id and g.revoked_at is null
                              and g.role in ('specialist', 'coordinator', 'supervisor', 'director')) as is_staff,
                   exists (select from nb.role_grant g where g.user_id = u.user_id and g.revoked_at is null
                              and g.role = 'admin') as is_admin
              from nb.app_user u where u.user_id = actor and u.state = 'active') me
      join nb.task t
        on (me.is_staff and t.hotline_id = me.hotline_id)
        or (me.is_admin and t.for_role = 'admin' and (me.hotline_id is null or t.hotline_id = me.hotline_id))
      left join nb.shelter_request r on me.is_staff and r.request_id = t.request_id
      left join nb.booking b on me.is_staff and b.booking_id = t.booking_id
      left join nb.app_user c on c.user_id = t.claimed_by
     where t.public_id >= coalesce(one_task, '00000000-0000-0000-0000-000000000000')
       and t.public_id <= coalesce(one_task, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
       and case in_state when 'live' then t.state in ('open', 'claimed') when 'all' then true else t.state = in_state end
       and (of_role is null or t.for_role = of_role) and (not mine or t.claimed_by = actor)
       and (after_at is null or (t.due_at, t.public_id) > (after_at, after_id))
     order by t.due_at, t.public_id
     limit max_rows;
end
$$;
comment on function nb.task_shown(bigint, uuid, text, text, boolean, bigint, timestamptz, uuid) is
    'Tasks that the actor may take, the most urgent first. in_state: open, claimed, done, dropped, live (open or claimed) or all.';
