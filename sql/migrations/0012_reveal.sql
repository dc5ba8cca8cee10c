-- Reveals: how often a person had a place or a guest shown in an hour. Not here: what was shown and why (audit_event).
-- Invariant: a reveal is counted and audited in one transaction, before anything is shown.

create table nb.reveal_count (
    actor_user_id bigint not null,
    hour timestamptz not null,
    reveals integer not null default 0,
    constraint reveal_count_pk primary key (actor_user_id, hour),
    constraint reveal_count_reveals_ck check (reveals > 0)
) with (fillfactor = 50);
comment on table nb.reveal_count is 'Reveals of one person in one hour: the quota that stops somebody who reads through everything.';
comment on column nb.reveal_count.actor_user_id is 'Who. No foreign key: it must not lock the actor''s row.';
comment on column nb.reveal_count.hour is 'Beginning of the hour.';
comment on column nb.reveal_count.reveals is 'How many.';
