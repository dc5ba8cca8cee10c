# A minor alone gets no hotel: a youth house, and tasks that somebody owns.
scene 'A minor alone'
ask juno '{"alias": "Poppy Ash", "place": {"postal_code": "57104"}, "nights": 2,
    "households": [{"adults": 0, "children_ages": [16]}], "max_distance_m": 25000,
    "child_involved": true, "immediate_violence": false, "consents_to_report": false}'
search juno 4
offered 'a youth house and no hotel' '[.items[].kind] | unique == ["shelter"]'
refused 'hotels are refused because a minor is alone' 'all(.items[] | select(.kind != "shelter"); .why_not[0].reason == "minor_no_hotel")'
call otis GET "/v1/tasks"
must 200
hold 'the youth route and the report have a task' "[.items[] | select(.request == \"$request\").kind] | sort == [\"mandated_report\", \"youth_route\"]"
say "{items: [.items[] | select(.request == \"$request\")]} | tasks"
choose juno 1
accept desk211
follow juno confirmed
