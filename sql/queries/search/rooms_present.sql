-- How many rooms all hotlines fill at each of some hotels while a stay would last, so that guests do not become noticeable.
-- Parameters: $1 bigint[] properties, $2 date first night, $3 date of leaving; places differ by a day, so both are taken wide.
-- Columns: rooms, one row a property in the order asked. Index: booking_property_ix.
select coalesce((select sum(b.units) from nb.booking b
                  where b.property_id = a.property_id and b.state in ('held', 'offered', 'dispatching', 'confirmed', 'desk_confirmed',
                                    'checked_in', 'unknown')
                    and b.check_in < $3::date + 1 and b.check_out > $2::date - 1), 0)::bigint as rooms
  from unnest($1::bigint[]) with ordinality a (property_id, position)
 order by a.position;
