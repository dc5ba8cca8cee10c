# The lines that tests/bench/run prints: one function each, named after it. Rounds of ours and of the reference are
# interleaved; medians are compared. Sourced after lib.sh.

connections=${BENCH_CONNECTIONS:-1 2 4 8 16 32 64}

nginx_up() {
    mkdir -p "$work/nginx"
    cat >"$work/nginx/nginx.conf" <<CONF
worker_processes 1; pid $work/nginx/pid; error_log /dev/null;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 100000000;
    client_body_temp_path $work/nginx/a; proxy_temp_path $work/nginx/b; fastcgi_temp_path $work/nginx/c;
    uwsgi_temp_path $work/nginx/d; scgi_temp_path $work/nginx/e;
    server { listen 127.0.0.1:$1; location / { default_type text/plain; return 200 'ok'; } } }
CONF
    nginx -c "$work/nginx/nginx.conf"
}

free_port() {
    local port
    for port in $(shuf -i 20000-30000 -n 20); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

line_http_hello() {
    local port round
    port=$(free_port)
    nginx_up "$port"
    for round in $(seq "$rounds"); do
        load --seconds 3 --get /livez | jq .rate >>"$work/hello.ours"
        "$out/bench/load" --port "$port" --seconds 3 --get / | jq .rate >>"$work/hello.reference"
    done
    kill "$(<"$work/nginx/pid")"
    report http_hello "$(median <"$work/hello.ours")" "$(median <"$work/hello.reference")" 0.7 more answers/s
}

line_http_read() {
    local round clients id
    ours_book 64 16 200 >/dev/null
    id=$(owner_sql -c 'select public_id from nb.booking order by booking_id desc limit 1')
    {
        printf '\\set id 0\n'
        # The same SELECT asked for one booking: a row of constants, which the planner folds away.
        sed -e '/^--/d' -e "s/^  from unnest(.*/  from (values ($hotline::bigint, '$id'::uuid, 1)) as w (hotline_id, public_id, n)/" \
            "$tree/sql/queries/booking/find.sql" | tr '\n' ' '
        echo ';'
    } >"$work/read.pgbench"
    for round in $(seq "$rounds"); do
        load --seconds 3 --token "$token" --get "/v1/bookings/$id" >"$work/load.json"
        [ "$(jq '.status["200"] == .answered' "$work/load.json")" = true ] || bench_fail "reads failed: $(<"$work/load.json")"
        jq .rate "$work/load.json" >>"$work/read.ours"
        for clients in 1 2 4 8 16; do
            as_staff -c "$clients" -j 2 -T 2 -f "$work/read.pgbench" | sed -n 's/^tps = \([0-9.]*\).*/\1/p'
        done | best >>"$work/read.reference"
    done
    report http_read "$(median <"$work/read.ours")" "$(median <"$work/read.reference")" 1.0 more reads/s
}

# book_line NAME ACCOUNTS HOLD
book_line() {
    local round clients
    for round in $(seq "$rounds"); do
        ours_book "$2" 64 | jq .rate >>"$work/$1.ours"
        for clients in $connections; do
            pgbench_book "$2" "$clients"
        done | best >>"$work/$1.reference"
    done
    report "$1" "$(median <"$work/$1.ours")" "$(median <"$work/$1.reference")" "$3" more bookings/s
}

line_book_spread() { book_line book_spread 64 1.5; }
line_book_hot() { book_line book_hot 1 2; }
line_book_hot_shelter() { book_line book_hot_shelter 0 1.5; }

line_book_alone() {
    local round
    for round in $(seq "$rounds"); do
        ours_book 64 1 1000 | jq .p50_us >>"$work/alone.ours"
        (cd "$work" && rm -f pgbench_log.* && calls=1000 pgbench_book 64 1 -l >/dev/null)
        awk '{ print $3 }' "$work"/pgbench_log.* | median >>"$work/alone.reference"
    done
    report book_alone "$(median <"$work/alone.ours")" "$(median <"$work/alone.reference")" 0.7 less us
}

# peer_packages LINE: what the line is compared with, beside the results; false, and said, when it cannot be fetched.
peer_packages() {
    if ! (cd "$results" && cp "$here"/package*.json "$here"/*.js . && npm ci --silent --no-audit --no-fund) >"$work/npm.log" 2>&1; then
        printf '%-18s skipped: the packages of the peer could not be fetched\n' "$1"
        return 1
    fi
}

line_book_peer() {
    local round port peer_pid
    peer_packages book_peer || return 0
    port=$(free_port)
    BENCH_BOOK='select outcome, status, resource_id, version, detail from nb.book($1)' PGPASSWORD=$(sed -n 's/^nb_staff = //p' "$NIGHTBRIDGE_SECRETS") BENCH_TOKEN=$token \
        node "$results/peer.js" "$port" "$staff" "$hotline" >"$work/peer.log" 2>&1 &
    peer_pid=$!
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        kill -0 $peer_pid 2>/dev/null || bench_fail "the peer does not start: $(tail -n 3 "$work/peer.log")"
    done
    for round in $(seq "$rounds"); do
        ours_book 64 64 | jq .rate >>"$work/peer.ours"
        ours_book 64 64 "$calls" "$port" | jq .rate >>"$work/peer.reference"
    done
    kill $peer_pid
    report book_peer "$(median <"$work/peer.ours")" "$(median <"$work/peer.reference")" 1.8 more bookings/s
}

line_plugin_price() {
    local round
    for round in $(seq "$rounds"); do
        "$out/bench/plugin_price" "$out/nightbridge-plugin-host" "$out/plugins/marriott.so" >"$work/price.json"
        jq .host_us "$work/price.json" >>"$work/price.ours"
        jq .in_process_us "$work/price.json" >>"$work/price.reference"
    done
    report plugin_price "$(median <"$work/price.ours")" "$(median <"$work/price.reference")" 0.3 less us
}

# The supervisor and all that descends from it: roles and plugin hosts.
family() {
    local pid
    echo "$1"
    for pid in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
        family "$pid"
    done
}

line_memory() {
    local pid kib=0 most=0 load_pid
    (ours_book 64 64 $((calls * 3)) >"$work/memory.json") &
    load_pid=$!
    while kill -0 $load_pid 2>/dev/null; do
        kib=0
        for pid in $(family "$daemon_pid"); do
            kib=$((kib + $(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null || echo 0)))
        done
        [ $kib -gt $most ] && most=$kib
        sleep 0.2
    done
    wait $load_pid || bench_fail 'the load of the memory line failed'
    report memory "$(jq -n "$most / 1024")" 64 1 less MB
}

jiffies() {
    local pid
    for pid in $(family "$daemon_pid"); do
        cut -d ')' -f 2 "/proc/$pid/stat" | awk '{ print $12 + $13 }'
    done | awk '{ s += $1 } END { print s }'
}

line_idle() {
    local before after
    before=$(jiffies)
    sleep 30
    after=$(jiffies)
    # Percent of a core; a jiffy is a hundredth of a second.
    report idle "$(jq -n "[($after - $before) / 30, 0.01] | max")" 1 1 less percent
}

line_curve_clients() {
    local clients
    echo 'curve_clients: book_spread over clients, bookings/s and p99 in us'
    for clients in 1 4 16 64 256; do
        ours_book 64 "$clients" $((clients < 16 ? 1000 : calls)) | jq -r "\"$clients \\(.rate) \\(.p99_us) $clients\""
    done | curve curve_clients
}

# A preview is the search itself; the recorded one, on which somebody may book, writes its options and refused places too.
places_line() {
    local round first each=$((calls / 8)) failed=0
    places_up 6000 25000 120 $((each * rounds + 50))
    searches '{}' 0 50 >/dev/null
    searches '{"preview":true}' 0 50 >/dev/null
    for round in $(seq "$rounds"); do
        first=$((50 + (round - 1) * each))
        searches '{"preview":true}' $first "$each" | jq .p99_us >>"$work/options.ours"
        bare_searches $first "$each" | jq .p99_us >>"$work/options.reference"
        searches '{}' $first "$each" | jq .p99_us >>"$work/options.recorded"
    done
    searches_verify
    report options_sql "$(median <"$work/options.ours")" "$(median <"$work/options.reference")" 0.4 less us || failed=1
    report options_recorded "$(median <"$work/options.recorded")" "$(median <"$work/options.reference")" 0.2 less us || failed=1
    return $failed
}

line_options_sql() { in_house places_line; }

# How many places a search looks at grows with the directory, so places looked at are what is counted.
places_point() { # PLACES
    local each=$((calls / 16)) reach
    places_up $(($1 * 6 / 31)) $(($1 - $1 * 6 / 31)) 21 $((each + 50))
    searches '{}' 0 50 >/dev/null
    searches '{}' 50 "$each" >"$work/point.json"
    reach=$(owner_sql -c "select round(avg(s.considered)) from (select considered from nb.search order by search_id desc limit $each) s")
    searches_verify >/dev/null
    jq -r "\"$1 \(.rate * $reach) \(.p99_us) $reach\"" "$work/point.json"
}

line_curve_places() {
    local places
    echo 'curve_places: searches over places in the directory: places looked at/s, p99 in us, places in reach of one'
    for places in 1000 3000 10000 30000 100000; do
        in_house places_point $places
    done | curve curve_places
}

ledger_curve() {
    local transfers round
    bench_up
    for transfers in 0 10000 100000 1000000 10000000; do
        [ $transfers -le "${BENCH_TRANSFERS:-1000000}" ] || continue
        owner_sql -c "select nb_bench.transfers($transfers)" -c 'vacuum (analyze) nb.ledger_transfer, nb.points_hold, nb.ledger_account' >/dev/null ||
            bench_fail 'the ledger could not be filled'
        # The first one after so many rows finds nothing in memory, and a checkpoint at work.
        ours_book 64 64 >/dev/null
        for round in $(seq "$rounds"); do
            ours_book 64 64
        done | jq -rs "def median: sort | .[length / 2 | floor]; \"$transfers \(map(.rate) | median) \(map(.p99_us) | median) 1\""
    done
    bench_verify >&2
}

line_curve_ledger() {
    echo 'curve_ledger: book_spread over transfers in the ledger, bookings/s and p99 in us'
    in_house ledger_curve | curve curve_ledger
}
