-- What a booking takes: units of every night, points with their yearly counter, cash; taken together, and resolved once:
-- given back, spent, or refunded. Not here: states (booking_step.sql), which places may be chosen (candidate.sql).
-- Invariant: everything is checked before anything is written, under the advisory locks of unit, account and budget.

create or replace function nb.booking_is_live(state text) returns boolean
    language sql immutable parallel safe
    as $$
    select state in ('held', 'offered', 'dispatching', 'confirmed', 'desk_confirmed', 'checked_in', 'unknown');
$$;
comment on function nb.booking_is_live(text) is 'True while a person counts on the place.';

create or replace function nb.cash_account_of(hotline bigint, of_currency text) returns bigint
    language sql stable
    as $$
    select c.cash_account_id from nb.cash_account c
     where c.hotline_id = hotline and c.currency = of_currency order by c.cash_account_id limit 1;
$$;
comment on function nb.cash_account_of(bigint, text) is 'The budget of a hotline in a currency; null without one.';

-- A year that the account has no row for begins with the program's own limit.
create or replace function nb.hold_points(b nb.booking, reference uuid, c nb.candidate, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    answer record;
begin
    if c.counter_most is not null and not exists (
        select from nb.account_counter k
         where k.account_id = b.account_id and k.counter_key = c.counter_key
           and k.calendar_year = extract(year from b.check_in)) then
        perform pg_advisory_xact_lock(nb.lock_key('account', b.account_id));
        insert into nb.account_counter (account_id, counter_key, calendar_year, most)
        values (b.account_id, c.counter_key, extract(year from b.check_in), c.counter_most)
            on conflict on constraint account_counter_pk do nothing;
    end if;
    answer := nb.points_hold(b.account_id, reference, b.points, b.check_in, null, c.region, c.population,
                             'emergency_stay', c.counter_key);
    outcome := answer.outcome;
    detail := answer.detail;
end
$$;
comment on function nb.hold_points(nb.booking, uuid, nb.candidate) is
    'Holds the points of a booking; their expiry is the booking''s own. Outcomes as of nb.points_hold.';

create or replace function nb.hold_check(b nb.booking, reference uuid, c nb.candidate, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    full_nights jsonb;
    answer record;
    locked text;
begin
    if b.unit_type_id is not null then
        locked := pg_advisory_xact_lock(nb.lock_key('unit', b.unit_type_id));
        select jsonb_agg(b.check_in + d) into full_nights
          from generate_series(0, b.check_out - b.check_in - 1) d
          left join nb.unit_night n on n.unit_type_id = b.unit_type_id and n.night = b.check_in + d
         where coalesce(n.capacity - n.held - n.occupied, 0) < b.units;
        if full_nights is not null then
            outcome := 'no_capacity';
            detail := jsonb_build_object('nights', full_nights);
            return;
        end if;
    end if;
    if b.cash_minor > 0 and b.cash_account_id is not null then
        perform pg_advisory_xact_lock(nb.lock_key('cash', b.cash_account_id));
    end if;
    if b.cash_minor > 0 and (b.cash_account_id is null or nb.cash_available(b.cash_account_id) < b.cash_minor) then
        outcome := 'insufficient_cash';
        detail := jsonb_build_object('wanted', b.cash_minor, 'currency', b.currency,
                                     'usable', coalesce(nb.cash_available(b.cash_account_id), 0));
        return;
    end if;
    if b.points is not null then
        answer := nb.hold_points(b, reference, c);
        outcome := answer.outcome;
        detail := answer.detail;
        return;
    end if;
    outcome := 'held';
end
$$;
comment on function nb.hold_check(nb.booking, uuid, nb.candidate) is
    'Checks that everything a booking takes is there, and holds its points. held (nb.hold_take or nb.hold_write must follow), no_capacity {nights}, insufficient_cash, insufficient_points, restricted or counter_used_up; all but held change nothing.';

create or replace function nb.hold_take(b nb.booking, reference uuid) returns void
    language plpgsql volatile
    as $$
begin
    if b.unit_type_id is not null then
        update nb.unit_night n set held = n.held + b.units
         where n.unit_type_id = b.unit_type_id and n.night >= b.check_in and n.night < b.check_out;
    end if;
    if b.cash_minor > 0 then
        perform nb.cash_hold(b.cash_account_id, reference, b.cash_minor);
    end if;
end
$$;
comment on function nb.hold_take(nb.booking, uuid) is 'Takes what nb.hold_check found free: units of every night, and the cash. nb.claims_new must follow where units were taken.';

create or replace function nb.claims_new(bookings nb.booking[]) returns void
    language plpgsql volatile
    as $$
begin
    insert into nb.place_claim (unit_type_id, night, booking_id, hotline_id, provider_id, quantity)
    select b.unit_type_id, b.check_in + d, b.booking_id, b.hotline_id, b.provider_id, b.units
      from unnest(bookings) b cross join generate_series(0, b.check_out - b.check_in - 1) d;
end
$$;
comment on function nb.claims_new(nb.booking[]) is 'Claims the units that bookings hold, night by night.';

create or replace function nb.hold_write(b nb.booking, reference uuid) returns void
    language plpgsql volatile
    as $$
begin
    perform nb.hold_take(b, reference);
    if b.unit_type_id is not null then
        perform nb.claims_new(array[b]);
    end if;
end
$$;
comment on function nb.hold_write(nb.booking, uuid) is 'Takes what nb.hold_check found free, with its claims, for a booking that is written.';

create or replace function nb.claims_end(b nb.booking, end_state text, from_night date) returns void
    language plpgsql volatile
    as $$
begin
    if b.unit_type_id is null then
        return;
    end if;
    perform pg_advisory_xact_lock(nb.lock_key('unit', b.unit_type_id));
    with ended as (
        update nb.place_claim p set state = end_state, ended_at = nb.now()
          from nb.place_claim old
         where old.place_claim_id = p.place_claim_id and p.booking_id = b.booking_id and p.night >= from_night
           and p.state in ('held', 'occupied')
        returning p.unit_type_id, p.night, p.quantity, old.state as before)
    update nb.unit_night n
       set held = n.held - case e.before when 'held' then e.quantity else 0 end,
           occupied = n.occupied - case e.before when 'occupied' then e.quantity else 0 end
      from ended e where n.unit_type_id = e.unit_type_id and n.night = e.night;
end
$$;
comment on function nb.claims_end(nb.booking, text, date) is
    'Gives back the units of a booking from a night on, held or occupied. end_state: released or expired.';

create or replace function nb.hold_void(b nb.booking, reference uuid, claim_state text, counter_returns boolean) returns void
    language plpgsql volatile
    as $$
begin
    perform nb.claims_end(b, claim_state, b.check_in);
    if b.points is not null then
        perform nb.points_resolve(reference, 'voided', counter_returns);
    end if;
    if b.cash_minor > 0 then
        perform nb.cash_resolve(reference, 'voided');
    end if;
end
$$;
comment on function nb.hold_void(nb.booking, uuid, text, boolean) is 'Gives back exactly what a booking holds.';

create or replace function nb.hold_post(b nb.booking, reference uuid) returns void
    language plpgsql volatile
    as $$
begin
    if b.unit_type_id is not null then
        perform pg_advisory_xact_lock(nb.lock_key('unit', b.unit_type_id));
        with taken as (
            update nb.place_claim p set state = 'occupied'
             where p.booking_id = b.booking_id and p.state = 'held'
            returning p.unit_type_id, p.night, p.quantity)
        update nb.unit_night n set held = n.held - t.quantity, occupied = n.occupied + t.quantity
          from taken t where n.unit_type_id = t.unit_type_id and n.night = t.night;
    end if;
    if b.points is not null then
        perform nb.points_resolve(reference, 'posted');
    end if;
    if b.cash_minor > 0 then
        perform nb.cash_resolve(reference, 'posted');
    end if;
end
$$;
comment on function nb.hold_post(nb.booking, uuid) is 'What was held is spent, what was claimed is occupied.';

-- Something was cancelled that may exist outside: what is still held is voided, what was spent is refunded.
create or replace function nb.hold_give_back(b nb.booking, reference uuid, counter_returns boolean) returns void
    language plpgsql volatile
    as $$
begin
    perform nb.claims_end(b, 'released', b.check_in);
    if b.points is not null and nb.points_resolve(reference, 'voided', counter_returns) = 'ended' then
        perform nb.points_refund(reference);
    end if;
    if b.cash_minor > 0 and nb.cash_resolve(reference, 'voided') = 'ended' then
        perform nb.cash_refund(reference);
    end if;
end
$$;
comment on function nb.hold_give_back(nb.booking, uuid, boolean) is
    'Voids what is still held, refunds what was spent. Yearly counters of what was spent stay used, as programs keep them.';

create or replace function nb.hold_penalty(b nb.booking, reference uuid) returns void
    language plpgsql volatile
    as $$
begin
    perform nb.claims_end(b, 'released', b.check_in);
    if b.points is not null then
        perform nb.points_resolve(reference, 'posted');
        insert into nb.finance_exception (hotline_id, kind, ledger_transfer_id, points)
        select b.hotline_id, 'penalty', max(t.ledger_transfer_id), -h.points
          from nb.points_hold h
          join nb.ledger_transfer t on t.points_hold_id = h.points_hold_id and t.kind = 'post'
         where h.reference = hold_penalty.reference
         group by h.points;
    end if;
    if b.cash_minor > 0 then
        perform nb.cash_resolve(reference, 'posted');
        insert into nb.finance_exception (hotline_id, kind, ledger_transfer_id, cash_minor, currency)
        select b.hotline_id, 'penalty', max(t.ledger_transfer_id), -h.minor, b.currency
          from nb.cash_hold h
          join nb.ledger_transfer t on t.cash_hold_id = h.cash_hold_id and t.kind = 'post'
         where h.reference = hold_penalty.reference
         group by h.minor;
    end if;
end
$$;
comment on function nb.hold_penalty(nb.booking, uuid) is
    'Nobody comes and it costs what was booked: spent, units free again, and a finance exception for each kind of money.';
