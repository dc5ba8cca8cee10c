-- Operations: a write under an idempotency key has one effect and one answer. A write function begins with
-- nb.operation_begin and ends with nb.operation_end; nothing in between is seen by anybody when the transaction fails. One
-- that does several at once (nb.book) asks nb.operation_lock and nb.operation_known for each and remembers all at its end.
--
--     select o.* into verdict, outcome, status, … from nb.operation_begin(actor, op_key, print) o;
--     if outcome is not null then return; end if;          -- replay, mismatch or running
--     … the effect, or a refusal decided here …
--     perform nb.operation_end(actor, hotline, op_key, print, outcome, status, resource_kind, resource_id, version, detail);
--
-- Invariant: a key of an actor has at most one row, written in the transaction of its effect.

create or replace function nb.operation_lock(actor bigint, op_key text) returns boolean
    language plpgsql volatile
    as $$
begin
    return pg_try_advisory_xact_lock(hashtextextended('operation:' || actor || ':' || op_key, 0));
end
$$;
comment on function nb.operation_lock(bigint, text) is 'True when no twin of this operation is running; none begins before this transaction ends.';

create or replace function nb.operation_known(known nb.operation, print bytea, is_mine boolean) returns nb.booking_answer
    language plpgsql immutable
    as $$
declare
    answer nb.booking_answer;
begin
    answer.replayed := false;
    if not is_mine then
        answer.outcome := 'running';
        answer.status := 409;
    elsif known.fingerprint is null then
        null;
    elsif known.fingerprint <> print and substr(known.fingerprint, 1, 4) = substr(print, 1, 4) then
        answer.outcome := 'mismatch';
        answer.status := 422;
    else
        answer.outcome := known.outcome;
        answer.status := known.status;
        answer.resource_kind := known.resource_kind;
        answer.resource_id := known.resource_id;
        answer.version := known.version;
        answer.detail := known.detail;
        answer.replayed := true;
    end if;
    return answer;
end
$$;
comment on function nb.operation_known(nb.operation, bytea, boolean) is
    'What an operation is told before it does anything: running (is_mine is false: a twin is not done), mismatch (its key was used for another body), or the remembered answer; no outcome for a new one. Bodies are compared when both fingerprints are of one key epoch; across a rotation of the key the operation key alone decides.';

-- The row is looked for after the lock: whoever held it before has committed or never happened.
create or replace function nb.operation_begin(
    actor bigint, op_key text, print bytea,
    out verdict text, out outcome text, out status smallint, out resource_kind text, out resource_id uuid,
    out version integer, out detail jsonb, out replayed boolean)
    language plpgsql volatile
    as $$
declare
    is_mine constant boolean := nb.operation_lock(actor, op_key);
    known nb.operation;
    answer nb.booking_answer;
begin
    select o.* into known from nb.operation o where o.actor_user_id = actor and o.op_key = operation_begin.op_key;
    answer := nb.operation_known(known, print, is_mine);
    verdict := case when answer.outcome is null then 'new' when answer.replayed then 'replay' else answer.outcome end;
    outcome := answer.outcome;
    status := answer.status;
    resource_kind := answer.resource_kind;
    resource_id := answer.resource_id;
    version := answer.version;
    detail := answer.detail;
    replayed := answer.replayed;
end
$$;
comment on function nb.operation_begin(bigint, text, bytea) is
    'new (outcome is null: go on), replay (the remembered answer), or mismatch or running, as nb.operation_known says.';

-- For a write that would be refused before it reaches its function: what its key has done counts first.
create or replace function nb.operation_find(actor bigint, op_key text, print bytea)
    returns table (outcome text, status smallint, resource_kind text, resource_id uuid, version integer, detail jsonb,
                   replayed boolean)
    language sql volatile
    as $$
    select o.outcome, o.status, o.resource_kind, o.resource_id, o.version, o.detail, o.replayed
      from nb.operation_begin(actor, op_key, print) o
     where o.outcome is not null;
$$;
comment on function nb.operation_find(bigint, text, bytea) is
    'The answer of a key that was used before, or is in use right now; no row for a new one.';

create or replace function nb.operation_end(
    actor bigint, hotline bigint, op_key text, print bytea, outcome text, status integer, resource_kind text,
    resource_id uuid, version integer, detail jsonb)
    returns void
    language plpgsql volatile
    as $$
begin
    insert into nb.operation (actor_user_id, op_key, hotline_id, fingerprint, outcome, status, resource_kind,
                              resource_id, version, detail)
    values (actor, op_key, hotline, print, outcome, status, resource_kind, resource_id, version, detail);
end
$$;
comment on function nb.operation_end(bigint, bigint, text, bytea, text, integer, text, uuid, integer, jsonb) is
    'Remembers the answer; the last statement of a write function. Refusals decided in the database are remembered too.';
