-- Dispatch: operations that go out to programs or to a person, what was exchanged, quotes, circuit breakers.
-- Not here: attempts and their outcome (0009). Invariant: an operation is written before it leaves, and whoever works
-- on it carries the token of its lease; a stale token changes nothing.

create domain nb.outbox_state_word as text
    constraint outbox_state_word_ck check (value in ('ready', 'claimed', 'person', 'done', 'dead'));
comment on domain nb.outbox_state_word is 'State of an outbox operation.';
create domain nb.sent_word as text constraint sent_word_ck check (value in ('no', 'maybe', 'yes'));
comment on domain nb.sent_word is 'Whether a request left the house.';

create table nb.outbox_operation (
    outbox_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    kind text not null,
    booking_id bigint not null,
    attempt_id bigint not null,
    account_id bigint,
    program_code text,
    state nb.outbox_state_word not null default 'ready',
    due_at timestamptz not null,
    lease_until timestamptz,
    lease_token bigint not null default 0,
    claimed_by text,
    tries integer not null default 0,
    sent nb.sent_word not null default 'no',
    sealed_state bytea,
    negative_reads smallint not null default 0,
    first_negative_at timestamptz,
    settle_until timestamptz,
    deadline_at timestamptz,
    created_at timestamptz not null default nb.now(),
    done_at timestamptz,
    outcome nb.coded_word,
    constraint outbox_operation_pk primary key (outbox_id),
    constraint outbox_operation_public_id_uq unique (public_id),
    constraint outbox_operation_attempt_fk foreign key (attempt_id) references nb.booking_attempt (attempt_id),
    constraint outbox_operation_kind_ck check (kind in ('commit', 'read', 'cancel')),
    constraint outbox_operation_lease_ck check ((state = 'claimed') = (lease_until is not null)),
    constraint outbox_operation_tries_ck check (tries >= 0),
    constraint outbox_operation_negative_ck check ((negative_reads = 0) = (first_negative_at is null)),
    constraint outbox_operation_done_ck check ((state in ('done', 'dead')) = (done_at is not null))
) with (fillfactor = 60);
create unique index outbox_operation_open_uq on nb.outbox_operation (attempt_id, kind) where state not in ('done', 'dead');
create index outbox_operation_due_ix on nb.outbox_operation (due_at) where state = 'ready';
create index outbox_operation_lease_ix on nb.outbox_operation (lease_until) where state = 'claimed';
create index outbox_operation_booking_ix on nb.outbox_operation (booking_id);
comment on table nb.outbox_operation is 'One call to a program (commit, read, cancel), by machine or by a person; at most one of a kind is open for an attempt.';
comment on column nb.outbox_operation.outbox_id is 'Internal key.';
comment on column nb.outbox_operation.public_id is 'The id that leaves the house; correlates logs of both sides.';
comment on column nb.outbox_operation.kind is 'commit, read or cancel.';
comment on column nb.outbox_operation.booking_id is 'For which booking: that of the attempt, which is the foreign key.';
comment on column nb.outbox_operation.attempt_id is 'For which attempt: its reference is sent.';
comment on column nb.outbox_operation.account_id is 'With which points account: rate limits and breakers go by it.';
comment on column nb.outbox_operation.program_code is 'With which program.';
comment on column nb.outbox_operation.state is 'ready, claimed (under a lease), person (a task does it), done or dead (a person took over).';
comment on column nb.outbox_operation.due_at is 'Not before.';
comment on column nb.outbox_operation.lease_until is 'Until when the claim holds.';
comment on column nb.outbox_operation.lease_token is 'Raised by every claim; a stale one changes nothing.';
comment on column nb.outbox_operation.claimed_by is 'Name of the worker that holds or last held it.';
comment on column nb.outbox_operation.tries is 'How often it was claimed.';
comment on column nb.outbox_operation.sent is 'Whether the request of this try left the house: no, maybe or yes.';
comment on column nb.outbox_operation.sealed_state is 'The plugin''s state and effect, sealed with the guest''s key, written before the effect is performed.';
comment on column nb.outbox_operation.negative_reads is 'Reads that found nothing, of those that count.';
comment on column nb.outbox_operation.first_negative_at is 'When the first of them was made.';
comment on column nb.outbox_operation.settle_until is 'End of the settling window: absent is two negative reads, the last one after this.';
comment on column nb.outbox_operation.deadline_at is 'When a person takes over.';
comment on column nb.outbox_operation.created_at is 'When it was written.';
comment on column nb.outbox_operation.done_at is 'When it ended.';
comment on column nb.outbox_operation.outcome is 'Word of the outcome vocabulary.';

alter table nb.task
    add constraint task_outbox_fk foreign key (outbox_id) references nb.outbox_operation (outbox_id);
create index task_outbox_ix on nb.task (outbox_id) where outbox_id is not null;

create table nb.gateway_exchange (
    gateway_exchange_id bigint generated always as identity,
    outbox_id bigint not null,
    attempt_id bigint not null,
    step smallint not null,
    lease_token bigint not null,
    operation text not null,
    sent text not null default 'no',
    http_status smallint,
    failure text,
    outcome text,
    started_at timestamptz not null default nb.now(),
    answered_at timestamptz,
    sealed_request bytea,
    sealed_response bytea,
    constraint gateway_exchange_pk primary key (gateway_exchange_id),
    constraint gateway_exchange_outbox_fk foreign key (outbox_id) references nb.outbox_operation (outbox_id),
    constraint gateway_exchange_step_ck check (step > 0),
    constraint gateway_exchange_operation_ck check (operation ~ '^[a-z][a-z_]{1,39}$'),
    constraint gateway_exchange_sent_ck check (sent in ('no', 'maybe', 'yes')),
    constraint gateway_exchange_http_status_ck check (http_status between 100 and 599),
    constraint gateway_exchange_failure_ck check (failure ~ '^[a-z][a-z_]{1,39}$'),
    constraint gateway_exchange_outcome_ck check (outcome ~ '^[a-z][a-z_]{1,39}$')
) with (fillfactor = 70);
create index gateway_exchange_outbox_ix on nb.gateway_exchange (outbox_id, gateway_exchange_id);
comment on table nb.gateway_exchange is 'One request and its answer, redacted and sealed.';
comment on column nb.gateway_exchange.gateway_exchange_id is 'Internal key.';
comment on column nb.gateway_exchange.outbox_id is 'Of which operation.';
comment on column nb.gateway_exchange.attempt_id is 'For which attempt.';
comment on column nb.gateway_exchange.step is 'Number of the request within the operation, from 1.';
comment on column nb.gateway_exchange.lease_token is 'Token of the lease it was made under.';
comment on column nb.gateway_exchange.operation is 'What was asked: quote, hold, commit, read, cancel.';
comment on column nb.gateway_exchange.sent is 'Whether it left the house: no, maybe or yes.';
comment on column nb.gateway_exchange.http_status is 'Status of the answer.';
comment on column nb.gateway_exchange.failure is 'Why there is no answer, a word.';
comment on column nb.gateway_exchange.outcome is 'What the plugin made of it.';
comment on column nb.gateway_exchange.started_at is 'When it was about to be sent.';
comment on column nb.gateway_exchange.answered_at is 'When the answer or the failure was known.';
comment on column nb.gateway_exchange.sealed_request is 'The request with its placeholders, sealed with the guest''s key.';
comment on column nb.gateway_exchange.sealed_response is 'The redacted answer, sealed with the guest''s key.';

create table nb.quote (
    quote_id bigint generated always as identity,
    public_id uuid not null default nb.random_id(),
    attempt_id bigint not null,
    account_id bigint not null,
    property_id bigint not null,
    check_in date not null,
    check_out date not null,
    rooms integer not null,
    points bigint not null,
    policy_version text,
    cancel_by timestamptz,
    expires_at timestamptz,
    made_at timestamptz not null default nb.now(),
    constraint quote_pk primary key (quote_id),
    constraint quote_public_id_uq unique (public_id),
    constraint quote_attempt_fk foreign key (attempt_id) references nb.booking_attempt (attempt_id),
    constraint quote_dates_ck check (check_out > check_in),
    constraint quote_rooms_ck check (rooms > 0),
    constraint quote_points_ck check (points >= 0),
    constraint quote_policy_version_ck check (length(policy_version) between 1 and 100)
);
create index quote_attempt_ix on nb.quote (attempt_id);
comment on table nb.quote is 'What a program asked for an attempt, as its gateway said.';
comment on column nb.quote.quote_id is 'Internal key.';
comment on column nb.quote.public_id is 'The id that leaves the house.';
comment on column nb.quote.attempt_id is 'For which attempt.';
comment on column nb.quote.account_id is 'With which account.';
comment on column nb.quote.property_id is 'At which hotel.';
comment on column nb.quote.check_in is 'First night.';
comment on column nb.quote.check_out is 'Day of leaving.';
comment on column nb.quote.rooms is 'Rooms.';
comment on column nb.quote.points is 'Points in all.';
comment on column nb.quote.policy_version is 'The program''s word for its conditions.';
comment on column nb.quote.cancel_by is 'Free cancellation until then.';
comment on column nb.quote.expires_at is 'Until when the program stands by it.';
comment on column nb.quote.made_at is 'When it was said.';

create table nb.breaker (
    breaker_id bigint generated always as identity,
    program_code text not null,
    account_id bigint,
    operation text not null,
    state text not null default 'closed',
    failures integer not null default 0,
    since timestamptz not null default nb.now(),
    reason text,
    changed_by bigint,
    constraint breaker_pk primary key (breaker_id),
    constraint breaker_program_fk foreign key (program_code) references nb.loyalty_program (code),
    constraint breaker_account_fk foreign key (account_id) references nb.points_account (account_id),
    constraint breaker_changed_by_fk foreign key (changed_by) references nb.app_user (user_id),
    constraint breaker_operation_ck check (operation ~ '^[a-z][a-z_]{1,39}$'),
    constraint breaker_state_ck check (state in ('closed', 'open', 'half_open', 'off')),
    constraint breaker_failures_ck check (failures >= 0),
    constraint breaker_reason_ck check (reason ~ '^[a-z][a-z_]{1,39}$')
) with (fillfactor = 50);
create unique index breaker_scope_uq on nb.breaker (program_code, (coalesce(account_id, 0)), operation);
comment on table nb.breaker is 'Circuit breakers by program, account and operation. Reads and cancels are never stopped by an open one.';
comment on column nb.breaker.breaker_id is 'Internal key.';
comment on column nb.breaker.program_code is 'Which program.';
comment on column nb.breaker.account_id is 'Which account; null for the whole program.';
comment on column nb.breaker.operation is 'Which operation (commit).';
comment on column nb.breaker.state is 'closed (calls pass), open, half_open (one call tries) or off (an administrator''s kill switch).';
comment on column nb.breaker.failures is 'Failures in a row.';
comment on column nb.breaker.since is 'Since when it is in this state.';
comment on column nb.breaker.reason is 'Why, a word.';
comment on column nb.breaker.changed_by is 'The administrator who switched it, if one did.';
