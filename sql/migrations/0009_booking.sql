-- Bookings: the search behind a choice, the choice, its attempts and events, referrals, operations, settings, and what
-- requests and tasks gain with them. Not here: how an attempt reaches a program (0010). Invariant: the state of a
-- booking moves only along nb.booking_transition, and a household sleeps in one primary place a night (booking_room).

-- A function in SQL that cannot be inlined is started like a query each time: these two are called a dozen times by every
-- booking. What they answer is what the first migration says.
create or replace function nb.now() returns timestamptz
    language plpgsql stable parallel safe
    as $$
begin
    return pg_catalog.clock_timestamp();
end
$$;

create or replace function nb.random_id() returns uuid
    language plpgsql volatile parallel safe
    as $$
begin
    return pg_catalog.encode(public.gen_random_bytes(16), 'hex')::pg_catalog.uuid;
end
$$;

-- Words and amounts of rows that every booking writes are domains: a check of a table is read anew by every statement,
-- one of a domain once a session.
create domain nb.coded_word as text constraint coded_word_ck check (value ~ '^[a-z][a-z_]{1,39}$');
comment on domain nb.coded_word is 'A word of a vocabulary that grows: reasons, outcomes, roles at a desk. Never free text.';
create domain nb.amount as bigint constraint amount_ck check (value >= 0);
comment on domain nb.amount is 'Points or minor units, zero or more.';
create domain nb.fingerprint as bytea constraint fingerprint_ck check (length(value) = 36);
comment on domain nb.fingerprint is 'Epoch of the key (4 bytes) and keyed fingerprint (32 bytes).';
create domain nb.answer_status as smallint constraint answer_status_ck check (value between 200 and 499);
comment on domain nb.answer_status is 'HTTP status of an answer that is remembered.';
create domain nb.place_kind_word as text
    constraint place_kind_word_ck check (value in ('shelter', 'partner_hotel', 'points_hotel'));
comment on domain nb.place_kind_word is 'Kind of a place that is offered.';
create domain nb.transport_word as text constraint transport_word_ck check (value in ('referral', 'gateway', 'assisted'));
comment on domain nb.transport_word is 'How a booking is fulfilled: by an offer to a provider, by machine, or by a person.';
create domain nb.booking_role_word as text constraint booking_role_word_ck check (value in ('primary', 'covering'));
comment on domain nb.booking_role_word is 'primary, or covering for one whose outcome is unknown.';
create domain nb.booking_state_word as text
    constraint booking_state_word_ck check (value in ('held', 'offered', 'dispatching', 'confirmed', 'desk_confirmed',
        'checked_in', 'checked_out', 'expired', 'declined', 'failed', 'refused_at_desk', 'no_show', 'moved',
        'cancel_pending', 'cancelled', 'unknown'));
comment on domain nb.booking_state_word is 'State of a booking, as in nb.booking_transition.';
create domain nb.points_reason_word as text
    constraint points_reason_word_ck check (value in ('guest_choice', 'unsafe', 'too_far', 'refused_them', 'rules'));
comment on domain nb.points_reason_word is 'Why points are spent although a suitable shelter is free.';
create domain nb.long_stay_word as text
    constraint long_stay_word_ck check (value in
        ('next_place_awaited', 'next_place_dated', 'unsafe_to_move', 'unfit_to_move', 'no_other_place'));
comment on domain nb.long_stay_word is 'Why a stay goes beyond the nights that a role may book alone.';
create domain nb.attempt_state_word as text
    constraint attempt_state_word_ck check (value in
        ('ready', 'sent', 'unknown', 'confirmed', 'refused', 'absent', 'cancelled', 'expired'));
comment on domain nb.attempt_state_word is 'State of a booking attempt.';
create domain nb.decline_reason_word as text
    constraint decline_reason_word_ck check (value in ('full', 'household_rules', 'gender_rule', 'age', 'safety', 'staffing',
        'cannot_meet_need', 'closed', 'other'));
comment on domain nb.decline_reason_word is 'Why a provider, or a guest, declines an offer.';
create domain nb.referral_state_word as text
    constraint referral_state_word_ck check (value in ('offered', 'accepted', 'declined', 'expired', 'withdrawn'));
comment on domain nb.referral_state_word is 'State of an offer to a provider.';
create domain nb.hold_state_word as text constraint hold_state_word_ck check (value in ('held', 'posted', 'voided'));
comment on domain nb.hold_state_word is 'State of a hold of points or cash: held, posted (spent) or voided (given back).';
create domain nb.bucket_word as text
    constraint bucket_word_ck check (value in
        ('outside', 'available', 'held', 'spent', 'expired', 'forfeited', 'converted', 'adjusted'));
comment on domain nb.bucket_word is 'What the points or the cash in a ledger account are.';
create domain nb.transfer_kind_word as text
    constraint transfer_kind_word_ck check (value in ('receive', 'hold', 'post', 'void', 'refund', 'price_drop', 'expire',
        'forfeit', 'convert', 'transfer_out', 'adjust', 'reverse'));
comment on domain nb.transfer_kind_word is 'Why points or cash moved.';
alter table nb.ledger_account drop constraint ledger_account_bucket_ck, alter column bucket type nb.bucket_word;
alter table nb.ledger_transfer drop constraint ledger_transfer_kind_ck, alter column kind type nb.transfer_kind_word;
alter table nb.points_hold drop constraint points_hold_state_ck, alter column state type nb.hold_state_word;

create table nb.setting (
    setting_id bigint generated always as identity,
    name text not null,
    value_ms bigint,
    value_text text,
    effective_from timestamptz not null,
    approved_by bigint,
    constraint setting_pk primary key (setting_id),
    constraint setting_start_uq unique (name, effective_from),
    constraint setting_approved_by_fk foreign key (approved_by) references nb.app_user (user_id),
    constraint setting_name_ck check (name ~ '^[a-z][a-z0-9_]{2,59}$'),
    constraint setting_one_value_ck check (num_nonnulls(value_ms, value_text) = 1),
    constraint setting_value_ms_ck check (value_ms >= 0)
);
create trigger setting_append_only before update or delete on nb.setting
    for each row execute function nb.refuse_change();
comment on table nb.setting is 'Windows and limits as dated rows: holds, leases, settling, referral steps. The latest row in effect counts.';
comment on column nb.setting.setting_id is 'Internal key.';
comment on column nb.setting.name is 'Which setting: hold_points_ms.';
comment on column nb.setting.value_ms is 'Its value in milliseconds; exactly one of the two values.';
comment on column nb.setting.value_text is 'Its value as a word or list.';
comment on column nb.setting.effective_from is 'From when it holds.';
comment on column nb.setting.approved_by is 'Who put it in force; null for what comes with the product.';

create table nb.operation (
    actor_user_id bigint not null,
    op_key text not null,
    hotline_id bigint,
    fingerprint nb.fingerprint not null,
    outcome nb.coded_word not null,
    status nb.answer_status not null,
    resource_kind text,
    resource_id uuid,
    version integer,
    detail jsonb,
    recorded_at timestamptz not null default nb.now(),
    constraint operation_pk primary key (actor_user_id, op_key),
    constraint operation_op_key_ck check (length(op_key) between 1 and 255)
);
comment on table nb.operation is 'One row for each write that was asked for under an idempotency key, with its answer; written once, at the end. No foreign keys: it must not lock an actor''s row from every write.';
comment on column nb.operation.actor_user_id is 'Who asked. The key is theirs, whatever token they used.';
comment on column nb.operation.op_key is 'The Idempotency-Key.';
comment on column nb.operation.hotline_id is 'For which hotline; null for people of none.';
comment on column nb.operation.fingerprint is 'Keyed fingerprint of what was asked, with the epoch of its key: the same key with another body is refused.';
comment on column nb.operation.outcome is 'What was answered, a word.';
comment on column nb.operation.status is 'The HTTP status it stands for.';
comment on column nb.operation.resource_kind is 'Kind of the thing that was made or changed.';
comment on column nb.operation.resource_id is 'Its public id; it is shown again under the caller''s present rights.';
comment on column nb.operation.version is 'Its version then.';
comment on column nb.operation.detail is 'Coded facts of the answer; no guest data.';
comment on column nb.operation.recorded_at is 'When.';

create table nb.request_draft (
    request_draft_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint not null,
    owner_user_id bigint not null,
    sealed bytea not null,
    version integer not null default 1,
    updated_at timestamptz not null default nb.now(),
    constraint request_draft_pk primary key (request_draft_id),
    constraint request_draft_public_id_uq unique (public_id),
    constraint request_draft_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint request_draft_owner_fk foreign key (owner_user_id) references nb.app_user (user_id),
    constraint request_draft_sealed_ck check (length(sealed) between 1 and 1000000)
) with (fillfactor = 70);
create index request_draft_owner_ix on nb.request_draft (owner_user_id, updated_at);
comment on table nb.request_draft is 'An intake that is not finished; it survives a lost session.';
comment on column nb.request_draft.request_draft_id is 'Internal key.';
comment on column nb.request_draft.public_id is 'The id that leaves the house.';
comment on column nb.request_draft.hotline_id is 'Whose.';
comment on column nb.request_draft.owner_user_id is 'Who types it; nobody else sees it.';
comment on column nb.request_draft.sealed is 'What was typed, sealed with the hotline''s key.';
comment on column nb.request_draft.version is 'Raised by every save.';
comment on column nb.request_draft.updated_at is 'Last save.';

alter table nb.shelter_request
    add column gender text not null default 'unsaid',
    add column may_split boolean not null default false,
    add column asking_provider_id bigint,
    add column shares_back text not null default 'nothing',
    add column safe_contact_mode text not null default 'none',
    add column place_label text,
    add column frozen jsonb not null default '{}'::jsonb,
    add column repeat_of_request_id bigint,
    add constraint shelter_request_asking_provider_fk foreign key (asking_provider_id) references nb.provider (provider_id),
    add constraint shelter_request_repeat_of_fk foreign key (repeat_of_request_id) references nb.shelter_request (request_id),
    add constraint shelter_request_gender_ck check (gender in ('unsaid', 'women', 'men', 'mixed')),
    add constraint shelter_request_shares_back_ck check (shares_back in ('nothing', 'placed', 'place_too')),
    add constraint shelter_request_safe_contact_mode_ck
        check (safe_contact_mode in ('none', 'call_back', 'text_ok', 'do_not_reach_out')),
    add constraint shelter_request_place_label_ck check (length(place_label) between 1 and 100),
    add constraint shelter_request_frozen_ck check (jsonb_typeof(frozen) = 'object');
create index shelter_request_asking_provider_ix on nb.shelter_request (asking_provider_id, opened_at)
    where asking_provider_id is not null;
comment on column nb.shelter_request.gender is 'As the guest says, for gender rules of houses: unsaid, women, men or mixed.';
comment on column nb.shelter_request.may_split is 'True: a group, whose households may sleep at several places. False: a family, indivisible.';
comment on column nb.shelter_request.asking_provider_id is 'The provider that asks for the party, if one does.';
comment on column nb.shelter_request.shares_back is 'What the one who asks learns by the guest''s consent: nothing, placed or place_too.';
comment on column nb.shelter_request.safe_contact_mode is 'Whether and how the guest may be reached; the number itself is sealed.';
comment on column nb.shelter_request.place_label is 'What staff typed for the place: postal code or city; never an address.';
comment on column nb.shelter_request.frozen is 'The rules it is judged by, as they were when it was opened: weights, thresholds, version of the report rules, approval rows.';
comment on column nb.shelter_request.repeat_of_request_id is 'The request of which this is a repeat contact that staff opened anyway.';

create table nb.search (
    search_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    request_id bigint not null,
    hotline_id bigint not null,
    request_version integer not null,
    made_by bigint not null,
    made_at timestamptz not null default nb.now(),
    expires_at timestamptz not null,
    considered integer not null,
    offered integer not null,
    refusal_counts jsonb not null default '{}'::jsonb,
    refused jsonb not null default '[]'::jsonb,
    left_off integer not null default 0,
    allocation jsonb,
    constraint search_pk primary key (search_id),
    constraint search_public_id_uq unique (public_id),
    constraint search_request_fk foreign key (request_id) references nb.shelter_request (request_id),
    constraint search_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint search_made_by_fk foreign key (made_by) references nb.app_user (user_id),
    constraint search_expires_ck check (expires_at > made_at),
    constraint search_considered_ck check (considered >= 0),
    constraint search_offered_ck check (offered between 0 and considered),
    constraint search_left_off_ck check (left_off >= 0),
    constraint search_refusal_counts_ck check (jsonb_typeof(refusal_counts) = 'object'),
    constraint search_refused_ck check (jsonb_typeof(refused) = 'array')
);
create index search_request_ix on nb.search (request_id, made_at);
comment on table nb.search is 'A snapshot of what was possible for a request at one moment, with every why not.';
comment on column nb.search.search_id is 'Internal key.';
comment on column nb.search.public_id is 'The id that leaves the house.';
comment on column nb.search.request_id is 'For which request.';
comment on column nb.search.hotline_id is 'Whose guest.';
comment on column nb.search.request_version is 'Version of the request it answers; a choice for another one is stale.';
comment on column nb.search.made_by is 'Who searched.';
comment on column nb.search.made_at is 'When.';
comment on column nb.search.expires_at is 'A choice after this is stale.';
comment on column nb.search.considered is 'Places within reach.';
comment on column nb.search.offered is 'Options among them.';
comment on column nb.search.refusal_counts is 'Reason to number of places it refused.';
comment on column nb.search.refused is 'Refused places [{place, name, kind, distance_m, reasons}]. A zone stands here as zone and is shown to others as not_offered.';
comment on column nb.search.left_off is 'Refused places that the list leaves off.';
comment on column nb.search.allocation is 'For parties that may split: which households go to which option, and who is left over.';

create table nb.candidate (
    candidate_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    search_id bigint not null,
    hotline_id bigint not null,
    request_id bigint not null,
    rank integer not null,
    place_kind nb.place_kind_word not null,
    class text not null,
    unit_type_id bigint,
    property_id bigint,
    provider_id bigint,
    account_id bigint,
    program_code text,
    transport nb.transport_word not null,
    check_in date not null,
    check_out date not null,
    units integer not null,
    household_indexes smallint[] not null,
    points bigint,
    night_points bigint[],
    posted_points bigint[],
    free_nights integer not null default 0,
    cash_minor bigint,
    currency text,
    rule_version bigint,
    counter_key text,
    counter_most integer,
    cancel_by timestamptz,
    zone text not null,
    distance_m integer not null,
    score integer not null,
    reasons jsonb not null default '{}'::jsonb,
    risk_level text,
    risk_reasons text[] not null default '{}',
    freshness text,
    reported_at timestamptz,
    shelter_was_free boolean not null default false,
    flags text[] not null default '{}',
    usable_after bigint,
    rooms_per_booking integer,
    region text,
    population text,
    constraint candidate_pk primary key (candidate_id),
    constraint candidate_public_id_uq unique (public_id),
    constraint candidate_rank_uq unique (search_id, rank),
    constraint candidate_search_fk foreign key (search_id) references nb.search (search_id),
    constraint candidate_place_ck check (case place_kind
        when 'shelter' then unit_type_id is not null and provider_id is not null
        when 'partner_hotel' then property_id is not null and provider_id is not null
        else property_id is not null and account_id is not null and program_code is not null and points is not null end),
    constraint candidate_transport_ck check ((transport = 'referral') = (place_kind <> 'points_hotel')),
    constraint candidate_rank_ck check (rank > 0),
    constraint candidate_dates_ck check (check_out > check_in and check_out <= check_in + 400),
    constraint candidate_units_ck check (units > 0),
    constraint candidate_households_ck check (cardinality(household_indexes) between 1 and 100),
    constraint candidate_points_ck check (points > 0),
    constraint candidate_night_points_ck check (night_points is null or cardinality(night_points) = check_out - check_in),
    constraint candidate_posted_points_ck check (posted_points is null or cardinality(posted_points) = check_out - check_in),
    constraint candidate_cash_ck check (cash_minor >= 0 and (cash_minor is null) = (currency is null)),
    constraint candidate_counter_ck check (counter_most is null or counter_key is not null),
    constraint candidate_rooms_per_booking_ck check (rooms_per_booking > 0)
);
comment on table nb.candidate is 'An option that was offered: everything the choice was made on. Never changed. Its ids were read by the search in the same transaction, so only the search is a foreign key.';
comment on column nb.candidate.candidate_id is 'Internal key.';
comment on column nb.candidate.public_id is 'The option''s id.';
comment on column nb.candidate.search_id is 'Of which search.';
comment on column nb.candidate.hotline_id is 'Whose guest.';
comment on column nb.candidate.request_id is 'For which request.';
comment on column nb.candidate.rank is 'Place in the one list, from 1.';
comment on column nb.candidate.place_kind is 'shelter, partner_hotel or points_hotel.';
comment on column nb.candidate.class is 'Class of the order: specialized, adjacent, hotel or general.';
comment on column nb.candidate.unit_type_id is 'Units that are held: of a shelter, or of a partner hotel that reports rooms.';
comment on column nb.candidate.property_id is 'The hotel.';
comment on column nb.candidate.provider_id is 'Who answers the referral.';
comment on column nb.candidate.account_id is 'Points account that pays.';
comment on column nb.candidate.program_code is 'Its program.';
comment on column nb.candidate.transport is 'How it is fulfilled: referral, gateway or assisted.';
comment on column nb.candidate.check_in is 'First night, a date at the place.';
comment on column nb.candidate.check_out is 'Day of leaving, a date at the place.';
comment on column nb.candidate.units is 'Rooms or beds for these households.';
comment on column nb.candidate.household_indexes is 'Which households of the request, from 0.';
comment on column nb.candidate.points is 'Points of all units and nights.';
comment on column nb.candidate.night_points is 'Points of all units, by night; sums to points.';
comment on column nb.candidate.posted_points is 'Observed points of one room, by night, that the price rests on; a changed one makes the choice stale.';
comment on column nb.candidate.free_nights is 'Nights that the program gives.';
comment on column nb.candidate.cash_minor is 'Cash of all units and nights, in minor units.';
comment on column nb.candidate.currency is 'ISO 4217 code of cash_minor.';
comment on column nb.candidate.rule_version is 'Rule version of the program that priced it; an older one makes the choice stale.';
comment on column nb.candidate.counter_key is 'Yearly counter of the account that a booking takes.';
comment on column nb.candidate.counter_most is 'How many a year there are, by the program''s rule; makes the year''s counter when it is new.';
comment on column nb.candidate.cancel_by is 'Free cancellation until then.';
comment on column nb.candidate.zone is 'IANA zone of the place, in which its dates and cancel_by are read.';
comment on column nb.candidate.distance_m is 'Great-circle distance in meters.';
comment on column nb.candidate.score is 'Weighted sum of the soft criteria.';
comment on column nb.candidate.reasons is 'Criterion to 0 … 1000.';
comment on column nb.candidate.risk_level is 'Check-in risk, a word.';
comment on column nb.candidate.risk_reasons is 'Why, as coded words.';
comment on column nb.candidate.freshness is 'fresh, ageing or stale, of capacity or price.';
comment on column nb.candidate.reported_at is 'Time of the capacity report or price it rests on.';
comment on column nb.candidate.shelter_was_free is 'True: a suitable specialized or adjacent shelter was offered in the same search; points then need a coded reason.';
comment on column nb.candidate.flags is 'What staff must see, as coded words.';
comment on column nb.candidate.usable_after is 'Points of the account that the request could still use afterwards.';
comment on column nb.candidate.rooms_per_booking is 'Most rooms in one booking; null for no limit. More rooms become several bookings of one group.';
comment on column nb.candidate.region is 'Region for restrictions of funds, as in US-CT.';
comment on column nb.candidate.population is 'Population for restrictions of funds.';

create table nb.booking_group (
    booking_group_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    request_id bigint not null,
    hotline_id bigint not null,
    kind text not null,
    created_by bigint not null,
    created_at timestamptz not null default nb.now(),
    constraint booking_group_pk primary key (booking_group_id),
    constraint booking_group_public_id_uq unique (public_id),
    constraint booking_group_request_fk foreign key (request_id) references nb.shelter_request (request_id),
    constraint booking_group_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint booking_group_created_by_fk foreign key (created_by) references nb.app_user (user_id),
    constraint booking_group_kind_ck check (kind in ('family', 'group'))
);
create index booking_group_request_ix on nb.booking_group (request_id);
comment on table nb.booking_group is 'Bookings that were held in one call. family: all or nothing, to the end. group: each household whole or not at all.';
comment on column nb.booking_group.booking_group_id is 'Internal key.';
comment on column nb.booking_group.public_id is 'The id that leaves the house.';
comment on column nb.booking_group.request_id is 'For which request.';
comment on column nb.booking_group.hotline_id is 'Whose guest.';
comment on column nb.booking_group.kind is 'family or group.';
comment on column nb.booking_group.created_by is 'Who chose.';
comment on column nb.booking_group.created_at is 'When.';

create table nb.booking_transition (
    from_state text not null,
    event text not null,
    to_state text not null,
    why text not null,
    action text not null,
    constraint booking_transition_pk primary key (from_state, event),
    constraint booking_transition_event_uq unique (from_state, event, to_state),
    constraint booking_transition_action_ck check (action in ('none', 'take_hold', 'hold_and_post', 'void_hold', 'swap_hold',
        'post_hold', 'give_back', 'post_penalty', 'send_offer', 'extend_hold', 'clear_expiry', 'enqueue_commit',
        'enqueue_read', 'enqueue_cancel', 'shorten_stay', 'open_task'))
);
comment on table nb.booking_transition is 'The life of a booking: what is not in this table cannot happen. The same list as core/model/booking_lifecycle.def.';
comment on column nb.booking_transition.from_state is 'State before; none before there is a booking.';
comment on column nb.booking_transition.event is 'What happens.';
comment on column nb.booking_transition.to_state is 'State after.';
comment on column nb.booking_transition.why is 'In words.';
comment on column nb.booking_transition.action is 'What is done with it in the same transaction.';

create table nb.booking (
    booking_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    request_id bigint not null,
    hotline_id bigint not null,
    booking_group_id bigint,
    role nb.booking_role_word not null default 'primary',
    covers_booking_id bigint,
    candidate_id bigint,
    search_id bigint,
    place_kind nb.place_kind_word not null,
    unit_type_id bigint,
    property_id bigint,
    provider_id bigint,
    account_id bigint,
    program_code text,
    transport nb.transport_word not null,
    check_in date not null,
    check_out date not null,
    zone text not null,
    units integer not null,
    household_indexes smallint[] not null,
    points bigint,
    cash_minor bigint,
    currency text,
    cash_account_id bigint,
    approved_points nb.amount not null default 0,
    approved_cash_minor nb.amount not null default 0,
    points_reason nb.points_reason_word,
    long_stay_reason nb.long_stay_word,
    allowed_next boolean not null default false,
    price_tolerance_points nb.amount not null default 0,
    state nb.booking_state_word not null,
    cancel_wanted nb.coded_word,
    hold_expires_at timestamptz,
    cap_expires_at timestamptz,
    current_attempt_id bigint not null,
    cancel_by timestamptz,
    guest_told_at timestamptz,
    desk_confirmed_at timestamptz,
    desk_confirmed_by bigint,
    desk_contact nb.coded_word,
    next_action_at timestamptz,
    version integer not null default 1,
    created_by bigint not null,
    created_at timestamptz not null default nb.now(),
    constraint booking_pk primary key (booking_id),
    constraint booking_public_id_uq unique (public_id),
    constraint booking_request_fk foreign key (request_id) references nb.shelter_request (request_id),
    constraint booking_group_fk foreign key (booking_group_id) references nb.booking_group (booking_group_id),
    constraint booking_covers_fk foreign key (covers_booking_id) references nb.booking (booking_id),
    constraint booking_covers_ck check ((role = 'covering') = (covers_booking_id is not null)),
    constraint booking_place_ck check (case place_kind
        when 'shelter' then unit_type_id is not null and provider_id is not null
        when 'partner_hotel' then property_id is not null and provider_id is not null
        else property_id is not null and account_id is not null and program_code is not null and points is not null end),
    constraint booking_dates_ck check (check_out > check_in),
    constraint booking_units_ck check (units > 0),
    constraint booking_points_ck check (points > 0),
    constraint booking_cash_minor_ck check (cash_minor >= 0),
    constraint booking_currency_ck check ((cash_minor is null) = (currency is null)),
    constraint booking_expiry_ck check ((hold_expires_at is not null) = (state in ('held', 'offered'))),
    constraint booking_next_ck check (next_action_at is not null
        or state in ('checked_out', 'expired', 'declined', 'failed', 'no_show', 'moved', 'cancelled')),
    constraint booking_desk_ck check ((desk_confirmed_at is null) = (desk_confirmed_by is null))
) with (fillfactor = 50);
create index booking_request_ix on nb.booking (request_id);
create index booking_group_ix on nb.booking (booking_group_id) where booking_group_id is not null;
create index booking_covers_ix on nb.booking (covers_booking_id) where covers_booking_id is not null;
create index booking_property_ix on nb.booking (property_id, check_out) where property_id is not null;
create index booking_expiry_ix on nb.booking (hold_expires_at) where hold_expires_at is not null;
create index booking_due_ix on nb.booking (next_action_at) where next_action_at is not null;
comment on table nb.booking is 'A place for households of a request, held and then fulfilled. Candidate, hotline, hotels and accounts are no foreign keys: they were read by the choice in the same transaction, and must not be locked by every booking.';
comment on column nb.booking.booking_id is 'Internal key.';
comment on column nb.booking.public_id is 'The id that leaves the house.';
comment on column nb.booking.request_id is 'For which request.';
comment on column nb.booking.hotline_id is 'Whose guest.';
comment on column nb.booking.booking_group_id is 'The bookings it was held with, if any.';
comment on column nb.booking.role is 'primary, or covering for one whose outcome is unknown.';
comment on column nb.booking.covers_booking_id is 'The booking of unknown outcome that it covers.';
comment on column nb.booking.candidate_id is 'The option it stands for now; null when it was entered by hand.';
comment on column nb.booking.search_id is 'The search from which the next candidate comes.';
comment on column nb.booking.place_kind is 'shelter, partner_hotel or points_hotel.';
comment on column nb.booking.unit_type_id is 'Units that are held.';
comment on column nb.booking.property_id is 'The hotel.';
comment on column nb.booking.provider_id is 'Who answers the referral.';
comment on column nb.booking.account_id is 'Points account that pays.';
comment on column nb.booking.program_code is 'Its program.';
comment on column nb.booking.transport is 'referral, gateway or assisted.';
comment on column nb.booking.check_in is 'First night, a date at the place.';
comment on column nb.booking.check_out is 'Day of leaving, a date at the place.';
comment on column nb.booking.zone is 'IANA zone of the place, in which its dates are read.';
comment on column nb.booking.units is 'Rooms or beds.';
comment on column nb.booking.household_indexes is 'Which households of the request, from 0.';
comment on column nb.booking.points is 'Points it costs.';
comment on column nb.booking.cash_minor is 'Cash it costs, in minor units.';
comment on column nb.booking.currency is 'ISO 4217 code of cash_minor.';
comment on column nb.booking.cash_account_id is 'The cash budget that pays; null without cash.';
comment on column nb.booking.approved_points is 'Points of the choice that a person made: the next candidate stays within them and the tolerance.';
comment on column nb.booking.approved_cash_minor is 'Cash of the choice that a person made.';
comment on column nb.booking.points_reason is 'Why points are spent although a suitable shelter was free.';
comment on column nb.booking.long_stay_reason is 'The reason or decision on record of whoever let the stay go on for so long; null where none is needed.';
comment on column nb.booking.allowed_next is 'True: a refused place may be replaced by the next candidate of the same search without asking again.';
comment on column nb.booking.price_tolerance_points is 'How many more points than approved are accepted without asking again.';
comment on column nb.booking.state is 'Where it is in nb.booking_transition.';
comment on column nb.booking.cancel_wanted is 'Why it is to be cancelled as soon as what is in flight is known; null while it is wanted.';
comment on column nb.booking.hold_expires_at is 'When held or offered ends by itself; null while anything is in flight, so that it is never released.';
comment on column nb.booking.cap_expires_at is 'Until when an unanswered referral may be renewed.';
comment on column nb.booking.current_attempt_id is 'The living or last attempt. No foreign key: both rows are made at once.';
comment on column nb.booking.cancel_by is 'Free cancellation until then.';
comment on column nb.booking.guest_told_at is 'When the guest was told where to go.';
comment on column nb.booking.desk_confirmed_at is 'When the front desk was confirmed; nobody travels before.';
comment on column nb.booking.desk_confirmed_by is 'Who spoke to the desk.';
comment on column nb.booking.desk_contact is 'Role of who answered there (front_desk, manager); no name.';
comment on column nb.booking.next_action_at is 'When somebody or something looks again; null once it is over.';
comment on column nb.booking.version is 'Raised by every change.';
comment on column nb.booking.created_by is 'Who chose or entered it.';
comment on column nb.booking.created_at is 'When.';

create table nb.booking_room (
    booking_id bigint not null,
    request_id bigint not null,
    household_index smallint not null,
    room_number smallint not null,
    role nb.booking_role_word not null,
    nights daterange not null,
    live boolean not null default true,
    constraint booking_room_pk primary key (booking_id, household_index, room_number),
    constraint booking_room_booking_fk foreign key (booking_id) references nb.booking (booking_id),
    constraint booking_room_household_ck check (household_index between 0 and 99),
    constraint booking_room_number_ck check (room_number > 0),
    constraint booking_room_nights_ck check (not isempty(nights)),
    constraint booking_room_once_ex exclude using gist (
        request_id with =, household_index with =, room_number with =, role with =, nights with &&) where (live)
) with (fillfactor = 70);
comment on table nb.booking_room is 'Who sleeps where on which nights: a household has one primary place a night, and at most one covering one.';
comment on column nb.booking_room.booking_id is 'Which booking.';
comment on column nb.booking_room.request_id is 'Of which request.';
comment on column nb.booking_room.household_index is 'Which household of it.';
comment on column nb.booking_room.room_number is '1, or 1, 2 … when one household''s rooms are several bookings.';
comment on column nb.booking_room.role is 'primary or covering.';
comment on column nb.booking_room.nights is 'Nights, from check-in until before check-out.';
comment on column nb.booking_room.live is 'True while somebody counts on it.';

create table nb.booking_attempt (
    attempt_id bigint generated always as identity,
    booking_id bigint not null,
    candidate_id bigint,
    number smallint not null,
    reference uuid not null,
    transport nb.transport_word not null,
    account_id bigint,
    property_id bigint,
    check_in date not null,
    check_out date not null,
    units integer not null,
    points bigint,
    cash_minor bigint,
    currency text,
    state nb.attempt_state_word not null default 'ready',
    outcome nb.coded_word,
    confirmation_fingerprint nb.fingerprint,
    confirmation_secret_id bigint,
    created_at timestamptz not null default nb.now(),
    ended_at timestamptz,
    reread_at timestamptz,
    reread_count smallint not null default 0,
    constraint booking_attempt_pk primary key (attempt_id),
    constraint booking_attempt_reference_uq unique (reference),
    constraint booking_attempt_number_uq unique (booking_id, number),
    constraint booking_attempt_booking_fk foreign key (booking_id) references nb.booking (booking_id),
    constraint booking_attempt_secret_fk foreign key (confirmation_secret_id) references pii.guest_secret (guest_secret_id),
    constraint booking_attempt_number_ck check (number > 0),
    constraint booking_attempt_ended_ck
        check ((ended_at is not null) = (state in ('refused', 'absent', 'cancelled', 'expired'))),
    constraint booking_attempt_reread_ck check (reread_count >= 0)
) with (fillfactor = 60);
create unique index booking_attempt_one_open_uq on nb.booking_attempt (booking_id)
    where state in ('ready', 'sent', 'unknown');
create unique index booking_attempt_confirmation_uq on nb.booking_attempt (account_id, confirmation_fingerprint)
    where confirmation_fingerprint is not null;
create index booking_attempt_reread_ix on nb.booking_attempt (reread_at) where reread_at is not null;
comment on table nb.booking_attempt is 'One try with one candidate under one reference for life. No second one while the outcome of the first is open.';
comment on column nb.booking_attempt.attempt_id is 'Internal key.';
comment on column nb.booking_attempt.booking_id is 'Of which booking.';
comment on column nb.booking_attempt.candidate_id is 'With which option; null when it was entered by hand.';
comment on column nb.booking_attempt.number is '1, 2 … of the booking.';
comment on column nb.booking_attempt.reference is 'Our reference at the gateway, its idempotency key, and the reference of its holds: the same on every retry.';
comment on column nb.booking_attempt.transport is 'referral, gateway or assisted.';
comment on column nb.booking_attempt.account_id is 'With which points account.';
comment on column nb.booking_attempt.property_id is 'At which hotel.';
comment on column nb.booking_attempt.check_in is 'First night asked for.';
comment on column nb.booking_attempt.check_out is 'Day of leaving asked for.';
comment on column nb.booking_attempt.units is 'Rooms or beds asked for.';
comment on column nb.booking_attempt.points is 'Points asked for.';
comment on column nb.booking_attempt.cash_minor is 'Cash asked for, in minor units.';
comment on column nb.booking_attempt.currency is 'ISO 4217 code of cash_minor.';
comment on column nb.booking_attempt.state is 'ready, sent, unknown (may exist), confirmed, refused, absent (proved not to exist), cancelled or expired.';
comment on column nb.booking_attempt.outcome is 'The word of the outcome vocabulary that ended it.';
comment on column nb.booking_attempt.confirmation_fingerprint is 'Keyed fingerprint of (account, confirmation number): one number confirms one attempt.';
comment on column nb.booking_attempt.confirmation_secret_id is 'The confirmation number, sealed with the guest''s key.';
comment on column nb.booking_attempt.created_at is 'When it was made.';
comment on column nb.booking_attempt.ended_at is 'When it ended without a place, or was cancelled.';
comment on column nb.booking_attempt.reread_at is 'When a reference that was declared absent is read again.';
comment on column nb.booking_attempt.reread_count is 'How often it was read again.';

create table nb.booking_event (
    booking_event_id bigint generated always as identity,
    booking_id bigint not null,
    attempt_id bigint,
    from_state text not null,
    event text not null,
    to_state text not null,
    actor_user_id bigint,
    actor_role text,
    at timestamptz not null default nb.now(),
    detail jsonb not null default '{}'::jsonb,
    constraint booking_event_pk primary key (booking_event_id),
    constraint booking_event_booking_fk foreign key (booking_id) references nb.booking (booking_id),
    constraint booking_event_transition_fk foreign key (from_state, event, to_state)
        references nb.booking_transition (from_state, event, to_state),
    constraint booking_event_detail_ck check (jsonb_typeof(detail) = 'object')
);
create index booking_event_booking_ix on nb.booking_event (booking_id, booking_event_id);
create trigger booking_event_append_only before update or delete on nb.booking_event
    for each row execute function nb.refuse_change();
comment on table nb.booking_event is 'Every move of a booking, each along the table.';
comment on column nb.booking_event.booking_event_id is 'Internal key.';
comment on column nb.booking_event.booking_id is 'Which booking.';
comment on column nb.booking_event.attempt_id is 'Its attempt then.';
comment on column nb.booking_event.from_state is 'State before.';
comment on column nb.booking_event.event is 'What happened.';
comment on column nb.booking_event.to_state is 'State after.';
comment on column nb.booking_event.actor_user_id is 'Who; null for the system.';
comment on column nb.booking_event.actor_role is 'Under which right, or the name of the process.';
comment on column nb.booking_event.at is 'When.';
comment on column nb.booking_event.detail is 'Coded facts; no guest, no place, no number.';

alter table nb.place_claim
    add constraint place_claim_booking_fk foreign key (booking_id) references nb.booking (booking_id);

create table nb.referral (
    referral_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    booking_id bigint not null,
    attempt_id bigint not null,
    provider_id bigint not null,
    hotline_id bigint not null,
    state nb.referral_state_word not null default 'offered',
    offered_at timestamptz not null default nb.now(),
    expires_at timestamptz not null,
    cap_at timestamptz not null,
    renewals smallint not null default 0,
    decline_reason nb.decline_reason_word,
    declined_by_side text,
    answered_by bigint,
    answered_at timestamptz,
    constraint referral_pk primary key (referral_id),
    constraint referral_public_id_uq unique (public_id),
    constraint referral_attempt_uq unique (attempt_id),
    constraint referral_booking_fk foreign key (booking_id) references nb.booking (booking_id),
    constraint referral_attempt_fk foreign key (attempt_id) references nb.booking_attempt (attempt_id),
    constraint referral_answered_by_fk foreign key (answered_by) references nb.app_user (user_id),
    constraint referral_expires_ck check (expires_at > offered_at and expires_at <= cap_at),
    constraint referral_renewals_ck check (renewals >= 0),
    constraint referral_answered_ck check ((state = 'offered') = (answered_at is null)),
    constraint referral_declined_ck check (case when state = 'declined'
        then decline_reason is not null and declined_by_side is not null
        else decline_reason is null and declined_by_side is null end),
    constraint referral_declined_by_side_ck check (declined_by_side in ('client', 'provider'))
) with (fillfactor = 60);
create index referral_due_ix on nb.referral (expires_at) where state = 'offered';
create index referral_provider_ix on nb.referral (provider_id, offered_at);
create index referral_booking_ix on nb.referral (booking_id, referral_id);
comment on table nb.referral is 'An offer of a party to a shelter or partner hotel: accepted, declined with a coded reason, expired at the cap, or withdrawn.';
comment on column nb.referral.referral_id is 'Internal key.';
comment on column nb.referral.public_id is 'The id that leaves the house.';
comment on column nb.referral.booking_id is 'For which booking.';
comment on column nb.referral.attempt_id is 'For which attempt of it.';
comment on column nb.referral.provider_id is 'Who is asked.';
comment on column nb.referral.hotline_id is 'Who asks.';
comment on column nb.referral.state is 'offered, accepted, declined, expired or withdrawn.';
comment on column nb.referral.offered_at is 'When it went out.';
comment on column nb.referral.expires_at is 'When silence leads to the next step.';
comment on column nb.referral.cap_at is 'When silence becomes a no.';
comment on column nb.referral.renewals is 'Steps that fired so far.';
comment on column nb.referral.decline_reason is 'Coded reason.';
comment on column nb.referral.declined_by_side is 'Who declined: client or provider.';
comment on column nb.referral.answered_by is 'Who answered or recorded the answer; null for expired and withdrawn.';
comment on column nb.referral.answered_at is 'When it left the state offered.';

create table nb.cash_hold (
    cash_hold_id bigint generated always as identity,
    reference uuid not null,
    cash_account_id bigint not null,
    minor bigint not null,
    state nb.hold_state_word not null default 'held',
    created_at timestamptz not null default nb.now(),
    resolved_at timestamptz,
    refunded_at timestamptz,
    constraint cash_hold_pk primary key (cash_hold_id),
    constraint cash_hold_reference_uq unique (reference),
    constraint cash_hold_account_fk foreign key (cash_account_id) references nb.cash_account (cash_account_id),
    constraint cash_hold_minor_ck check (minor > 0),
    constraint cash_hold_resolved_ck check ((state = 'held') = (resolved_at is null)),
    constraint cash_hold_refunded_ck check (refunded_at is null or state = 'posted')
) with (fillfactor = 50);
create index cash_hold_account_ix on nb.cash_hold (cash_account_id) where state = 'held';
comment on table nb.cash_hold is 'Cash held for one booking attempt; ends once, posted or voided. Its expiry is the booking''s.';
comment on column nb.cash_hold.cash_hold_id is 'Internal key.';
comment on column nb.cash_hold.reference is 'The booking attempt''s reference.';
comment on column nb.cash_hold.cash_account_id is 'From which budget.';
comment on column nb.cash_hold.minor is 'How much, in minor units.';
comment on column nb.cash_hold.state is 'held, posted (spent) or voided (given back).';
comment on column nb.cash_hold.created_at is 'When it was made.';
comment on column nb.cash_hold.resolved_at is 'When it ended.';
comment on column nb.cash_hold.refunded_at is 'When posted cash came back.';

alter table nb.ledger_transfer
    add column cash_hold_id bigint,
    add constraint ledger_transfer_cash_hold_fk foreign key (cash_hold_id) references nb.cash_hold (cash_hold_id),
    add constraint ledger_transfer_one_hold_ck check (points_hold_id is null or cash_hold_id is null);
create index ledger_transfer_cash_hold_ix on nb.ledger_transfer (cash_hold_id) where cash_hold_id is not null;
comment on column nb.ledger_transfer.cash_hold_id is 'The cash hold it belongs to, if any.';

alter table nb.task
    add column booking_id bigint,
    add column attempt_id bigint,
    add column outbox_id bigint,
    add column detail jsonb not null default '{}'::jsonb,
    add column result text,
    add column handover text,
    add constraint task_booking_fk foreign key (booking_id) references nb.booking (booking_id),
    add constraint task_attempt_fk foreign key (attempt_id) references nb.booking_attempt (attempt_id),
    add constraint task_detail_ck check (jsonb_typeof(detail) = 'object'),
    add constraint task_result_ck check (result ~ '^[a-z][a-z_]{1,39}$'),
    add constraint task_handover_ck check (handover ~ '^[a-z][a-z_]{1,39}$');
create unique index task_booking_open_uq on nb.task (booking_id, kind)
    where booking_id is not null and state in ('open', 'claimed');
create index task_booking_ix on nb.task (booking_id) where booking_id is not null;
create index task_request_ix on nb.task (request_id) where request_id is not null;
create index task_lease_ix on nb.task (lease_until) where state = 'claimed';
comment on column nb.task.booking_id is 'About which booking; one open task of a kind each.';
comment on column nb.task.attempt_id is 'About which attempt.';
comment on column nb.task.outbox_id is 'The outbox operation that a person performs.';
comment on column nb.task.detail is 'Coded facts that the person needs; no guest, no number.';
comment on column nb.task.result is 'How it ended, a word.';
comment on column nb.task.handover is 'Why it was last given back or handed on, a word.';

create table nb.unmet_need (
    unmet_need_id bigint generated always as identity,
    request_id bigint not null,
    search_id bigint,
    household_indexes smallint[] not null,
    people integer not null,
    refusal_counts jsonb not null default '{}'::jsonb,
    recorded_at timestamptz not null default nb.now(),
    task_id bigint,
    resolved_at timestamptz,
    constraint unmet_need_pk primary key (unmet_need_id),
    constraint unmet_need_request_fk foreign key (request_id) references nb.shelter_request (request_id),
    constraint unmet_need_search_fk foreign key (search_id) references nb.search (search_id),
    constraint unmet_need_task_fk foreign key (task_id) references nb.task (task_id),
    constraint unmet_need_people_ck check (people > 0),
    constraint unmet_need_counts_ck check (jsonb_typeof(refusal_counts) = 'object')
);
create index unmet_need_request_ix on nb.unmet_need (request_id);
comment on table nb.unmet_need is 'People for whom nothing was found, counted and owned.';
comment on column nb.unmet_need.unmet_need_id is 'Internal key.';
comment on column nb.unmet_need.request_id is 'Of which request.';
comment on column nb.unmet_need.search_id is 'By which search.';
comment on column nb.unmet_need.household_indexes is 'Which households of it.';
comment on column nb.unmet_need.people is 'How many people.';
comment on column nb.unmet_need.refusal_counts is 'Why not: reason to number of places.';
comment on column nb.unmet_need.recorded_at is 'When.';
comment on column nb.unmet_need.task_id is 'The task that gives it an owner.';
comment on column nb.unmet_need.resolved_at is 'When they were placed or the request was closed.';

create view nb.referral_offer with (security_barrier) as
select r.referral_id, r.public_id, r.provider_id, r.state, r.offered_at, r.expires_at, r.cap_at, r.renewals,
       r.decline_reason, r.declined_by_side, r.answered_at, t.public_id as unit_id, h.public_id as property_id,
       a.check_in, a.check_out, a.units, a.cash_minor, a.currency,
       (select jsonb_agg(q.households -> i.household_index::integer order by i.household_index)
          from unnest(b.household_indexes) i(household_index)) as households,
       q.urgency, q.gender, q.pets, q.service_animals, q.accessible, q.languages
  from nb.referral r
  join nb.booking b on b.booking_id = r.booking_id
  join nb.shelter_request q on q.request_id = b.request_id
  -- What was offered, not what the booking has become: after a no it may be with somebody else.
  join nb.booking_attempt a on a.attempt_id = r.attempt_id
  left join nb.candidate c on c.candidate_id = a.candidate_id
  left join nb.unit_type t on t.unit_type_id = c.unit_type_id
  left join nb.property h on h.property_id = a.property_id;
comment on view nb.referral_offer is 'What a provider is told of a party that is offered to it. It reads this and neither bookings nor requests.';
comment on column nb.referral_offer.referral_id is 'Internal key.';
comment on column nb.referral_offer.public_id is 'The id that leaves the house.';
comment on column nb.referral_offer.provider_id is 'Who is asked.';
comment on column nb.referral_offer.state is 'offered, accepted, declined, expired or withdrawn.';
comment on column nb.referral_offer.offered_at is 'When it went out.';
comment on column nb.referral_offer.expires_at is 'When the next step asks again.';
comment on column nb.referral_offer.cap_at is 'When silence becomes a no.';
comment on column nb.referral_offer.renewals is 'Steps that fired so far.';
comment on column nb.referral_offer.decline_reason is 'Coded reason.';
comment on column nb.referral_offer.declined_by_side is 'Who declined: client or provider.';
comment on column nb.referral_offer.answered_at is 'When it was answered.';
comment on column nb.referral_offer.unit_id is 'Public id of the unit type that is held.';
comment on column nb.referral_offer.property_id is 'Public id of the hotel, for partner hotels.';
comment on column nb.referral_offer.check_in is 'First night.';
comment on column nb.referral_offer.check_out is 'Day of leaving.';
comment on column nb.referral_offer.units is 'Rooms or beds.';
comment on column nb.referral_offer.cash_minor is 'What we pay, in minor units.';
comment on column nb.referral_offer.currency is 'ISO 4217 code of cash_minor.';
comment on column nb.referral_offer.households is 'Households that would come: {adults, children_ages}.';
comment on column nb.referral_offer.urgency is 'crisis, urgent or planned.';
comment on column nb.referral_offer.gender is 'As the guest says: unsaid, women, men or mixed.';
comment on column nb.referral_offer.pets is 'Pets of the whole party.';
comment on column nb.referral_offer.service_animals is 'Service animals of the whole party.';
comment on column nb.referral_offer.accessible is 'True: an accessible room is needed.';
comment on column nb.referral_offer.languages is 'Languages they speak.';
