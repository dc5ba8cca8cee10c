# Eight free beds next door that nobody has vetted are never offered.
scene 'Free beds next door that nobody has vetted'
ask milo '{"alias": "Chicory Ash", "place": {"postal_code": "68102"}, "nights": 2, "households": [{"adults": 1}],
    "id_documents": ["state_id"], "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search milo
refused 'the unvetted shelter is refused' '.items | sort_by(.distance_m)[0] | .kind == "shelter" and .why_not[0].reason == "not_vetted"'
choose milo 1
accept desk242
follow milo confirmed
