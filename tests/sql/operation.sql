-- A key has one effect and one answer: remembered, refused for another body, and not compared across key epochs.
do $$
declare
    actor bigint := nb_test.person('specialist', nb_test.hotline('operations'));
    other bigint := nb_test.person('specialist');
    print bytea := '\x00000001'::bytea || sha256('one');
    seen record;
    made uuid := nb.random_id();
begin
    select * into seen from nb.operation_begin(actor, 'key', print);
    assert seen.verdict = 'new' and seen.outcome is null and not seen.replayed, 'nothing is known';
    assert not exists (select from nb.operation_find(actor, 'key', print)), 'a new key has no answer';
    perform nb.operation_end(actor, null, 'key', print, 'held', 201, 'booking', made, 3, '{"a": 1}');
    select * into seen from nb.operation_begin(actor, 'key', print);
    assert seen.verdict = 'replay' and seen.replayed and seen.outcome = 'held' and seen.status = 201
       and seen.resource_kind = 'booking' and seen.resource_id = made and seen.version = 3
       and seen.detail = '{"a": 1}', 'the same answer';
    select * into seen from nb.operation_find(actor, 'key', print);
    assert seen.replayed and seen.outcome = 'held' and seen.resource_id = made, 'the same answer where it is only looked up';
    select * into seen from nb.operation_begin(actor, 'key', '\x00000001'::bytea || sha256('two'));
    assert seen.verdict = 'mismatch' and seen.outcome = 'mismatch' and seen.status = 422 and seen.resource_id is null
       and seen.detail is null and not seen.replayed, 'another body under the same key';
    select * into seen from nb.operation_begin(actor, 'key', '\x00000002'::bytea || sha256('one'));
    assert seen.verdict = 'replay', 'a rotated fingerprint key cannot be compared';
    select * into seen from nb.operation_begin(other, 'key', print);
    assert seen.verdict = 'new', 'keys belong to their actor';
end
$$;
