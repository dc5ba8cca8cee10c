-- Vetting as an operation. Not here: who may vet and what that changes (directory.sql).
-- Invariant: a decision under one key is made once, however often it is sent.

create or replace function nb.directory_decide(
    actor_user bigint, hotline bigint, op_key text, print bytea, kind text, subject_public_id uuid, decision text,
    out outcome text, out status integer, out resource_kind text, out resource_id uuid, out version integer,
    out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
begin
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      into outcome, status, resource_kind, resource_id, version, detail, replayed
      from nb.operation_begin(actor_user, op_key, print) o;
    if outcome is not null then
        return;
    end if;
    -- One decision at a time: the caller named this lock to its group as well.
    perform pg_advisory_xact_lock(nb.lock_key('directory', 0));
    if kind = 'provider' then
        select v.outcome, v.detail into outcome, detail from nb.provider_vet(actor_user, subject_public_id, decision) v;
    else
        select v.outcome, v.detail into outcome, detail from nb.property_vet(actor_user, subject_public_id, decision) v;
    end if;
    status := case outcome when 'not_found' then 404 when 'forbidden' then 403 when 'invalid' then 422 else 200 end;
    if status = 200 then
        resource_kind := kind;
        resource_id := subject_public_id;
    end if;
    perform nb.operation_end(actor_user, hotline, op_key, print, outcome, status, resource_kind, resource_id, version,
                             detail);
end
$$;
comment on function nb.directory_decide(bigint, bigint, text, bytea, text, uuid, text) is
    'nb.provider_vet or nb.property_vet (kind: provider, property) under an operation key: 200 with the subject, 403, 404 or 422.';
