# What the scenes are made of: ask, search, choose, answer, follow. Each prints what the API said. Sourced, never run.
# Invariant: request, search and booking are the ids of the scene's last ones.

# Opens a request and tells what was asked, as the API keeps it.
ask() { # PERSON INTAKE
    call "$1" POST /v1/requests "$2"
    must 201
    request=$(take .id)
    call "$1" GET "/v1/requests/$request"
    must 200
    zone=$(take .place.zone)
    say asked
}

# Searches, and tells the best options and the nearest refused places. The files keep them for the scene.
search() { # PERSON [REFUSED]
    call "$1" POST "/v1/requests/$request/searches" '{}'
    must 201
    search=$(take .id)
    call "$1" GET "/v1/searches/$search/options?limit=3"
    must 200
    cp "$work/answer" "$work/options"
    call "$1" GET "/v1/searches/$search/refusals?limit=200"
    must 200
    cp "$work/answer" "$work/refusals"
    call "$1" GET "/v1/searches/$search"
    must 200
    cp "$work/answer" "$work/found"
    TZ=$zone say "found(\$options[0]; \$refusals[0]; ${2:-3})" --slurpfile options "$work/options" --slurpfile refusals "$work/refusals"
}

offered() { # WHAT CONDITION [ARGUMENTS of jq]: about the options
    answer=$(<"$work/options")
    hold "$@"
}

refused() { # WHAT CONDITION [ARGUMENTS of jq]: about the refused places
    answer=$(<"$work/refusals")
    hold "$@"
}

# Books an option; what else the body says may follow as JSON.
choose() { # PERSON RANK [MORE]
    call "$1" POST "/v1/requests/$request/bookings" \
        "$(jq --argjson rank "$2" --argjson more "${3:-{\}}" '{option: .items[$rank - 1].id} + $more' "$work/options")"
    must 201
    booking=$(take .id)
    say chosen
}

# The same, and it is refused for that reason.
refuse() { # PERSON RANK STATUS CODE
    call "$1" POST "/v1/requests/$request/bookings" "$(jq --argjson rank "$2" '{option: .items[$rank - 1].id}' "$work/options")"
    must "$3"
    hold "it is refused as $4" '.code == $code' --arg code "$4"
    say problem
}

# Waits until the booking is in that state.
await() { # PERSON STATE [SECONDS]
    until_true "${3:-15}" "$1" "/v1/bookings/$booking" ".state == \"$2\""
}

# The same, and tells its way there.
follow() { # PERSON STATE [SECONDS]
    await "$@"
    say followed
}

# The place and the number, which only an audited reveal shows.
reveal() { # PERSON
    call "$1" POST "/v1/bookings/$booking/reveal" '{"reason": "tell_guest"}'
    must 200
    say revealed
    property_code=$(take '.place.property_code // empty')
}

# The house accepts the offer of the scene's booking.
accept() { # DESK
    call "$1" GET '/v1/referrals?state=offered'
    must 200
    say referrals
    call "$1" POST "/v1/referrals/$(take '.items[0].id')/accept" '{}'
    must 200
}

# What the gateway's own book holds at the hotel that was revealed last.
book_of_gateway() {
    gateway GET book
    say "book_lines(\"$property_code\")"
}

balances() { # PERSON
    call "$1" GET /v1/accounts
    must 200
    say balances
}
