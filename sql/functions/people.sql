-- Who may act: hotlines, users, their rights and their tokens, as administrators and the owner of the installation set
-- them up. Not here: signing in. Invariant: each change is audited, nobody changes their own rights, and only the
-- owner acts without being a user.

create or replace function nb.may_administer(actor bigint) returns boolean
    language sql stable
    as $$
    select case when actor is null then pg_has_role(session_user, current_user, 'member')
                else exists (select from nb.app_user u
                               join nb.role_grant g on g.user_id = u.user_id and g.role = 'admin' and g.revoked_at is null
                              where u.user_id = actor and u.state = 'active') end;
$$;
comment on function nb.may_administer(bigint) is
    'True for an administrator, and for no actor at all when the session itself is the owner''s: so the first administrator can be made.';

create or replace function nb.hotline_add(
    actor bigint, hotline_public_id uuid, hotline_name text, seat text, wrapped_key bytea, epoch integer,
    out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
begin
    if not nb.may_administer(actor) then
        outcome := 'forbidden';
    elsif length(coalesce(hotline_name, '')) not between 1 and 200 then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'name', 'allowed', '1 to 200 characters');
    elsif coalesce(seat, '') !~ '^[A-Z]{2}$' then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'country', 'allowed', 'ISO 3166-1 alpha-2, such as US');
    else
        insert into nb.hotline (public_id, name, country, sealed_key, key_epoch)
        values (hotline_public_id, hotline_name, seat, wrapped_key, epoch)
            on conflict on constraint hotline_name_uq do nothing;
        if found then
            perform nb.audit(actor, null, 'hotline.added', 'hotline', hotline_public_id, null,
                             case when actor is null then 'owner' end);
            outcome := 'added';
        else
            outcome := 'exists';
        end if;
    end if;
end
$$;
comment on function nb.hotline_add(bigint, uuid, text, text, bytea, integer) is
    'Sets a tenant up with its wrapped key. Outcome: added, exists, forbidden or invalid {field, allowed}.';

create or replace function nb.home_of(home_kind text, home_public_id uuid) returns bigint
    language sql stable
    as $$
    select case home_kind
               when 'hotline' then (select h.hotline_id from nb.hotline h where h.public_id = home_public_id)
               when 'provider' then (select p.provider_id from nb.provider p where p.public_id = home_public_id)
               when 'partner' then (select p.partner_id from nb.partner p where p.public_id = home_public_id)
           end;
$$;
comment on function nb.home_of(text, uuid) is 'Internal key of a hotline, provider or partner; null when there is none.';

create or replace function nb.user_add(
    actor bigint, user_name text, home_kind text, home_public_id uuid,
    out outcome text, out user_public_id uuid, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    home constant bigint := nb.home_of(home_kind, home_public_id);
begin
    if not nb.may_administer(actor) then
        outcome := 'forbidden';
    elsif length(coalesce(user_name, '')) not between 1 and 200 then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'name', 'allowed', '1 to 200 characters');
    elsif home_kind is not null and home is null then
        outcome := 'not_found';
        detail := jsonb_build_object('field', home_kind);
    else
        insert into nb.app_user (hotline_id, provider_id, partner_id, display_name)
        values (case home_kind when 'hotline' then home end, case home_kind when 'provider' then home end,
                case home_kind when 'partner' then home end, user_name)
        returning public_id into user_public_id;
        perform nb.audit(actor, null, 'user.added', 'user', user_public_id, null, case when actor is null then 'owner' end);
        outcome := 'added';
    end if;
end
$$;
comment on function nb.user_add(bigint, text, text, uuid) is
    'Makes a user at home in a hotline, provider, partner or (null) the installation. Outcome: added, forbidden, not_found {field} or invalid {field, allowed}.';

create or replace function nb.user_state_set(actor bigint, of_user uuid, new_state text, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    person nb.app_user;
begin
    select u.* into person from nb.app_user u where u.public_id = of_user for update;
    if not nb.may_administer(actor) or person.user_id = actor then
        outcome := 'forbidden';
    elsif person.user_id is null then
        outcome := 'not_found';
    elsif coalesce(new_state, '') not in ('active', 'locked', 'closed') then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'state', 'allowed', 'active, locked or closed');
    elsif person.state = 'closed' and new_state <> 'closed' then
        outcome := 'closed';
    else
        update nb.app_user set state = new_state where user_id = person.user_id;
        if new_state <> 'active' then
            update nb.session set ended_at = nb.now() where user_id = person.user_id and ended_at is null;
        end if;
        perform nb.audit(actor, person.hotline_id, 'user.' || new_state, 'user', of_user,
                         jsonb_build_object('before', person.state), case when actor is null then 'owner' end);
        outcome := new_state;
    end if;
end
$$;
comment on function nb.user_state_set(bigint, uuid, text) is
    'Locks, unlocks or closes a user, never oneself; ends open sessions. Outcome: active, locked, closed (also when it was closed before), not_found, forbidden or invalid {field, allowed}.';

-- Staff of a hotline see guests, so their rights need its home; the books and the installation need none.
create or replace function nb.right_fits(person nb.app_user, wanted_right text) returns boolean
    language sql immutable
    as $$
    select case
               when wanted_right in ('specialist', 'coordinator', 'supervisor', 'director', 'custodian')
                   then person.hotline_id is not null
               when wanted_right = 'provider' then person.provider_id is not null
               when wanted_right = 'partner' then person.partner_id is not null
               when wanted_right in ('finance', 'admin', 'auditor')
                   then person.provider_id is null and person.partner_id is null
               else false
           end;
$$;
comment on function nb.right_fits(nb.app_user, text) is 'Whether a user with that home may hold that right; false for a word that is no right.';

create or replace function nb.right_grant(actor bigint, of_user uuid, new_right text, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    person nb.app_user;
begin
    select u.* into person from nb.app_user u where u.public_id = of_user for update;
    if not nb.may_administer(actor) or person.user_id = actor then
        outcome := 'forbidden';
    elsif person.user_id is null then
        outcome := 'not_found';
    elsif not nb.right_fits(person, new_right) then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'role', 'allowed',
            'specialist, coordinator, supervisor, director and custodian for people of a hotline; provider, partner for theirs; finance, admin, auditor for others');
    else
        insert into nb.role_grant (user_id, role, granted_by) values (person.user_id, new_right, actor)
            on conflict (user_id, role) where revoked_at is null do nothing;
        if found then
            perform nb.audit(actor, person.hotline_id, 'right.granted', 'user', of_user, jsonb_build_object('role', new_right),
                             case when actor is null then 'owner' end);
        end if;
        outcome := 'granted';
    end if;
end
$$;
comment on function nb.right_grant(bigint, uuid, text) is
    'Gives a right, never to oneself; one that is held already stays. Outcome: granted, not_found, forbidden or invalid {field, allowed}.';

create or replace function nb.right_revoke(actor bigint, of_user uuid, old_right text, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    person nb.app_user;
begin
    select u.* into person from nb.app_user u where u.public_id = of_user for update;
    if not nb.may_administer(actor) or person.user_id = actor then
        outcome := 'forbidden';
    elsif person.user_id is null then
        outcome := 'not_found';
    else
        update nb.role_grant set revoked_at = nb.now(), revoked_by = actor
         where user_id = person.user_id and role::text = old_right and revoked_at is null;
        outcome := case when found then 'revoked' else 'not_held' end;
        if found then
            perform nb.audit(actor, person.hotline_id, 'right.revoked', 'user', of_user, jsonb_build_object('role', old_right),
                             case when actor is null then 'owner' end);
        end if;
    end if;
end
$$;
comment on function nb.right_revoke(bigint, uuid, text) is
    'Takes a right back, never one''s own; its tokens stop working with it. Outcome: revoked, not_held, not_found or forbidden.';

create or replace function nb.token_add(
    actor bigint, of_user uuid, for_right text, hash bytea, token_label text, lifetime interval,
    out outcome text, out token_public_id uuid, out expires_at timestamptz, out detail jsonb)
    language plpgsql volatile
    as $$
declare
    person nb.app_user;
begin
    select u.* into person from nb.app_user u where u.public_id = of_user for share;
    if not nb.may_administer(actor) then
        outcome := 'forbidden';
    elsif person.user_id is null then
        outcome := 'not_found';
    elsif length(coalesce(token_label, '')) not between 1 and 100 then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'label', 'allowed', '1 to 100 characters');
    elsif coalesce(lifetime, interval '0') not between interval '1 minute' and interval '366 days' then
        outcome := 'invalid';
        detail := jsonb_build_object('field', 'days', 'allowed', 'at most 366 days');
    elsif person.state <> 'active' or not exists (
            select from nb.role_grant g where g.user_id = person.user_id and g.role::text = for_right and g.revoked_at is null) then
        outcome := 'not_held';
    else
        insert into nb.api_token (user_id, token_hash, role, label, expires_at)
        values (person.user_id, hash, for_right, token_label, nb.now() + lifetime)
        returning api_token.public_id, api_token.expires_at into token_public_id, expires_at;
        perform nb.audit(actor, person.hotline_id, 'token.added', 'token', token_public_id, jsonb_build_object('role', for_right),
                         case when actor is null then 'owner' end);
        outcome := 'added';
    end if;
end
$$;
comment on function nb.token_add(bigint, uuid, text, bytea, text, interval) is
    'Records the hash of a token that carries one right its active user holds. Outcome: added, not_held, not_found, forbidden or invalid {field, allowed}.';

create or replace function nb.token_revoke(actor bigint, of_token uuid, out outcome text, out detail jsonb)
    language plpgsql volatile
    as $$
begin
    if not nb.may_administer(actor) then
        outcome := 'forbidden';
        return;
    end if;
    update nb.api_token set revoked_at = nb.now() where public_id = of_token and revoked_at is null;
    if found then
        perform nb.audit(actor, null, 'token.revoked', 'token', of_token, null, case when actor is null then 'owner' end);
    end if;
    outcome := case when found or exists (select from nb.api_token t where t.public_id = of_token) then 'revoked'
                    else 'not_found' end;
end
$$;
comment on function nb.token_revoke(bigint, uuid) is
    'Ends a token; one that ended before stays so. Outcome: revoked, not_found or forbidden.';
