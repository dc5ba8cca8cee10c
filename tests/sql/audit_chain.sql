-- The audit log cannot be edited, its chain verifies, and whoever edits it beneath the triggers is found.
-- Runs alone: a transaction of another database would hold sealing back.
do $$
declare
    hotline constant bigint := nb_test.hotline('audit');
begin
    perform nb.audit(1, hotline, 'request.opened', 'request', nb.random_id(), '{"urgency": "crisis"}');
    perform nb.audit(null, null, 'daemon.started', null, null, null);
    assert nb_test.refused('update nb.audit_event set action = ''x.y''') = '23001', 'no update';
    assert nb_test.refused('delete from nb.audit_event') = '23001', 'no delete';
    assert nb_test.refused('truncate nb.audit_event cascade') = '23001', 'no truncate';
    assert nb.audit_seal(hotline) = 0, 'not sealed by the transaction that wrote it';
end
$$;

do $$
declare
    hotline constant bigint := (select h.hotline_id from nb.hotline h where h.name = 'audit');
begin
    assert nb.audit_seal(hotline) = 1 and nb.audit_seal(null) = 1, 'sealed by the next one, each in its own chain';
    assert nb.audit_seal(hotline) = 0, 'sealed once';
    for i in 1..5 loop
        perform nb.audit(1, hotline, 'request.opened', 'request', nb.random_id(), null);
    end loop;
end
$$;

set timezone = 'Asia/Kathmandu';
do $$
declare
    hotline constant bigint := (select h.hotline_id from nb.hotline h where h.name = 'audit');
begin
    assert nb.audit_seal(hotline, 2) = 2 and nb.audit_seal(hotline, 2) = 2 and nb.audit_seal(hotline, 2) = 1, 'in bites';
    assert (select array_agg(s.position order by s.position) = '{1,2,3,4,5,6}'
              from nb.audit_seal s where s.hotline_id = hotline), 'without gaps';
    assert not exists (select from nb.audit_verify()), 'verifies under another time zone';
end
$$;
reset timezone;

-- A row and a horizon from another cluster (a restore) lie in this one's future: nothing is lost by it.
do $$
declare
    hotline constant bigint := nb_test.hotline('restored');
begin
    insert into nb.audit_event (hotline_id, action, recorded_xid)
    values (hotline, 'restored.unsealed', '900000000001'), (hotline, 'restored.sealed', '900000000000');
    insert into nb.audit_seal (hotline_id, position, audit_event_id, previous_hash, hash, horizon_xid)
    select hotline, 1, e.audit_event_id, decode(repeat('00', 32), 'hex'),
           nb.audit_link(decode(repeat('00', 32), 'hex'), e), '900000000000'
      from nb.audit_event e where e.action = 'restored.sealed';
    perform nb.audit(null, hotline, 'restored.new', null, null, null);
end
$$;
do $$
declare
    hotline constant bigint := (select h.hotline_id from nb.hotline h where h.name = 'restored');
begin
    assert nb.audit_seal(hotline) = 2, 'the restored and the new row';
    perform nb.audit(null, hotline, 'restored.later', null, null, null);
end
$$;
do $$
declare
    hotline constant bigint := (select h.hotline_id from nb.hotline h where h.name = 'restored');
begin
    assert nb.audit_seal(hotline) = 1, 'and the one after';
    assert not exists (select from nb.audit_verify()), 'verifies';
end
$$;

-- Tampering beneath the triggers.
create function pg_temp.problem_after(tampering text) returns text
    language plpgsql
    as $$
declare
    problems text;
begin
    begin
        set local session_replication_role = replica;
        execute tampering;
        select string_agg(distinct v.problem, ',') into problems from nb.audit_verify() v;
        raise exception using errcode = 'XX001', message = coalesce(problems, 'none');
    exception when sqlstate 'XX001' then
        return sqlerrm;
    end;
end
$$;
do $$
declare
    sample record;
    found text;
begin
    for sample in select * from (values
        ('update nb.audit_event set detail = ''{"a": 1}'' where action = ''restored.new''', 'event_changed', 'a changed row'),
        ('update nb.audit_event set at = at + interval ''1 microsecond'' where action = ''restored.new''', 'event_changed',
         'a changed time'),
        ('delete from nb.audit_event where action = ''restored.new''', 'event_missing', 'a removed row'),
        ('delete from nb.audit_seal where position = 3', 'link_missing', 'a removed link'),
        ('update nb.audit_seal set hash = sha256(''x'') where position = 2', 'chain_broken,event_changed', 'a forged link'),
        ('select 1', 'none', 'nothing')
    ) s (tampering, expected, why)
    loop
        found := pg_temp.problem_after(sample.tampering);
        assert found = sample.expected, format('%s: found %s', sample.why, found);
    end loop;
end
$$;
