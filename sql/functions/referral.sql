-- Referrals: an offer of a party to a shelter or partner hotel, its answer, and the steps that ask again. Not here: what
-- the provider reads (view nb.referral_offer). Invariant: an offer ends once: accepted, declined with a coded reason,
-- expired at its cap, or withdrawn.

create or replace function nb.referral_send(bookings nb.booking[]) returns void
    language plpgsql volatile
    as $$
declare
    sent_at constant timestamptz := nb.now();
    first_step constant interval := nb.setting_interval('referral_step_1_ms');
    whole constant interval := nb.setting_interval('referral_cap_ms');
begin
    insert into nb.referral (booking_id, attempt_id, provider_id, hotline_id, offered_at, expires_at, cap_at)
    select b.booking_id, b.current_attempt_id, b.provider_id, b.hotline_id, sent_at,
           least(sent_at + first_step, coalesce(b.cap_expires_at, sent_at + whole)), coalesce(b.cap_expires_at, sent_at + whole)
      from unnest(bookings) b;
end
$$;
comment on function nb.referral_send(nb.booking[]) is 'Offers the party of each booking to its provider.';

-- The provider's own people, or the hotline's staff, who write down what they were told by phone.
create or replace function nb.referral_may_answer(actor bigint, hotline bigint, r nb.referral) returns boolean
    language sql stable
    as $$
    select exists (select from nb.app_user u
                    where u.user_id = actor and u.state = 'active'
                      and (u.provider_id = r.provider_id
                           or (u.hotline_id = r.hotline_id and r.hotline_id = hotline)));
$$;
comment on function nb.referral_may_answer(bigint, bigint, nb.referral) is 'True for the people of the provider that was asked and of the hotline that asks.';

create or replace function nb.referral_answer_problem(accept boolean, reason text, side text) returns jsonb
    language sql immutable
    as $$
    select case
        when accept is null then jsonb_build_object('field', 'accept', 'allowed', 'true or false')
        when accept and num_nonnulls(reason, side) > 0
            then jsonb_build_object('field', 'reason', 'allowed', 'nothing when accepted')
        when not accept and coalesce(reason, '') not in ('full', 'household_rules', 'gender_rule', 'age', 'safety',
                'staffing', 'cannot_meet_need', 'closed', 'other')
            then jsonb_build_object('field', 'reason', 'allowed', 'full, household_rules, gender_rule, age, safety, staffing, cannot_meet_need, closed or other')
        when not accept and coalesce(side, '') not in ('client', 'provider')
            then jsonb_build_object('field', 'side', 'allowed', 'client or provider') end;
$$;
comment on function nb.referral_answer_problem(boolean, text, text) is 'The first thing wrong with an answer, or null.';

create or replace function nb.referral_settle(r nb.referral, actor bigint, accept boolean, reason text, side text) returns text
    language plpgsql volatile
    as $$
declare
    by_role constant text := nb.actor_role(actor);
begin
    update nb.referral x
       set state = case when accept then 'accepted' else 'declined' end, answered_by = actor, answered_at = nb.now(),
           decline_reason = reason, declined_by_side = side
     where x.referral_id = r.referral_id;
    if accept then
        return nb.booking_step(r.booking_id, 'accept', actor, by_role, r.attempt_id, '{}');
    end if;
    return nb.booking_lost(r.booking_id, 'decline', actor, by_role,
                           jsonb_build_object('outcome', 'declined', 'why', reason, 'side', side));
end
$$;
comment on function nb.referral_settle(nb.referral, bigint, boolean, text, text) is 'Writes an answer and moves the booking. Returns its state.';

create or replace function nb.referral_answer(
    actor bigint, hotline bigint, op_key text, print bytea, referral uuid, accept boolean, reason text, side text,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    r nb.referral;
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    select x.* into r from nb.referral x where x.public_id = referral;
    if r.referral_id is null or not nb.referral_may_answer(actor, hotline, r) then
        outcome := 'not_found';
    else
        perform nb.lock_keys(nb.booking_keys(b)) from nb.booking b where b.booking_id = r.booking_id;
        select x.* into r from nb.referral x where x.public_id = referral;
        detail := nb.referral_answer_problem(accept, reason, side);
        if detail is not null then
            outcome := 'invalid';
        elsif r.state <> 'offered' then
            outcome := 'ended';
            detail := jsonb_build_object('state', r.state);
        else
            detail := jsonb_build_object('booking_state', nb.referral_settle(r, actor, accept, reason, side));
            outcome := case when accept then 'accepted' else 'declined' end;
            perform nb.audit(actor, r.hotline_id, 'referral.' || outcome, 'referral', referral,
                             jsonb_strip_nulls(jsonb_build_object('reason', reason, 'side', side)));
        end if;
        resource_kind := 'referral';
        resource_id := referral;
    end if;
    status := case outcome when 'accepted' then 200 when 'declined' then 200 when 'not_found' then 404
                           when 'invalid' then 422 else 409 end;
    perform nb.operation_end(actor, r.hotline_id, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.referral_answer(bigint, bigint, text, bytea, uuid, boolean, text, text) is
    'The provider, or staff by phone, accepts or declines. Outcome: accepted or declined {booking_state}, ended {state}, invalid {field, allowed} or not_found. After a decline the next allowed candidate is held, or a person books again.';

-- Steps -----------------------------------------------------------------------------------------------------------------

-- How many steps are over, and when the next one is; the cap is the last.
create or replace function nb.referral_steps(r nb.referral, out passed integer, out next_at timestamptz)
    language sql stable
    as $$
    select count(*) filter (where s.at <= nb.now())::integer, coalesce(min(s.at) filter (where s.at > nb.now()), r.cap_at)
      from (select least(r.offered_at + nb.setting_interval(n), r.cap_at) as at
              from unnest(array['referral_step_1_ms', 'referral_step_2_ms', 'referral_step_3_ms']) n
            union all
            select r.cap_at) s;
$$;
comment on function nb.referral_steps(nb.referral) is 'Steps of an offer that are over by now, and the next one.';

create or replace function nb.referral_escalate(b nb.booking, step integer) returns void
    language plpgsql volatile
    as $$
declare
    role constant text := (array['specialist', 'coordinator', 'supervisor'])[least(step, 3)];
begin
    insert into nb.task as t (hotline_id, kind, for_role, request_id, booking_id, attempt_id, due_at, detail)
    values (b.hotline_id, 'referral_unanswered', role, b.request_id, b.booking_id, b.current_attempt_id,
            nb.now() + interval '15 minutes', jsonb_build_object('step', step))
        on conflict (booking_id, kind) where booking_id is not null and state in ('open', 'claimed')
        do update set for_role = excluded.for_role, due_at = excluded.due_at, detail = t.detail || excluded.detail;
end
$$;
comment on function nb.referral_escalate(nb.booking, integer) is 'Nobody answered: a person calls; a later step reaches a higher role.';

create or replace function nb.referral_step_one(r nb.referral) returns void
    language plpgsql volatile
    as $$
declare
    steps record;
    b nb.booking;
begin
    if r.cap_at <= nb.now() then
        perform nb.booking_lost(r.booking_id, 'expire', null, 'clock', '{"outcome": "unanswered"}');
        return;
    end if;
    select s.* into steps from nb.referral_steps(r) s;
    update nb.referral x set renewals = steps.passed, expires_at = steps.next_at where x.referral_id = r.referral_id;
    perform nb.booking_step(r.booking_id, 'renew', null, 'clock', r.attempt_id, jsonb_build_object('step', steps.passed));
    select x.* into b from nb.booking x where x.booking_id = r.booking_id;
    perform nb.referral_escalate(b, steps.passed);
end
$$;
comment on function nb.referral_step_one(nb.referral) is 'A step of an unanswered offer: the hold is renewed and a person is told; at the cap it is over.';
