# Builds the whole house for a while: private cluster, schema, sample world, keys, tokens, rehearsal gateway, daemon.
# Sourced by scripts/demo/run, scripts/run and tests/faults/campaign. Needs: tree, out. Sets: work (files), pg (cluster),
# base, gateway_base. A caller may fill these arrays after sourcing: house_gateway_options, house_lines (of the
# configuration), house_plugin_lines (of the section of each plugin), more_pids (further processes that it started).
# Invariant: whatever way the script ends, all that was started is stopped and both folders are gone.

more_pids=() house_gateway_options=() house_lines=() house_plugin_lines=()
gateway_word=$(od -An -v -tx1 -N16 /dev/urandom | tr -d ' \n')

house_stop() {
    trap '' INT TERM HUP
    local pid
    for pid in ${daemon_pid:-} "${more_pids[@]}" ${gateway_pid:-}; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    for pid in ${daemon_pid:-} "${more_pids[@]}" ${gateway_pid:-}; do
        timeout 15 tail --pid="$pid" -f /dev/null 2>/dev/null || kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    [ ! -e "${pg:-/nowhere}/.nightbridge-cluster" ] || "$tree/scripts/cluster" destroy "$pg"
    rm -rf -- "${pg:-}" "${work:-}"
}

# What went wrong is in a file that is about to be removed.
house_broken() { # FILE WHAT
    tail -n 30 "$1" >&2
    echo "$2; the lines above are the end of its log" >&2
    exit 1
}

house_folders() {
    umask 077
    work=$(mktemp -d "${TMPDIR:-/tmp}/nb-demo.XXXXXX")
    pg=$(mktemp -d "${TMPDIR:-/tmp}/nb-pg.XXXXXX")
    trap house_stop EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    mkdir "$work/tokens"
}

# house_database [--test-clock]. With house_durable=yes what commits is on disk, as one would run it; with =server it
# survives a crash of PostgreSQL, not of the machine.
house_database() {
    local settings fast=--fast
    case ${house_durable:-} in
    yes) fast= ;;
    server) fast=--no-fsync ;;
    esac
    "$tree/scripts/cluster" create "$pg" $fast "$@"
    settings=$("$tree/scripts/cluster" start "$pg")
    eval "$settings"
    export NIGHTBRIDGE_KEY_DIR=$work/keys
    unset NIGHTBRIDGE_CONFIG NIGHTBRIDGE_ACCOUNTS PGUSER PGOPTIONS PGPASSWORD PGSERVICE PGPORT
    "$out/nightbridge" key init >"$work/log" 2>&1 || house_broken "$work/log" 'the keys could not be made'
    "$out/nightbridge" migrate >"$work/log" 2>&1 || house_broken "$work/log" 'the schema could not be made'
    [ -z "${1:-}" ] || "$tree/scripts/cluster" clock "$pg"
}

owner_sql() { # ARGUMENTS of psql
    psql -X -q -At -v ON_ERROR_STOP=1 -d "$("$tree/scripts/cluster" url "$pg" nb_owner)" "$@"
}

house_world() {
    NIGHTBRIDGE_DATABASE_URL=$("$tree/scripts/cluster" url "$pg" nb_owner) "$tree/scripts/sample/load" "$out" >"$work/log" 2>&1 ||
        house_broken "$work/log" 'the sample world could not be made'
}

house_gateway() {
    { owner_sql -f "$tree/scripts/sample/gateway.sql" >"$work/gateway.directory"; } 2>"$work/log" ||
        house_broken "$work/log" 'the gateway'\''s directory could not be written'
    "$out/rehearsal-gateway" --credential "$gateway_word" --port-file "$work/gateway.port" \
        --directory "$work/gateway.directory" "${house_gateway_options[@]}" >"$work/gateway.log" 2>&1 &
    gateway_pid=$!
    house_await "$work/gateway.port" $gateway_pid "$work/gateway.log" 'the rehearsal gateway does not start'
    gateway_base=http://127.0.0.1:$(<"$work/gateway.port")
}

# A file that a process writes when it is ready.
house_await() { # FILE PID LOG WHAT
    local deadline=$((SECONDS + 30))
    until [ -s "$1" ]; do
        kill -0 "$2" 2>/dev/null && [ $SECONDS -lt $deadline ] || house_broken "$3" "$4"
        sleep 0.02
    done
}

house_config() { # LISTEN
    local program
    { owner_sql -v "gateway=$gateway_base" -v "bearer=$gateway_word" -f "$tree/scripts/sample/accounts.sql" \
        >"$work/accounts.conf"; } 2>"$work/log" || house_broken "$work/log" 'the accounts file could not be written'
    {
        printf '%s = "%s"\n' listen "$1" database_url "$NIGHTBRIDGE_DATABASE_URL" secrets_file "$NIGHTBRIDGE_SECRETS" \
            key_folder "$NIGHTBRIDGE_KEY_DIR" accounts_file "$work/accounts.conf"
        printf '%s\n' "${house_lines[@]}"
        for program in wyndham marriott; do
            printf 'plugin "%s" {\n    file = "%s"\n    sha256 = "%s"\n' $program "$out/plugins/$program.so" \
                "$(sha256sum "$out/plugins/$program.so" | cut -c 1-64)"
            printf '    %s\n' "${house_plugin_lines[@]}"
            echo '}'
        done
    } >"$work/nightbridge.conf"
    export NIGHTBRIDGE_CONFIG=$work/nightbridge.conf
}

house_daemon() { # LISTEN
    house_config "$1"
    "$out/nightbridged" --port-file "$work/port" >"$work/daemon.log" 2>&1 &
    daemon_pid=$!
    house_await "$work/port" $daemon_pid "$work/daemon.log" 'the daemon does not start'
    base=http://127.0.0.1:$(<"$work/port")
    local deadline=$((SECONDS + 30))
    until curl -sf -o /dev/null --max-time 5 "$base/readyz"; do
        kill -0 $daemon_pid 2>/dev/null && [ $SECONDS -lt $deadline ] ||
            house_broken "$work/daemon.log" 'the daemon does not become ready'
        sleep 0.05
    done
}

# A token for each person in tokens/NAME.token, and in tokens/NAME as a header that curl reads. Names are the first one in
# lower case; the people of hand-placed houses are desk and the number of the place.
house_tokens() {
    local name role file
    while IFS='|' read -r file name role; do
        "$out/nightbridge" token new "$name" --role "$role" >"$work/tokens/$file.token" 2>"$work/log" ||
            house_broken "$work/log" "no token for $name"
        echo "Authorization: Bearer $(<"$work/tokens/$file.token")" >"$work/tokens/$file"
    done < <(owner_sql -f "$tree/scripts/sample/tokens.sql")
}

clock_set() { # HH:MM in Chicago, tomorrow: the same evening whenever the demo is played
    owner_sql -c "select nb_test.set_now(((now() at time zone 'America/Chicago')::date + 1 + time '$1') at time zone 'America/Chicago')" >/dev/null
}

clock_advance() { # INTERVAL
    owner_sql -c "select nb_test.advance('$1')" >/dev/null
}

in_days() { # DAYS from tonight in Chicago
    owner_sql -c "select (nb.now() at time zone 'America/Chicago' - interval '5 hours')::date + $1"
}

clock_offset() { # whole seconds
    owner_sql -c 'select extract(epoch from offset_by)::bigint from nb_test.clock'
}

# The processes of a role, children of a supervisor.
role_pid() { # ROLE [SUPERVISOR]
    local stat pid parent line
    for stat in /proc/[0-9]*/stat; do
        read -r pid _ _ parent _ 2>/dev/null <"$stat" || continue
        [ "$parent" = "${2:-$daemon_pid}" ] || continue
        mapfile -d '' -t line <"/proc/$pid/cmdline"
        [[ " ${line[*]} " != *" --as $1 "* ]] || echo "$pid"
    done
}
