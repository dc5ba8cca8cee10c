# The gateway books and its answer is lost: the outcome is unknown until a read by reference finds it.
scene 'The answer is lost after the booking was made'
ask juno '{"alias": "Campion", "place": {"postal_code": "03101"}, "nights": 2, "households": [{"adults": 1}],
    "gender": "women", "id_documents": ["passport"], "has_card": true, "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
gateway POST faults '{"program": "marriott", "operation": "commit", "fault": "lost_answer"}'
choose juno 1
follow juno confirmed
hold 'it was unknown, and a read found it' '[.timeline[].event] | index("lose_answer") < index("read_found")'
reveal juno
book_of_gateway
hold 'the gateway holds one reservation there' "[.reservations[] | select(.property_code == \"$property_code\" and .status == \"confirmed\")] | length == 1"
