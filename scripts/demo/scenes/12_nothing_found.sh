# Nothing suits: the need is recorded, and a task makes somebody its owner.
scene 'Nothing is found'
ask juno '{"alias": "Burdock Ash", "place": {"postal_code": "83001"}, "nights": 2, "households": [{"adults": 1}],
    "id_documents": ["state_id"], "has_card": false, "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno 5
offered 'nothing is offered' '.items == []'
call juno GET "/v1/requests/$request"
must 200
hold 'the need is unmet and has a task' '.state == "unmet" and (.open_tasks | length) > 0'
say request_state
