-- Search: towns beside postal codes, rules of reports as dated rows, thresholds of the ranking, and a search that keeps
-- thousands of refused places without a row for each.
-- Not here: bookings (0009). Invariant: what a search refused, and why, can be read as it was on the day.

create table nb.town (
    country text not null,
    region text not null,
    folded text not null,
    name text not null,
    latitude double precision not null,
    longitude double precision not null,
    zone text,
    constraint town_pk primary key (country, region, folded),
    constraint town_region_fk foreign key (country, region) references nb.region (country, region),
    constraint town_zone_fk foreign key (zone) references nb.zone (name),
    constraint town_name_ck check (length(name) between 1 and 100),
    constraint town_latitude_ck check (latitude between -90 and 90),
    constraint town_longitude_ck check (longitude between -180 and 180)
);
create index postal_place_box_ix on nb.postal_place (latitude, longitude);
comment on table nb.town is 'Cities of countries whose postal codes are not all known here: centers only.';
comment on column nb.town.country is 'ISO 3166-1 alpha-2.';
comment on column nb.town.region is 'State or province (ISO 3166-2 part).';
comment on column nb.town.folded is 'Its name without case, accents and points (nb.fold): how it is found.';
comment on column nb.town.name is 'Its name.';
comment on column nb.town.latitude is 'Degrees north of the center.';
comment on column nb.town.longitude is 'Degrees east of the center.';
comment on column nb.town.zone is 'Its zone where it is not the region''s.';

create table nb.report_rule (
    report_rule_id bigint generated always as identity,
    country text,
    region text,
    position smallint not null,
    child_involved boolean,
    immediate_violence boolean,
    adult_consents boolean,
    kind text not null,
    due_ms bigint not null,
    source text not null,
    effective_from date not null,
    effective_to date,
    approved_by bigint,
    constraint report_rule_pk primary key (report_rule_id),
    constraint report_rule_start_uq unique nulls not distinct (country, region, position, effective_from),
    constraint report_rule_region_fk foreign key (country, region) references nb.region (country, region),
    constraint report_rule_approved_by_fk foreign key (approved_by) references nb.app_user (user_id),
    constraint report_rule_country_ck check (country ~ '^[A-Z]{2}$' and (region is null or country is not null)),
    constraint report_rule_kind_ck check (kind in ('none', 'mandated_report', 'emergency_report', 'consented_report')),
    constraint report_rule_due_ck check (due_ms > 0),
    constraint report_rule_range_ck check (effective_to > effective_from)
);
comment on table nb.report_rule is 'Which report somebody must make, by the three answers of the intake. The first row that matches decides, of the most local set that has one: region, country, anywhere.';
comment on column nb.report_rule.report_rule_id is 'Internal key; the highest one read is the version frozen on a request.';
comment on column nb.report_rule.country is 'ISO 3166-1 alpha-2; null for anywhere.';
comment on column nb.report_rule.region is 'State or province; null for the whole country.';
comment on column nb.report_rule.position is 'Its place among the rows of its set.';
comment on column nb.report_rule.child_involved is 'The answer it matches; null for either.';
comment on column nb.report_rule.immediate_violence is 'The answer it matches; null for either.';
comment on column nb.report_rule.adult_consents is 'The answer it matches; null for either.';
comment on column nb.report_rule.kind is 'Kind of the task that is opened; none for no report.';
comment on column nb.report_rule.due_ms is 'Within which time, in milliseconds.';
comment on column nb.report_rule.source is 'Where it was read.';
comment on column nb.report_rule.effective_from is 'First day.';
comment on column nb.report_rule.effective_to is 'First day on which it no longer holds; null while open.';
comment on column nb.report_rule.approved_by is 'Who put it in force; null for what comes with the product.';

alter table nb.ranking_policy
    add column thresholds jsonb not null default '{}'::jsonb,
    add constraint ranking_policy_thresholds_ck check (jsonb_typeof(thresholds) = 'object');
comment on column nb.ranking_policy.thresholds is 'What the criteria are measured by: fresh_s, stale_s, expected_nights, cost_ceiling_minor, verified_days, reserve_permille, expiring_days, money_worth_permille {currency: thousandths of a US cent}.';

alter table nb.shelter_request
    add column tonight boolean not null default false,
    add column zone text not null default 'UTC',
    add constraint shelter_request_zone_fk foreign key (zone) references nb.zone (name);
comment on column nb.shelter_request.tonight is 'True: the first night is each place''s own tonight; check_in is what that was where the request is from.';
comment on column nb.shelter_request.zone is 'IANA zone of where the request is from.';

alter table nb.search
    drop column refused,
    add column refused_kinds text not null default '',
    add column refused_ids bigint[] not null default '{}',
    add column refused_distances integer[] not null default '{}',
    add column refused_sets smallint[] not null default '{}',
    add column reason_sets text[] not null default '{}',
    add column further text,
    add column recorded integer not null default 0,
    add constraint search_refused_ck check (length(refused_kinds) = cardinality(refused_ids)
        and cardinality(refused_ids) = cardinality(refused_distances)
        and cardinality(refused_ids) = cardinality(refused_sets)),
    add constraint search_refused_kinds_ck check (refused_kinds ~ '^[sph]*$'),
    add constraint search_recorded_ck check (recorded between 0 and offered and (further is null or recorded < offered));
alter table nb.search alter column further set compression lz4;
comment on column nb.search.refused_kinds is 'Of each refused place, in the order in which they are shown, one letter: s shelter, p partner hotel, h points hotel.';
comment on column nb.search.refused_ids is 'Of each its unit type, of a points hotel its property.';
comment on column nb.search.refused_distances is 'Of each its distance in meters.';
comment on column nb.search.refused_sets is 'Of each the position of its reasons in reason_sets.';
comment on column nb.search.reason_sets is 'Sets of reasons that occur, each as words with commas. A zone stands here as zone and is shown to others as not_offered.';
comment on column nb.search.further is 'Options after the recorded ones, as the json that nb.search_record takes: they become candidates when somebody pages to them.';
comment on column nb.search.recorded is 'How many of the offered options are candidates by now.';
