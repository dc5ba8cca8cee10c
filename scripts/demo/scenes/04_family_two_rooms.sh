# Six people need two rooms, and the program books one room at a time. The second one fails: both are undone, and all
# points are back. Then the next hotel takes both.
scene 'A family that needs two rooms: both or none'
ask milo '{"alias": "Clover", "place": {"postal_code": "59101"}, "nights": 2,
    "households": [{"adults": 2, "children_ages": [3, 6, 9, 14], "teen_son": true}],
    "id_documents": ["state_id"], "has_card": true, "max_distance_m": 40000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search milo
offered 'the first two take two rooms in two bookings' 'all(.items[:2][]; .units == 2 and .bookings == 2)'
gateway POST inventory '{"program": "wyndham", "property_code": "51131", "rooms": 1}'
choose milo 1
family() { # STATES: waits for the newest two bookings and tells them
    until_true 20 milo "/v1/requests/$request/bookings" "[.items[-2:][].state] | sort == $1"
    say '.items |= .[-2:] | listed("happened")'
}
family '["cancelled", "failed"]'
balances milo
search milo
offered 'the hotel that lost a room is no longer offered for two' '.items[0].place != "La Quinta Heron Park (sample)"'
choose milo 1
family '["confirmed", "confirmed"]'
