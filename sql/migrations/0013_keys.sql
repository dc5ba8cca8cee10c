-- Master keys and erasure: which epoch of the master key the database knows, and which guests were erased and when that
-- became final. Not here: keys, which stand outside PostgreSQL.
-- Invariant: from the moment an epoch is on record no key can be written that an older epoch wraps, so that a rotation
-- finds every key that lives.

create table nb.key_epoch (
    epoch integer not null,
    begun_at timestamptz not null default nb.now(),
    finished_at timestamptz,
    constraint key_epoch_pk primary key (epoch),
    constraint key_epoch_epoch_ck check (epoch > 0)
);
comment on table nb.key_epoch is 'Epochs of the master key that a rotation began. The highest is the only one that may wrap.';
comment on column nb.key_epoch.epoch is 'Number of the epoch, as in the key folder.';
comment on column nb.key_epoch.begun_at is 'When it became the only one that may wrap.';
comment on column nb.key_epoch.finished_at is 'When every living key was wrapped under it and the older master keys were destroyed; null until then.';

create table nb.erasure (
    erasure_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint not null,
    guest_public_id uuid not null,
    reason text not null,
    requested_by bigint,
    requested_at timestamptz not null default nb.now(),
    key_epoch integer not null,
    completed_at timestamptz,
    completed_epoch integer,
    constraint erasure_pk primary key (erasure_id),
    constraint erasure_public_id_uq unique (public_id),
    constraint erasure_guest_uq unique (guest_public_id),
    constraint erasure_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint erasure_requested_by_fk foreign key (requested_by) references nb.app_user (user_id),
    constraint erasure_reason_ck check (reason in ('asked_by_guest', 'retention_ended', 'entered_by_mistake')),
    constraint erasure_key_epoch_ck check (key_epoch > 0),
    constraint erasure_completed_ck check ((completed_at is null) = (completed_epoch is null)),
    constraint erasure_completed_epoch_ck check (completed_epoch > key_epoch)
);
create index erasure_outstanding_ix on nb.erasure (key_epoch) where completed_at is null;
comment on table nb.erasure is 'Guests whose key was destroyed. Complete only when no master key is left that an old backup''s copy would open with.';
comment on column nb.erasure.erasure_id is 'Internal key.';
comment on column nb.erasure.public_id is 'The id that leaves the house.';
comment on column nb.erasure.hotline_id is 'Whose guest it was.';
comment on column nb.erasure.guest_public_id is 'Outside id of the guest, which leads to nothing any more.';
comment on column nb.erasure.reason is 'Why: asked_by_guest, retention_ended or entered_by_mistake.';
comment on column nb.erasure.requested_by is 'Who; null for the owner on the command line and for retention.';
comment on column nb.erasure.requested_at is 'When the key was destroyed here.';
comment on column nb.erasure.key_epoch is 'Epoch that wrapped it: copies in backups open with that master key, while it lives.';
comment on column nb.erasure.completed_at is 'When that master key was destroyed; null: not yet complete.';
comment on column nb.erasure.completed_epoch is 'The rotation that made it complete.';

-- The hotline's own case reference is sealed with the guest's key, so that a rotation can make its fingerprint anew.
alter table pii.guest_secret drop constraint guest_secret_kind_ck;
alter table pii.guest_secret add constraint guest_secret_kind_ck check (kind in
    ('surname', 'given_name', 'safe_contact', 'confirmation', 'exclusion_zone', 'exchange', 'plugin_state',
     'case_reference'));
comment on table nb.situation_ref is 'The hotline''s own case, opaque: recognizes a repeat contact and says nothing else. Ends when the last guest of the case is erased.';
comment on column nb.situation_ref.fingerprint is 'Keyed fingerprint of the hotline''s reference, with the epoch of its key.';

-- After the row, not before: the row's transaction has its number by then, so that a rotation that waits for all older
-- transactions has either refused the row here or finds it.
create function nb.refuse_old_epoch() returns trigger
    language plpgsql
    set search_path to pg_catalog, pg_temp
    as $$
declare
    wrapped_under integer;
begin
    wrapped_under := (to_jsonb(new) ->> tg_argv[0])::integer;
    if wrapped_under < (select max(e.epoch) from nb.key_epoch e) then
        raise exception 'a key wrapped under an epoch that ends'
            using errcode = 'check_violation', constraint = tg_argv[1];
    end if;
    return null;
end
$$;
comment on function nb.refuse_old_epoch() is 'Trigger of wrapped keys: refuses one that the newest epoch on record did not wrap. Whoever is refused reads the key folder again.';

create trigger guest_key_epoch_current after insert or update of wrapped_key, epoch on pii.guest_key
    for each row when (new.wrapped_key is not null)
    execute function nb.refuse_old_epoch('epoch', 'guest_key_epoch_current_ck');
create trigger hotline_key_epoch_current after insert or update of sealed_key, key_epoch on nb.hotline
    for each row when (new.sealed_key is not null)
    execute function nb.refuse_old_epoch('key_epoch', 'hotline_key_epoch_current_ck');
