-- The next place: longer-term programs, offers to them, waiting, escalation policies, releases and disclosures.
-- Not here: who is on call (0001), tasks (0006). Invariant: a disclosure outside names a living release or the rule
-- that allows it, and a policy that a stay was frozen on never changes.

create table nb.placement_program (
    placement_program_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    provider_id bigint not null,
    name text not null,
    country text not null,
    region text,
    populations text[] not null default '{}',
    usual_wait_days smallint,
    active boolean not null default true,
    constraint placement_program_pk primary key (placement_program_id),
    constraint placement_program_public_id_uq unique (public_id),
    constraint placement_program_provider_fk foreign key (provider_id) references nb.provider (provider_id),
    constraint placement_program_name_ck check (length(name) between 1 and 200),
    constraint placement_program_country_ck check (country ~ '^[A-Z]{2}$'),
    constraint placement_program_region_ck check (region ~ '^[A-Z0-9]{1,3}$'),
    constraint placement_program_populations_ck check (array_position(populations, null) is null),
    constraint placement_program_usual_wait_days_ck check (usual_wait_days between 0 and 365)
);
create index placement_program_region_ix on nb.placement_program (country, region) where active;
comment on table nb.placement_program is 'Where people go after the hotel: transitional housing, a safe house, family abroad.';
comment on column nb.placement_program.placement_program_id is 'Internal key.';
comment on column nb.placement_program.public_id is 'The id that leaves the house.';
comment on column nb.placement_program.provider_id is 'Who runs it.';
comment on column nb.placement_program.name is 'Name for staff.';
comment on column nb.placement_program.country is 'ISO 3166-1 alpha-2.';
comment on column nb.placement_program.region is 'State or province; null for the whole country.';
comment on column nb.placement_program.populations is 'Whom it is for, as coded words.';
comment on column nb.placement_program.usual_wait_days is 'Measured wait; the first length proposed for a stay rests on it.';
comment on column nb.placement_program.active is 'False: gets no more offers.';

create table nb.placement_offer (
    placement_offer_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    placement_program_id bigint not null,
    request_id bigint not null,
    hotline_id bigint not null,
    state text not null default 'open',
    offered_by bigint,
    offered_at timestamptz not null default nb.now(),
    expires_at timestamptz not null,
    answered_by bigint,
    answered_at timestamptz,
    decline_side text,
    decline_reason text,
    move_on date,
    constraint placement_offer_pk primary key (placement_offer_id),
    constraint placement_offer_public_id_uq unique (public_id),
    constraint placement_offer_program_fk foreign key (placement_program_id)
        references nb.placement_program (placement_program_id),
    constraint placement_offer_request_fk foreign key (request_id)
        references nb.shelter_request,
    constraint placement_offer_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint placement_offer_offered_by_fk foreign key (offered_by) references nb.app_user (user_id),
    constraint placement_offer_answered_by_fk foreign key (answered_by) references nb.app_user (user_id),
    constraint placement_offer_state_ck check (state in ('open', 'accepted', 'declined', 'expired', 'closed')),
    constraint placement_offer_expires_ck check (expires_at > offered_at),
    constraint placement_offer_answered_ck check ((state = 'open') = (answered_at is null)),
    constraint placement_offer_decline_ck check (
        case when state = 'declined' then decline_side is not null and decline_reason is not null
             else decline_side is null and decline_reason is null end),
    constraint placement_offer_decline_side_ck check (decline_side in ('client', 'provider')),
    constraint placement_offer_decline_reason_ck check (decline_reason ~ '^[a-z][a-z_]{1,39}$'),
    constraint placement_offer_move_on_ck check (move_on is null or state = 'accepted')
);
create unique index placement_offer_accepted_uq on nb.placement_offer (request_id) where state = 'accepted';
create index placement_offer_due_ix on nb.placement_offer (expires_at) where state = 'open';
comment on table nb.placement_offer is 'An offer of a request to a program. Several go out at once; acceptance of one closes the others.';
comment on column nb.placement_offer.placement_offer_id is 'Internal key.';
comment on column nb.placement_offer.public_id is 'The id that leaves the house.';
comment on column nb.placement_offer.placement_program_id is 'To which program.';
comment on column nb.placement_offer.request_id is 'For which request; at most one accepted offer each.';
comment on column nb.placement_offer.hotline_id is 'Whose guest.';
comment on column nb.placement_offer.state is 'open, accepted, declined, expired or closed (another was accepted).';
comment on column nb.placement_offer.offered_by is 'Who sent it; null for an escalation step.';
comment on column nb.placement_offer.offered_at is 'When it went out.';
comment on column nb.placement_offer.expires_at is 'When silence becomes an answer.';
comment on column nb.placement_offer.answered_by is 'Who answered; null when it expired or was closed.';
comment on column nb.placement_offer.answered_at is 'When it left the state open.';
comment on column nb.placement_offer.decline_side is 'Who declined: client or provider.';
comment on column nb.placement_offer.decline_reason is 'Coded reason.';
comment on column nb.placement_offer.move_on is 'Date of the move, once accepted.';

create table nb.waitlist (
    waitlist_id bigint generated always as identity,
    placement_program_id bigint not null,
    request_id bigint not null,
    hotline_id bigint not null,
    joined_at timestamptz not null default nb.now(),
    left_at timestamptz,
    left_reason text,
    constraint waitlist_pk primary key (waitlist_id),
    constraint waitlist_program_fk foreign key (placement_program_id)
        references nb.placement_program (placement_program_id),
    constraint waitlist_request_fk foreign key (request_id) references nb.shelter_request,
    constraint waitlist_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint waitlist_left_ck check ((left_at is null) = (left_reason is null)),
    constraint waitlist_left_reason_ck check (left_reason in ('placed', 'withdrawn', 'declined', 'stale'))
);
create unique index waitlist_live_uq on nb.waitlist (placement_program_id, request_id) where left_at is null;
comment on table nb.waitlist is 'Requests that wait for a program without a free place.';
comment on column nb.waitlist.waitlist_id is 'Internal key.';
comment on column nb.waitlist.placement_program_id is 'For which program.';
comment on column nb.waitlist.request_id is 'Which request.';
comment on column nb.waitlist.hotline_id is 'Whose guest.';
comment on column nb.waitlist.joined_at is 'Since when.';
comment on column nb.waitlist.left_at is 'Until when; null while waiting.';
comment on column nb.waitlist.left_reason is 'Why it ended.';

create table nb.escalation_policy (
    escalation_policy_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint,
    name text not null,
    version integer not null,
    approved_by bigint,
    effective_from timestamptz not null,
    constraint escalation_policy_pk primary key (escalation_policy_id),
    constraint escalation_policy_public_id_uq unique (public_id),
    constraint escalation_policy_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint escalation_policy_approved_by_fk foreign key (approved_by) references nb.app_user (user_id),
    constraint escalation_policy_name_ck check (name ~ '^[a-z][a-z0-9_]{1,59}$'),
    constraint escalation_policy_version_ck check (version > 0)
);
create unique index escalation_policy_version_uq on nb.escalation_policy ((coalesce(hotline_id, 0)), name, version);
create trigger escalation_policy_append_only before update or delete on nb.escalation_policy
    for each row execute function nb.refuse_change();
comment on table nb.escalation_policy is 'A version of the rules by which something unanswered reaches more people; frozen on the stay when it begins.';
comment on column nb.escalation_policy.escalation_policy_id is 'Internal key.';
comment on column nb.escalation_policy.public_id is 'The id that leaves the house.';
comment on column nb.escalation_policy.hotline_id is 'Whose policy; null for the default of all.';
comment on column nb.escalation_policy.name is 'Coded name of the policy.';
comment on column nb.escalation_policy.version is 'Counts up; the highest in effect is used for new stays.';
comment on column nb.escalation_policy.approved_by is 'Who put it in force; null for the delivered default.';
comment on column nb.escalation_policy.effective_from is 'Since when new stays take it.';

create table nb.escalation_step (
    escalation_step_id bigint generated always as identity,
    escalation_policy_id bigint not null,
    position smallint not null,
    at_night smallint,
    before_check_out interval,
    state_watched text,
    state_age interval,
    action text not null,
    owner_role nb.role_word not null,
    extend_role nb.role_word,
    repeat_every interval,
    constraint escalation_step_pk primary key (escalation_step_id),
    constraint escalation_step_position_uq unique (escalation_policy_id, position),
    constraint escalation_step_policy_fk foreign key (escalation_policy_id)
        references nb.escalation_policy (escalation_policy_id),
    constraint escalation_step_when_ck check (num_nonnulls(at_night, before_check_out, state_age) = 1),
    constraint escalation_step_state_ck check ((state_watched is null) = (state_age is null)),
    constraint escalation_step_at_night_ck check (at_night between 1 and 60),
    constraint escalation_step_action_ck check (
        action in ('open_task', 'search_placements', 'send_offers', 'ask_approval', 'notify')),
    constraint escalation_step_positive_ck check (
        before_check_out > interval '0' and state_age > interval '0' and repeat_every >= interval '1 minute')
);
create trigger escalation_step_append_only before update or delete on nb.escalation_step
    for each row execute function nb.refuse_change();
comment on table nb.escalation_step is 'One step of a policy: when, what, who, and who may extend beyond it.';
comment on column nb.escalation_step.escalation_step_id is 'Internal key.';
comment on column nb.escalation_step.escalation_policy_id is 'Of which policy version.';
comment on column nb.escalation_step.position is 'Order; the next position follows when nobody acted.';
comment on column nb.escalation_step.at_night is 'Fires on this night of the stay; exactly one of the three kinds of "when".';
comment on column nb.escalation_step.before_check_out is 'Fires so long before check-out.';
comment on column nb.escalation_step.state_watched is 'The state whose age counts (offered, unknown …).';
comment on column nb.escalation_step.state_age is 'Fires when the state is so old.';
comment on column nb.escalation_step.action is 'What happens.';
comment on column nb.escalation_step.owner_role is 'Who must claim it.';
comment on column nb.escalation_step.extend_role is 'Who may extend the stay beyond this step; null for no limit here.';
comment on column nb.escalation_step.repeat_every is 'Repeats until somebody acknowledges; null for once.';

create table nb.consent_release (
    consent_release_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint not null,
    request_id bigint not null,
    scope text[] not null,
    recipient_kind text not null,
    given_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    recorded_by bigint not null,
    constraint consent_release_pk primary key (consent_release_id),
    constraint consent_release_public_id_uq unique (public_id),
    constraint consent_release_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint consent_release_request_fk foreign key (request_id)
        references nb.shelter_request,
    constraint consent_release_recorded_by_fk foreign key (recorded_by) references nb.app_user (user_id),
    constraint consent_release_scope_ck check (cardinality(scope) > 0 and scope <@ array[
        'placed', 'place', 'dates', 'needs', 'contact', 'outcome']::text[]),
    constraint consent_release_recipient_kind_ck check (
        recipient_kind in ('provider', 'supporter', 'consulate', 'law_enforcement', 'placement_program')),
    constraint consent_release_expires_ck check (expires_at > given_at)
);
create index consent_release_request_ix on nb.consent_release (request_id);
comment on table nb.consent_release is 'A written, informed, time-limited release by the guest. Never a condition of service.';
comment on column nb.consent_release.consent_release_id is 'Internal key.';
comment on column nb.consent_release.public_id is 'The id that leaves the house.';
comment on column nb.consent_release.hotline_id is 'Whose guest.';
comment on column nb.consent_release.request_id is 'For which request.';
comment on column nb.consent_release.scope is 'What may be told.';
comment on column nb.consent_release.recipient_kind is 'To what kind of recipient.';
comment on column nb.consent_release.given_at is 'When it was given.';
comment on column nb.consent_release.expires_at is 'When it ends by itself.';
comment on column nb.consent_release.revoked_at is 'When the guest took it back.';
comment on column nb.consent_release.recorded_by is 'Who recorded it.';

create table nb.disclosure (
    disclosure_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint not null,
    request_id bigint not null,
    consent_release_id bigint,
    country_protocol_id bigint,
    recipient_kind text not null,
    scope text[] not null,
    disclosed_by bigint not null,
    disclosed_at timestamptz not null default nb.now(),
    constraint disclosure_pk primary key (disclosure_id),
    constraint disclosure_public_id_uq unique (public_id),
    constraint disclosure_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint disclosure_request_fk foreign key (request_id)
        references nb.shelter_request,
    constraint disclosure_release_fk foreign key (consent_release_id) references nb.consent_release (consent_release_id),
    constraint disclosure_protocol_fk foreign key (country_protocol_id)
        references nb.country_protocol (country_protocol_id),
    constraint disclosure_disclosed_by_fk foreign key (disclosed_by) references nb.app_user (user_id),
    constraint disclosure_allowed_ck check (num_nonnulls(consent_release_id, country_protocol_id) = 1),
    constraint disclosure_scope_ck check (cardinality(scope) > 0)
);
create trigger disclosure_append_only before update or delete on nb.disclosure
    for each row execute function nb.refuse_change();
comment on table nb.disclosure is 'What was told outside, to whom, and which release or rule allowed it. The text itself is not kept.';
comment on column nb.disclosure.disclosure_id is 'Internal key.';
comment on column nb.disclosure.public_id is 'The id that leaves the house.';
comment on column nb.disclosure.hotline_id is 'Whose guest.';
comment on column nb.disclosure.request_id is 'About which request.';
comment on column nb.disclosure.consent_release_id is 'The release that allows it; exactly one of release and rule.';
comment on column nb.disclosure.country_protocol_id is 'The dated rule that allows it.';
comment on column nb.disclosure.recipient_kind is 'Kind of recipient.';
comment on column nb.disclosure.scope is 'What was told, as coded words.';
comment on column nb.disclosure.disclosed_by is 'Who told it.';
comment on column nb.disclosure.disclosed_at is 'When.';
