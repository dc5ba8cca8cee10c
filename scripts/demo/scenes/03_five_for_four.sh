# Of five nights in one Marriott reservation the cheapest costs nothing. A stay of more than three nights is the
# coordinator's to book.
scene 'Five nights at Marriott for the price of four'
ask juno '{"alias": "Bramble", "place": {"postal_code": "87102"}, "check_in": "'"$(in_days 3)"'", "nights": 5, "households": [{"adults": 1}],
    "id_documents": ["state_id"], "has_card": true, "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
offered 'one night of the first is free' '.items[0].price | .free_nights == 1 and .points == ((.night_points | add) - (.night_points | min))'
choose wren 1
follow juno confirmed
reveal juno
