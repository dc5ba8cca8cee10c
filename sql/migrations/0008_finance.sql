-- Finance: statements of programs and hotels, their matches with the books, exceptions, adjustments, closed periods.
-- Not here: the ledger (0005). Invariant: what names a place and a date is sealed; preparer and approver are two
-- people; nothing is dated into a closed period.

create table nb.accounting_period (
    accounting_period_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint not null,
    first_day date not null,
    last_day date not null,
    closed_by bigint,
    closed_at timestamptz,
    constraint accounting_period_pk primary key (accounting_period_id),
    constraint accounting_period_public_id_uq unique (public_id),
    constraint accounting_period_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint accounting_period_closed_by_fk foreign key (closed_by) references nb.app_user (user_id),
    constraint accounting_period_range_ck check (last_day >= first_day),
    constraint accounting_period_closed_ck check ((closed_by is null) = (closed_at is null)),
    constraint accounting_period_no_overlap_ex exclude using gist (
        hotline_id with =, daterange(first_day, last_day, '[]') with &&)
);
comment on table nb.accounting_period is 'A fiscal month. Partners see what depends on spending as of the last closed one.';
comment on column nb.accounting_period.accounting_period_id is 'Internal key.';
comment on column nb.accounting_period.public_id is 'The id that leaves the house.';
comment on column nb.accounting_period.hotline_id is 'Whose books.';
comment on column nb.accounting_period.first_day is 'First day.';
comment on column nb.accounting_period.last_day is 'Last day (included).';
comment on column nb.accounting_period.closed_by is 'Who closed it.';
comment on column nb.accounting_period.closed_at is 'When; null while open.';

create table nb.statement (
    statement_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint not null,
    account_id bigint,
    kind text not null,
    file_sha256 bytea not null,
    from_day date not null,
    to_day date not null,
    imported_by bigint not null,
    imported_at timestamptz not null default nb.now(),
    constraint statement_pk primary key (statement_id),
    constraint statement_public_id_uq unique (public_id),
    constraint statement_file_uq unique (hotline_id, file_sha256),
    constraint statement_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint statement_points_account_fk foreign key (account_id)
        references nb.points_account,
    constraint statement_imported_by_fk foreign key (imported_by) references nb.app_user (user_id),
    constraint statement_kind_ck check (kind in ('points', 'bank', 'folio')),
    constraint statement_account_ck check ((kind = 'points') = (account_id is not null)),
    constraint statement_file_ck check (length(file_sha256) = 32),
    constraint statement_range_ck check (to_day >= from_day)
);
comment on table nb.statement is 'An imported statement of a program, a bank or a hotel. Read by custodians only.';
comment on column nb.statement.statement_id is 'Internal key.';
comment on column nb.statement.public_id is 'The id that leaves the house.';
comment on column nb.statement.hotline_id is 'Whose.';
comment on column nb.statement.account_id is 'Of which points account; null for bank and folio.';
comment on column nb.statement.kind is 'points, bank or folio.';
comment on column nb.statement.file_sha256 is 'Hash of the file: the same file is imported once.';
comment on column nb.statement.from_day is 'First day it covers.';
comment on column nb.statement.to_day is 'Last day it covers (included).';
comment on column nb.statement.imported_by is 'Who imported it.';
comment on column nb.statement.imported_at is 'When.';

create table nb.statement_line (
    statement_line_id bigint generated always as identity,
    statement_id bigint not null,
    line_no integer not null,
    kind text not null,
    fiscal_month date not null,
    points bigint,
    cash_minor bigint,
    currency text,
    property_token bytea,
    sealed_line bytea not null,
    line_fingerprint bytea not null,
    constraint statement_line_pk primary key (statement_line_id),
    constraint statement_line_no_uq unique (statement_id, line_no),
    constraint statement_line_statement_fk foreign key (statement_id) references nb.statement (statement_id),
    constraint statement_line_no_ck check (line_no > 0),
    constraint statement_line_kind_ck check (kind in ('earn', 'donation_in', 'transfer_in', 'transfer_out', 'redeem',
                                                      'reinstate', 'expire', 'adjust', 'purchase')),
    constraint statement_line_fiscal_month_ck check (extract(day from fiscal_month) = 1),
    constraint statement_line_amount_ck check (num_nonnulls(points, cash_minor) >= 1),
    constraint statement_line_currency_ck check ((cash_minor is null) = (currency is null)),
    constraint statement_line_fingerprint_ck check (length(line_fingerprint) = 32)
);
create index statement_line_fingerprint_ix on nb.statement_line (line_fingerprint);
comment on table nb.statement_line is 'One line of a statement; place and exact dates only inside the sealed line.';
comment on column nb.statement_line.statement_line_id is 'Internal key.';
comment on column nb.statement_line.statement_id is 'Of which statement.';
comment on column nb.statement_line.line_no is 'Its number there.';
comment on column nb.statement_line.kind is 'What it says happened.';
comment on column nb.statement_line.fiscal_month is 'First day of its month; no exact date in the clear.';
comment on column nb.statement_line.points is 'Signed points.';
comment on column nb.statement_line.cash_minor is 'Signed cash in minor units.';
comment on column nb.statement_line.currency is 'ISO 4217 code of cash_minor.';
comment on column nb.statement_line.property_token is 'Opaque token of the house: tells equal from different, names nothing.';
comment on column nb.statement_line.sealed_line is 'The raw line, sealed with the hotline''s key.';
comment on column nb.statement_line.line_fingerprint is 'Keyed hash of the raw line, to notice a line imported twice.';

create table nb.statement_match (
    statement_match_id bigint generated always as identity,
    statement_line_id bigint not null,
    ledger_transfer_id bigint not null,
    rule text not null,
    matched_by bigint,
    matched_at timestamptz not null default nb.now(),
    undone_by bigint,
    undone_at timestamptz,
    constraint statement_match_pk primary key (statement_match_id),
    constraint statement_match_line_fk foreign key (statement_line_id) references nb.statement_line (statement_line_id),
    constraint statement_match_transfer_fk foreign key (ledger_transfer_id)
        references nb.ledger_transfer,
    constraint statement_match_matched_by_fk foreign key (matched_by) references nb.app_user (user_id),
    constraint statement_match_undone_by_fk foreign key (undone_by) references nb.app_user (user_id),
    constraint statement_match_rule_ck check (rule in ('reference', 'unique_amount', 'window', 'by_hand')),
    constraint statement_match_by_hand_ck check (rule <> 'by_hand' or matched_by is not null),
    constraint statement_match_undone_ck check ((undone_by is null) = (undone_at is null))
);
create unique index statement_match_live_uq on nb.statement_match (statement_line_id, ledger_transfer_id)
    where undone_at is null;
create index statement_match_transfer_ix on nb.statement_match (ledger_transfer_id);
comment on table nb.statement_match is 'A statement line and the transfer it proves.';
comment on column nb.statement_match.statement_match_id is 'Internal key.';
comment on column nb.statement_match.statement_line_id is 'The line.';
comment on column nb.statement_match.ledger_transfer_id is 'The transfer.';
comment on column nb.statement_match.rule is 'How they were found to belong together.';
comment on column nb.statement_match.matched_by is 'Who matched by hand; null for a rule.';
comment on column nb.statement_match.matched_at is 'When.';
comment on column nb.statement_match.undone_by is 'Who undid it.';
comment on column nb.statement_match.undone_at is 'When it was undone; null while it stands.';

create table nb.finance_exception (
    finance_exception_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint not null,
    kind text not null,
    statement_line_id bigint,
    ledger_transfer_id bigint,
    points bigint,
    cash_minor bigint,
    currency text,
    opened_at timestamptz not null default nb.now(),
    claimed_by bigint,
    resolved_by bigint,
    resolved_at timestamptz,
    resolution text,
    constraint finance_exception_pk primary key (finance_exception_id),
    constraint finance_exception_public_id_uq unique (public_id),
    constraint finance_exception_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint finance_exception_line_fk foreign key (statement_line_id)
        references nb.statement_line (statement_line_id),
    constraint finance_exception_transfer_fk foreign key (ledger_transfer_id)
        references nb.ledger_transfer,
    constraint finance_exception_claimed_by_fk foreign key (claimed_by) references nb.app_user (user_id),
    constraint finance_exception_resolved_by_fk foreign key (resolved_by) references nb.app_user (user_id),
    constraint finance_exception_kind_ck check (kind in ('line_without_transfer', 'transfer_without_line',
        'amount_differs', 'penalty', 'refund_missing', 'expired_on_return', 'no_show', 'insufficient_points')),
    constraint finance_exception_currency_ck check ((cash_minor is null) = (currency is null)),
    constraint finance_exception_resolved_ck check (
        num_nonnulls(resolved_by, resolved_at, resolution) in (0, 3))
);
create index finance_exception_open_ix on nb.finance_exception (hotline_id, opened_at) where resolved_at is null;
comment on table nb.finance_exception is 'What does not agree, with an age and an owner.';
comment on column nb.finance_exception.finance_exception_id is 'Internal key.';
comment on column nb.finance_exception.public_id is 'The id that leaves the house.';
comment on column nb.finance_exception.hotline_id is 'Whose books.';
comment on column nb.finance_exception.kind is 'What does not agree.';
comment on column nb.finance_exception.statement_line_id is 'The line it is about.';
comment on column nb.finance_exception.ledger_transfer_id is 'The transfer it is about.';
comment on column nb.finance_exception.points is 'Signed difference in points.';
comment on column nb.finance_exception.cash_minor is 'Signed difference in cash, minor units.';
comment on column nb.finance_exception.currency is 'ISO 4217 code of cash_minor.';
comment on column nb.finance_exception.opened_at is 'Since when; the age counts from it.';
comment on column nb.finance_exception.claimed_by is 'Who works on it.';
comment on column nb.finance_exception.resolved_by is 'Who resolved it.';
comment on column nb.finance_exception.resolved_at is 'When.';
comment on column nb.finance_exception.resolution is 'How, as a coded word.';

create table nb.adjustment (
    adjustment_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    finance_exception_id bigint,
    corrects_transfer_id bigint not null,
    posted_transfer_id bigint,
    reason text not null,
    prepared_by bigint not null,
    prepared_at timestamptz not null default nb.now(),
    approved_by bigint,
    approved_at timestamptz,
    constraint adjustment_pk primary key (adjustment_id),
    constraint adjustment_public_id_uq unique (public_id),
    constraint adjustment_exception_fk foreign key (finance_exception_id)
        references nb.finance_exception (finance_exception_id),
    constraint adjustment_corrects_fk foreign key (corrects_transfer_id)
        references nb.ledger_transfer,
    constraint adjustment_posted_fk foreign key (posted_transfer_id) references nb.ledger_transfer,
    constraint adjustment_prepared_by_fk foreign key (prepared_by) references nb.app_user (user_id),
    constraint adjustment_approved_by_fk foreign key (approved_by) references nb.app_user (user_id),
    constraint adjustment_two_people_ck check (approved_by <> prepared_by),
    constraint adjustment_approved_ck check ((approved_by is null) = (approved_at is null)),
    constraint adjustment_posted_ck check (posted_transfer_id is null or approved_by is not null),
    constraint adjustment_reason_ck check (reason ~ '^[a-z][a-z_]{1,39}$')
);
comment on table nb.adjustment is 'A correction: names the original, a preparer and an approver, and posts a reversing transfer.';
comment on column nb.adjustment.adjustment_id is 'Internal key.';
comment on column nb.adjustment.public_id is 'The id that leaves the house.';
comment on column nb.adjustment.finance_exception_id is 'The exception it settles.';
comment on column nb.adjustment.corrects_transfer_id is 'The transfer it corrects.';
comment on column nb.adjustment.posted_transfer_id is 'The reversing transfer, once approved and posted.';
comment on column nb.adjustment.reason is 'Coded reason.';
comment on column nb.adjustment.prepared_by is 'Who prepared it.';
comment on column nb.adjustment.prepared_at is 'When.';
comment on column nb.adjustment.approved_by is 'Who approved it; never the preparer.';
comment on column nb.adjustment.approved_at is 'When.';

create table nb.receipt (
    receipt_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    hotline_id bigint not null,
    partner_id bigint not null,
    donation_id bigint,
    points bigint,
    cash_minor bigint,
    currency text,
    issued_by bigint not null,
    issued_at timestamptz not null default nb.now(),
    constraint receipt_pk primary key (receipt_id),
    constraint receipt_public_id_uq unique (public_id),
    constraint receipt_hotline_fk foreign key (hotline_id) references nb.hotline (hotline_id),
    constraint receipt_partner_fk foreign key (partner_id) references nb.partner (partner_id),
    constraint receipt_donation_fk foreign key (donation_id) references nb.donation,
    constraint receipt_issued_by_fk foreign key (issued_by) references nb.app_user (user_id),
    constraint receipt_amount_ck check (num_nonnulls(points, cash_minor) = 1),
    constraint receipt_currency_ck check ((cash_minor is null) = (currency is null))
);
create index receipt_partner_ix on nb.receipt (partner_id);
create trigger receipt_append_only before update or delete on nb.receipt
    for each row execute function nb.refuse_change();
comment on table nb.receipt is 'The proof a partner gets for a gift.';
comment on column nb.receipt.receipt_id is 'Internal key.';
comment on column nb.receipt.public_id is 'The id that leaves the house.';
comment on column nb.receipt.hotline_id is 'Who received.';
comment on column nb.receipt.partner_id is 'Who gave.';
comment on column nb.receipt.donation_id is 'The gift.';
comment on column nb.receipt.points is 'Points given.';
comment on column nb.receipt.cash_minor is 'Cash given, minor units.';
comment on column nb.receipt.currency is 'ISO 4217 code of cash_minor.';
comment on column nb.receipt.issued_by is 'Who issued it.';
comment on column nb.receipt.issued_at is 'When.';
