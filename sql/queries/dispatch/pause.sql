-- Lets dispatch send reads only.
-- Parameters: none.
-- Columns: paused void.
-- Index: none; one setting.
select nb.dispatch_pause(null, 'by_hand') as paused;
