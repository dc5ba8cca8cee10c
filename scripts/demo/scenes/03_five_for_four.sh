# Of five nights in one Marriott reservation the cheapest costs nothing.
scene 'Five nights at Marriott for the price of four'
ask juno '{"alias": "Bramble Ash", "place": {"postal_code": "87102"}, "check_in": "'"$(in_days 3)"'", "nights": 5, "households": [{"adults": 1}],
    "id_documents": ["state_id"], "has_card": true, "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
offered 'one night of the first is free, the cheapest of the five' \
    '.items[0].price | .free_nights == 1 and (.night_points | sort == [0, 20000, 20000, 20500, 21000]) and .points == (.night_points | add)'
refuse juno 1 403 over_limit
choose wren 1
follow juno confirmed
reveal juno
book_of_gateway
