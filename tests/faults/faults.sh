# What goes wrong during a campaign. Sourced by campaign, after scripts/demo/house.sh and with dice seeded by RANDOM.
# Invariant: which faults come, in which order and how hard, follows from the seed; each is counted; none of them needs
# another one to be healed.

declare -A injected=()

# Whole number below LIMIT, in rolled. Never in a subshell: the dice would not move on.
roll() { # LIMIT
    rolled=$((RANDOM % $1))
}

pause() { # MILLISECONDS
    sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
}

injected() { # NAME [WHAT]
    injected[$1]=$((${injected[$1]:-0} + 1))
    printf '  %4d s  %s\n' $((SECONDS - began)) "$1${2:+: $2}" >>"$work/faults.log"
}

# While PostgreSQL restarts, nothing can be asked; the owner waits like everybody else.
owner_until() { # ARGUMENTS of psql
    local deadline=$((SECONDS + 60))
    until owner_sql "$@" 2>"$work/log"; do
        [ $SECONDS -lt $deadline ] || house_broken "$work/log" 'PostgreSQL does not come back'
        pause 100
    done
}

gateway() { # METHOD NAME [BODY]: the rehearsal gateway's control side
    curl -sS --fail --max-time 20 -X "$1" ${3:+--data "$3"} "$gateway_base/rehearsal/$2"
}

# Moves the test clock of the database, and the gateway with it.
advance() { # INTERVAL
    owner_until -c "select nb_test.advance('$1')" >/dev/null
    until gateway POST clock "{\"offset_seconds\": $(owner_until -c 'select extract(epoch from offset_by)::bigint from nb_test.clock')}" >/dev/null 2>&1; do
        kill -0 "$gateway_pid"
        pause 100
    done
}

# One of the processes of a role, in victim; empty while it is being started again. Throws the dice as often either way.
choose_role() { # [ROLE]
    local roles=(api api dispatch clock dispatch) supervisor=$daemon_pid pids
    roll ${#roles[@]}
    role=${1:-${roles[rolled]}}
    [ "$rolled" -lt 4 ] || [ -n "${1:-}" ] || supervisor=${more_pids[0]}
    mapfile -t pids < <(role_pid "$role" "$supervisor")
    roll 2
    victim=${pids[rolled]:-${pids[0]:-}}
}

fault_kill_role() { # [ROLE]
    choose_role "$@"
    [ -n "$victim" ] || return 0
    kill -KILL "$victim" 2>/dev/null || return 0
    injected 'role killed' "$role"
}

fault_kill_api() {
    fault_kill_role api
}

# Its supervisor ends it when its heartbeat has been missing for too long.
fault_stop_role() {
    choose_role
    [ -n "$victim" ] || return 0
    kill -STOP "$victim" 2>/dev/null || return 0
    injected 'role stopped past its heartbeat' "$role"
}

# Long enough to be late, short enough to go on.
fault_stall_role() {
    local ms
    choose_role
    roll 1200
    ms=$((rolled + 300))
    [ -n "$victim" ] || return 0
    kill -STOP "$victim" 2>/dev/null || return 0
    pause $ms
    kill -CONT "$victim" 2>/dev/null || true
    injected 'role stalled' "$role for $ms ms"
}

# A moment at which a call is on its way, or nearly so; given up after a second.
await_call() {
    local i
    for i in {1..20}; do
        [ "$(owner_sql -c "select count(*) from nb.outbox_operation where state = 'claimed'" 2>/dev/null)" = 0 ] || return 0
        pause 30
    done
}

# A whole machine that sleeps: its leases end meanwhile, others take over, and then it wakes.
fault_sleep_machine() {
    local supervisor=${more_pids[0]} pids
    mapfile -t pids < <(role_pid dispatch "$supervisor")
    roll 1500
    [ -n "${pids[0]:-}" ] || return 0
    await_call
    kill -STOP "$supervisor" "${pids[@]}" 2>/dev/null || return 0
    advance '1 minute'
    pause $((rolled + 500))
    kill -CONT "$supervisor" "${pids[@]}" 2>/dev/null || true
    injected 'dispatcher asleep past its leases'
}

fault_kill_host() {
    local hosts=() stat pid parent name
    roll 1000
    for stat in /proc/[0-9]*/stat; do
        read -r pid name _ parent _ 2>/dev/null <"$stat" || continue
        [[ $name == '(nightbridge-plu'* ]] || continue
        read -r _ _ _ parent _ 2>/dev/null <"/proc/$parent/stat" || continue
        [[ " $daemon_pid ${more_pids[*]} " != *" $parent "* ]] || hosts+=("$pid")
    done
    [ ${#hosts[@]} -gt 0 ] || return 0
    kill -KILL "${hosts[rolled % ${#hosts[@]}]}" 2>/dev/null || return 0
    injected 'plugin host killed'
}

# PostgreSQL then ends every other session too, and recovers.
fault_kill_backend() {
    local pids
    roll 1000
    mapfile -t pids < <(owner_sql -c "select pid from pg_stat_activity where usename <> 'nb_owner' and backend_type = 'client backend' order by 1" 2>/dev/null)
    [ -n "${pids[0]:-}" ] || return 0
    kill -KILL "${pids[rolled % ${#pids[@]}]}" 2>/dev/null || return 0
    injected 'backend of PostgreSQL killed'
}

# Connections that end under the roles while the server lives on: every second one, whatever it is doing.
fault_drop_connections() {
    roll 2
    owner_sql -c "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename <> 'nb_owner'
            and backend_type = 'client backend' and pid % 2 = $rolled" >/dev/null 2>&1 || return 0
    injected 'connections lost'
}

# Right after something was acknowledged, while others write: what is acknowledged and not yet safe would be lost now.
fault_crash_postgres() {
    local size i
    roll 1500
    size=$(stat -c %s "$work/journal")
    for i in {1..200}; do
        [ "$(stat -c %s "$work/journal")" = "$size" ] || break
        pause 5
    done
    kill -QUIT "$(head -n 1 "$pg/data/postmaster.pid")" 2>/dev/null || return 0
    "$tree/scripts/cluster" stop "$pg" --immediate >/dev/null 2>&1 || true
    pause "$rolled"
    "$tree/scripts/cluster" start "$pg" >/dev/null
    injected 'PostgreSQL crashed' "away for $rolled ms"
}

fault_gateway_away() {
    roll 3000
    gateway POST away "{\"ms\": $((rolled + 500))}" >/dev/null 2>&1 || return 0
    injected 'gateway away' "for $((rolled + 500)) ms"
}

fault_clock_jump() {
    local jumps=('30 seconds' '3 minutes' '3 minutes' '11 minutes' '16 minutes' '65 minutes' '3 hours')
    roll ${#jumps[@]}
    advance "${jumps[rolled]}"
    injected 'clock jumped' "${jumps[rolled]}"
}

# What no campaign is without, however short, and what comes with time.
first_faults=(kill_api kill_role stop_role sleep_machine drop_connections crash_postgres clock_jump)
all_faults=(kill_role kill_role stop_role stall_role sleep_machine kill_host kill_backend drop_connections crash_postgres
    gateway_away clock_jump clock_jump clock_jump)

# Each fault of the first list once, in an order of the dice; then of the other list, again and again, until the time is over.
inject_until() { # SECONDS
    local deck=("${first_faults[@]}") first=yes i
    while [ -n "$first" ] || [ $SECONDS -lt "$1" ]; do
        roll ${#deck[@]}
        i=$rolled
        "fault_${deck[i]}"
        unset "deck[i]"
        deck=("${deck[@]}")
        [ ${#deck[@]} -gt 0 ] || { deck=("${all_faults[@]}") && first=; }
        roll 1000
        pause $((rolled + 100))
    done
}

# Nothing is stopped, away or told to misbehave any more.
heal() {
    local pids
    until gateway DELETE faults >/dev/null 2>&1; do
        kill -0 "$gateway_pid"
        pause 100
    done
    kill -CONT "$daemon_pid" "${more_pids[@]}"
    mapfile -t pids < <(for role in api dispatch clock; do role_pid $role; done; role_pid dispatch "${more_pids[0]}")
    kill -CONT "${pids[@]}" 2>/dev/null || true
}
