-- The life of a booking, from booking_transition.csv, which `nightbridge migrate` hands to the copy below; as often as
-- wanted. Invariant: the file is the same list as core/model/booking_lifecycle.def (a unit test compares them).

create temporary table booking_transition_file (like nb.booking_transition) on commit drop;
copy booking_transition_file (from_state, event, to_state, why, action) from stdin with (format csv, header match);
insert into nb.booking_transition as t (from_state, event, to_state, why, action)
select f.from_state, f.event, f.to_state, f.why, f.action from booking_transition_file f
    on conflict (from_state, event) do update
       set to_state = excluded.to_state, why = excluded.why, action = excluded.action
 where (t.to_state, t.why, t.action) is distinct from (excluded.to_state, excluded.why, excluded.action);
drop table booking_transition_file;
