# The demo's way to the public API: calls with the token of a person, expectations, waiting. Sourced, never run.
# Invariant: an expectation that does not hold ends the demo with 1 and says which; what is printed comes from answers.

bold='' dim='' plain=''
if [ -t 1 ]; then
    bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi

# The scene's heading, underlined.
scene() {
    scene=$1
    scenes=$((scenes + 1))
    local heading="$scenes. $scene"
    printf '\n%s%s%s\n%s%s%s\n' "$bold" "$heading" "$plain" "$dim" "${heading//?/─}" "$plain"
}

broken() { # WHAT
    printf '\n%sdemo: not as expected in "%s": %s%s\n' "$bold" "$scene" "$1" "$plain" >&2
    [ -z "${answer:-}" ] || printf '  %s %s answered %s %s\n' "$asked_method" "$asked_path" "$status" "${answer:0:2000}" >&2
    exit 1
}

# call PERSON METHOD PATH [BODY]: sets status and answer. Tokens stand in files: an argument would show in the process
# list. Each write has an idempotency key of its own.
call() {
    local person=$1 body=${4:-} options=()
    asked_method=$2 asked_path=$3
    [ "$asked_method" = GET ] || {
        calls=$((calls + 1))
        options+=(-H "Idempotency-Key: demo-$$-$calls")
    }
    [ -z "$body" ] || options+=(-H 'Content-Type: application/json' --data "$body")
    status=$(curl -sS --max-time 20 -X "$asked_method" -H "@$work/tokens/$person" "${options[@]}" -o "$work/answer" \
        -w '%{http_code}' "$base$asked_path" 2>"$work/curl") || {
        answer=''
        broken "$asked_method $asked_path: $(<"$work/curl")"
    }
    answer=$(<"$work/answer")
}

must() { # STATUS
    checks=$((checks + 1))
    [ "$status" = "$1" ] || broken "$asked_method $asked_path answers $1"
}

# hold WHAT CONDITION [ARGUMENTS of jq]: the last answer fulfils it.
hold() {
    local what=$1 condition=$2
    shift 2
    checks=$((checks + 1))
    jq -e "$@" "$condition" >/dev/null <<<"$answer" || broken "$what"
}

take() { # FILTER: prints what it finds in the last answer
    jq -r "$1" <<<"$answer"
}

say() { # FILTER [ARGUMENTS of jq]: prints the last answer as the scene tells it, indented
    local filter=$1
    shift
    jq -r -L "$here" "$@" "include \"show\"; $filter" <<<"$answer" | sed 's/^/  /'
}

# until_true SECONDS PERSON PATH CONDITION: polls until the answer fulfils it.
until_true() {
    local deadline=$((SECONDS + $1))
    while :; do
        call "$2" GET "$3"
        must 200
        ! jq -e "$4" >/dev/null <<<"$answer" || return 0
        [ $SECONDS -lt "$deadline" ] || broken "within $1 s: $4"
        sleep 0.05
    done
}

gateway() { # METHOD NAME [BODY]: the rehearsal gateway's control side; sets status and answer
    asked_method=$1 asked_path=/rehearsal/$2
    status=$(curl -sS --max-time 20 -X "$1" ${3:+--data "$3"} -o "$work/answer" -w '%{http_code}' \
        "$gateway_base/rehearsal/$2")
    answer=$(<"$work/answer")
    must 200
}

# Polls the gateway until its answer fulfils the condition.
until_gateway() { # SECONDS NAME CONDITION
    local deadline=$((SECONDS + $1))
    while :; do
        gateway GET "$2"
        ! jq -e "$3" >/dev/null <<<"$answer" || return 0
        [ $SECONDS -lt "$deadline" ] || broken "within $1 s: $3"
        sleep 0.02
    done
}

# Moves the test clock of the database, and the gateway with it.
advance() { # INTERVAL
    clock_advance "$1"
    gateway POST clock "{\"offset_seconds\": $(clock_offset)}"
}
