# No shelter has all three nights; a hotel on donated points does.
scene 'A hotel on points, because no shelter has all the nights'
ask juno '{"alias": "Sorrel Ash", "place": {"postal_code": "83702"}, "nights": 3, "households": [{"adults": 1}],
    "gender": "women", "id_documents": ["state_id"], "has_card": true, "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
offered 'a points hotel comes first' '.items[0].kind == "points_hotel"'
refused 'three shelters lack a night' '[.items[] | select(.kind == "shelter" and .why_not[0].reason == "no_capacity")] | length == 3'
choose juno 1
follow juno confirmed
reveal juno
