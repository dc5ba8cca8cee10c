-- Requests: what is frozen on them, which reports follow, opening, changing, closing, and drafts.
-- Not here: searching (search.sql). Invariant: an unaccompanied minor has a youth_route and a mandated_report task from
-- the transaction on that opened the request.

create or replace function nb.request_population(request nb.shelter_request) returns text
    language sql stable
    as $$
    select case when request.unaccompanied_minor then 'youth'
                when jsonb_path_exists(request.households, '$[*].children_ages[*]') then 'families'
                else 'adults' end;
$$;
comment on function nb.request_population(nb.shelter_request) is 'The coarse word that a restriction of a fund may name: youth, families or adults.';
