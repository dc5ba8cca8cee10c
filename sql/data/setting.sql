-- The windows that come with the product. A house changes one by adding a later row; these are never edited.
-- Sources: holds, referral steps and cap from the field; settling reads and request deadline from the programs'
-- answer times; a lease is longer than the request deadline and its margin, a settling window longer than a lease.

insert into nb.setting (name, value_ms, effective_from) values
    ('hold_shelter_ms', 5400000, '2026-01-01 00:00+00'),
    ('hold_points_ms', 900000, '2026-01-01 00:00+00'),
    ('search_valid_ms', 900000, '2026-01-01 00:00+00'),
    ('referral_step_1_ms', 3600000, '2026-01-01 00:00+00'),
    ('referral_step_2_ms', 7200000, '2026-01-01 00:00+00'),
    ('referral_step_3_ms', 12600000, '2026-01-01 00:00+00'),
    ('referral_cap_ms', 14400000, '2026-01-01 00:00+00'),
    ('lease_ms', 150000, '2026-01-01 00:00+00'),
    ('request_deadline_ms', 90000, '2026-01-01 00:00+00'),
    ('settle_first_read_ms', 120000, '2026-01-01 00:00+00'),
    ('settle_window_ms', 600000, '2026-01-01 00:00+00'),
    ('unknown_deadline_ms', 1800000, '2026-01-01 00:00+00'),
    ('task_lease_ms', 1200000, '2026-01-01 00:00+00'),
    ('reread_first_ms', 3600000, '2026-01-01 00:00+00'),
    ('reread_second_ms', 86400000, '2026-01-01 00:00+00'),
    ('overdue_repeat_ms', 1800000, '2026-01-01 00:00+00')
    on conflict (name, effective_from) do nothing;
