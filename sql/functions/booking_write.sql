-- The rows of bookings that are held: room, attempt, claims of every night, events, and the way to the provider or into the
-- outbox; of all bookings of a call together, for setting up a statement costs more than a row. Not here: what is held
-- (booking_hold.sql). Invariant: no booking without its rooms, its attempt, its event and somebody who acts on it.

create or replace function nb.booking_rows(made nb.booking_made[]) returns void
    language plpgsql volatile
    as $$
begin
    insert into nb.booking overriding system value select (m.booking).* from unnest(made) m;
    insert into nb.booking_room (booking_id, request_id, household_index, room_number, role, nights)
    select (m.booking).booking_id, (m.booking).request_id, h, m.first_room, (m.booking).role,
           daterange((m.booking).check_in, (m.booking).check_out)
      from unnest(made) m cross join unnest((m.booking).household_indexes) h;
    insert into nb.booking_attempt (attempt_id, booking_id, candidate_id, number, reference, transport, account_id,
                                    property_id, check_in, check_out, units, points, cash_minor, currency, created_at)
    overriding system value
    select (m.booking).current_attempt_id, (m.booking).booking_id, (m.booking).candidate_id, 1, m.reference,
           (m.booking).transport, (m.booking).account_id, (m.booking).property_id, (m.booking).check_in,
           (m.booking).check_out, (m.booking).units, (m.booking).points, (m.booking).cash_minor, (m.booking).currency,
           (m.booking).created_at
      from unnest(made) m;
end
$$;
comment on function nb.booking_rows(nb.booking_made[]) is 'Writes bookings with their rooms and first attempts.';

-- A hint for an idle dispatcher. One that has work looks anyway, and NOTIFY makes commits wait for each other.
create or replace function nb.outbox_hint() returns void
    language plpgsql volatile
    as $$
begin
    if not exists (select from nb.outbox_operation o where o.state = 'ready' and o.due_at <= nb.now()) then
        perform pg_notify('nb_outbox', '');
    end if;
end
$$;
comment on function nb.outbox_hint() is 'Wakes the dispatcher when nothing waits for it yet; before what is due is put into the outbox.';

create or replace function nb.book_write(made nb.booking_made[]) returns void
    language plpgsql volatile
    as $$
declare
    offers nb.booking[] := '{}';
    claims nb.booking[] := '{}';
    commits boolean := false;
    m nb.booking_made;
    b nb.booking;
    done text;
begin
    if cardinality(made) = 0 then
        return;
    end if;
    foreach m in array made loop
        b := m.booking;
        commits := commits or b.transport <> 'referral';
        if b.transport = 'referral' then
            offers := offers || b;
        end if;
        if b.unit_type_id is not null then
            claims := claims || b;
        end if;
    end loop;
    done := nb.booking_rows(made);
    if cardinality(claims) > 0 then
        done := nb.claims_new(claims);
    end if;
    insert into nb.booking_event (booking_id, attempt_id, from_state, event, to_state, actor_user_id, actor_role, at)
    select (x.booking).booking_id, (x.booking).current_attempt_id, s.from_state, s.event, s.to_state, (x.booking).created_by,
           x.actor_role, (x.booking).created_at
      from unnest(made) x
     cross join (values ('none', 'hold', 'held'), ('held', 'offer', 'offered')) s (from_state, event, to_state)
     where s.event = 'hold' or (x.booking).transport = 'referral';
    if cardinality(offers) > 0 then
        done := nb.referral_send(offers);
    end if;
    if commits then
        done := nb.outbox_hint();
        insert into nb.outbox_operation (kind, booking_id, attempt_id, account_id, program_code, due_at, created_at)
        select 'commit', (x.booking).booking_id, (x.booking).current_attempt_id, (x.booking).account_id,
               (x.booking).program_code, (x.booking).created_at, (x.booking).created_at
          from unnest(made) x where (x.booking).transport <> 'referral';
    end if;
    insert into nb.audit_event (hotline_id, at, actor_user_id, actor_role, action, subject_kind, subject_id, detail)
    select (x.booking).hotline_id, (x.booking).created_at, (x.booking).created_by, x.actor_role, 'booking.held', 'booking',
           (x.booking).public_id,
           jsonb_build_object('kind', (x.booking).place_kind, 'points', (x.booking).points, 'units', (x.booking).units)
               || case when (x.booking).long_stay_reason is null then '{}'
                       else jsonb_build_object('long_stay_reason', (x.booking).long_stay_reason) end
      from unnest(made) x;
end
$$;
comment on function nb.book_write(nb.booking_made[]) is 'Writes bookings that nb.book_place has held, with everything that goes with them. None is nothing.';
