# The dispatcher is killed while the gateway has the request in hand. Its lease ends, another takes over, and asks the
# gateway by reference before anything else.
scene 'The dispatcher is killed in the middle of a call'
ask juno '{"alias": "Mallow Ash", "place": {"postal_code": "50309"}, "nights": 2, "households": [{"adults": 1}],
    "id_documents": ["state_id"], "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
gateway GET log
commits=$(take .calls.wyndham.commit)
gateway POST faults '{"program": "wyndham", "operation": "commit", "fault": "late_effect", "delay_ms": 1500}'
dispatcher=$(role_pid dispatch)
choose juno 1
until_gateway 15 log ".calls.wyndham.commit > $commits"
kill -9 "$dispatcher"
await juno dispatching
until_gateway 15 book 'any(.reservations[]; .property_code == "51201")'
advance '3 minutes'
follow juno confirmed 30
reveal juno
book_of_gateway
hold 'the gateway holds one reservation there' '[.reservations[] | select(.property_code == "51201")] | length == 1'
