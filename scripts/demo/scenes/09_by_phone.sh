# A neighbor's account is its custodian's: a stay for somebody else is asked for on the phone, and five a year are given.
# The script names nobody until somebody has claimed the task.
scene 'Booked by phone, from a script'
ask maple '{"alias": "Linnet Ash", "place": {"postal_code": "02903"}, "nights": 2, "households": [{"adults": 1}],
    "id_documents": ["passport"], "has_card": true, "max_distance_m": 25000,
    "child_involved": false, "immediate_violence": false, "consents_to_report": false}'
search maple
offered 'a person has to book it' '.items[0].transport == "assisted"'
choose maple 1
until_true 15 maple '/v1/tasks' 'any(.items[]; .kind == "assisted_commit" and .state == "open")'
say tasks
task=$(take '[.items[] | select(.kind == "assisted_commit")][0].id')
call maple POST "/v1/tasks/$task/claim"
must 200
say script
hold 'every placeholder of the script is replaced' '[.script.lines[].text] | any(test("[{]{2}")) | not'
token=$(take .claim.token)
call maple GET "/v1/bookings/$booking"
must 200
# What was read back is typed twice; a slip of the pen is refused.
read_back=$(jq --argjson token "$token" '{token: $token, outcome: "confirmed", confirmation: "84420971",
    confirmation_again: "84420971", points, check_in, check_out, units}' <<<"$answer")
call maple POST "/v1/tasks/$task/done" "$(jq '.confirmation_again = "84420917"' <<<"$read_back")"
must 422
say problem
call maple POST "/v1/tasks/$task/done" "$read_back"
must 200
follow maple confirmed
reveal maple
balances maple
hold 'one of five gifted stays is used' '.items[].counters[] | select(.used > 0) | .used == 1 and .most == 5'
