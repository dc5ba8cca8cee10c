-- What is secret about a request, given to one person with a reason: alias, safe contact, and to the author's role the places to
-- avoid. Not here: where somebody sleeps (reveal.sql). Invariant: nothing is returned that was not counted and audited in
-- the same statement.

create or replace function nb.request_reveal(
    actor bigint, actor_role text, hotline bigint, request uuid, reason text,
    out outcome text, out guest uuid, out alias text, out wrapped_key bytea, out safe_contact bytea, out zones text[],
    out author boolean)
    language plpgsql volatile
    as $$
declare
    found_request nb.shelter_request;
begin
    select r.* into found_request from nb.shelter_request r where r.public_id = request and r.hotline_id = hotline;
    outcome := case when found_request.request_id is null then 'not_found'
                    when nb.reveal_counted(actor) then 'revealed' else 'quota' end;
    if outcome = 'not_found' then return; end if;
    perform nb.audit(actor, hotline, case outcome when 'revealed' then 'request.revealed' else 'request.reveal_refused' end,
                     'request', request, jsonb_build_object('reason', reason), actor_role);
    if outcome = 'quota' then return; end if;
    author := actor_role = found_request.frozen ->> 'author_role';
    select g.public_id, g.alias, k.wrapped_key,
           (select s.sealed from pii.guest_secret s where s.guest_id = g.guest_id and s.kind = 'safe_contact'
             order by s.guest_secret_id desc limit 1),
           case when author then array(select encode(z.sealed, 'hex') from pii.guest_secret z
                                        where z.guest_id = g.guest_id and z.kind = 'exclusion_zone' order by z.guest_secret_id)
           end
      into guest, alias, wrapped_key, safe_contact, zones
      from pii.guest g left join pii.guest_key k on k.guest_id = g.guest_id
     where g.guest_id = found_request.guest_id;
end
$$;
comment on function nb.request_reveal(bigint, text, bigint, uuid, text) is
    'Counts and audits that the secrets of a request are shown, and gives them as sealed as they are kept; zones null for others than the author''s role. Outcome: revealed, not_found or quota.';
