-- Hears that there may be work: a hint, sent by whoever puts an operation into the outbox.
-- Parameters: none.
-- Columns: none.
-- Index: none.
listen nb_outbox;
