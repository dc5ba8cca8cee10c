# At a quarter to one in the morning "tonight" is still last night there, until the desk closes its day at five.
scene 'After midnight'
advance '3 hours 30 minutes'
ask juno '{"alias": "Wren", "place": {"postal_code": "04101"}, "nights": 1, "households": [{"adults": 1}],
    "id_documents": ["state_id"], "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search juno
last_night=$(owner_sql -c "select (nb.now() at time zone 'America/New_York')::date - 1")
offered 'tonight is still last night' 'all(.items[]; .check_in == $night)' --arg night "$last_night"
choose juno 2 '{"reason": "guest_choice"}'
follow juno confirmed
