-- Windows and limits of dispatch that hold now.
-- Parameters: none.
-- Columns: lease_ms, settle_ms, retry_first_ms, retry_ceiling_ms, retry_asked_ms, rate_per_minute, rate_burst,
--   balance_ms, all bigint.
-- Index: setting_name_ix.
select nb.setting_ms('lease_ms') as lease_ms, nb.setting_ms('settle_window_ms') as settle_ms,
       nb.setting_ms('retry_first_ms') as retry_first_ms, nb.setting_ms('retry_ceiling_ms') as retry_ceiling_ms,
       nb.setting_ms('retry_asked_ms') as retry_asked_ms, nb.setting_text('rate_per_minute')::bigint as rate_per_minute,
       nb.setting_text('rate_burst')::bigint as rate_burst, nb.setting_ms('balance_ms') as balance_ms;
