-- Hotels: companies, properties, their desk rules, and where nobody is placed for now.
-- Not here: points programs (0005), prices and rooms per night (0004). Invariant: a rule of the desk (ID, card, age)
-- is what was agreed and when it was last verified, never a guess.

create table nb.hotel_company (
    hotel_company_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    name text not null,
    has_policy boolean not null default false,
    has_training boolean not null default false,
    has_reporting boolean not null default false,
    has_sourcing boolean not null default false,
    verified_on date,
    constraint hotel_company_pk primary key (hotel_company_id),
    constraint hotel_company_public_id_uq unique (public_id),
    constraint hotel_company_name_uq unique (name),
    constraint hotel_company_name_ck check (length(name) between 1 and 200)
);
comment on table nb.hotel_company is 'A hotel group and its answers to the four-point safety checklist, which its properties inherit.';
comment on column nb.hotel_company.hotel_company_id is 'Internal key.';
comment on column nb.hotel_company.public_id is 'The id that leaves the house.';
comment on column nb.hotel_company.name is 'Name of the group.';
comment on column nb.hotel_company.has_policy is 'Point 1: a public policy against trafficking.';
comment on column nb.hotel_company.has_training is 'Point 2: all staff are trained to recognize it.';
comment on column nb.hotel_company.has_reporting is 'Point 3: a known way to report it.';
comment on column nb.hotel_company.has_sourcing is 'Point 4: suppliers and agencies are held to it.';
comment on column nb.hotel_company.verified_on is 'Day on which the four answers were last checked; null is shown as unverified.';

create table nb.property (
    property_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    location_id bigint not null,
    hotel_company_id bigint,
    provider_id bigint,
    program_code text,
    program_property_code text,
    brand_code text,
    brand_name text,
    name text not null,
    has_policy boolean,
    has_training boolean,
    has_reporting boolean,
    has_sourcing boolean,
    accepted_id text[] not null default '{}',
    takes_no_id boolean not null default false,
    card_rule text not null default 'guest_card',
    min_check_in_age smallint not null default 18,
    night_audit_cutoff time not null default '05:00',
    check_in_from time not null default '15:00',
    check_out_until time not null default '11:00',
    room_max_occupancy smallint not null default 4,
    guest_cap integer not null default 4,
    desk jsonb not null default '{}'::jsonb,
    vetting_state text not null default 'applied',
    vetted_by bigint,
    vetted_at timestamptz,
    last_verified_at timestamptz,
    cancel_hours_before integer,
    created_at timestamptz not null default nb.now(),
    constraint property_pk primary key (property_id),
    constraint property_public_id_uq unique (public_id),
    constraint property_program_code_uq unique (program_code, program_property_code),
    constraint property_location_fk foreign key (location_id) references nb.location (location_id),
    constraint property_hotel_company_fk foreign key (hotel_company_id) references nb.hotel_company (hotel_company_id),
    constraint property_provider_fk foreign key (provider_id) references nb.provider (provider_id),
    constraint property_vetted_by_fk foreign key (vetted_by) references nb.app_user (user_id),
    constraint property_program_ck check ((program_code is null) = (program_property_code is null)),
    constraint property_reachable_ck check (program_code is not null or provider_id is not null),
    constraint property_program_property_code_ck check (program_property_code ~ '^[A-Z0-9]{3,12}$'),
    constraint property_name_ck check (length(name) between 1 and 200),
    constraint property_accepted_id_ck check (
        accepted_id <@ array['state_id', 'passport', 'foreign_passport', 'consular_id', 'expired_id']::text[]),
    constraint property_card_rule_ck check (card_rule in ('none_needed', 'form_accepted', 'guest_card')),
    constraint property_min_check_in_age_ck check (min_check_in_age between 16 and 25),
    constraint property_night_audit_cutoff_ck check (night_audit_cutoff < '12:00'),
    constraint property_room_max_occupancy_ck check (room_max_occupancy between 1 and 12),
    constraint property_guest_cap_ck check (guest_cap >= 0),
    constraint property_desk_ck check (jsonb_typeof(desk) = 'object'),
    constraint property_vetting_state_ck check (vetting_state in ('applied', 'vetted', 'suspended')),
    constraint property_vetted_ck check (vetting_state = 'applied' or (vetted_by is not null and vetted_at is not null)),
    constraint property_cancel_hours_before_ck check (cancel_hours_before between 0 and 720)
);
create index property_location_ix on nb.property (location_id);
create index property_provider_ix on nb.property (provider_id) where provider_id is not null;
create index property_hotel_company_ix on nb.property (hotel_company_id);
comment on table nb.property is 'One hotel: how it is reached (points program, referral, or both) and what its desk asks for.';
comment on column nb.property.property_id is 'Internal key.';
comment on column nb.property.public_id is 'The id that leaves the house.';
comment on column nb.property.location_id is 'Where.';
comment on column nb.property.hotel_company_id is 'Whose checklist it inherits; null for an independent house.';
comment on column nb.property.provider_id is 'Partner hotel: the provider that answers referrals; null otherwise.';
comment on column nb.property.program_code is 'Loyalty program in which points buy a night; null for none.';
comment on column nb.property.program_property_code is 'The program''s own code of the house.';
comment on column nb.property.brand_code is 'The program''s code of the brand.';
comment on column nb.property.brand_name is 'Brand on the sign.';
comment on column nb.property.name is 'Name for staff.';
comment on column nb.property.has_policy is 'Checklist point 1 for this house; null takes the company''s.';
comment on column nb.property.has_training is 'Checklist point 2 for this house; null takes the company''s.';
comment on column nb.property.has_reporting is 'Checklist point 3 for this house; null takes the company''s.';
comment on column nb.property.has_sourcing is 'Checklist point 4 for this house; null takes the company''s.';
comment on column nb.property.accepted_id is 'Documents that the desk accepts.';
comment on column nb.property.takes_no_id is 'True: agreed in writing that a guest may come without any ID.';
comment on column nb.property.card_rule is 'none_needed, form_accepted (a card-authorization form) or guest_card (the guest''s own card).';
comment on column nb.property.min_check_in_age is 'Youngest age at which somebody may check in, in years.';
comment on column nb.property.night_audit_cutoff is 'Local time before which "tonight" is still last night.';
comment on column nb.property.check_in_from is 'Local time from which rooms are given.';
comment on column nb.property.check_out_until is 'Local time until which rooms are kept.';
comment on column nb.property.room_max_occupancy is 'People that one room takes.';
comment on column nb.property.guest_cap is 'Rooms that we fill there at the same time at most, so that nobody becomes noticeable.';
comment on column nb.property.desk is 'Desk rules: open_24h, alias_allowed, phone_ref (the approved number''s id, never a number), notes_code.';
comment on column nb.property.vetting_state is 'applied, vetted or suspended; only vetted is offered.';
comment on column nb.property.vetted_by is 'User who decided last.';
comment on column nb.property.vetted_at is 'When it was decided last.';
comment on column nb.property.last_verified_at is 'When its rules were last checked with the house; null is shown as unverified.';
comment on column nb.property.cancel_hours_before is 'Free cancellation until so many hours before check_in_from in the house''s zone; null when it differs by booking.';
comment on column nb.property.created_at is 'When it was entered.';

create table nb.do_not_place (
    do_not_place_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    property_id bigint not null,
    hotline_id bigint,
    reason text not null,
    placed_by bigint not null,
    placed_at timestamptz not null default nb.now(),
    expires_at timestamptz not null,
    lifted_by bigint,
    lifted_at timestamptz,
    constraint do_not_place_pk primary key (do_not_place_id),
    constraint do_not_place_public_id_uq unique (public_id),
    constraint do_not_place_property_fk foreign key (property_id) references nb.property (property_id),
    constraint do_not_place_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint do_not_place_placed_by_fk foreign key (placed_by) references nb.app_user (user_id),
    constraint do_not_place_lifted_by_fk foreign key (lifted_by) references nb.app_user (user_id),
    constraint do_not_place_reason_ck check (reason in ('unsafe', 'exploiter_known', 'staff_conduct', 'refused_guest',
                                                        'walked_guest', 'conditions', 'privacy_breach', 'billing')),
    constraint do_not_place_expires_ck check (expires_at > placed_at),
    constraint do_not_place_lifted_ck check ((lifted_by is null) = (lifted_at is null))
);
create index do_not_place_property_ix on nb.do_not_place (property_id) where lifted_at is null;
comment on table nb.do_not_place is 'Houses to which nobody is sent for now, always with a reason and an end.';
comment on column nb.do_not_place.do_not_place_id is 'Internal key.';
comment on column nb.do_not_place.public_id is 'The id that leaves the house.';
comment on column nb.do_not_place.property_id is 'Which house.';
comment on column nb.do_not_place.hotline_id is 'For which hotline; null for all.';
comment on column nb.do_not_place.reason is 'Coded reason.';
comment on column nb.do_not_place.placed_by is 'Who decided.';
comment on column nb.do_not_place.placed_at is 'Since when.';
comment on column nb.do_not_place.expires_at is 'When it ends by itself.';
comment on column nb.do_not_place.lifted_by is 'Who ended it early.';
comment on column nb.do_not_place.lifted_at is 'When it was ended early.';

create table nb.property_strike (
    property_strike_id bigint generated always as identity,
    property_id bigint not null,
    hotline_id bigint not null,
    reason text not null,
    recorded_by bigint not null,
    recorded_at timestamptz not null default nb.now(),
    constraint property_strike_pk primary key (property_strike_id),
    constraint property_strike_property_fk foreign key (property_id) references nb.property (property_id),
    constraint property_strike_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint property_strike_recorded_by_fk foreign key (recorded_by) references nb.app_user (user_id),
    constraint property_strike_reason_ck check (reason in ('unsafe', 'staff_conduct', 'refused_guest', 'walked_guest',
                                                           'conditions', 'privacy_breach', 'billing'))
);
create index property_strike_property_ix on nb.property_strike (property_id, recorded_at);
create trigger property_strike_append_only before update or delete on nb.property_strike
    for each row execute function nb.refuse_change();
comment on table nb.property_strike is 'What went wrong at a house, one row per event; raises its check-in risk.';
comment on column nb.property_strike.property_strike_id is 'Internal key.';
comment on column nb.property_strike.property_id is 'Which house.';
comment on column nb.property_strike.hotline_id is 'Whose guest it concerned.';
comment on column nb.property_strike.reason is 'Coded reason.';
comment on column nb.property_strike.recorded_by is 'Who recorded it.';
comment on column nb.property_strike.recorded_at is 'When.';
