-- Requests: what somebody needs tonight, the hotline's own case behind it, the rules it is judged by, and the tasks
-- that give everything open an owner. Not here: who the guest is (schema pii). Invariant: a request that is not closed
-- always says what happens next and when (next_action_at).

create table nb.situation_ref (
    situation_id bigint generated always as identity,
    hotline_id bigint not null,
    fingerprint bytea not null,
    constraint situation_ref_pk primary key (situation_id),
    constraint situation_ref_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint situation_ref_fingerprint_uq unique (hotline_id, fingerprint),
    constraint situation_ref_fingerprint_ck check (length(fingerprint) = 36)
);
comment on table nb.situation_ref is 'The hotline''s own case, opaque: recognizes a repeat contact and says nothing else.';
comment on column nb.situation_ref.situation_id is 'Internal key.';
comment on column nb.situation_ref.hotline_id is 'Whose case.';
comment on column nb.situation_ref.fingerprint is 'Keyed fingerprint of the hotline''s reference; the reference itself is not kept.';

create table nb.ranking_policy (
    ranking_policy_id bigint generated always as identity,
    hotline_id bigint,
    weights jsonb not null,
    effective_from timestamptz not null,
    approved_by bigint,
    constraint ranking_policy_pk primary key (ranking_policy_id),
    constraint ranking_policy_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint ranking_policy_approved_by_fk foreign key (approved_by) references nb.app_user (user_id),
    constraint ranking_policy_weights_ck check (jsonb_typeof(weights) = 'object')
);
create trigger ranking_policy_append_only before update or delete on nb.ranking_policy
    for each row execute function nb.refuse_change();
comment on table nb.ranking_policy is 'Weights of the soft criteria, from a moment on; a request keeps the policy it was opened under.';
comment on column nb.ranking_policy.ranking_policy_id is 'Internal key, also the version.';
comment on column nb.ranking_policy.hotline_id is 'Of one hotline; null for all that have none of their own.';
comment on column nb.ranking_policy.weights is 'Criterion to weight, whole thousandths.';
comment on column nb.ranking_policy.effective_from is 'From when it holds for new requests.';
comment on column nb.ranking_policy.approved_by is 'Who approved it; null for the one that comes with the product.';

create table nb.shelter_request (
    request_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint not null,
    situation_id bigint,
    guest_id bigint not null,
    state text not null default 'draft',
    urgency text not null,
    channel text not null,
    asked_by text not null,
    latitude double precision not null,
    longitude double precision not null,
    country text not null,
    region text,
    check_in date not null,
    nights smallint not null,
    min_distance_m integer not null default 0,
    max_distance_m integer not null,
    households jsonb not null,
    pets smallint not null default 0,
    service_animals smallint not null default 0,
    accessible boolean not null default false,
    id_documents text[] not null default '{}',
    has_card boolean not null default false,
    account_watched boolean not null default false,
    avoid_background_check boolean not null default false,
    languages text[] not null default '{}',
    wishes text[] not null default '{}',
    child_involved boolean not null,
    immediate_violence boolean not null,
    consents_to_report boolean not null,
    unaccompanied_minor boolean not null,
    ranking_policy_id bigint not null,
    opened_by bigint not null,
    opened_at timestamptz not null default nb.now(),
    owner_user_id bigint,
    next_action_at timestamptz,
    version integer not null default 1,
    constraint shelter_request_pk primary key (request_id),
    constraint shelter_request_public_id_uq unique (public_id),
    constraint shelter_request_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint shelter_request_situation_fk foreign key (situation_id) references nb.situation_ref (situation_id),
    constraint shelter_request_guest_fk foreign key (guest_id) references pii.guest (guest_id),
    constraint shelter_request_policy_fk foreign key (ranking_policy_id) references nb.ranking_policy (ranking_policy_id),
    constraint shelter_request_opened_by_fk foreign key (opened_by) references nb.app_user (user_id),
    constraint shelter_request_owner_fk foreign key (owner_user_id) references nb.app_user (user_id),
    constraint shelter_request_state_ck check (state in ('draft', 'open', 'placed', 'unmet', 'closed')),
    constraint shelter_request_urgency_ck check (urgency in ('crisis', 'urgent', 'planned')),
    constraint shelter_request_channel_ck check (channel in ('phone', 'text', 'chat', 'referral')),
    constraint shelter_request_asked_by_ck check (asked_by in
        ('guest', 'provider', 'supporter', 'consulate', 'law_enforcement', 'partner_hotline')),
    constraint shelter_request_latitude_ck check (latitude between -90 and 90),
    constraint shelter_request_longitude_ck check (longitude between -180 and 180),
    constraint shelter_request_country_ck check (country ~ '^[A-Z]{2}$'),
    constraint shelter_request_nights_ck check (nights between 1 and 30),
    constraint shelter_request_distance_ck check (min_distance_m >= 0 and max_distance_m > min_distance_m),
    constraint shelter_request_households_ck check (jsonb_typeof(households) = 'array' and jsonb_array_length(households) between 1 and 100),
    constraint shelter_request_animals_ck check (pets between 0 and 20 and service_animals between 0 and 20),
    constraint shelter_request_next_ck check (state in ('draft', 'closed') or next_action_at is not null)
) with (fillfactor = 70);
create index shelter_request_hotline_ix on nb.shelter_request (hotline_id, opened_at);
create index shelter_request_situation_ix on nb.shelter_request (situation_id) where situation_id is not null;
create index shelter_request_due_ix on nb.shelter_request (next_action_at) where state in ('open', 'placed', 'unmet');
comment on table nb.shelter_request is 'What a party needs, from which night, near where. No name and no immigration status.';
comment on column nb.shelter_request.request_id is 'Internal key.';
comment on column nb.shelter_request.public_id is 'The id that leaves the house.';
comment on column nb.shelter_request.hotline_id is 'Who answers it.';
comment on column nb.shelter_request.situation_id is 'The hotline''s own case; how a repeat contact is noticed.';
comment on column nb.shelter_request.guest_id is 'Alias, needs and sealed secrets; safe contact and zones to avoid stand there.';
comment on column nb.shelter_request.state is 'draft, open, placed, unmet (nothing was found; owned) or closed.';
comment on column nb.shelter_request.urgency is 'crisis (24 h), urgent (72 h) or planned.';
comment on column nb.shelter_request.channel is 'How the contact came.';
comment on column nb.shelter_request.asked_by is 'Who asks: each learns back only what the guest consents to.';
comment on column nb.shelter_request.latitude is 'Where, in degrees.';
comment on column nb.shelter_request.longitude is 'Where, in degrees.';
comment on column nb.shelter_request.country is 'ISO 3166-1 alpha-2.';
comment on column nb.shelter_request.region is 'State or province, for restrictions of funds; null when unknown.';
comment on column nb.shelter_request.check_in is 'First night, a date at the place.';
comment on column nb.shelter_request.nights is 'How many nights.';
comment on column nb.shelter_request.min_distance_m is 'Not nearer than this, in meters.';
comment on column nb.shelter_request.max_distance_m is 'Not farther than this, in meters.';
comment on column nb.shelter_request.households is 'Array of {adults, children_ages}: each household is placed whole or not at all.';
comment on column nb.shelter_request.pets is 'Pets, which are not service animals.';
comment on column nb.shelter_request.service_animals is 'Service animals: no papers, no fee.';
comment on column nb.shelter_request.accessible is 'True: an accessible room is needed.';
comment on column nb.shelter_request.id_documents is 'Documents that can be shown; empty for none.';
comment on column nb.shelter_request.has_card is 'True: an adult can show a card of their own.';
comment on column nb.shelter_request.account_watched is 'True: a hold on the card would tell somebody where they are.';
comment on column nb.shelter_request.avoid_background_check is 'True: no place that checks records.';
comment on column nb.shelter_request.languages is 'Languages they speak, as BCP 47 tags.';
comment on column nb.shelter_request.wishes is 'What would feel safe to them, if they wish to say.';
comment on column nb.shelter_request.child_involved is 'Decides the reporting route, never the ranking.';
comment on column nb.shelter_request.immediate_violence is 'Decides the reporting route, never the ranking.';
comment on column nb.shelter_request.consents_to_report is 'Decides the reporting route, never the ranking.';
comment on column nb.shelter_request.unaccompanied_minor is 'True: never a hotel; the youth route.';
comment on column nb.shelter_request.ranking_policy_id is 'The weights it is judged by, frozen.';
comment on column nb.shelter_request.opened_by is 'Who took the contact.';
comment on column nb.shelter_request.opened_at is 'When.';
comment on column nb.shelter_request.owner_user_id is 'Who owns what happens next.';
comment on column nb.shelter_request.next_action_at is 'When somebody or something looks again; never overdue.';
comment on column nb.shelter_request.version is 'Raised by every change.';

create table nb.task (
    task_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint not null,
    kind text not null,
    for_role text not null,
    request_id bigint,
    state text not null default 'open',
    due_at timestamptz not null,
    claimed_by bigint,
    lease_until timestamptz,
    fencing_token bigint not null default 0,
    created_at timestamptz not null default nb.now(),
    done_at timestamptz,
    done_by bigint,
    constraint task_pk primary key (task_id),
    constraint task_public_id_uq unique (public_id),
    constraint task_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint task_request_fk foreign key (request_id) references nb.shelter_request (request_id),
    constraint task_claimed_by_fk foreign key (claimed_by) references nb.app_user (user_id),
    constraint task_done_by_fk foreign key (done_by) references nb.app_user (user_id),
    constraint task_kind_ck check (kind ~ '^[a-z_]{3,40}$'),
    constraint task_for_role_ck check (for_role in ('specialist', 'coordinator', 'supervisor', 'director', 'admin')),
    constraint task_state_ck check (state in ('open', 'claimed', 'done', 'dropped')),
    constraint task_claim_ck check ((state = 'claimed') = (lease_until is not null)),
    constraint task_claimed_by_ck check (state <> 'claimed' or claimed_by is not null),
    constraint task_done_ck check ((state = 'done') = (done_by is not null))
) with (fillfactor = 70);
create index task_open_ix on nb.task (hotline_id, for_role, due_at) where state in ('open', 'claimed');
comment on table nb.task is 'Work that a person owns: claimed under a lease, fenced by a token, never silently dropped.';
comment on column nb.task.task_id is 'Internal key.';
comment on column nb.task.public_id is 'The id that leaves the house.';
comment on column nb.task.hotline_id is 'Whose.';
comment on column nb.task.kind is 'What is to be done, a word: mandated_report, unmet_need.';
comment on column nb.task.for_role is 'Who may claim it.';
comment on column nb.task.request_id is 'About which request.';
comment on column nb.task.state is 'open, claimed, done or dropped.';
comment on column nb.task.due_at is 'Until when.';
comment on column nb.task.claimed_by is 'Who works on it, or last did.';
comment on column nb.task.lease_until is 'Until when the claim holds.';
comment on column nb.task.fencing_token is 'Raised by every claim; a stale one changes nothing.';
comment on column nb.task.created_at is 'When it was opened.';
comment on column nb.task.done_at is 'When it was done.';
comment on column nb.task.done_by is 'Who did it.';
