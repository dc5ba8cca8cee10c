# At a quarter to one in the morning "tonight" is still last night there, until the desk closes its day at five.
scene 'After midnight'
advance '3 hours 30 minutes'
ask juno '{"alias": "Wren Ash", "place": {"postal_code": "04101"}, "nights": 1, "households": [{"adults": 1}],
    "id_documents": ["state_id"], "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
offered 'tonight is still last night' '[.items[].check_in] | unique == [$tonight]' --arg tonight "$(in_days 0)"
refused 'the general shelter is full tonight, whatever it has tomorrow' 'any(.items[]; .kind == "shelter" and .why_not[0].reason == "no_capacity")'
choose juno 1
accept desk161
follow juno confirmed
