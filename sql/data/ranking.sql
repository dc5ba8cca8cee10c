-- What comes with the product for judging requests: weights and thresholds of the ranking, who may let a stay go on, and
-- which report somebody must make. Each is a dated row; a house adds later ones, and these are never edited.
-- Sources: the order of what matters, the measured wait of five nights and the approval rows from the field; what money is
-- worth is a rough rate for ranking only, no amount is ever converted by it.

insert into nb.ranking_policy (hotline_id, weights, thresholds, effective_from)
select null,
       '{"language": 180, "wishes": 160, "distance": 140, "check_in_risk": 130, "one_stay": 110, "freshness": 90,
         "checklist": 60, "cost": 60, "expiring": 40, "reserve": 30}',
       '{"fresh_s": 14400, "stale_s": 86400, "expected_nights": 5, "cost_ceiling_minor": 30000, "verified_days": 90,
         "reserve_permille": 150, "expiring_days": 90,
         "money_worth_permille": {"USD": 1000, "CAD": 720, "MXN": 55}}',
       '2026-01-01 00:00+00'
 where not exists (select from nb.ranking_policy p where p.hotline_id is null and p.effective_from = '2026-01-01 00:00+00');

-- Going beyond a night needs a role, and what must be on record besides.
insert into nb.setting (name, value_text, effective_from) values
    ('approval_rows',
     '[{"night": 1, "role": "specialist", "condition": "none"},
       {"night": 3, "role": "specialist", "condition": "coordinator_claimed"},
       {"night": 5, "role": "supervisor", "condition": "none"},
       {"night": 7, "role": "supervisor", "condition": "reason"},
       {"night": 10, "role": "director", "condition": "decision"}]',
     '2026-01-01 00:00+00')
    on conflict (name, effective_from) do nothing;

-- After which time somebody looks again at a request that nothing happened to.
insert into nb.setting (name, value_ms, effective_from) values
    ('request_look_crisis_ms', 1800000, '2026-01-01 00:00+00'),
    ('request_look_urgent_ms', 7200000, '2026-01-01 00:00+00'),
    ('request_look_planned_ms', 86400000, '2026-01-01 00:00+00')
    on conflict (name, effective_from) do nothing;

-- A child is concerned: a report with or without consent, at once when there is violence. The law differs by region and
-- country: a house adds its own rows, which then stand for that region instead of these.
insert into nb.report_rule (position, child_involved, immediate_violence, adult_consents, kind, due_ms, source, effective_from)
values
    (1, true, true, null, 'mandated_report', 900000, 'cautious default', '2026-01-01'),
    (2, true, null, null, 'mandated_report', 3600000, 'cautious default', '2026-01-01'),
    (3, null, true, null, 'emergency_report', 900000, 'cautious default', '2026-01-01'),
    (4, null, null, true, 'consented_report', 86400000, 'cautious default', '2026-01-01')
    on conflict do nothing;
