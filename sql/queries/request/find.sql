-- A request of a hotline as it is shown and changed, with what is open about it.
-- Parameters: $1 bigint hotline, $2 uuid request, $3 role of who looks.
-- Columns: body (json text: the fields as they were asked for, without secrets), the rest as named; stay_allowed, stay_by and
-- stay_reason_needed: may that role book all its nights without a reason, else who may (nb.stay_limit), and is a coded reason
-- asked for; guest_public_id, wrapped_key and zones (sealed, in hexadecimal) for the author's role.
-- Index: shelter_request_public_id_uq, task_request_ix.
select r.public_id, r.version, r.state, r.latitude, r.longitude, r.country, r.region, r.zone, r.check_in,
       r.opened_at, r.next_action_at, r.unaccompanied_minor, r.frozen ->> 'author_role' as author_role,
       p.public_id as repeat_of, l.allowed as stay_allowed, l.who as stay_by, l.reason_needed as stay_reason_needed,
       jsonb_build_object(
           'urgency', r.urgency, 'place_label', r.place_label, 'check_in', case when r.tonight then 'tonight' else r.check_in::text end,
           'nights', r.nights, 'households', r.households, 'gender', r.gender, 'may_split', r.may_split,
           'service_animals', r.service_animals, 'pets', r.pets, 'accessible', r.accessible, 'languages', r.languages,
           'id_documents', r.id_documents, 'has_card', r.has_card, 'account_watched', r.account_watched,
           'avoid_background_check', r.avoid_background_check, 'wishes', r.wishes,
           'min_distance_m', r.min_distance_m, 'max_distance_m', r.max_distance_m, 'channel', r.channel,
           'asked_by', r.asked_by, 'asking_provider', v.public_id, 'shares_back', r.shares_back,
           'safe_contact_mode', r.safe_contact_mode, 'child_involved', r.child_involved,
           'immediate_violence', r.immediate_violence, 'consents_to_report', r.consents_to_report)::text as body,
       array(select t.kind from nb.task t where t.request_id = r.request_id and t.state in ('open', 'claimed')
              order by t.task_id) as open_tasks,
       (select s.public_id from nb.search s where s.request_id = r.request_id order by s.made_at desc limit 1) as last_search,
       g.public_id as guest_public_id, k.wrapped_key,
       array(select encode(z.sealed, 'hex') from pii.guest_secret z
              where z.guest_id = r.guest_id and z.kind = 'exclusion_zone' order by z.guest_secret_id) as zones
  from nb.shelter_request r
  join pii.guest g on g.guest_id = r.guest_id
  left join pii.guest_key k on k.guest_id = r.guest_id
  left join nb.provider v on v.provider_id = r.asking_provider_id
  cross join lateral nb.stay_limit(nb.stay_rows(r.frozen), r.nights, $3, nb.stay_coordinator(r.request_id, r.owner_user_id), false) l
  left join nb.shelter_request p on p.request_id = r.repeat_of_request_id
 where r.public_id = $2 and r.hotline_id = $1;
