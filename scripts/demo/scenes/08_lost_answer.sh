# The gateway books and its answer is lost. A first read finds nothing, which proves nothing; the second, two minutes
# later, finds the booking by our reference.
scene 'The answer is lost after the booking was made'
ask juno '{"alias": "Campion Ash", "place": {"postal_code": "03101"}, "nights": 2, "households": [{"adults": 1}],
    "gender": "women", "id_documents": ["passport"], "has_card": true, "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
gateway POST faults '{"program": "marriott", "operation": "commit", "fault": "lost_answer"}'
gateway POST faults '{"program": "marriott", "operation": "read", "fault": "hidden"}'
choose juno 1
follow juno unknown
until_gateway 15 log '.faults.hidden == 1'
advance '2 minutes'
follow juno confirmed
reveal juno
book_of_gateway
hold 'the gateway holds one reservation there' '[.reservations[] | select(.property_code == "ZQBIB")] | length == 1'
