-- Offers to providers: who may answer, what a decline leads to, and how silence is asked again up to the cap.
select nb_test.set_now('2026-12-01 18:00+00') \gset
create temporary table house as
select h.hotline, nb_test.provider('shelter') as provider, nb_test.person('specialist', h.hotline) as staff
  from (select nb_test.hotline('referrals') as hotline) h;
create temporary table place as select nb_test.beds(20, 5, provider) as unit, nb_test.beds(20) as other_unit, nb_test.partner_rooms(9) as rooms from house;

create function pg_temp.offered(next_allowed boolean default false) returns nb.booking language plpgsql as $$
declare
    h house;
    p place;
    request bigint;
    search bigint;
    first uuid;
    got record;
    unused uuid;
begin
    select * into h from house;
    select * into p from place;
    request := nb_test.request(h.hotline);
    search := nb_test.search(request);
    first := nb_test.shelter_option(search, p.unit);
    unused := nb_test.shelter_option(search, p.other_unit, 2);
    select * into got from nb_test.book(request, array[first], null, null, next_allowed);
    return nb_test.booking(got.resource_id);
end $$;

create function pg_temp.answer(b nb.booking, actor bigint, accept boolean, reason text default null, side text default null)
    returns text language sql as $$
    select concat_ws(' ', a.status, a.outcome, coalesce(a.detail ->> 'booking_state', a.detail ->> 'field', a.detail ->> 'state'))
      from nb.referral r, house h, nb.referral_answer(actor, h.hotline, nb.random_id()::text, nb_test.print(), r.public_id, accept, reason, side) a
     where r.attempt_id = (select current_attempt_id from nb.booking x where x.booking_id = b.booking_id)
$$;

do $$
declare
    h house;
    p place;
    b nb.booking;
    before jsonb;
    theirs bigint;
    strangers bigint := nb_test.person('provider', null, nb_test.provider('shelter'));
begin
    select * into h from house;
    select * into p from place;
    theirs := nb_test.person('provider', null, h.provider);
    before := nb_test.stock();

    b := pg_temp.offered();
    assert pg_temp.answer(b, strangers, true) = '404 not_found', 'another provider learns nothing';
    assert pg_temp.answer(b, theirs, false) = '422 invalid reason', 'a no has a reason';
    assert pg_temp.answer(b, theirs, false, 'full') = '422 invalid side';
    assert pg_temp.answer(b, theirs, true, 'full') = '422 invalid reason', 'a yes has none';
    assert pg_temp.answer(b, theirs, false, 'full', 'provider') = '200 declined declined';
    assert pg_temp.answer(b, theirs, true) = '409 ended declined', 'an answer is given once';
    assert nb_test.stock() = before and exists (select from nb.task where booking_id = b.booking_id and kind = 'rebook' and state = 'open');
    assert (select (decline_reason, declined_by_side) = ('full', 'provider') from nb.referral where booking_id = b.booking_id);

    -- Staff write down what they were told by phone; the next candidate that was allowed is asked at once.
    b := pg_temp.offered(true);
    assert pg_temp.answer(b, h.staff, false, 'gender_rule', 'provider') = '200 declined offered';
    b := nb_test.booking(b.public_id);
    assert b.unit_type_id = p.other_unit and b.state = 'offered', 'the next one';
    assert (select array_agg(number || ' ' || state order by number) = array['1 refused', '2 ready'] from nb.booking_attempt where booking_id = b.booking_id);
    assert (select count(distinct reference) = 2 from nb.booking_attempt where booking_id = b.booking_id), 'each has its own reference';
    assert (select sum(held) = 0 from nb.unit_night where unit_type_id = p.unit) and (select sum(held) = 2 from nb.unit_night where unit_type_id = p.other_unit);
    assert pg_temp.answer(b, h.staff, true) = '200 accepted confirmed';
    perform nb.booking_step(b.booking_id, 'cancel', h.staff, 'specialist');
    assert (select state from nb.booking where booking_id = b.booking_id) = 'cancelled' and nb_test.stock() = before,
           'at a provider a cancelled place is free at once';
end
$$;

-- Nobody answers: asked again at 1 h, 2 h and 3.5 h, each time a higher role; at 4 h it is over.
do $$
declare
    h house;
    b nb.booking;
    step record;
    before jsonb;
begin
    select * into h from house;
    before := nb_test.stock();
    b := pg_temp.offered();
    assert nb.referral_step(10) = 0, 'nothing is due yet';
    for step in select * from (values (interval '61 minutes', 1, 'specialist'), (interval '60 minutes', 2, 'coordinator'),
                                      (interval '90 minutes', 3, 'supervisor')) s (passes, n, role) loop
        perform nb_test.advance(step.passes);
        assert nb.hold_expire(10) = 0, 'an offered bed is not taken away by the hold''s end';
        assert nb.referral_step(10) = 1 and nb.referral_step(10) = 0, format('step %s fires once', step.n);
        b := nb_test.booking(b.public_id);
        assert b.state = 'offered' and b.hold_expires_at > nb.now() and b.hold_expires_at <= b.cap_expires_at, format('renewed at step %s', step.n);
        assert (select t.for_role = step.role and (t.detail ->> 'step')::integer = step.n from nb.task t
                 where t.booking_id = b.booking_id and t.kind = 'referral_unanswered' and t.state = 'open'), format('step %s reaches a %s', step.n, step.role);
        assert (select r.renewals = step.n from nb.referral r where r.booking_id = b.booking_id);
    end loop;
    assert (select count(*) = 3 from nb.booking_event where booking_id = b.booking_id and event = 'renew');
    perform nb_test.advance(interval '30 minutes');
    assert nb.referral_step(10) = 1;
    assert (select state from nb.booking where booking_id = b.booking_id) = 'expired'
       and (select state from nb.referral where booking_id = b.booking_id) = 'expired' and nb_test.stock() = before;
    assert exists (select from nb.task where booking_id = b.booking_id and kind = 'rebook' and state = 'open');
    assert not exists (select from nb.task where booking_id = b.booking_id and kind = 'referral_unanswered' and state = 'open');

    -- The clock was down for three hours: one step, as high as it is late, and never again.
    b := pg_temp.offered(true);
    perform nb_test.advance(interval '3 hours');
    assert nb.referral_step(10) = 1 and nb.referral_step(10) = 0;
    assert (select t.for_role = 'coordinator' from nb.task t where t.booking_id = b.booking_id and t.kind = 'referral_unanswered');
    -- At the cap, with a next candidate allowed: that one is asked.
    perform nb_test.advance(interval '61 minutes');
    assert nb.referral_step(10) = 1;
    assert (select x.state = 'offered' and x.unit_type_id = p.other_unit from nb.booking x, place p where x.booking_id = b.booking_id);
    perform nb.booking_step(b.booking_id, 'cancel', h.staff, 'specialist');
end
$$;

-- A partner hotel is paid from the cash budget: held, spent, given back.
do $$
declare
    h house;
    request bigint;
    got record;
    b nb.booking;
    budget bigint;
begin
    select * into h from house;
    select * into got from nb.cash_receive(h.staff, h.hotline, 'gift', nb_test.print(), 'USD', 20000);
    assert got.outcome = 'received' and (got.detail ->> 'available')::bigint = 20000;
    select cash_account_id into budget from nb.cash_account where hotline_id = h.hotline;
    request := nb_test.request(h.hotline);
    select * into got from nb_test.book(request, array[(select nb_test.partner_option(nb_test.search(request), p.rooms) from place p)]);
    b := nb_test.booking(got.resource_id);
    assert b.state = 'offered' and nb.cash_available(budget) = 11000;
    assert pg_temp.answer(b, h.staff, true) = '200 accepted confirmed';
    assert (select balance from nb.ledger_account where cash_account_id = budget and bucket = 'spent') = 9000;
    perform nb.booking_step(b.booking_id, 'cancel', h.staff, 'specialist');
    assert nb.cash_available(budget) = 20000, 'refunded once it is cancelled';
    assert nb.cash_refund((select reference from nb.booking_attempt where booking_id = b.booking_id)) = 'not_refundable', 'once';
end
$$;
do $$ begin perform nb.booking_overdue(100) + nb.task_overdue(100) + nb.request_overdue(100); end $$;
-- Whoever declined keeps seeing what was offered to them, and nothing of where the guest goes instead.
do $$
declare
    h house;
    p place;
    b nb.booking;
    offer nb.referral_offer;
begin
    select * into h from house;
    select * into p from place;
    b := pg_temp.offered(true);
    assert pg_temp.answer(b, h.staff, false, 'full', 'provider') = '200 declined offered', 'somebody else is asked';
    update nb.booking x set check_in = x.check_in + 1, check_out = x.check_out + 1, units = 2 where x.booking_id = b.booking_id;
    select o.* into offer from nb.referral_offer o join nb.referral r using (referral_id)
     where r.booking_id = b.booking_id and o.provider_id = h.provider;
    assert offer.state = 'declined' and offer.unit_id = (select t.public_id from nb.unit_type t where t.unit_type_id = p.unit),
           'their own unit, not the next one';
    assert (offer.check_in, offer.check_out, offer.units) = (b.check_in, b.check_out, 1), 'and what was asked of them';
    update nb.booking x set check_in = x.check_in - 1, check_out = x.check_out - 1, units = 1 where x.booking_id = b.booking_id;
end
$$;
\ir support/assert_invariants.sql
