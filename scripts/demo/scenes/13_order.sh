# A general shelter at 1 km, a points hotel at 4 km, a domestic-violence shelter at 12 km. Points need a reason then.
scene 'The nearest bed is not the first choice'
ask juno '{"alias": "Aster Ash", "place": {"postal_code": "25301"}, "nights": 2, "households": [{"adults": 1}],
    "gender": "women", "wishes": ["domestic_violence"], "id_documents": ["state_id"], "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
offered 'shelter, hotel, general shelter' '[.items[].class] == ["adjacent", "hotel", "general"]'
offered 'at 12, 4 and 1 km' '[.items[].distance_m / 1000 | round] == [12, 4, 1]'
refuse juno 2 422 reason_needed
choose juno 2 '{"reason": "too_far"}'
follow juno confirmed
