-- Makes candidates of the options of a search that wait behind the recorded ones; harmless to repeat.
-- Parameters: $1 bigint hotline, $2 uuid search.
-- Columns: recorded bigint, null when there is no such search. Index: search_public_id_uq.
select nb.search_further($1, $2)::bigint as recorded;
