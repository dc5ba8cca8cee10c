# A service animal comes along, and no document at all can be shown.
scene 'A service animal, and no ID'
ask juno '{"alias": "Tansy Ash", "place": {"postal_code": "05401"}, "nights": 2, "households": [{"adults": 1}],
    "service_animals": 1, "id_documents": [], "has_card": false, "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
offered 'hotels that are offered agreed to take a guest without ID' \
    '[.items[] | select(.kind != "shelter") | any(.check_in_risk.reasons[]; .reason == "without_id")] | length > 0 and all'
refused 'a shelter has no place for the animal' 'any(.items[].why_not[]; .reason == "no_service_animals")'
refused 'desks that want a document are refused' 'any(.items[].why_not[]; .reason == "needs_id")'
choose juno 1
follow juno confirmed
