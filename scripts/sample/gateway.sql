-- The rehearsal gateway's directory file, written from the same rows as everything else: hotels with the rooms of their
-- best night, prices that move by night, and the accounts that are booked by machine with what the ledger says they have.
-- Run with psql -At.

create or replace function nb_sample.member(n integer) returns text
    language sql immutable
    as $$
    select case when n in (1, 2) then 'WYN' || lpad((n * 104729)::text, 6, '0') else lpad((n * 15485863)::text, 9, '7') end $$;
comment on function nb_sample.member(integer) is 'Invented member number of an account of nb_sample.accounts().';

create or replace function nb_sample.gateway_lines() returns setof text
    language sql stable
    as $$
    with rate as (
        select p.program_code, p.program_property_code, r.night, r.points, r.rooms_available
          from nb.property p join nb.property_rate r using (property_id)
         where p.program_code in ('wyndham', 'marriott') and r.points is not null),
    house as (
        select r.program_code, r.program_property_code, max(coalesce(r.rooms_available, 0)) as rooms, min(r.points) as points
          from rate r group by 1, 2)
    select format('account,%s,%s,%s', p.code, nb_sample.member(n.n), coalesce(l.balance, 0))
      from generate_series(1, 9) n (n)
      join nb.points_account a on a.public_id = nb_sample.id_of('account', n.n) and a.mode = 'gateway'
      join nb.loyalty_program p using (program_id)
      left join nb.ledger_account l on l.account_id = a.account_id and l.bucket = 'available'
    union all
    select h.* from (
        select format('%s,%s,%s,%s', h.program_code, h.program_property_code, h.rooms, h.points)
          from house h order by h.program_code, h.program_property_code) h
    union all
    select n.* from (
        select format('night,%s,%s,%s,%s', r.program_code, r.program_property_code, r.night, r.points)
          from rate r join house h using (program_code, program_property_code)
         where r.points <> h.points
         order by r.program_code, r.program_property_code, r.night) n;
$$;

select nb_sample.gateway_lines();
