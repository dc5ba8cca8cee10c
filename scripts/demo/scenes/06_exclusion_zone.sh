# Nothing in a zone is offered; why, is told to the role that wrote it down and to nobody else.
scene 'A zone to stay out of'
ask juno '{"alias": "Yarrow Ash", "place": {"postal_code": "98101"}, "nights": 2, "households": [{"adults": 1}],
    "avoid_places": [{"postal_code": "98104", "radius_m": 1500}], "id_documents": ["state_id", "passport"], "has_card": true,
    "max_distance_m": 15000, "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
refused 'places in the zone are refused' 'any(.items[].why_not[]; .reason == "zone")'
call otis GET "/v1/searches/$search/refusals?limit=200&reason=not_offered"
must 200
hold 'another role reads only that they are not offered' '(.items | length) > 0 and all(.items[]; [.why_not[].reason] == ["not_offered"])'
say 'why_not("as otis")'
choose juno 2 '{"reason": "guest_choice"}'
follow juno confirmed
