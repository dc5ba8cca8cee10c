-- Where things are, as people say it: postal codes and cities in the form in which they are kept, and the nearest place
-- that is known. Not here: what stands in the directory. Invariant: the same words find the same place.

create or replace function nb.postal_code(country text, written text) returns text
    language sql immutable parallel safe
    as $$
    select case when country = 'US' and written ~ '^\s*\d{5}\s*-?\s*\d{4}\s*$' then substring(written from '\d{5}')
                else upper(trim(written)) end;
$$;
comment on function nb.postal_code(text, text) is 'A postal code as nb.postal_place keeps it: upper case, and of the United States the first five digits.';

create or replace function nb.fold(name text) returns text
    language sql immutable parallel safe
    as $$
    select trim(regexp_replace(translate(lower(name), 'áàâäãåéèêëíìîïóòôöõúùûüñç.''’-', 'aaaaaaeeeeiiiiooooouuuunc    '),
                               '\s+', ' ', 'g'));
$$;
comment on function nb.fold(text) is 'A name without case, accents and points, so that Montreal finds Montréal.';

-- Nearer than 3 degrees: farther off nothing is known of the zone, and no place of ours is in reach.
create or replace function nb.nearest_place(
    at_latitude double precision, at_longitude double precision, in_country text,
    out country text, out region text, out zone text)
    language sql stable
    as $$
    select n.country, n.region, coalesce(n.zone, r.suggested_zone)
      from (select p.country, p.region, p.zone, p.latitude, p.longitude from nb.postal_place p
             where p.latitude between at_latitude - 3 and at_latitude + 3
               and p.longitude between at_longitude - 3 and at_longitude + 3
            union all
            select c.country, c.region, c.zone, c.latitude, c.longitude from nb.town c
             where c.latitude between at_latitude - 3 and at_latitude + 3
               and c.longitude between at_longitude - 3 and at_longitude + 3) n
      join nb.region r on r.country = n.country and r.region = n.region
     where in_country is null or n.country = in_country
     order by (n.latitude - at_latitude) ^ 2 + ((n.longitude - at_longitude) * cos(radians(at_latitude))) ^ 2
     limit 1;
$$;
comment on function nb.nearest_place(double precision, double precision, text) is 'Country, region and zone of the nearest postal code or city, null when there is none near; in_country null for any.';
