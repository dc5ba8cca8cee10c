-- Who may do what: the login roles of the cluster, hotlines, partners, users, their rights, tokens and the audit log.
-- Not here: places (0002, 0003), guests (0004). Invariant: every wall between roles starts as a PostgreSQL
-- login role; a row may add to that wall and never replaces it.

create extension if not exists pgcrypto with schema public;
create extension if not exists btree_gist with schema public;

create schema nb;
comment on schema nb is 'Nightbridge: requests, places, points and their books. Nothing in it names a guest.';
create schema pii;
comment on schema pii is 'Guests: alias, needs and sealed secrets. Unreachable for provider, partner, finance, admin and auditor.';

-- Roles belong to the cluster, not to the database: several databases may migrate at the same moment. The lock serves
-- databases of one name only, so a twin that wins the race is met by the exception.
do $$
declare
    role_name text;
    role_purpose constant jsonb := jsonb_build_object(
        'nb_staff', 'Nightbridge: specialists, coordinators, supervisors and directors of a hotline',
        'nb_provider', 'Nightbridge: shelter and partner hotel staff; sees its own capacity and the offers made to it',
        'nb_partner', 'Nightbridge: partners who give points or money; sees its own gifts',
        'nb_finance', 'Nightbridge: books without guest, place or exact date',
        'nb_admin', 'Nightbridge: accounts, policies, plugins, health',
        'nb_auditor', 'Nightbridge: audit chain and reports',
        'nb_dispatch', 'Nightbridge: the process that speaks to the outside',
        'nb_clock', 'Nightbridge: the process that finds what is due',
        'nb_check', 'Nightbridge: reads everything in schema nb for the invariant file, writes nothing');
begin
    for role_name in select jsonb_object_keys(role_purpose) loop
        if not exists (select from pg_catalog.pg_roles r where r.rolname = role_name) then
            begin
                execute format('create role %I login noinherit nosuperuser nocreatedb nocreaterole', role_name);
                execute format('comment on role %I is %L', role_name, role_purpose ->> role_name);
            exception when duplicate_object or unique_violation then
                null;
            end;
        end if;
    end loop;
end
$$;

revoke all on schema public from public;
grant usage on schema public to public;
alter default privileges revoke execute on functions from public;
alter default privileges revoke usage on types from public;

-- nb.now() and nb.random_id() stand here and not in sql/functions because column defaults need them, and because
-- functions are replaced at every migrate: a cluster with a test clock would lose it silently.
create function nb.now() returns timestamptz
    language sql stable parallel safe
    as 'select pg_catalog.clock_timestamp()';
comment on function nb.now() is
    'All wall time of record. STABLE although it reads the running clock: the planner may then use an index for "due before now". Replaced only by the test clock.';

create function nb.random_id() returns uuid
    language sql volatile parallel safe
    as 'select pg_catalog.encode(public.gen_random_bytes(16), ''hex'')::pg_catalog.uuid';
comment on function nb.random_id() is
    '128 random bits for whatever leaves the house; sequences would repeat after a restore and tell volumes.';

create function nb.refuse_change() returns trigger
    language plpgsql
    as $$
begin
    raise exception 'rows of %.% are never changed or removed', tg_table_schema, tg_table_name
        using errcode = 'restrict_violation';
end
$$;
comment on function nb.refuse_change() is 'Trigger of append-only tables: refuses update, delete and truncate.';

create domain nb.role_word as text
    constraint role_word_ck check (value in ('specialist', 'coordinator', 'supervisor', 'director', 'provider',
                                             'partner', 'custodian', 'finance', 'admin', 'auditor'));
comment on domain nb.role_word is 'A right that a person may be granted; which login role serves it is decided by the api process.';

create table nb.hotline (
    hotline_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    name text not null,
    country text not null,
    sealed_key bytea,
    key_epoch integer,
    created_at timestamptz not null default nb.now(),
    constraint hotline_pk primary key (hotline_id),
    constraint hotline_public_id_uq unique (public_id),
    constraint hotline_name_uq unique (name),
    constraint hotline_name_ck check (length(name) between 1 and 200),
    constraint hotline_country_ck check (country ~ '^[A-Z]{2}$'),
    constraint hotline_key_ck check ((sealed_key is null) = (key_epoch is null)),
    constraint hotline_key_epoch_ck check (key_epoch > 0)
);
comment on table nb.hotline is 'A tenant: the organization whose staff place people. Owns requests, stays, points accounts and its part of the audit chain.';
comment on column nb.hotline.hotline_id is 'Internal key.';
comment on column nb.hotline.public_id is 'The id that leaves the house.';
comment on column nb.hotline.name is 'Name as its own staff know it.';
comment on column nb.hotline.country is 'ISO 3166-1 alpha-2 of the seat.';
comment on column nb.hotline.sealed_key is 'The hotline''s data key, wrapped by the master key of key_epoch; null until it was made.';
comment on column nb.hotline.key_epoch is 'Epoch of the master key that wraps sealed_key.';
comment on column nb.hotline.created_at is 'When the tenant was set up.';

create table nb.partner (
    partner_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    name text not null,
    vetting_state text not null default 'applied',
    vetted_by bigint,
    vetted_at timestamptz,
    created_at timestamptz not null default nb.now(),
    constraint partner_pk primary key (partner_id),
    constraint partner_public_id_uq unique (public_id),
    constraint partner_name_uq unique (name),
    constraint partner_name_ck check (length(name) between 1 and 200),
    constraint partner_vetting_state_ck check (vetting_state in ('applied', 'vetted', 'suspended')),
    constraint partner_vetted_ck check (vetting_state = 'applied' or (vetted_by is not null and vetted_at is not null))
);
comment on table nb.partner is 'A company, foundation or person that gives points or money.';
comment on column nb.partner.partner_id is 'Internal key.';
comment on column nb.partner.public_id is 'The id that leaves the house.';
comment on column nb.partner.name is 'Name on receipts.';
comment on column nb.partner.vetting_state is 'applied, vetted or suspended; only a vetted partner''s gifts are offered for spending.';
comment on column nb.partner.vetted_by is 'User who decided last.';
comment on column nb.partner.vetted_at is 'When it was decided last.';
comment on column nb.partner.created_at is 'When the partner was entered.';

create table nb.app_user (
    user_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint,
    provider_id bigint,
    partner_id bigint,
    display_name text not null,
    state text not null default 'active',
    created_at timestamptz not null default nb.now(),
    constraint app_user_pk primary key (user_id),
    constraint app_user_public_id_uq unique (public_id),
    constraint app_user_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint app_user_partner_fk foreign key (partner_id) references nb.partner (partner_id),
    constraint app_user_one_home_ck check (num_nonnulls(hotline_id, provider_id, partner_id) <= 1),
    constraint app_user_display_name_ck check (length(display_name) between 1 and 200),
    constraint app_user_state_ck check (state in ('active', 'locked', 'closed'))
);
create index app_user_hotline_ix on nb.app_user (hotline_id) where hotline_id is not null;
create index app_user_provider_ix on nb.app_user (provider_id) where provider_id is not null;
create index app_user_partner_ix on nb.app_user (partner_id) where partner_id is not null;
comment on table nb.app_user is 'A person or client program that acts. Belongs to one hotline, provider or partner, or to none (operator of the installation).';
comment on column nb.app_user.user_id is 'Internal key.';
comment on column nb.app_user.public_id is 'The id that leaves the house.';
comment on column nb.app_user.hotline_id is 'Home of hotline staff.';
comment on column nb.app_user.provider_id is 'Home of shelter or hotel staff.';
comment on column nb.app_user.partner_id is 'Home of a partner''s people.';
comment on column nb.app_user.display_name is 'How colleagues know them; never shown to guests or desks.';
comment on column nb.app_user.state is 'active, locked (may return) or closed (never again); only active acts.';
comment on column nb.app_user.created_at is 'When the account was made.';

alter table nb.partner
    add constraint partner_vetted_by_fk foreign key (vetted_by) references nb.app_user (user_id);

create table nb.role_grant (
    role_grant_id bigint generated always as identity,
    user_id bigint not null,
    role nb.role_word not null,
    granted_by bigint,
    granted_at timestamptz not null default nb.now(),
    revoked_by bigint,
    revoked_at timestamptz,
    constraint role_grant_pk primary key (role_grant_id),
    constraint role_grant_user_fk foreign key (user_id) references nb.app_user (user_id),
    constraint role_grant_granted_by_fk foreign key (granted_by) references nb.app_user (user_id),
    constraint role_grant_revoked_by_fk foreign key (revoked_by) references nb.app_user (user_id),
    constraint role_grant_not_to_self_ck check (granted_by <> user_id),
    constraint role_grant_revoked_ck check (revoked_at is not null or revoked_by is null)
);
create unique index role_grant_live_uq on nb.role_grant (user_id, role) where revoked_at is null;
comment on table nb.role_grant is 'Rights of users, kept after they end.';
comment on column nb.role_grant.role_grant_id is 'Internal key.';
comment on column nb.role_grant.user_id is 'Who holds the right.';
comment on column nb.role_grant.role is 'The right; at most one living grant of it per user.';
comment on column nb.role_grant.granted_by is 'Who gave it; null for the first administrator, made on the command line.';
comment on column nb.role_grant.granted_at is 'Since when.';
comment on column nb.role_grant.revoked_by is 'Who took it back.';
comment on column nb.role_grant.revoked_at is 'Until when; null while it lives.';

create table nb.api_token (
    api_token_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    user_id bigint not null,
    token_hash bytea not null,
    role nb.role_word not null,
    label text not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    created_at timestamptz not null default nb.now(),
    constraint api_token_pk primary key (api_token_id),
    constraint api_token_public_id_uq unique (public_id),
    constraint api_token_hash_uq unique (token_hash),
    constraint api_token_user_fk foreign key (user_id) references nb.app_user (user_id),
    constraint api_token_hash_ck check (length(token_hash) between 32 and 64),
    constraint api_token_label_ck check (length(label) between 1 and 100),
    constraint api_token_expires_ck check (expires_at > created_at)
);
create index api_token_user_ix on nb.api_token (user_id);
comment on table nb.api_token is 'Bearer tokens. The token itself is shown once and never kept.';
comment on column nb.api_token.api_token_id is 'Internal key.';
comment on column nb.api_token.public_id is 'The id by which a token is listed and revoked.';
comment on column nb.api_token.user_id is 'On whose behalf it acts.';
comment on column nb.api_token.token_hash is 'Hash of the token (256 random bits, so a plain hash is enough).';
comment on column nb.api_token.role is 'The one right of its user that the token carries.';
comment on column nb.api_token.label is 'What it is for, in the words of who made it.';
comment on column nb.api_token.expires_at is 'End of its life.';
comment on column nb.api_token.revoked_at is 'Earlier end, by decision.';
comment on column nb.api_token.created_at is 'When it was made.';

create table nb.session (
    session_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    user_id bigint not null,
    secret_hash bytea not null,
    created_at timestamptz not null default nb.now(),
    last_seen_at timestamptz not null default nb.now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    constraint session_pk primary key (session_id),
    constraint session_public_id_uq unique (public_id),
    constraint session_secret_hash_uq unique (secret_hash),
    constraint session_user_fk foreign key (user_id) references nb.app_user (user_id),
    constraint session_secret_hash_ck check (length(secret_hash) between 32 and 64),
    constraint session_expires_ck check (expires_at > created_at)
) with (fillfactor = 70);
create index session_user_ix on nb.session (user_id) where ended_at is null;
comment on table nb.session is 'Browser sessions of the console.';
comment on column nb.session.session_id is 'Internal key.';
comment on column nb.session.public_id is 'The id by which a session is listed and ended.';
comment on column nb.session.user_id is 'Who signed in.';
comment on column nb.session.secret_hash is 'Hash of the cookie.';
comment on column nb.session.created_at is 'Sign-in.';
comment on column nb.session.last_seen_at is 'Last use; the idle limit counts from it.';
comment on column nb.session.expires_at is 'Absolute end.';
comment on column nb.session.ended_at is 'Sign-out, or ended by somebody entitled to.';

create table nb.on_call (
    on_call_id bigint generated always as identity,
    hotline_id bigint not null,
    role nb.role_word not null,
    deputy_rank smallint not null default 0,
    user_id bigint not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    constraint on_call_pk primary key (on_call_id),
    constraint on_call_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint on_call_user_fk foreign key (user_id) references nb.app_user (user_id),
    constraint on_call_deputy_rank_ck check (deputy_rank between 0 and 9),
    constraint on_call_range_ck check (ends_at > starts_at),
    constraint on_call_one_at_a_time_ex exclude using gist (
        hotline_id with =, (role::text) with =, deputy_rank with =, tstzrange(starts_at, ends_at) with &&)
);
comment on table nb.on_call is 'The rota: who answers for a role, and their deputies. Every escalation ends with one of these people.';
comment on column nb.on_call.on_call_id is 'Internal key.';
comment on column nb.on_call.hotline_id is 'Whose rota.';
comment on column nb.on_call.role is 'For which role.';
comment on column nb.on_call.deputy_rank is '0 is asked first, then 1, 2 …';
comment on column nb.on_call.user_id is 'Who answers.';
comment on column nb.on_call.starts_at is 'From when.';
comment on column nb.on_call.ends_at is 'Until when (excluded).';

-- No foreign keys: the log outlives what it names, records refusals of unknown actors, and must not lock a hotline's
-- row from every booking.
create table nb.audit_event (
    audit_event_id bigint generated always as identity,
    hotline_id bigint,
    at timestamptz not null default nb.now(),
    actor_user_id bigint,
    actor_role text,
    action text not null,
    subject_kind text,
    subject_id uuid,
    detail jsonb not null default '{}'::jsonb,
    recorded_xid xid8 not null default pg_current_xact_id(),
    constraint audit_event_pk primary key (audit_event_id),
    constraint audit_event_action_ck check (action ~ '^[a-z][a-z0-9_.]{1,79}$'),
    constraint audit_event_subject_ck check (subject_kind is not null or subject_id is null),
    constraint audit_event_detail_ck check (jsonb_typeof(detail) = 'object')
);
create index audit_event_unsealed_ix on nb.audit_event (hotline_id, recorded_xid);
create index audit_event_subject_ix on nb.audit_event (subject_id) where subject_id is not null;
create trigger audit_event_append_only before update or delete on nb.audit_event
    for each row execute function nb.refuse_change();
create trigger audit_event_no_truncate before truncate on nb.audit_event
    for each statement execute function nb.refuse_change();
comment on table nb.audit_event is 'Who did what to which thing. Written in the transaction of the deed, sealed into the hash chain later by clock. Never guest data or a place.';
comment on column nb.audit_event.audit_event_id is 'Internal key; order of writing, not of commit.';
comment on column nb.audit_event.hotline_id is 'Whose chain; null for the installation''s own.';
comment on column nb.audit_event.at is 'When.';
comment on column nb.audit_event.actor_user_id is 'Who; null for the system itself.';
comment on column nb.audit_event.actor_role is 'Under which right, or the name of the process.';
comment on column nb.audit_event.action is 'What, as a dotted word (booking.held).';
comment on column nb.audit_event.subject_kind is 'Kind of thing (booking, provider …).';
comment on column nb.audit_event.subject_id is 'Its public id.';
comment on column nb.audit_event.detail is 'Coded facts of the deed; no names, places or free text.';
comment on column nb.audit_event.recorded_xid is 'Transaction that wrote it: sealing waits until no older transaction runs.';

create table nb.audit_seal (
    audit_seal_id bigint generated always as identity,
    hotline_id bigint,
    position bigint not null,
    audit_event_id bigint not null,
    previous_hash bytea not null,
    hash bytea not null,
    horizon_xid xid8 not null,
    sealed_at timestamptz not null default nb.now(),
    constraint audit_seal_pk primary key (audit_seal_id),
    constraint audit_seal_event_uq unique (audit_event_id),
    constraint audit_seal_event_fk foreign key (audit_event_id) references nb.audit_event (audit_event_id),
    constraint audit_seal_position_ck check (position > 0),
    constraint audit_seal_hash_ck check (length(hash) = 32 and length(previous_hash) = 32)
);
create unique index audit_seal_chain_uq on nb.audit_seal ((coalesce(hotline_id, 0)), position);
create trigger audit_seal_append_only before update or delete on nb.audit_seal
    for each row execute function nb.refuse_change();
create trigger audit_seal_no_truncate before truncate on nb.audit_seal
    for each statement execute function nb.refuse_change();
comment on table nb.audit_seal is 'The hash chain over audit_event, one per hotline: hash = SHA-256(previous hash, canonical row).';
comment on column nb.audit_seal.audit_seal_id is 'Internal key.';
comment on column nb.audit_seal.hotline_id is 'Whose chain; null for the installation''s own.';
comment on column nb.audit_seal.position is 'Place in the chain: 1, 2, 3 without gaps.';
comment on column nb.audit_seal.audit_event_id is 'The sealed row.';
comment on column nb.audit_seal.previous_hash is 'Hash at position - 1; 32 zero bytes at the start.';
comment on column nb.audit_seal.hash is 'Hash of this link.';
comment on column nb.audit_seal.horizon_xid is 'All rows of the chain older than this transaction were sealed with or before this link.';
comment on column nb.audit_seal.sealed_at is 'When clock sealed it.';
