# The hotel sells its last room between quote and commit; the next candidate was allowed, and is taken.
scene 'Sold out at commit, and the next candidate is taken'
ask juno '{"alias": "Teasel Ash", "place": {"postal_code": "84101"}, "nights": 2, "households": [{"adults": 1}],
    "id_documents": ["state_id"], "has_card": true, "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
gateway POST faults '{"program": "wyndham", "operation": "commit", "property_code": "51171", "fault": "sold_out"}'
choose juno 1 '{"allow_next": true}'
follow juno confirmed
reveal juno
