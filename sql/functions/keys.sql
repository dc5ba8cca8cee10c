-- Rotation of the master key and erasure of guests. The keys themselves are wrapped outside; here is what must hold
-- between. Not here: the key folder. Invariant: an erasure is complete only after the rotation that followed it.

create or replace function nb.key_epoch_begin(new_epoch integer, out outcome text)
    language plpgsql volatile
    as $$
declare
    highest constant integer := (select max(e.epoch) from nb.key_epoch e);
begin
    if new_epoch < coalesce(highest, 0) then
        outcome := 'older';
    else
        insert into nb.key_epoch (epoch) values (new_epoch) on conflict on constraint key_epoch_pk do nothing;
        if found then
            perform nb.audit(null, null, 'key.rotation_begun', null, null, jsonb_build_object('epoch', new_epoch), 'owner');
        end if;
        outcome := 'begun';
    end if;
end
$$;
comment on function nb.key_epoch_begin(integer) is
    'From the commit of this on, only keys wrapped under the epoch are accepted. Outcome: begun (also the second time) or older (the database knows a newer one: the key folder is not the latest).';

create or replace function nb.key_epoch_finish(of_epoch integer, out outcome text, out erasures bigint)
    language plpgsql volatile
    as $$
begin
    erasures := 0;
    if not exists (select from nb.key_epoch e where e.epoch = of_epoch) then
        outcome := 'not_begun';
    elsif exists (select from pii.guest_key k where k.epoch < of_epoch and k.destroyed_at is null)
       or exists (select from nb.hotline h where h.key_epoch < of_epoch) then
        outcome := 'unfinished';
    else
        update nb.key_epoch set finished_at = nb.now() where epoch = of_epoch and finished_at is null;
        if found then
            perform nb.audit(null, null, 'key.rotation_finished', null, null, jsonb_build_object('epoch', of_epoch), 'owner');
        end if;
        update nb.erasure set completed_at = nb.now(), completed_epoch = of_epoch
         where completed_at is null and key_epoch < of_epoch;
        get diagnostics erasures = row_count;
        outcome := 'finished';
    end if;
end
$$;
comment on function nb.key_epoch_finish(integer) is
    'Called after the older master keys were destroyed: erasures that waited for it are complete. Outcome: finished (with how many), unfinished (keys of an older epoch live) or not_begun.';

-- A reference that may still live outside is read, and cancelled there, with the guest's key.
create or replace function nb.guest_in_use(guest bigint) returns boolean
    language sql stable
    as $$
    select exists (select from nb.shelter_request r
                     join nb.booking b on b.request_id = r.request_id
                    where r.guest_id = guest
                      and (b.next_action_at is not null
                           or exists (select from nb.booking_attempt a where a.booking_id = b.booking_id and a.reread_at is not null)
                           or exists (select from nb.outbox_operation o
                                       where o.booking_id = b.booking_id and o.state not in ('done', 'dead'))));
$$;
comment on function nb.guest_in_use(bigint) is 'True while a booking of a guest is not over, or a call of one is still to be made.';

-- The rows of a guest that hold what is sealed go with the key: what stays in old backups opens no more after the
-- rotation. While a stay is under way the key is needed, for its gateway and for whoever keeps the guest safe.
create or replace function nb.guest_erase(actor bigint, of_guest uuid, why text, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    person pii.guest;
    key pii.guest_key;
begin
    select g.* into person from pii.guest g where g.public_id = of_guest;
    -- The locks of choices: nothing is booked for a guest whose key is just going.
    perform nb.lock_keys((select array_agg(nb.lock_key('request', r.request_id)) from nb.shelter_request r
                           where r.guest_id = person.guest_id));
    select k.* into key from pii.guest_key k where k.guest_id = person.guest_id for update;
    if person.guest_id is null or not nb.may_erase(actor, person.hotline_id) then
        outcome := 'not_found';
    elsif coalesce(why, '') not in ('asked_by_guest', 'retention_ended', 'entered_by_mistake') then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'reason', 'allowed', 'asked_by_guest, retention_ended or entered_by_mistake');
    elsif nb.guest_in_use(person.guest_id) then
        outcome := 'in_use';
    else
        if key.destroyed_at is null and key.guest_id is not null then
            update pii.guest_key set wrapped_key = null, destroyed_at = nb.now() where guest_id = person.guest_id;
            update nb.booking_attempt set confirmation_secret_id = null
             where confirmation_secret_id in (select s.guest_secret_id from pii.guest_secret s where s.guest_id = person.guest_id);
            delete from pii.guest_secret where guest_id = person.guest_id;
            update pii.guest set alias = 'erased', needs = '{}'::jsonb where guest_id = person.guest_id;
            perform nb.request_end(r.request_id) from nb.shelter_request r where r.guest_id = person.guest_id and r.state <> 'closed';
            insert into nb.erasure (hotline_id, guest_public_id, reason, requested_by, key_epoch)
            values (person.hotline_id, of_guest, why, actor, key.epoch);
            perform nb.audit(actor, person.hotline_id, 'guest.erased', 'guest', of_guest, jsonb_build_object('reason', why),
                             case when actor is null then 'owner' end);
        end if;
        outcome := 'erased';
    end if;
end
$$;
comment on function nb.guest_erase(bigint, uuid, text) is
    'Destroys the key of a guest and what it sealed, and closes the requests. Outcome: erased (also the second time; complete after the next rotation), in_use (a booking is not over, or a reference of one is still to be read), not_found (also for a guest of another hotline) or invalid {field, allowed}.';

create or replace function nb.may_erase(actor bigint, of_hotline bigint) returns boolean
    language sql stable
    as $$
    select case when actor is null then pg_has_role(session_user, current_user, 'member')
                else exists (select from nb.app_user u
                               join nb.role_grant g on g.user_id = u.user_id and g.revoked_at is null
                              where u.user_id = actor and u.state = 'active' and u.hotline_id = of_hotline
                                and g.role in ('supervisor', 'director')) end;
$$;
comment on function nb.may_erase(bigint, bigint) is
    'True for supervisors and directors of the guest''s hotline, and for no actor when the session is the owner''s.';
