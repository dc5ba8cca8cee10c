# 45 workers in 22 households; what is free tonight takes 31, each household whole, and the others are somebody's task.
scene 'Forty-five workers, and room for thirty-one'
ask juno "$(jq -n '{alias: "Orchard Ash", place: {postal_code: "06103"}, nights: 2, may_split: true, languages: ["es"],
    wishes: ["labor_trafficking"], id_documents: ["foreign_passport"], has_card: true, max_distance_m: 25000,
    households: ([range(3) | {adults: 4}] + [range(4) | {adults: 3}] + [range(6) | {adults: 2}] + [range(9) | {adults: 1}]),
    child_involved: false, immediate_violence: false, consents_to_report: true}')"
search juno
answer=$(<"$work/found")
hold 'room for 31, and 14 are left over' '.allocation | .people_placed == 31 and .people_left == 14'
say allocation
call juno POST "/v1/requests/$request/bookings" "$(jq '{options: [.allocation.suggested[].option]}' "$work/found")"
must 201
say chosen
accept desk261
accept desk262
until_true 20 juno "/v1/requests/$request/bookings" 'all(.items[]; .state == "confirmed")'
say 'listed("happened")'
hold 'every household of the plan has a place, once' '[.items[].households[]] | length == 11 and (unique | length) == 11'
call otis GET /v1/tasks
must 200
say "{items: [.items[] | select(.request == \"$request\")]} | tasks"
hold 'those left over are a task' "any(.items[]; .request == \"$request\" and .kind == \"unmet_need\")"
