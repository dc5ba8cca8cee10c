-- Capacity: units, nights, claims on them, observed hotel prices; and the guests' own schema.
-- Not here: bookings, which add the key of place_claim.booking_id. Invariant: a bed exists once for all
-- hotlines, and on no night is more held and occupied than there is (unit_night_capacity_ck).

create table nb.unit_type (
    unit_type_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    service_id bigint,
    property_id bigint,
    name text not null,
    household text not null default 'any',
    gender_rule text not null default 'any',
    min_age smallint,
    max_age smallint,
    teen_sons boolean not null default true,
    max_party smallint not null,
    accessible boolean not null default false,
    pets boolean not null default false,
    service_animals boolean not null default true,
    rooms_or_beds text not null,
    active boolean not null default true,
    last_reported_at timestamptz,
    constraint unit_type_pk primary key (unit_type_id),
    constraint unit_type_public_id_uq unique (public_id),
    constraint unit_type_service_fk foreign key (service_id) references nb.service (service_id),
    constraint unit_type_property_fk foreign key (property_id) references nb.property (property_id),
    constraint unit_type_one_owner_ck check (num_nonnulls(service_id, property_id) = 1),
    constraint unit_type_name_ck check (length(name) between 1 and 100),
    constraint unit_type_household_ck check (household in ('any', 'single_adult', 'couple', 'family', 'youth')),
    constraint unit_type_gender_rule_ck check (gender_rule in ('any', 'women', 'men', 'self_identified')),
    constraint unit_type_age_ck check (min_age between 0 and 120 and max_age between 0 and 120 and min_age <= max_age),
    constraint unit_type_max_party_ck check (max_party between 1 and 50),
    constraint unit_type_rooms_or_beds_ck check (rooms_or_beds in ('bed', 'room'))
) with (fillfactor = 70);
create index unit_type_service_ix on nb.unit_type (service_id) where service_id is not null;
create index unit_type_property_ix on nb.unit_type (property_id) where property_id is not null;
comment on table nb.unit_type is 'Beds or rooms of one kind under one set of household rules, at a shelter service or a partner hotel.';
comment on column nb.unit_type.unit_type_id is 'Internal key.';
comment on column nb.unit_type.public_id is 'The id that leaves the house.';
comment on column nb.unit_type.service_id is 'The shelter service it belongs to; exactly one of service and property.';
comment on column nb.unit_type.property_id is 'The partner hotel it belongs to.';
comment on column nb.unit_type.name is 'Name for staff.';
comment on column nb.unit_type.household is 'Whom it takes: any, single_adult, couple, family or youth.';
comment on column nb.unit_type.gender_rule is 'any, women, men or self_identified (as the guest says).';
comment on column nb.unit_type.min_age is 'Youngest adult it takes, in years; null for no limit.';
comment on column nb.unit_type.max_age is 'Oldest it takes, in years; null for no limit.';
comment on column nb.unit_type.teen_sons is 'True: boys of 13 to 17 may stay with their family.';
comment on column nb.unit_type.max_party is 'People that one unit takes.';
comment on column nb.unit_type.accessible is 'True: step-free, verified.';
comment on column nb.unit_type.pets is 'True: takes pets.';
comment on column nb.unit_type.service_animals is 'True: takes service animals, which are not pets.';
comment on column nb.unit_type.rooms_or_beds is 'What one unit is: bed or room.';
comment on column nb.unit_type.active is 'False: no longer offered.';
comment on column nb.unit_type.last_reported_at is 'Time of the last capacity report: how fresh the numbers are.';

create table nb.unit_night (
    unit_type_id bigint not null,
    night date not null,
    capacity integer not null,
    held integer not null default 0,
    occupied integer not null default 0,
    constraint unit_night_pk primary key (unit_type_id, night),
    constraint unit_night_unit_type_fk foreign key (unit_type_id) references nb.unit_type (unit_type_id),
    constraint unit_night_held_ck check (held >= 0),
    constraint unit_night_occupied_ck check (occupied >= 0),
    constraint unit_night_capacity_ck check (held + occupied <= capacity)
) with (fillfactor = 50);
comment on table nb.unit_night is 'How many units exist on a night and how many are promised. Changed only under the unit''s advisory lock.';
comment on column nb.unit_night.unit_type_id is 'Which unit type.';
comment on column nb.unit_night.night is 'Calendar date at the place.';
comment on column nb.unit_night.capacity is 'Units that exist that night, by the last report.';
comment on column nb.unit_night.held is 'Units held: sum of the quantities of held claims.';
comment on column nb.unit_night.occupied is 'Units taken: sum of the quantities of occupied claims.';

create table nb.capacity_report (
    capacity_report_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    unit_type_id bigint not null,
    reported_by bigint not null,
    reported_at timestamptz not null default nb.now(),
    source text not null,
    from_night date not null,
    to_night date not null,
    capacity integer not null,
    constraint capacity_report_pk primary key (capacity_report_id),
    constraint capacity_report_public_id_uq unique (public_id),
    constraint capacity_report_unit_type_fk foreign key (unit_type_id) references nb.unit_type (unit_type_id),
    constraint capacity_report_reported_by_fk foreign key (reported_by) references nb.app_user (user_id),
    constraint capacity_report_source_ck check (source in ('console', 'phone', 'api', 'import')),
    constraint capacity_report_range_ck check (to_night >= from_night and to_night < from_night + 400),
    constraint capacity_report_capacity_ck check (capacity between 0 and 10000)
);
create index capacity_report_unit_type_ix on nb.capacity_report (unit_type_id, reported_at);
create trigger capacity_report_append_only before update or delete on nb.capacity_report
    for each row execute function nb.refuse_change();
comment on table nb.capacity_report is 'Who said how many units there are, when, for which nights.';
comment on column nb.capacity_report.capacity_report_id is 'Internal key.';
comment on column nb.capacity_report.public_id is 'The id that leaves the house.';
comment on column nb.capacity_report.unit_type_id is 'Of which unit type.';
comment on column nb.capacity_report.reported_by is 'Who entered it.';
comment on column nb.capacity_report.reported_at is 'When.';
comment on column nb.capacity_report.source is 'How it came: console, phone, api or import.';
comment on column nb.capacity_report.from_night is 'First night it speaks of.';
comment on column nb.capacity_report.to_night is 'Last night it speaks of (included).';
comment on column nb.capacity_report.capacity is 'Units that exist on each of these nights.';

create table nb.place_claim (
    place_claim_id bigint generated always as identity,
    unit_type_id bigint not null,
    night date not null,
    booking_id bigint not null,
    hotline_id bigint not null,
    provider_id bigint not null,
    quantity integer not null default 1,
    state text not null default 'held',
    created_at timestamptz not null default nb.now(),
    ended_at timestamptz,
    constraint place_claim_pk primary key (place_claim_id),
    constraint place_claim_unit_night_fk foreign key (unit_type_id, night)
        references nb.unit_night (unit_type_id, night),
    constraint place_claim_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint place_claim_provider_fk foreign key (provider_id) references nb.provider (provider_id),
    constraint place_claim_quantity_ck check (quantity > 0),
    constraint place_claim_state_ck check (state in ('held', 'occupied', 'released', 'expired')),
    constraint place_claim_ended_ck check ((state in ('released', 'expired')) = (ended_at is not null))
) with (fillfactor = 50);
create index place_claim_booking_ix on nb.place_claim (booking_id);
create index place_claim_live_ix on nb.place_claim (unit_type_id, night) where state in ('held', 'occupied');
comment on table nb.place_claim is 'A booking''s hold on units for one night. Carries hotline and provider: the one row that joins the two sides.';
comment on column nb.place_claim.place_claim_id is 'Internal key.';
comment on column nb.place_claim.unit_type_id is 'Of which unit type.';
comment on column nb.place_claim.night is 'For which night.';
comment on column nb.place_claim.booking_id is 'For which booking.';
comment on column nb.place_claim.hotline_id is 'Whose guest.';
comment on column nb.place_claim.provider_id is 'Whose bed.';
comment on column nb.place_claim.quantity is 'How many units.';
comment on column nb.place_claim.state is 'held, occupied, released (given back) or expired; the last two are final.';
comment on column nb.place_claim.created_at is 'When it was taken.';
comment on column nb.place_claim.ended_at is 'When it was given back.';

create table nb.property_rate (
    property_id bigint not null,
    night date not null,
    points integer,
    cash_minor integer,
    currency text,
    rooms_available integer,
    observed_at timestamptz not null default nb.now(),
    source text not null,
    constraint property_rate_pk primary key (property_id, night),
    constraint property_rate_property_fk foreign key (property_id) references nb.property (property_id),
    constraint property_rate_points_ck check (points > 0),
    constraint property_rate_cash_minor_ck check (cash_minor >= 0),
    constraint property_rate_currency_ck check (currency ~ '^[A-Z]{3}$'),
    constraint property_rate_cash_ck check ((cash_minor is null) = (currency is null)),
    constraint property_rate_priced_ck check (num_nonnulls(points, cash_minor) > 0),
    constraint property_rate_rooms_available_ck check (rooms_available >= 0),
    constraint property_rate_source_ck check (source in ('gateway', 'staff', 'import', 'sample'))
) with (fillfactor = 90);
comment on table nb.property_rate is 'Last observed price of one room and night at a hotel. Good for ranking; a booking names a quote.';
comment on column nb.property_rate.property_id is 'Which house.';
comment on column nb.property_rate.night is 'Calendar date at the house.';
comment on column nb.property_rate.points is 'Points of the house''s program for one room; null when points do not buy it.';
comment on column nb.property_rate.cash_minor is 'Cash for one room, in minor units; null when unknown.';
comment on column nb.property_rate.currency is 'ISO 4217 code of cash_minor.';
comment on column nb.property_rate.rooms_available is 'Rooms seen free; null when the source does not say.';
comment on column nb.property_rate.observed_at is 'When it was seen.';
comment on column nb.property_rate.source is 'Who saw it: gateway, staff, import or sample.';

create table pii.guest (
    guest_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint not null,
    alias text not null,
    needs jsonb not null default '{}'::jsonb,
    created_at timestamptz not null default nb.now(),
    constraint guest_pk primary key (guest_id),
    constraint guest_public_id_uq unique (public_id),
    constraint guest_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint guest_alias_ck check (length(alias) between 1 and 60),
    constraint guest_needs_ck check (jsonb_typeof(needs) = 'object')
);
create index guest_hotline_ix on pii.guest (hotline_id);
comment on table pii.guest is 'A person who is placed: alias and needs only.';
comment on column pii.guest.guest_id is 'Internal key.';
comment on column pii.guest.public_id is 'The id that leaves the house.';
comment on column pii.guest.hotline_id is 'Whose guest.';
comment on column pii.guest.alias is 'Made-up name by which staff speak of the guest.';
comment on column pii.guest.needs is 'Access, language, animals and the like, as coded words.';
comment on column pii.guest.created_at is 'When it was entered.';

create table pii.guest_key (
    guest_id bigint not null,
    wrapped_key bytea,
    epoch integer not null,
    destroyed_at timestamptz,
    constraint guest_key_pk primary key (guest_id),
    constraint guest_key_guest_fk foreign key (guest_id) references pii.guest (guest_id),
    constraint guest_key_epoch_ck check (epoch > 0),
    constraint guest_key_destroyed_ck check ((wrapped_key is null) = (destroyed_at is not null))
);
create index guest_key_epoch_ix on pii.guest_key (epoch) where destroyed_at is null;
comment on table pii.guest_key is 'The guest''s data key, wrapped by the master key of an epoch. Erasure empties it.';
comment on column pii.guest_key.guest_id is 'Whose key.';
comment on column pii.guest_key.wrapped_key is 'The wrapped key; null once destroyed.';
comment on column pii.guest_key.epoch is 'Epoch of the master key that wraps it.';
comment on column pii.guest_key.destroyed_at is 'When it was destroyed.';

create table pii.guest_secret (
    guest_secret_id bigint generated always as identity,
    guest_id bigint not null,
    kind text not null,
    sealed bytea not null,
    created_at timestamptz not null default nb.now(),
    constraint guest_secret_pk primary key (guest_secret_id),
    constraint guest_secret_guest_fk foreign key (guest_id) references pii.guest (guest_id),
    constraint guest_secret_kind_ck check (kind in ('surname', 'given_name', 'safe_contact', 'confirmation',
                                                    'exclusion_zone', 'exchange', 'plugin_state')),
    constraint guest_secret_sealed_ck check (length(sealed) > 0)
);
create index guest_secret_guest_ix on pii.guest_secret (guest_id, kind);
comment on table pii.guest_secret is 'Secrets of a guest, sealed with the guest''s key before they reach SQL.';
comment on column pii.guest_secret.guest_secret_id is 'Internal key.';
comment on column pii.guest_secret.guest_id is 'Whose secret.';
comment on column pii.guest_secret.kind is 'What it is.';
comment on column pii.guest_secret.sealed is 'The sealed bytes.';
comment on column pii.guest_secret.created_at is 'When it was sealed.';
