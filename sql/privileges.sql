-- Who may do what, for the login roles of 0001: run after migrations and functions, as often as wanted.
-- Not here: what the api checks about a person. Invariant: a role that this file does not name for an object has
-- nothing on it; the result is compared with tests/sql/privilege_matrix.txt, which people review.
--
-- Writing goes through functions that run with the owner's rights (security definer, fixed search_path); the login
-- roles themselves read. So no pool, however it is misused, can change a balance or a promise by a bare statement.

-- Nothing is inherited from an earlier run.
do $$
declare
    role_name text;
    schema_name text;
begin
    foreach role_name in array array['public', 'nb_staff', 'nb_provider', 'nb_partner', 'nb_finance', 'nb_admin',
                                     'nb_auditor', 'nb_dispatch', 'nb_clock', 'nb_check'] loop
        foreach schema_name in array array['nb', 'pii'] loop
            execute format('revoke all on schema %I from %s', schema_name, role_name);
            execute format('revoke all on all tables in schema %I from %s', schema_name, role_name);
            execute format('revoke all on all sequences in schema %I from %s', schema_name, role_name);
            execute format('revoke all on all routines in schema %I from %s', schema_name, role_name);
        end loop;
    end loop;
end
$$;

grant usage on schema nb to nb_staff, nb_provider, nb_partner, nb_finance, nb_admin, nb_auditor, nb_dispatch, nb_clock,
    nb_check;
grant usage on schema pii to nb_staff, nb_dispatch, nb_clock;

-- Each table and view once: who reads it. Roles without their nb_; nobody writes but by the functions below.
create temporary table table_rule (table_name text primary key, readers text not null) on commit drop;
insert into table_rule values
    -- what every process looks at before it serves
    ('nb.schema_migration',      'staff provider partner finance admin auditor dispatch clock check'),
    ('nb.schema_release',        'staff provider partner finance admin auditor dispatch clock check'),
    -- keys and erasures: opaque ids
    ('nb.key_epoch',             'staff admin auditor dispatch clock check'),
    ('nb.erasure',               'staff auditor clock check'),
    -- who
    ('nb.hotline',               'staff provider finance admin auditor dispatch clock check'),
    ('nb.partner',               'staff partner finance admin auditor check'),
    ('nb.app_user',              'staff finance admin auditor dispatch clock check'),
    ('nb.role_grant',            'staff finance admin auditor clock check'),
    ('nb.api_token',             'staff admin check'),
    ('nb.session',               'staff admin clock check'),
    ('nb.on_call',               'staff admin auditor dispatch clock check'),
    ('nb.audit_event',           'auditor clock check'),
    ('nb.audit_seal',            'auditor clock check'),
    ('nb.reveal_count',          'clock check'),
    -- directory: places as such; who is in them stands elsewhere
    ('nb.zone',                  'staff provider admin dispatch clock check'),
    ('nb.region',                'staff provider admin dispatch clock check'),
    ('nb.postal_place',          'staff provider admin check'),
    ('nb.town',                  'staff provider admin check'),
    ('nb.provider',              'staff provider admin dispatch clock check'),
    ('nb.location',              'staff admin dispatch clock check'),
    ('nb.service',               'staff provider admin dispatch clock check'),
    ('nb.hotel_company',         'staff admin dispatch check'),
    ('nb.property',              'staff admin dispatch clock check'),
    ('nb.search_place',          'staff check'),
    ('nb.search_place_now',      'check'),
    ('nb.search_place_rates',    'check'),
    ('nb.do_not_place',          'staff admin clock check'),
    ('nb.property_strike',       'staff admin check'),
    ('nb.country_protocol',      'staff admin auditor clock check'),
    ('nb.report_rule',           'staff admin auditor clock check'),
    -- capacity
    ('nb.unit_type',             'staff provider admin dispatch clock check'),
    ('nb.unit_night',            'staff dispatch clock check'),
    ('nb.capacity_report',       'staff check'),
    ('nb.place_claim',           'staff dispatch clock check'),
    ('nb.property_rate',         'staff dispatch clock check'),
    -- points and cash: neither guest nor place
    ('nb.loyalty_program',       'staff partner finance admin auditor dispatch clock check'),
    ('nb.program_rule',          'staff finance admin auditor dispatch clock check'),
    ('nb.points_account',        'staff finance admin dispatch clock check'),
    ('nb.account_counter',       'staff finance dispatch clock check'),
    ('nb.points_lot',            'staff finance clock check'),
    ('nb.fund_portion',          'staff finance clock check'),
    ('nb.points_hold',           'staff finance clock check'),
    ('nb.donor_fund',            'staff finance clock check'),
    ('nb.cash_account',          'staff finance clock check'),
    ('nb.cash_hold',             'staff finance clock check'),
    ('nb.ledger_account',        'staff finance auditor clock check'),
    ('nb.ledger_transfer',       'staff finance auditor clock check'),
    ('nb.pledge',                'partner finance clock check'),
    ('nb.donation',              'staff finance auditor clock check'),
    ('nb.restriction',           'staff finance clock check'),
    ('nb.valuation_policy',      'staff finance admin auditor clock check'),
    -- work: who is where; never for partner, finance, admin, auditor
    ('nb.situation_ref',         'staff clock check'),
    ('nb.ranking_policy',        'staff admin clock check'),
    ('nb.shelter_request',       'staff clock check'),
    ('nb.request_draft',         'staff clock check'),
    ('nb.search',                'staff clock check'),
    ('nb.candidate',             'staff dispatch clock check'),
    ('nb.booking_group',         'staff dispatch clock check'),
    ('nb.booking_transition',    'staff provider admin auditor dispatch clock check'),
    ('nb.booking',               'staff dispatch clock check'),
    ('nb.booking_room',          'staff dispatch clock check'),
    ('nb.booking_attempt',       'staff dispatch clock check'),
    ('nb.booking_event',         'staff dispatch clock check'),
    ('nb.referral',              'staff dispatch clock check'),
    ('nb.referral_offer',        'staff provider check'),
    ('nb.unmet_need',            'staff clock check'),
    ('nb.task',                  'staff dispatch clock check'),
    -- dispatch
    ('nb.outbox_operation',      'staff dispatch clock check'),
    ('nb.gateway_exchange',      'staff dispatch clock check'),
    ('nb.quote',                 'staff dispatch clock check'),
    ('nb.breaker',               'staff admin dispatch clock check'),
    -- how this house runs, and what was asked of it
    ('nb.setting',               'staff provider finance admin auditor dispatch clock check'),
    -- through functions only: it tells when something is booked, and for which nights
    ('nb.operation',             'check'),
    -- guests: sealed before they come here
    ('pii.guest',                'staff dispatch clock'),
    ('pii.guest_key',            'staff dispatch clock'),
    ('pii.guest_secret',         'staff dispatch clock'),
    -- next place
    ('nb.placement_program',     'staff provider admin clock check'),
    ('nb.placement_offer',       'staff clock check'),
    ('nb.waitlist',              'staff clock check'),
    ('nb.escalation_policy',     'staff admin clock check'),
    ('nb.escalation_step',       'staff admin clock check'),
    ('nb.consent_release',       'staff check'),
    ('nb.disclosure',            'staff check'),
    -- finance: lines are sealed, matches lead to transfers and not to places
    ('nb.accounting_period',     'staff partner finance auditor clock check'),
    ('nb.statement',             'staff finance check'),
    ('nb.statement_line',        'staff finance check'),
    ('nb.statement_match',       'finance check'),
    ('nb.finance_exception',     'staff finance clock check'),
    ('nb.adjustment',            'finance auditor check'),
    ('nb.receipt',               'partner finance auditor check');

-- Each function that a login role may call: who, and whether it runs with the owner's rights. One that is not named
-- is called by other functions and triggers only.
create temporary table function_rule (function_name text primary key, callers text not null, as_owner boolean not null)
    on commit drop;
insert into function_rule values
    ('nb.now',                   'staff provider partner finance admin auditor dispatch clock check', false),
    ('nb.random_id',             'staff provider partner finance admin auditor dispatch clock check', false),
    ('nb.business_date',         'staff provider admin dispatch clock check', false),
    ('nb.postal_code',           'staff provider admin', false),
    ('nb.request_population',    'staff clock dispatch', false),
    ('nb.fold',                  'staff provider admin', false),
    ('nb.request_open',          'staff', true),
    ('nb.request_change',        'staff', true),
    ('nb.request_reveal',        'staff', true),
    ('nb.request_close',         'staff', true),
    ('nb.draft_save',            'staff', true),
    ('nb.draft_drop',            'staff', true),
    ('nb.search_record',         'staff', true),
    ('nb.search_further',        'staff', true),
    ('nb.nearest_place',         'staff provider admin', false),
    ('nb.setting_ms',            'staff provider finance admin auditor dispatch clock check', false),
    ('nb.setting_interval',      'staff provider finance admin auditor dispatch clock check', false),
    ('nb.audit',                 'staff provider partner finance admin auditor dispatch clock', true),
    ('nb.audit_seal',            'clock', true),
    ('nb.audit_verify',          'admin auditor check', true),
    ('nb.capacity_set',          'staff provider', true),
    ('nb.capacity_units',        'staff provider', true),
    ('nb.capacity_report_shown', 'staff provider', true),
    ('nb.capacity_record',       'staff provider', true),
    ('nb.partner_gifts',         'partner', true),
    ('nb.requests_asked',        'provider', true),
    ('nb.donation_record',       'staff finance', true),
    ('nb.fund_open',             'staff finance', true),
    ('nb.directory_decide',      'staff admin', true),
    ('nb.task_shown',            'staff admin', true),
    ('nb.lock_key',              'staff provider finance dispatch clock', false),
    ('nb.lock_keys',             'staff provider finance admin dispatch clock', false),
    ('nb.points_topup',          'staff finance', true),
    ('nb.points_expire',         'clock', true),
    ('nb.outbox_claim',          'dispatch', true),
    ('nb.outbox_saved',          'dispatch', true),
    ('nb.outbox_answered',       'dispatch', true),
    ('nb.outbox_wait',           'dispatch', true),
    ('nb.outbox_give_back',      'dispatch', true),
    ('nb.outbox_to_person',      'dispatch', true),
    ('nb.outbox_done',           'dispatch', true),
    ('nb.outbox_sweep',          'dispatch clock', true),
    ('nb.outbox_balance',        'dispatch', true),
    ('nb.outbox_begin',          'dispatch', true),
    ('nb.breaker_switch',        'admin', true),
    ('nb.dispatch_pause',        'admin', true),
    ('nb.dispatch_resume',       'admin', true),
    ('nb.setting_text',          'staff provider finance admin auditor dispatch clock check', false),
    ('nb.book',                  'staff', true),
    ('nb.stay_limit',            'staff', false),
    ('nb.stay_row_allows',       'staff', false),
    ('nb.stay_row_asks',         'staff', false),
    ('nb.stay_row',              'staff', false),
    ('nb.stay_role_rank',        'staff', false),
    ('nb.stay_rows',             'staff', false),
    ('nb.stay_coordinator',      'staff', false),
    ('nb.booking_keys',          'staff provider dispatch clock', true),
    ('nb.booking_cancel',        'staff', true),
    ('nb.booking_desk_confirm',  'staff', true),
    ('nb.booking_guest_told',    'staff', true),
    ('nb.booking_covering_decide', 'staff', true),
    ('nb.booking_stay',          'staff', true),
    ('nb.booking_reveal',        'staff', true),
    ('nb.task_reveal',           'staff', true),
    ('nb.reveal_facts',          'staff', false),
    ('nb.enter_keys',            'staff', true),
    ('nb.referral_keys',         'staff provider', true),
    ('nb.referral_alias',        'provider', true),
    ('nb.task_keys',             'staff admin', true),
    ('nb.booking_enter',         'staff', true),
    ('nb.referral_answer',       'staff provider', true),
    ('nb.operation_find',        'staff admin', true),
    ('nb.task_claim',            'staff admin', true),
    ('nb.task_release',          'staff admin', true),
    ('nb.task_hand_over',        'staff', true),
    ('nb.task_done',             'staff admin', true),
    ('nb.cash_receive',          'staff finance', true),
    ('nb.hold_expire',           'clock', true),
    ('nb.referral_step',         'clock', true),
    ('nb.task_lapse',            'clock', true),
    ('nb.task_overdue',          'clock', true),
    ('nb.booking_overdue',       'clock', true),
    ('nb.request_overdue',       'clock', true),
    ('nb.attempt_reread',        'clock', true),
    ('nb.points_expire_due',     'clock', true),
    ('nb.provider_vet',          'staff admin', true),
    ('nb.guest_erase',           'staff', true),
    ('nb.hotline_add',           'admin', true),
    ('nb.user_add',              'admin', true),
    ('nb.user_state_set',        'admin', true),
    ('nb.right_grant',           'admin', true),
    ('nb.right_revoke',          'admin', true),
    ('nb.token_add',             'admin', true),
    ('nb.token_revoke',          'admin', true),
    ('nb.property_vet',          'staff admin', true);

-- A new table must be placed in the list above before anything can be migrated: forgetting it is an error, not a hole.
-- A listed name without a table is reported by scripts/check-sql.
do $$
declare
    strays text;
begin
    select string_agg(n.name, ', ' order by n.name) into strays
      from (select format('%s.%s', c.relnamespace::regnamespace, c.relname) as name
              from pg_class c
             where c.relnamespace in ('nb'::regnamespace, 'pii'::regnamespace)
               and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition) n
     where n.name not in (select t.table_name from table_rule t);
    if strays is not null then
        raise exception 'sql/privileges.sql does not say who reads %', strays;
    end if;
    delete from table_rule where to_regclass(table_name) is null;
end
$$;

do $$
declare
    rule record;
    found regprocedure;
begin
    for rule in select t.table_name, 'nb_' || r.role as role
                  from table_rule t cross join regexp_split_to_table(t.readers, ' ') r(role) loop
        execute format('grant select on %s to %I', rule.table_name, rule.role);
    end loop;
    for rule in select f.*, (select string_agg('nb_' || r.role, ', ') from regexp_split_to_table(f.callers, ' ') r(role)) as roles
                  from function_rule f loop
        for found in select p.oid::regprocedure from pg_proc p
                      where format('%s.%s', p.pronamespace::regnamespace, p.proname) = rule.function_name loop
            execute format('grant execute on function %s to %s', found, rule.roles);
            if rule.as_owner then
                execute format('alter function %s security definer set search_path to pg_catalog, pg_temp', found);
            end if;
        end loop;
        if found is null then
            raise exception 'sql/privileges.sql names %, which does not exist', rule.function_name;
        end if;
        found := null;
    end loop;
end
$$;

-- The second wall: rows of these tables are refused even to a role that was granted them by mistake. The owner is
-- named as well, because row security is forced on owners too.
do $$
declare
    walled record;
begin
    for walled in
        select t.table_name, (select string_agg('nb_' || r.role, ', ') from regexp_split_to_table(t.readers, ' ') r(role)) as roles
          from table_rule t
         where t.table_name in ('pii.guest', 'pii.guest_key', 'pii.guest_secret', 'nb.audit_event', 'nb.audit_seal',
                                'nb.api_token', 'nb.session', 'nb.place_claim', 'nb.consent_release', 'nb.disclosure',
                                'nb.statement_line')
    loop
        execute format('alter table %s enable row level security', walled.table_name);
        execute format('alter table %s force row level security', walled.table_name);
        execute format('drop policy if exists owner_all on %s', walled.table_name);
        execute format('create policy owner_all on %s to current_user using (true) with check (true)', walled.table_name);
        execute format('drop policy if exists readers_see on %s', walled.table_name);
        execute format('create policy readers_see on %s for select to %s using (true)', walled.table_name, walled.roles);
    end loop;
end
$$;

drop table table_rule;
drop table function_rule;
