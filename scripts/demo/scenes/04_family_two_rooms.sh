# Six people need two rooms, and the program books one room at a time. The second one fails: both are undone, and all
# points are back. Then the next hotel takes both.
scene 'A family that needs two rooms: both or none'
ask milo '{"alias": "Clover Ash", "place": {"postal_code": "59101"}, "nights": 2,
    "households": [{"adults": 2, "children_ages": [3, 6, 9, 14], "teen_son": true}],
    "id_documents": ["state_id"], "has_card": true, "max_distance_m": 40000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search milo
offered 'the first two take two rooms in two bookings' 'all(.items[:2][]; .units == 2 and .bookings == 2)'
gateway POST inventory '{"program": "wyndham", "property_code": "51131", "rooms": 1}'
choose milo 1
until_true 20 milo "/v1/requests/$request/bookings" 'all(.items[]; .state | IN("held", "dispatching", "confirmed", "cancel_pending") | not)'
say 'listed("happened")'
hold 'one room failed and the other was undone' '[.items[].state] | sort == ["cancelled", "failed"]'
search milo
offered 'the hotel that lost its room is not offered for two' 'all(.items[]; .place != "La Quinta Heron Park (sample)")'
choose milo 1
until_true 20 milo "/v1/requests/$request/bookings" '[.items[] | select(.state == "confirmed")] | length == 2'
say '{items: [.items[] | select(.state == "confirmed")]} | listed("happened")'
hold 'both belong to one group' '[.items[] | select(.state == "confirmed").group.id] | unique | length == 1'
gateway GET book
say 'book_lines("51132")'
say 'book_lines("51131")'
