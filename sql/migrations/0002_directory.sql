-- The directory: where places are, who runs them, what they offer, and who vetted them.
-- Not here: hotels (0003), how many beds are free (0004). Invariant: a confidential location keeps its address
-- only sealed; what stands in the clear is at most its postal code's center.

create table nb.zone (
    name text not null,
    constraint zone_pk primary key (name)
);
comment on table nb.zone is 'IANA time zones that this server knows; deadlines are kept with one of them.';
comment on column nb.zone.name is 'For example America/Chicago.';

insert into nb.zone (name)
select z.name
from pg_catalog.pg_timezone_names z
where z.name ~ '^[A-Z][A-Za-z]+/' and z.name !~ '^(posix|right|Etc|SystemV)/'
union
select 'UTC'
on conflict do nothing;

create table nb.region (
    country text not null,
    region text not null,
    name text not null,
    suggested_zone text not null,
    constraint region_pk primary key (country, region),
    constraint region_zone_fk foreign key (suggested_zone) references nb.zone (name),
    constraint region_country_ck check (country ~ '^[A-Z]{2}$'),
    constraint region_region_ck check (region ~ '^[A-Z0-9]{1,3}$')
);
comment on table nb.region is 'States, provinces and territories (ISO 3166-2), with the zone most of their people live in.';
comment on column nb.region.country is 'ISO 3166-1 alpha-2.';
comment on column nb.region.region is 'The part of the ISO 3166-2 code after the country.';
comment on column nb.region.name is 'English name.';
comment on column nb.region.suggested_zone is 'Suggested for places entered without a zone; a person confirms it.';

create table nb.postal_place (
    country text not null,
    postal_code text not null,
    latitude double precision not null,
    longitude double precision not null,
    region text,
    place_name text,
    zone text,
    constraint postal_place_pk primary key (country, postal_code),
    constraint postal_place_region_fk foreign key (country, region) references nb.region (country, region),
    constraint postal_place_zone_fk foreign key (zone) references nb.zone (name),
    constraint postal_place_country_ck check (country ~ '^[A-Z]{2}$'),
    constraint postal_place_postal_code_ck check (postal_code ~ '^[A-Z0-9][A-Z0-9 -]{1,9}$'),
    constraint postal_place_latitude_ck check (latitude between -90 and 90),
    constraint postal_place_longitude_ck check (longitude between -180 and 180)
);
comment on table nb.postal_place is 'Where a postal code is: centers only. The United States is complete; other countries come by importer or by coordinates.';
comment on column nb.postal_place.country is 'ISO 3166-1 alpha-2.';
comment on column nb.postal_place.postal_code is 'As written on an envelope, upper case.';
comment on column nb.postal_place.latitude is 'Degrees north of the center.';
comment on column nb.postal_place.longitude is 'Degrees east of the center.';
comment on column nb.postal_place.region is 'State or province, where known.';
comment on column nb.postal_place.place_name is 'Town, where the source names it.';
comment on column nb.postal_place.zone is 'Suggested zone; finer than the region''s in states that have two.';

create table nb.provider (
    provider_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    name text not null,
    kind text not null,
    vetting_state text not null default 'applied',
    vetted_by bigint,
    vetted_at timestamptz,
    country text not null,
    notify_channel text not null default 'console',
    created_at timestamptz not null default nb.now(),
    constraint provider_pk primary key (provider_id),
    constraint provider_public_id_uq unique (public_id),
    constraint provider_vetted_by_fk foreign key (vetted_by) references nb.app_user (user_id),
    constraint provider_name_ck check (length(name) between 1 and 200),
    constraint provider_kind_ck check (kind in ('shelter', 'service', 'law_enforcement', 'hotline', 'hotel')),
    constraint provider_vetting_state_ck check (vetting_state in ('applied', 'vetted', 'suspended')),
    constraint provider_vetted_ck check (vetting_state = 'applied' or (vetted_by is not null and vetted_at is not null)),
    constraint provider_country_ck check (country ~ '^[A-Z]{2}$'),
    constraint provider_notify_channel_ck check (notify_channel in ('console', 'mail', 'webhook', 'phone'))
);
comment on table nb.provider is 'An organization that shelters, serves or refers (HSDS organization). Directory and capacity belong to it, because one bed may be offered to several hotlines.';
comment on column nb.provider.provider_id is 'Internal key.';
comment on column nb.provider.public_id is 'The id that leaves the house.';
comment on column nb.provider.name is 'Name for staff.';
comment on column nb.provider.kind is 'shelter, service, law_enforcement, hotline or hotel (a partner hotel that answers referrals).';
comment on column nb.provider.vetting_state is 'applied, vetted or suspended; nothing of a provider that is not vetted is ever offered.';
comment on column nb.provider.vetted_by is 'User who decided last.';
comment on column nb.provider.vetted_at is 'When it was decided last.';
comment on column nb.provider.country is 'ISO 3166-1 alpha-2 of the seat.';
comment on column nb.provider.notify_channel is 'How an offer reaches it beside the console.';
comment on column nb.provider.created_at is 'When it was entered.';

alter table nb.app_user
    add constraint app_user_provider_fk foreign key (provider_id) references nb.provider (provider_id);

create table nb.location (
    location_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    provider_id bigint,
    name text not null,
    confidential boolean not null default false,
    sealed_address bytea,
    address text,
    latitude double precision not null,
    longitude double precision not null,
    country text not null,
    region text,
    postal_code text,
    zone text not null,
    zone_confirmed_by bigint,
    created_at timestamptz not null default nb.now(),
    constraint location_pk primary key (location_id),
    constraint location_public_id_uq unique (public_id),
    constraint location_provider_fk foreign key (provider_id) references nb.provider (provider_id),
    constraint location_zone_fk foreign key (zone) references nb.zone (name),
    constraint location_zone_confirmed_by_fk foreign key (zone_confirmed_by) references nb.app_user (user_id),
    constraint location_name_ck check (length(name) between 1 and 200),
    constraint location_address_ck check (not confidential or address is null),
    constraint location_sealed_address_ck check (confidential or sealed_address is null),
    constraint location_latitude_ck check (latitude between -90 and 90),
    constraint location_longitude_ck check (longitude between -180 and 180),
    constraint location_country_ck check (country ~ '^[A-Z]{2}$'),
    constraint location_region_ck check (region ~ '^[A-Z0-9]{1,3}$'),
    constraint location_postal_code_ck check (postal_code ~ '^[A-Z0-9][A-Z0-9 -]{1,9}$')
);
create index location_box_ix on nb.location (latitude, longitude);
create index location_provider_ix on nb.location (provider_id) where provider_id is not null;
comment on table nb.location is 'A point on the map where people can sleep or be helped. Searched by a box of degrees, then by great-circle distance.';
comment on column nb.location.location_id is 'Internal key.';
comment on column nb.location.public_id is 'The id that leaves the house.';
comment on column nb.location.provider_id is 'Who runs it; null for a hotel without a referral agreement.';
comment on column nb.location.name is 'Name for staff; of a confidential place a neutral one.';
comment on column nb.location.confidential is 'True: the address is never in the clear and never shown before a placement is accepted.';
comment on column nb.location.sealed_address is 'Address of a confidential place, sealed with the hotline''s key.';
comment on column nb.location.address is 'Address of a place that is not confidential.';
comment on column nb.location.latitude is 'Degrees north; of a confidential place the center of its postal code.';
comment on column nb.location.longitude is 'Degrees east; of a confidential place the center of its postal code.';
comment on column nb.location.country is 'ISO 3166-1 alpha-2.';
comment on column nb.location.region is 'State or province (ISO 3166-2 part).';
comment on column nb.location.postal_code is 'Postal code, upper case.';
comment on column nb.location.zone is 'IANA zone in which its nights, cut-offs and deadlines are read.';
comment on column nb.location.zone_confirmed_by is 'Person who confirmed the suggested zone; null while it is only suggested.';
comment on column nb.location.created_at is 'When it was entered.';

create table nb.service (
    service_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    provider_id bigint not null,
    location_id bigint not null,
    name text not null,
    tier text not null,
    background_check text not null default 'none',
    status text not null default 'active',
    languages text[] not null default '{}',
    populations text[] not null default '{}',
    youth_route boolean not null default false,
    constraint service_pk primary key (service_id),
    constraint service_public_id_uq unique (public_id),
    constraint service_provider_fk foreign key (provider_id) references nb.provider (provider_id),
    constraint service_location_fk foreign key (location_id) references nb.location (location_id),
    constraint service_name_ck check (length(name) between 1 and 200),
    constraint service_tier_ck check (tier in ('specialized', 'adjacent', 'general')),
    constraint service_background_check_ck check (background_check in ('none', 'record_accepted', 'excludes')),
    constraint service_status_ck check (status in ('active', 'paused', 'closed')),
    constraint service_languages_ck check (array_position(languages, null) is null),
    constraint service_populations_ck check (array_position(populations, null) is null)
);
create index service_provider_ix on nb.service (provider_id);
create index service_location_ix on nb.service (location_id);
comment on table nb.service is 'What a provider offers at a location (HSDS service at location).';
comment on column nb.service.service_id is 'Internal key.';
comment on column nb.service.public_id is 'The id that leaves the house.';
comment on column nb.service.provider_id is 'Who offers it.';
comment on column nb.service.location_id is 'Where.';
comment on column nb.service.name is 'Name for staff.';
comment on column nb.service.tier is 'specialized (for trafficked people), adjacent (domestic violence, youth …) or general; the first key of the order of options.';
comment on column nb.service.background_check is 'none, record_accepted (checked, a record is no bar) or excludes (a record is a bar).';
comment on column nb.service.status is 'active, paused (returns) or closed; only active is offered.';
comment on column nb.service.languages is 'Languages spoken on site (ISO 639-1).';
comment on column nb.service.populations is 'Whom it is for, as coded words.';
comment on column nb.service.youth_route is 'True: takes unaccompanied minors.';

create table nb.country_protocol (
    country_protocol_id bigint generated always as identity,
    country text not null,
    subject text not null,
    rule jsonb not null,
    source text not null,
    effective_from date not null,
    effective_to date,
    verified_on date,
    constraint country_protocol_pk primary key (country_protocol_id),
    constraint country_protocol_country_ck check (country ~ '^[A-Z]{2}$'),
    constraint country_protocol_subject_ck check (subject ~ '^[a-z][a-z0-9_]{1,59}$'),
    constraint country_protocol_rule_ck check (jsonb_typeof(rule) = 'object'),
    constraint country_protocol_range_ck check (effective_to > effective_from),
    constraint country_protocol_one_at_a_time_ex exclude using gist (
        country with =, subject with =, daterange(effective_from, effective_to) with &&)
);
comment on table nb.country_protocol is 'What the law of a country asks (mandated report, who is told), as dated rows: one rule per subject at any time.';
comment on column nb.country_protocol.country_protocol_id is 'Internal key.';
comment on column nb.country_protocol.country is 'ISO 3166-1 alpha-2.';
comment on column nb.country_protocol.subject is 'What it rules, as a coded word.';
comment on column nb.country_protocol.rule is 'The rule.';
comment on column nb.country_protocol.source is 'Where it was read.';
comment on column nb.country_protocol.effective_from is 'First day.';
comment on column nb.country_protocol.effective_to is 'First day on which it no longer holds; null while open.';
comment on column nb.country_protocol.verified_on is 'Day of the last check; null is shown as unverified.';
