-- Limits of dispatch that come with the product; changed by later rows, as in setting.sql. Counts are texts.
-- Sources: programs answer 429 with up to a few minutes; a breaker's wait is about the time a gateway takes to restart.

insert into nb.setting (name, value_ms, effective_from) values
    ('retry_first_ms', 1000, '2026-01-01 00:00+00'),
    ('retry_ceiling_ms', 60000, '2026-01-01 00:00+00'),
    ('retry_asked_ms', 300000, '2026-01-01 00:00+00'),
    ('breaker_open_ms', 60000, '2026-01-01 00:00+00'),
    ('breaker_probe_ms', 180000, '2026-01-01 00:00+00'),
    ('pending_read_ms', 30000, '2026-01-01 00:00+00'),
    ('balance_ms', 600000, '2026-01-01 00:00+00')
    on conflict (name, effective_from) do nothing;
insert into nb.setting (name, value_text, effective_from) values
    ('rate_per_minute', '60', '2026-01-01 00:00+00'),
    ('rate_burst', '10', '2026-01-01 00:00+00'),
    ('commit_tries', '5', '2026-01-01 00:00+00'),
    ('commit_resends', '1', '2026-01-01 00:00+00'),
    ('cancel_tries', '8', '2026-01-01 00:00+00'),
    ('breaker_failures', '5', '2026-01-01 00:00+00'),
    ('dispatch_paused', 'no', '2026-01-01 00:00+00')
    on conflict (name, effective_from) do nothing;
