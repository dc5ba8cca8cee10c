# The dispatcher is killed while the gateway has the request in hand. Its lease ends, another takes over, and asks the
# gateway by reference before anything else.
scene 'The dispatcher is killed in the middle of a call'
ask juno '{"alias": "Mallow", "place": {"postal_code": "50309"}, "nights": 2, "households": [{"adults": 1}],
    "id_documents": ["state_id"], "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
gateway POST faults '{"program": "wyndham", "operation": "commit", "fault": "late_effect", "delay_ms": 1000}'
gateway GET log
before=$(gateway_calls commit)
choose juno 1
gateway_has commit "$before"
kill -9 "$(role_pid dispatch)"
advance '3 minutes'
follow juno confirmed 30
reveal juno
book_of_gateway
