-- Drafts: an intake that is not finished, sealed with the hotline's key, so that a lost session loses nothing.
-- Not here: what stands in them. Invariant: only who wrote a draft reads, changes or drops it.

create or replace function nb.draft_save(
    actor bigint, hotline bigint, op_key text, print bytea, draft_public_id uuid, match_version integer, sealed bytea,
    out outcome text, out status smallint, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    verdict text;
    known integer;
    made boolean;
begin
    select o.* into verdict, outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then return; end if;
    select d.version into known from nb.request_draft d
     where d.public_id = draft_public_id and d.owner_user_id = actor for update;
    made := known is null and match_version is null;
    if known is null and not made then
        outcome := 'not_found';
        status := 404;
    elsif not made and match_version not in (0, known) then
        outcome := 'changed';
        status := 412;
        detail := jsonb_build_object('text', 'The draft was saved meanwhile: read it again.');
    else
        insert into nb.request_draft as d (public_id, hotline_id, owner_user_id, sealed)
        values (draft_public_id, hotline, actor, draft_save.sealed)
            on conflict (public_id) do update
           set sealed = excluded.sealed, version = d.version + 1, updated_at = nb.now()
         where d.owner_user_id = actor
        returning d.version into version;
        outcome := 'saved';
        status := case when made then 201 else 200 end;
        resource_kind := 'draft';
        resource_id := draft_public_id;
    end if;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.draft_save(bigint, bigint, text, bytea, uuid, integer, bytea) is
    'Keeps a draft: a new one with match_version null, else the actor''s own of that version (0: any). Outcome: saved, changed (412) or not_found.';

create or replace function nb.draft_drop(
    actor bigint, hotline bigint, op_key text, print bytea, draft_public_id uuid,
    out outcome text, out status smallint, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    verdict text;
begin
    select o.* into verdict, outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor, op_key, print) o;
    if outcome is not null then return; end if;
    delete from nb.request_draft d where d.public_id = draft_public_id and d.owner_user_id = actor;
    outcome := case when found then 'dropped' else 'not_found' end;
    status := case when found then 204 else 404 end;
    perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.draft_drop(bigint, bigint, text, bytea, uuid) is 'Drops the actor''s own draft. Outcome: dropped or not_found.';
