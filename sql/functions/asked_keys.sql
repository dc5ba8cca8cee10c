-- The locks that a change of a booking takes, asked for by whoever sends it in a group of calls, through the thing that they
-- know: a referral, a task. Not here: which they are (nb.booking_keys). Also the name under which a guest arrives.
-- Invariant: nothing of another hotline or provider has an answer.

create or replace function nb.referral_keys(hotline bigint, provider bigint, referral uuid) returns bigint[]
    language sql stable
    as $$
    select nb.booking_keys(b)
      from nb.referral r
      join nb.booking b on b.booking_id = r.booking_id
     where r.public_id = referral and (r.hotline_id = hotline or r.provider_id = provider);
$$;
comment on function nb.referral_keys(bigint, bigint, uuid) is
    'The locks that an answer to a referral may need; null unless it is the hotline''s or the provider''s.';

create or replace function nb.referral_alias(provider bigint, referral uuid) returns text
    language sql stable
    as $$
    select g.alias
      from nb.referral r
      join nb.booking b on b.booking_id = r.booking_id
      join nb.shelter_request q on q.request_id = b.request_id
      join pii.guest g on g.guest_id = q.guest_id
     where r.public_id = referral and r.provider_id = provider and r.state = 'accepted'
       and b.state in ('confirmed', 'desk_confirmed', 'checked_in');
$$;
comment on function nb.referral_alias(bigint, uuid) is
    'By what name the guest will ask for the bed: told to the provider that accepted, while the booking stands; else null.';

create or replace function nb.task_keys(hotline bigint, roles text[], task uuid) returns bigint[]
    language sql stable
    as $$
    select case when t.booking_id is not null then (select nb.booking_keys(b) from nb.booking b where b.booking_id = t.booking_id)
                when t.request_id is not null then array[nb.lock_key('request', t.request_id)]
                else '{}'::bigint[] end
      from nb.task t
     where t.public_id = task and t.for_role = any (roles)
       and (t.hotline_id = hotline or (hotline is null and t.for_role = 'admin'));
$$;
comment on function nb.task_keys(bigint, text[], uuid) is
    'The locks that claiming or ending a task may need: those of its booking, else of its request; null for a task of another hotline or of none of the roles.';

create or replace function nb.enter_keys(request bigint, entry jsonb) returns bigint[]
    language sql stable
    as $$
    select nb.option_keys(r.request_id, nb.enter_candidate(r, entry)) from nb.shelter_request r where r.request_id = request;
$$;
comment on function nb.enter_keys(bigint, jsonb) is 'The locks that entering a booking made by hand takes.';
