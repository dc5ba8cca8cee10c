-- Points and cash: programs and their dated rules, accounts, lots, donors' funds, holds and the double-entry ledger.
-- Not here: bookings and statements. Invariant: every point lies in exactly one bucket of one lot
-- (physical) and of one fund portion (designation); both change only together with a ledger transfer.

create table nb.loyalty_program (
    program_id bigint generated always as identity,
    code text not null,
    name text not null,
    product text not null default 'stay',
    spend_order text not null,
    rule_version bigint not null default 1,
    constraint loyalty_program_pk primary key (program_id),
    constraint loyalty_program_code_uq unique (code),
    constraint loyalty_program_code_ck check (code ~ '^[a-z]{2,20}$'),
    constraint loyalty_program_product_ck check (product in ('stay', 'travel')),
    constraint loyalty_program_spend_order_ck check (spend_order in ('expiring_first', 'oldest_first'))
);
comment on table nb.loyalty_program is 'A loyalty program whose points pay for stays or travel.';
comment on column nb.loyalty_program.program_id is 'Internal key.';
comment on column nb.loyalty_program.code is 'The word that names it everywhere: wyndham.';
comment on column nb.loyalty_program.name is 'Its name for people.';
comment on column nb.loyalty_program.product is 'What its points buy: stay or travel.';
comment on column nb.loyalty_program.spend_order is 'In which order the program itself takes points; our books must agree with its statement.';
comment on column nb.loyalty_program.rule_version is 'Raised by every change of a rule; a choice made on an older version is stale.';

create table nb.program_rule (
    program_rule_id bigint generated always as identity,
    program_id bigint not null,
    rule_key text not null,
    value text not null,
    source text not null,
    effective_from date not null,
    effective_to date,
    verified_on date,
    confidence text not null,
    constraint program_rule_pk primary key (program_rule_id),
    constraint program_rule_program_fk foreign key (program_id) references nb.loyalty_program (program_id),
    constraint program_rule_start_uq unique (program_id, rule_key, effective_from),
    constraint program_rule_range_ck check (effective_to is null or effective_to > effective_from),
    constraint program_rule_confidence_ck
        check (confidence in ('program', 'press', 'observed', 'unconfirmed', 'invented'))
);
comment on table nb.program_rule is 'What a program does, as dated rows: programs change their rules without notice.';
comment on column nb.program_rule.program_rule_id is 'Internal key.';
comment on column nb.program_rule.program_id is 'Whose rule.';
comment on column nb.program_rule.rule_key is 'Which rule, by the name the plugin documents.';
comment on column nb.program_rule.value is 'Its value, in the form the plugin documents.';
comment on column nb.program_rule.source is 'Where it was read.';
comment on column nb.program_rule.effective_from is 'First day it holds.';
comment on column nb.program_rule.effective_to is 'First day it no longer holds; null while it does.';
comment on column nb.program_rule.verified_on is 'When somebody last looked; null: never, and screens say so.';
comment on column nb.program_rule.confidence is 'How sure: program, press, observed, unconfirmed, invented (samples).';

create function nb.program_rule_changed() returns trigger
    language plpgsql
    as $$
begin
    update nb.loyalty_program set rule_version = rule_version + 1
     where program_id = coalesce(new.program_id, old.program_id);
    return null;
end
$$;
comment on function nb.program_rule_changed() is 'Raises the program''s rule version, so that choices made before are refused as stale.';
create trigger program_rule_changed after insert or update or delete on nb.program_rule
    for each row execute function nb.program_rule_changed();

alter table nb.property add constraint property_program_fk
    foreign key (program_code) references nb.loyalty_program (code);

create table nb.points_account (
    account_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    program_id bigint not null,
    hotline_id bigint not null,
    label text not null,
    kind text not null,
    mode text not null default 'assisted',
    can_quote boolean not null default false,
    can_hold boolean not null default false,
    can_cancel boolean not null default false,
    can_read boolean not null default false,
    can_convert boolean not null default false,
    phone_only boolean not null default false,
    idle_expires_on date,
    state text not null default 'active',
    constraint points_account_pk primary key (account_id),
    constraint points_account_public_id_uq unique (public_id),
    constraint points_account_program_fk foreign key (program_id) references nb.loyalty_program (program_id),
    constraint points_account_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint points_account_label_ck check (length(label) between 1 and 100),
    constraint points_account_kind_ck check (kind in ('program_charity', 'custodian')),
    constraint points_account_mode_ck check (mode in ('assisted', 'gateway')),
    constraint points_account_state_ck check (state in ('active', 'disabled'))
);
create index points_account_hotline_ix on nb.points_account (hotline_id, program_id);
comment on table nb.points_account is 'An account with a program from which a hotline books; never a donor''s own.';
comment on column nb.points_account.account_id is 'Internal key.';
comment on column nb.points_account.public_id is 'The id that leaves the house.';
comment on column nb.points_account.program_id is 'With which program.';
comment on column nb.points_account.hotline_id is 'Whose.';
comment on column nb.points_account.label is 'Name for staff; no member number.';
comment on column nb.points_account.kind is 'program_charity (granted by the program) or custodian (a named person holds it for the charity).';
comment on column nb.points_account.mode is 'How it books: assisted (by a person) or gateway (by machine).';
comment on column nb.points_account.can_quote is 'Its gateway quotes.';
comment on column nb.points_account.can_hold is 'Its gateway holds before it commits.';
comment on column nb.points_account.can_cancel is 'Its gateway cancels.';
comment on column nb.points_account.can_read is 'Its gateway reads by our reference.';
comment on column nb.points_account.can_convert is 'Its points can become money.';
comment on column nb.points_account.phone_only is 'Books by phone only.';
comment on column nb.points_account.idle_expires_on is 'Day on which all its points expire unless something happens; null for never.';
comment on column nb.points_account.state is 'active or disabled.';

create table nb.account_counter (
    account_id bigint not null,
    counter_key text not null,
    calendar_year smallint not null,
    used integer not null default 0,
    most integer not null,
    constraint account_counter_pk primary key (account_id, counter_key, calendar_year),
    constraint account_counter_account_fk foreign key (account_id) references nb.points_account (account_id),
    constraint account_counter_used_ck check (used between 0 and most)
) with (fillfactor = 50);
comment on table nb.account_counter is 'Yearly limits of an account (5 gifted stays), taken in the same transaction as the points.';
comment on column nb.account_counter.account_id is 'Of which account.';
comment on column nb.account_counter.counter_key is 'Which limit, by the plugin''s name: gifted_stays.';
comment on column nb.account_counter.calendar_year is 'Of which year.';
comment on column nb.account_counter.used is 'How many are used.';
comment on column nb.account_counter.most is 'How many there are.';

create table nb.restriction (
    restriction_id bigint generated always as identity,
    region text,
    population text,
    purpose text,
    constraint restriction_pk primary key (restriction_id),
    constraint restriction_something_ck check (num_nonnulls(region, population, purpose) > 0)
);
comment on table nb.restriction is 'What a donor allows a fund to be used for; null is anything. The program is the account''s own.';
comment on column nb.restriction.restriction_id is 'Internal key.';
comment on column nb.restriction.region is 'State or province only, as in US-CT.';
comment on column nb.restriction.population is 'Population only, as a coarse word: families.';
comment on column nb.restriction.purpose is 'Purpose only, as a coarse word: emergency_stay.';

create table nb.donor_fund (
    donor_fund_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    partner_id bigint,
    name text not null,
    campaign text,
    restriction_id bigint,
    constraint donor_fund_pk primary key (donor_fund_id),
    constraint donor_fund_public_id_uq unique (public_id),
    constraint donor_fund_partner_fk foreign key (partner_id) references nb.partner (partner_id),
    constraint donor_fund_restriction_fk foreign key (restriction_id) references nb.restriction (restriction_id),
    constraint donor_fund_name_ck check (length(name) between 1 and 100)
);
comment on table nb.donor_fund is 'Points that were given under one name and one restriction.';
comment on column nb.donor_fund.donor_fund_id is 'Internal key.';
comment on column nb.donor_fund.public_id is 'The id that leaves the house.';
comment on column nb.donor_fund.partner_id is 'The company that gives; null for members of a program.';
comment on column nb.donor_fund.name is 'Name for staff and the donor.';
comment on column nb.donor_fund.campaign is 'Source tag beside the restriction.';
comment on column nb.donor_fund.restriction_id is 'What it may be used for; null for anything.';

create table nb.pledge (
    pledge_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    donor_fund_id bigint not null,
    program_id bigint not null,
    points bigint not null,
    pledged_on date not null,
    state text not null default 'open',
    constraint pledge_pk primary key (pledge_id),
    constraint pledge_public_id_uq unique (public_id),
    constraint pledge_donor_fund_fk foreign key (donor_fund_id) references nb.donor_fund (donor_fund_id),
    constraint pledge_program_fk foreign key (program_id) references nb.loyalty_program (program_id),
    constraint pledge_points_ck check (points > 0),
    constraint pledge_state_ck check (state in ('open', 'announced', 'received', 'withdrawn'))
);
comment on table nb.pledge is 'Points that a donor promised and still owns; no lot yet.';
comment on column nb.pledge.pledge_id is 'Internal key.';
comment on column nb.pledge.public_id is 'The id that leaves the house.';
comment on column nb.pledge.donor_fund_id is 'Under which fund.';
comment on column nb.pledge.program_id is 'Points of which program.';
comment on column nb.pledge.points is 'How many.';
comment on column nb.pledge.pledged_on is 'When it was promised.';
comment on column nb.pledge.state is 'open, announced (the donor says it is sent), received or withdrawn.';

create table nb.donation (
    donation_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    account_id bigint not null,
    donor_fund_id bigint not null,
    pledge_id bigint,
    points bigint not null,
    received_on date not null,
    hard_expires_on date,
    recorded_by bigint not null,
    recorded_at timestamptz not null default nb.now(),
    constraint donation_pk primary key (donation_id),
    constraint donation_public_id_uq unique (public_id),
    constraint donation_account_fk foreign key (account_id) references nb.points_account (account_id),
    constraint donation_donor_fund_fk foreign key (donor_fund_id) references nb.donor_fund (donor_fund_id),
    constraint donation_pledge_fk foreign key (pledge_id) references nb.pledge (pledge_id),
    constraint donation_recorded_by_fk foreign key (recorded_by) references nb.app_user (user_id),
    constraint donation_points_ck check (points > 0),
    constraint donation_expiry_ck check (hard_expires_on is null or hard_expires_on > received_on)
);
create trigger donation_append_only before update or delete on nb.donation
    for each row execute function nb.refuse_change();
comment on table nb.donation is 'Points that arrived in an account. Makes one lot and one fund portion.';
comment on column nb.donation.donation_id is 'Internal key.';
comment on column nb.donation.public_id is 'The id that leaves the house.';
comment on column nb.donation.account_id is 'Where they arrived.';
comment on column nb.donation.donor_fund_id is 'Under which fund.';
comment on column nb.donation.pledge_id is 'The pledge it fulfils, if any.';
comment on column nb.donation.points is 'How many.';
comment on column nb.donation.received_on is 'Day of arrival at the program.';
comment on column nb.donation.hard_expires_on is 'Last day they can be used whatever happens; null for none.';
comment on column nb.donation.recorded_by is 'Who entered it.';
comment on column nb.donation.recorded_at is 'When it was entered.';

create table nb.points_lot (
    lot_id bigint generated always as identity,
    donation_id bigint not null,
    account_id bigint not null,
    received_on date not null,
    hard_expires_on date,
    received bigint not null default 0,
    available bigint not null default 0,
    held bigint not null default 0,
    spent bigint not null default 0,
    gone bigint not null default 0,
    constraint points_lot_pk primary key (lot_id),
    constraint points_lot_donation_uq unique (donation_id),
    constraint points_lot_donation_fk foreign key (donation_id) references nb.donation (donation_id),
    constraint points_lot_account_fk foreign key (account_id) references nb.points_account (account_id),
    constraint points_lot_available_ck check (available >= 0),
    constraint points_lot_held_ck check (held >= 0),
    constraint points_lot_spent_ck check (spent >= 0),
    constraint points_lot_gone_ck check (gone >= 0),
    constraint points_lot_whole_ck check (received = available + held + spent + gone)
) with (fillfactor = 50);
create index points_lot_account_ix on nb.points_lot (account_id);
comment on table nb.points_lot is 'Physical dimension: points of one arrival, as the program counts them.';
comment on column nb.points_lot.lot_id is 'Internal key.';
comment on column nb.points_lot.donation_id is 'The arrival.';
comment on column nb.points_lot.account_id is 'In which account they lie.';
comment on column nb.points_lot.received_on is 'Day of arrival: the order of programs that take the oldest first.';
comment on column nb.points_lot.hard_expires_on is 'Last day they can be used; a refund never moves it.';
comment on column nb.points_lot.received is 'How many arrived.';
comment on column nb.points_lot.available is 'How many can be held.';
comment on column nb.points_lot.held is 'How many are held.';
comment on column nb.points_lot.spent is 'How many are spent.';
comment on column nb.points_lot.gone is 'How many expired, were forfeited or converted.';

create table nb.fund_portion (
    fund_portion_id bigint generated always as identity,
    donation_id bigint not null,
    account_id bigint not null,
    donor_fund_id bigint not null,
    expires_on date,
    received bigint not null default 0,
    available bigint not null default 0,
    held bigint not null default 0,
    spent bigint not null default 0,
    gone bigint not null default 0,
    constraint fund_portion_pk primary key (fund_portion_id),
    constraint fund_portion_donation_uq unique (donation_id),
    constraint fund_portion_donation_fk foreign key (donation_id) references nb.donation (donation_id),
    constraint fund_portion_account_fk foreign key (account_id) references nb.points_account (account_id),
    constraint fund_portion_donor_fund_fk foreign key (donor_fund_id) references nb.donor_fund (donor_fund_id),
    constraint fund_portion_available_ck check (available >= 0),
    constraint fund_portion_held_ck check (held >= 0),
    constraint fund_portion_spent_ck check (spent >= 0),
    constraint fund_portion_gone_ck check (gone >= 0),
    constraint fund_portion_whole_ck check (received = available + held + spent + gone)
) with (fillfactor = 50);
create index fund_portion_account_ix on nb.fund_portion (account_id);
comment on table nb.fund_portion is 'Designation dimension: whose gift a point is, and what it may be used for.';
comment on column nb.fund_portion.fund_portion_id is 'Internal key.';
comment on column nb.fund_portion.donation_id is 'The gift.';
comment on column nb.fund_portion.account_id is 'In which account its points lie.';
comment on column nb.fund_portion.donor_fund_id is 'Under which fund, and so under which restriction.';
comment on column nb.fund_portion.expires_on is 'Hard expiry of the gift: the portion that ends first is used first.';
comment on column nb.fund_portion.received is 'How many arrived.';
comment on column nb.fund_portion.available is 'How many can be held.';
comment on column nb.fund_portion.held is 'How many are held.';
comment on column nb.fund_portion.spent is 'How many are spent: what this gift did.';
comment on column nb.fund_portion.gone is 'How many expired, were forfeited or converted.';

create table nb.cash_account (
    cash_account_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint not null,
    currency text not null,
    label text not null,
    constraint cash_account_pk primary key (cash_account_id),
    constraint cash_account_public_id_uq unique (public_id),
    constraint cash_account_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint cash_account_currency_ck check (currency ~ '^[A-Z]{3}$')
);
comment on table nb.cash_account is 'Money for extras and partner hotels, in minor units of one currency.';
comment on column nb.cash_account.cash_account_id is 'Internal key.';
comment on column nb.cash_account.public_id is 'The id that leaves the house.';
comment on column nb.cash_account.hotline_id is 'Whose.';
comment on column nb.cash_account.currency is 'ISO 4217.';
comment on column nb.cash_account.label is 'Name for staff; no bank number.';

create table nb.ledger_account (
    ledger_account_id bigint generated always as identity,
    account_id bigint,
    cash_account_id bigint,
    bucket text not null,
    unit text not null,
    balance bigint not null default 0,
    version bigint not null default 0,
    constraint ledger_account_pk primary key (ledger_account_id),
    constraint ledger_account_unit_uq unique (ledger_account_id, unit),
    constraint ledger_account_points_uq unique (account_id, bucket),
    constraint ledger_account_cash_uq unique (cash_account_id, bucket),
    constraint ledger_account_points_fk foreign key (account_id) references nb.points_account (account_id),
    constraint ledger_account_cash_fk foreign key (cash_account_id) references nb.cash_account (cash_account_id),
    constraint ledger_account_one_owner_ck check (num_nonnulls(account_id, cash_account_id) = 1),
    constraint ledger_account_bucket_ck
        check (bucket in ('outside', 'available', 'held', 'spent', 'expired', 'forfeited', 'converted', 'adjusted')),
    constraint ledger_account_balance_ck check (balance >= 0 or bucket in ('outside', 'adjusted'))
) with (fillfactor = 50);
comment on table nb.ledger_account is 'One bucket of one points or cash account; outside is the world beyond our books.';
comment on column nb.ledger_account.ledger_account_id is 'Internal key.';
comment on column nb.ledger_account.account_id is 'Of which points account.';
comment on column nb.ledger_account.cash_account_id is 'Of which cash account; exactly one of the two.';
comment on column nb.ledger_account.bucket is 'What the points in it are.';
comment on column nb.ledger_account.unit is 'What is counted: points:wyndham, or a currency.';
comment on column nb.ledger_account.balance is 'Sum of its transfers: credits less debits.';
comment on column nb.ledger_account.version is 'Number of its transfers; each carries its own, without gaps.';

create table nb.valuation_policy (
    valuation_policy_id bigint generated always as identity,
    program_id bigint not null,
    cents_per_thousand integer not null,
    method text not null,
    source text not null,
    effective_from date not null,
    approved_by bigint,
    constraint valuation_policy_pk primary key (valuation_policy_id),
    constraint valuation_policy_program_fk foreign key (program_id) references nb.loyalty_program (program_id),
    constraint valuation_policy_approved_by_fk foreign key (approved_by) references nb.app_user (user_id),
    constraint valuation_policy_start_uq unique (program_id, effective_from),
    constraint valuation_policy_value_ck check (cents_per_thousand >= 0)
);
comment on table nb.valuation_policy is 'What a thousand points count for in the accounts, from a day on (ASU 2020-07).';
comment on column nb.valuation_policy.valuation_policy_id is 'Internal key.';
comment on column nb.valuation_policy.program_id is 'Points of which program.';
comment on column nb.valuation_policy.cents_per_thousand is 'US cents for 1,000 points.';
comment on column nb.valuation_policy.method is 'How it was valued.';
comment on column nb.valuation_policy.source is 'From what.';
comment on column nb.valuation_policy.effective_from is 'First day it holds.';
comment on column nb.valuation_policy.approved_by is 'Who approved it.';

create table nb.points_hold (
    points_hold_id bigint generated always as identity,
    reference uuid not null,
    account_id bigint not null,
    points bigint not null,
    state text not null default 'held',
    counter_key text,
    counter_year smallint,
    created_at timestamptz not null default nb.now(),
    expires_at timestamptz,
    resolved_at timestamptz,
    refunded_at timestamptz,
    constraint points_hold_pk primary key (points_hold_id),
    constraint points_hold_reference_uq unique (reference),
    constraint points_hold_account_fk foreign key (account_id) references nb.points_account (account_id),
    constraint points_hold_points_ck check (points > 0),
    constraint points_hold_state_ck check (state in ('held', 'posted', 'voided')),
    constraint points_hold_resolved_ck check ((state = 'held') = (resolved_at is null)),
    constraint points_hold_refunded_ck check (refunded_at is null or state = 'posted'),
    constraint points_hold_counter_ck check (num_nonnulls(counter_key, counter_year) in (0, 2))
) with (fillfactor = 50);
create index points_hold_due_ix on nb.points_hold (expires_at) where state = 'held';
comment on table nb.points_hold is 'Points held for one booking attempt; ends once, posted or voided.';
comment on column nb.points_hold.points_hold_id is 'Internal key.';
comment on column nb.points_hold.reference is 'The booking attempt''s reference, its own for life.';
comment on column nb.points_hold.account_id is 'From which account.';
comment on column nb.points_hold.points is 'How many.';
comment on column nb.points_hold.state is 'held, posted (spent) or voided (given back).';
comment on column nb.points_hold.counter_key is 'Yearly counter that was taken with it.';
comment on column nb.points_hold.counter_year is 'Year of that counter.';
comment on column nb.points_hold.created_at is 'When it was made.';
comment on column nb.points_hold.expires_at is 'When it ends by itself; null while in flight, so that nothing in flight is released.';
comment on column nb.points_hold.resolved_at is 'When it ended.';
comment on column nb.points_hold.refunded_at is 'When posted points came back.';

create table nb.ledger_transfer (
    ledger_transfer_id bigint generated always as identity,
    kind text not null,
    unit text not null,
    debit_account_id bigint not null,
    credit_account_id bigint not null,
    amount bigint not null,
    debit_version bigint not null,
    credit_version bigint not null,
    lot_id bigint,
    fund_portion_id bigint,
    points_hold_id bigint,
    resolves_transfer_id bigint,
    reverses_transfer_id bigint,
    valuation_policy_id bigint,
    prepared_by bigint,
    approved_by bigint,
    recorded_at timestamptz not null default nb.now(),
    constraint ledger_transfer_pk primary key (ledger_transfer_id),
    constraint ledger_transfer_debit_fk foreign key (debit_account_id, unit)
        references nb.ledger_account (ledger_account_id, unit),
    constraint ledger_transfer_credit_fk foreign key (credit_account_id, unit)
        references nb.ledger_account (ledger_account_id, unit),
    constraint ledger_transfer_lot_fk foreign key (lot_id) references nb.points_lot (lot_id),
    constraint ledger_transfer_portion_fk foreign key (fund_portion_id) references nb.fund_portion (fund_portion_id),
    constraint ledger_transfer_hold_fk foreign key (points_hold_id) references nb.points_hold (points_hold_id),
    constraint ledger_transfer_resolves_fk foreign key (resolves_transfer_id)
        references nb.ledger_transfer (ledger_transfer_id),
    constraint ledger_transfer_reverses_fk foreign key (reverses_transfer_id)
        references nb.ledger_transfer (ledger_transfer_id),
    constraint ledger_transfer_valuation_fk foreign key (valuation_policy_id)
        references nb.valuation_policy (valuation_policy_id),
    constraint ledger_transfer_prepared_by_fk foreign key (prepared_by) references nb.app_user (user_id),
    constraint ledger_transfer_approved_by_fk foreign key (approved_by) references nb.app_user (user_id),
    constraint ledger_transfer_amount_ck check (amount > 0),
    constraint ledger_transfer_sides_ck check (debit_account_id <> credit_account_id),
    constraint ledger_transfer_kind_ck check (kind in ('receive', 'hold', 'post', 'void', 'refund', 'price_drop',
        'expire', 'forfeit', 'convert', 'transfer_out', 'adjust', 'reverse')),
    constraint ledger_transfer_two_people_ck check (kind not in ('adjust', 'reverse')
        or (prepared_by is not null and approved_by is not null and prepared_by <> approved_by)),
    constraint ledger_transfer_reverse_ck check ((kind = 'reverse') = (reverses_transfer_id is not null)),
    constraint ledger_transfer_resolve_ck check ((kind in ('post', 'void')) = (resolves_transfer_id is not null))
);
create unique index ledger_transfer_resolves_uq on nb.ledger_transfer (resolves_transfer_id)
    where resolves_transfer_id is not null;
create index ledger_transfer_hold_ix on nb.ledger_transfer (points_hold_id) where points_hold_id is not null;
create trigger ledger_transfer_append_only before update or delete on nb.ledger_transfer
    for each row execute function nb.refuse_change();
comment on table nb.ledger_transfer is 'Double entry: one amount of one unit from one bucket to another, in both dimensions. Never changed.';
comment on column nb.ledger_transfer.ledger_transfer_id is 'Internal key.';
comment on column nb.ledger_transfer.kind is 'Why it moved.';
comment on column nb.ledger_transfer.unit is 'What moved; both sides count the same, by foreign key.';
comment on column nb.ledger_transfer.debit_account_id is 'From which bucket.';
comment on column nb.ledger_transfer.credit_account_id is 'To which bucket.';
comment on column nb.ledger_transfer.amount is 'How much, always positive.';
comment on column nb.ledger_transfer.debit_version is 'Its number in the debited bucket.';
comment on column nb.ledger_transfer.credit_version is 'Its number in the credited bucket.';
comment on column nb.ledger_transfer.lot_id is 'Physical dimension; null for cash.';
comment on column nb.ledger_transfer.fund_portion_id is 'Designation dimension; null for cash.';
comment on column nb.ledger_transfer.points_hold_id is 'The hold it belongs to, if any.';
comment on column nb.ledger_transfer.resolves_transfer_id is 'The hold transfer that a post or void ends; unique, so it ends once.';
comment on column nb.ledger_transfer.reverses_transfer_id is 'The transfer that a correction takes back.';
comment on column nb.ledger_transfer.valuation_policy_id is 'The valuation in force when it was recorded.';
comment on column nb.ledger_transfer.prepared_by is 'Who prepared a correction.';
comment on column nb.ledger_transfer.approved_by is 'Who approved it; another person.';
comment on column nb.ledger_transfer.recorded_at is 'When.';
