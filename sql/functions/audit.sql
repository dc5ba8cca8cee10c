-- The audit log: writing a row, sealing rows into the hash chain of a hotline, verifying the chains.
-- Not here: reading it for a screen. Invariant: sealing never happens in the transaction of the deed.

create or replace function nb.audit(
    actor bigint, hotline bigint, action text, subject_kind text, subject_id uuid, detail jsonb,
    actor_role text default null)
    returns void
    language plpgsql volatile
    as $$
begin
    insert into nb.audit_event (hotline_id, actor_user_id, actor_role, action, subject_kind, subject_id, detail)
    values (hotline, actor, actor_role, action, subject_kind, subject_id, coalesce(detail, '{}'::jsonb));
end
$$;
comment on function nb.audit(bigint, bigint, text, text, uuid, jsonb, text) is
    'Writes one audit row in the caller''s transaction. detail holds coded facts only.';

create or replace function nb.audit_link(previous bytea, event nb.audit_event) returns bytea
    language sql stable parallel safe
    as $$
    select sha256(previous || convert_to(jsonb_build_array(
        event.audit_event_id, event.hotline_id, (extract(epoch from event.at) * 1000000)::bigint,
        event.actor_user_id, event.actor_role, event.action, event.subject_kind, event.subject_id,
        event.detail, event.recorded_xid::text)::text, 'UTF8'));
$$;
comment on function nb.audit_link(bytea, nb.audit_event) is
    'Hash of a link. The row is written as a JSON array with the time in microseconds, so that no session setting changes it.';

create or replace function nb.audit_horizon(chain nb.audit_seal) returns xid8
    language sql stable
    as $$
    select case when chain.horizon_xid <= pg_snapshot_xmax(pg_current_snapshot()) then chain.horizon_xid
                else '0'::xid8 end;
$$;
comment on function nb.audit_horizon(nb.audit_seal) is
    'Transaction before which everything of the chain is sealed. One that lies in the future came with a restore from another cluster and says nothing here.';

-- A row whose transaction is not yet due here came with a restore as well: it is committed, or it could not be seen.
create or replace function nb.audit_settled(hotline bigint, known_until xid8, max_rows integer)
    returns table (event nb.audit_event, oldest_xid xid8)
    language sql stable
    as $$
    select e, pg_snapshot_xmin(t.snapshot)
      from (select pg_current_snapshot() as snapshot) t
      join nb.audit_event e
        on e.hotline_id is not distinct from hotline
       and e.recorded_xid >= known_until
       and (e.recorded_xid < pg_snapshot_xmin(t.snapshot) or e.recorded_xid >= pg_snapshot_xmax(t.snapshot))
     where not exists (select from nb.audit_seal s where s.audit_event_id = e.audit_event_id)
     order by e.recorded_xid, e.audit_event_id
     limit max_rows;
$$;
comment on function nb.audit_settled(bigint, xid8, integer) is
    'Unsealed rows of a chain that no running transaction can still come before, in the order of the chain.';

create or replace function nb.audit_seal(hotline bigint, max_rows integer default 10000) returns integer
    language plpgsql volatile
    as $$
declare
    chain constant bigint := coalesce(hotline, 0);
    last_link nb.audit_seal;
    item record;
    link bytea;
    sealed integer := 0;
begin
    if not pg_try_advisory_xact_lock(hashtextextended('audit_seal:' || chain, 0)) then
        return 0;
    end if;
    select s.* into last_link from nb.audit_seal s
     where coalesce(s.hotline_id, 0) = chain order by s.position desc limit 1;
    link := coalesce(last_link.hash, decode(repeat('00', 32), 'hex'));
    for item in
        select s.event, s.oldest_xid
          from nb.audit_settled(hotline, coalesce(nb.audit_horizon(last_link), '0'), max_rows) s
    loop
        sealed := sealed + 1;
        insert into nb.audit_seal (hotline_id, position, audit_event_id, previous_hash, hash, horizon_xid)
        values (hotline, coalesce(last_link.position, 0) + sealed, (item.event).audit_event_id, link,
                nb.audit_link(link, item.event), least((item.event).recorded_xid, item.oldest_xid))
        returning hash into link;
    end loop;
    return sealed;
end
$$;
comment on function nb.audit_seal(bigint, integer) is
    'Seals what is settled of one chain (null: the installation''s) and returns how many rows; 0 when another process is sealing it.';

create or replace function nb.audit_verify()
    returns table (hotline_id bigint, seal_position bigint, audit_event_id bigint, problem text)
    language sql stable
    as $$
    select v.hotline_id, v.position, v.audit_event_id, v.problem
      from (select s.hotline_id, s.position, s.audit_event_id,
                   case
                       when s.position <> row_number() over chain then 'link_missing'
                       when s.previous_hash <> lag(s.hash, 1, decode(repeat('00', 32), 'hex')) over chain
                           then 'chain_broken'
                       when e.audit_event_id is null then 'event_missing'
                       when e.hotline_id is distinct from s.hotline_id then 'event_of_another_chain'
                       when s.hash <> nb.audit_link(s.previous_hash, e) then 'event_changed'
                   end as problem
              from nb.audit_seal s
              left join nb.audit_event e on e.audit_event_id = s.audit_event_id
            window chain as (partition by coalesce(s.hotline_id, 0) order by s.position)) v
     where v.problem is not null;
$$;
comment on function nb.audit_verify() is
    'Every link that does not hold, with what is wrong; no row when all chains hold. The end of a chain is anchored outside.';
