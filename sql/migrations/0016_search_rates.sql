-- The prices of a hotel's nights beside what a search reads of it: looking them up one hotel at a time was most of the work
-- that was left. And what a search keeps by the thousand is compressed by what costs less than writing it would.
-- Not here: prices as such (0004), which stay a row a night. Invariant: as in 0015, nb.search_place says what
-- nb.search_place_now says.

alter table nb.search_place
    add column rates_from date,
    add column rates bytea,
    add column currency text;
alter table nb.search_place alter column rates set storage external;
alter table nb.search_place set (toast_tuple_target = 8160);
comment on column nb.search_place.rates_from is 'Hotels: the first night of rates; null without any.';
comment on column nb.search_place.rates is 'Hotels: ten bytes a night without a gap: points or minor units of one room (4, 0: none), rooms seen free (2, 32767: not said), second since 2020 at which that was seen (4, 0: nothing is known of the night).';
comment on column nb.search_place.currency is 'Partner hotels: of the minor units.';

create view nb.search_place_rates as
select r.property_id, r.place_kind, min(r.night) as rates_from,
       string_agg(case when r.night - r.before > 1 then decode(repeat('00', 10 * (r.night - r.before - 1)), 'hex') else '' end
                  || int4send(r.value) || int2send(r.rooms) || int4send(r.seen), ''::bytea order by r.night) as rates,
       min(r.currency) filter (where r.place_kind = 'partner_hotel') as currency
  from (select d.property_id, k.place_kind, d.night, lag(d.night) over (partition by d.property_id, k.place_kind order by d.night) as before,
               coalesce(case k.place_kind when 'points_hotel' then d.points else d.cash_minor end, 0) as value,
               least(coalesce(d.rooms_available, 32767), 32767)::smallint as rooms,
               (date_part('epoch', d.observed_at) - 1577836800)::integer as seen, d.currency
          from nb.property_rate d
         cross join (values ('points_hotel'), ('partner_hotel')) k (place_kind)) r
 group by r.property_id, r.place_kind;
comment on view nb.search_place_rates is 'What nb.search_place must hold of prices.';
comment on column nb.search_place_rates.property_id is 'Which house.';
comment on column nb.search_place_rates.place_kind is 'points_hotel or partner_hotel: what its prices are counted in.';
comment on column nb.search_place_rates.rates_from is 'As in nb.search_place.';
comment on column nb.search_place_rates.rates is 'As in nb.search_place.';
comment on column nb.search_place_rates.currency is 'As in nb.search_place.';

update nb.search_place s
   set (rates_from, rates, currency) = (
        select r.rates_from, r.rates, r.currency
          from nb.search_place_rates r where r.property_id = s.property_id and r.place_kind = s.place_kind)
 where s.property_id is not null;

-- Nobody reads thousands of prices from the index any more.
alter table nb.property_rate
    drop constraint property_rate_pk,
    add constraint property_rate_pk primary key (property_id, night);

alter table nb.search
    alter column further set compression lz4,
    alter column refused_ids set compression lz4,
    alter column refused_distances set compression lz4,
    alter column refused_sets set compression lz4,
    alter column refused_kinds set compression lz4;
