-- Reveals: the place of a booking and how its guest is called, given to one person with a reason. Everything else that
-- reads a booking leaves them out. Invariant: nothing is returned that was not counted and audited in the same
-- transaction; a booking of another hotline does not exist.

create or replace function nb.reveal_counted(actor bigint) returns boolean
    language plpgsql volatile
    as $$
declare
    most integer;
    so_far integer;
begin
    select s.value_text::integer into most
      from nb.setting s
     where s.name = 'reveals_per_hour' and s.effective_from <= nb.now()
     order by s.effective_from desc limit 1;
    insert into nb.reveal_count as c (actor_user_id, hour, reveals)
    values (actor, date_trunc('hour', nb.now(), 'UTC'), 1)
        on conflict (actor_user_id, hour) do update set reveals = c.reveals + 1
    returning c.reveals into so_far;
    return so_far <= coalesce(most, 60);
end
$$;
comment on function nb.reveal_counted(bigint) is 'Counts one reveal; false when the hour''s quota was reached before.';

create or replace function nb.reveal_facts(
    booking bigint, attempt bigint,
    out guest uuid, out alias text, out wrapped_key bytea, out given_name bytea, out surname bytea, out confirmation bytea,
    out reference uuid, out place_name text, out place_kind text, out unit_name text, out address text,
    out sealed_address bytea, out address_of uuid, out confidential boolean, out postal_code text, out region text,
    out country text, out zone text, out program text, out property_code text, out account uuid, out phone_only boolean,
    out check_in date, out check_out date, out units integer, out points bigint, out cancel_by timestamptz, out version integer,
    out hotline uuid, out hotline_key bytea)
    language sql stable
    as $$
    select g.public_id, g.alias, k.wrapped_key,
           (select s.sealed from pii.guest_secret s where s.guest_id = g.guest_id and s.kind = 'given_name'
             order by s.guest_secret_id desc limit 1),
           (select s.sealed from pii.guest_secret s where s.guest_id = g.guest_id and s.kind = 'surname'
             order by s.guest_secret_id desc limit 1),
           c.sealed, a.reference, coalesce(p.name, v.name), b.place_kind, t.name, l.address,
           case when b.state in ('confirmed', 'desk_confirmed', 'checked_in') then l.sealed_address end, l.public_id,
           l.confidential, l.postal_code, l.region, l.country, l.zone, b.program_code, p.program_property_code,
           o.public_id, coalesce(o.phone_only, false), a.check_in, a.check_out, a.units, a.points, b.cancel_by, b.version,
           h.public_id, h.sealed_key
      from nb.booking b
      join nb.booking_attempt a on a.attempt_id = coalesce(attempt, b.current_attempt_id)
      join nb.shelter_request r on r.request_id = b.request_id
      join nb.hotline h on h.hotline_id = b.hotline_id
      join pii.guest g on g.guest_id = r.guest_id
      left join pii.guest_key k on k.guest_id = g.guest_id
      left join pii.guest_secret c on c.guest_secret_id = a.confirmation_secret_id
      left join nb.property p on p.property_id = a.property_id
      left join nb.unit_type t on t.unit_type_id = b.unit_type_id
      left join nb.service v on v.service_id = t.service_id
      left join nb.location l on l.location_id = coalesce(p.location_id, v.location_id)
      left join nb.points_account o on o.account_id = a.account_id
     where b.booking_id = booking;
$$;
comment on function nb.reveal_facts(bigint, bigint) is
    'Where a booking is and how its guest is called, as sealed as it is kept; attempt null for the current one. The address of a confidential place only once the place is confirmed. Asked in one statement with nb.booking_reveal or nb.task_reveal, never without.';

create or replace function nb.booking_reveal(
    actor bigint, actor_role text, hotline bigint, booking uuid, reason text, out outcome text, out found_id bigint)
    language plpgsql volatile
    as $$
begin
    select b.booking_id into found_id from nb.booking b where b.public_id = booking and b.hotline_id = hotline;
    if found_id is null then
        outcome := 'not_found';
    elsif not nb.reveal_counted(actor) then
        outcome := 'quota';
        perform nb.audit(actor, hotline, 'booking.reveal_refused', 'booking', booking,
                         jsonb_build_object('reason', reason), actor_role);
    else
        outcome := 'revealed';
        perform nb.audit(actor, hotline, 'booking.revealed', 'booking', booking, jsonb_build_object('reason', reason), actor_role);
    end if;
end
$$;
comment on function nb.booking_reveal(bigint, text, bigint, uuid, text) is
    'Counts and audits that the place and the guest of a booking are shown. Outcome: revealed {booking}, not_found or quota.';

create or replace function nb.task_reveal(
    actor bigint, actor_role text, hotline bigint, task uuid, out outcome text, out found_id bigint, out found_attempt bigint)
    language plpgsql volatile
    as $$
declare
    work nb.task;
begin
    select t.* into work from nb.task t where t.public_id = task and t.hotline_id = hotline;
    if work.task_id is null or work.booking_id is null then
        outcome := 'not_found';
    elsif work.state <> 'claimed' or work.claimed_by <> actor or work.lease_until <= nb.now() then
        outcome := 'not_claimed';
    elsif not nb.reveal_counted(actor) then
        outcome := 'quota';
        perform nb.audit(actor, hotline, 'task.reveal_refused', 'task', task, '{}'::jsonb, actor_role);
    else
        outcome := 'revealed';
        found_id := work.booking_id;
        found_attempt := work.attempt_id;
        perform nb.audit(actor, hotline, 'task.revealed', 'task', task, jsonb_build_object('kind', work.kind), actor_role);
    end if;
end
$$;
comment on function nb.task_reveal(bigint, text, bigint, uuid) is
    'The same for whoever holds the claim of a task about a booking. Outcome: revealed {booking, attempt}, not_found, not_claimed or quota.';
