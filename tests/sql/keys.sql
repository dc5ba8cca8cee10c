-- Epochs, and what an erasure takes away: no key under an older epoch is accepted, and an erasure is complete after the
-- rotation that follows it, not before.
do $$
declare
    home constant bigint := nb_test.hotline('keys');
    other constant bigint := nb_test.hotline('other');
    chief constant bigint := nb_test.person('supervisor', home);
    clerk constant bigint := nb_test.person('specialist', home);
    foreign_chief constant bigint := nb_test.person('supervisor', other);
    of_guest constant bigint := nb_test.guest(home);
    victim constant uuid := (select g.public_id from pii.guest g where g.guest_id = of_guest);
    living constant bigint := nb_test.guest(home);
    step record;
begin
    insert into pii.guest_key (guest_id, wrapped_key, epoch) values (of_guest, '\x01', 1), (living, '\x02', 1);
    insert into pii.guest_secret (guest_id, kind, sealed) values (of_guest, 'safe_contact', '\x03'), (living, 'safe_contact', '\x04');
    for step in select * from (values
        (clerk, victim, 'asked_by_guest', 'not_found', 'a specialist may not'),
        (foreign_chief, victim, 'asked_by_guest', 'not_found', 'another hotline does not learn that there is a guest'),
        (chief, nb.random_id(), 'asked_by_guest', 'not_found', 'nobody'),
        (chief, victim, 'boredom', 'invalid', 'a reason is one of ours'),
        (chief, victim, 'asked_by_guest', 'erased', 'a supervisor may'),
        (chief, victim, 'asked_by_guest', 'erased', 'twice is once')
    ) s (actor, guest, reason, outcome, why)
    loop
        assert (select e.outcome from nb.guest_erase(step.actor, step.guest, step.reason) e) = step.outcome, step.why;
    end loop;
    assert (select k.wrapped_key is null and k.destroyed_at is not null from pii.guest_key k where k.guest_id = of_guest), 'the key is gone';
    assert not exists (select from pii.guest_secret s where s.guest_id = of_guest), 'and what it sealed';
    assert (select g.alias = 'erased' from pii.guest g where g.guest_id = of_guest), 'and the alias';
    assert (select count(*) = 1 from pii.guest_secret s where s.guest_id = living), 'nobody else''s';
    assert (select count(*) = 1 from nb.erasure e where e.guest_public_id = victim and e.completed_at is null), 'it is not complete';
    assert (select count(*) = 1 from nb.audit_event a where a.action = 'guest.erased' and a.subject_id = victim), 'it is on record once';

    assert (select f.outcome from nb.key_epoch_finish(2) f) = 'not_begun', 'what was not begun is not finished';
    assert (select b.outcome from nb.key_epoch_begin(2) b) = 'begun', 'begun';
    assert (select b.outcome from nb.key_epoch_begin(2) b) = 'begun', 'begun again after a crash';
    assert (select b.outcome from nb.key_epoch_begin(1) b) = 'older', 'an old key folder';
    assert nb_test.refused(format('insert into pii.guest_key (guest_id, wrapped_key, epoch) values (%s, ''\x05'', 1)',
                                  nb_test.guest(home))) = 'guest_key_epoch_current_ck', 'a guest''s key under the old epoch';
    assert nb_test.refused(format('update nb.hotline set sealed_key = ''\x01'', key_epoch = 1 where hotline_id = %s', home))
           = 'hotline_key_epoch_current_ck', 'a hotline''s key under the old epoch';
    insert into pii.guest_key (guest_id, wrapped_key, epoch) values (nb_test.guest(home), '\x05', 2);
    update nb.hotline set sealed_key = '\x01', key_epoch = 2 where hotline_id = home;
    assert (select f.outcome from nb.key_epoch_finish(2) f) = 'unfinished', 'a living key is left';
    assert (select count(*) = 1 from nb.erasure e where e.completed_at is null), 'and the erasure is not complete';
    update pii.guest_key set wrapped_key = '\x06', epoch = 2 where guest_id = living;
    assert (select f.outcome = 'finished' and f.erasures = 1 from nb.key_epoch_finish(2) f), 'finished';
    assert (select f.outcome = 'finished' and f.erasures = 0 from nb.key_epoch_finish(2) f), 'once';
    assert (select e.completed_epoch = 2 and e.completed_at is not null from nb.erasure e), 'complete';
end
$$;

-- A guest whose booking is not over is not erased under it.
do $$
declare
    home constant bigint := nb_test.hotline('in use');
    chief constant bigint := nb_test.person('supervisor', home);
    request constant bigint := nb_test.request(home);
    option constant uuid := nb_test.shelter_option(nb_test.search(request), nb_test.beds(2));
    victim constant uuid := (select g.public_id from pii.guest g join nb.shelter_request r using (guest_id) where r.request_id = request);
begin
    insert into pii.guest_key (guest_id, wrapped_key, epoch)
    select r.guest_id, '\x01', 2 from nb.shelter_request r where r.request_id = request;
    assert (select b.outcome from nb_test.book(request, array[option]) b) in ('held', 'offered'), 'booked';
    assert (select e.outcome from nb.guest_erase(chief, victim, 'asked_by_guest') e) = 'in_use', 'in use';
    perform nb.booking_step(b.booking_id, 'cancel', chief, 'test') from nb.booking b where b.request_id = request;
    -- What may live outside is read, and cancelled there, with the key.
    update nb.booking_attempt a set reread_at = nb.now() from nb.booking b where b.booking_id = a.booking_id and b.request_id = request;
    assert (select e.outcome from nb.guest_erase(chief, victim, 'asked_by_guest') e) = 'in_use', 'a reference is still to be read';
    update nb.booking_attempt a set reread_at = null from nb.booking b where b.booking_id = a.booking_id and b.request_id = request;
    assert (select e.outcome from nb.guest_erase(chief, victim, 'asked_by_guest') e) = 'erased', 'over';
    assert (select r.state = 'closed' and r.next_action_at is null from nb.shelter_request r where r.request_id = request), 'and so is the request';
    assert (select b.outcome from nb_test.book(request, array[option]) b) = 'closed', 'nothing is booked for nobody';
end
$$;

-- A pool without a user erases nobody.
set session authorization nb_staff;
do $$
begin
    assert (select e.outcome from nb.guest_erase(null, nb.random_id(), 'asked_by_guest') e) = 'not_found', 'no actor';
end
$$;
reset session authorization;
\ir support/assert_invariants.sql
