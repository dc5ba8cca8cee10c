# The lines of dispatch: reads that find nothing, against a server that answers at once. Sourced by tests/bench/run after
# lines.sh, whose helpers it uses. Not for production.

# A program that answers every call at once, and has no booking.
gateway_up() { # PORT
    mkdir -p "$work/gateway"
    cat >"$work/gateway/nginx.conf" <<CONF
worker_processes 1; pid $work/gateway/pid; error_log $work/gateway/log;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 100000000;
    client_body_temp_path $work/gateway/a; proxy_temp_path $work/gateway/b; fastcgi_temp_path $work/gateway/c;
    uwsgi_temp_path $work/gateway/d; scgi_temp_path $work/gateway/e;
    server { listen 127.0.0.1:$1; location / { default_type application/problem+json;
        return 404 '{"type":"about:blank","title":"Not Found","status":404,"code":"not_found","detail":"no such reservation"}'; } } }
CONF
    nginx -c "$work/gateway/nginx.conf"
    until [ -s "$work/gateway/pid" ]; do sleep 0.01; done
    gateway_pid=$(<"$work/gateway/pid") # it ends with the house
}

# A house whose accounts all lead to that server, and as many references that ended as there are calls.
dispatch_up() { # PORT
    bench_up
    kill "$daemon_pid" && wait "$daemon_pid" || true
    rm -f "$work/port"
    owner_sql -c "select format(E'account \"%s\" {\n    base_url = \"http://127.0.0.1:$1\"\n    bearer = \"bench\"\n    member = \"M1\"\n    holder = \"Bench\"\n    allow_plain = true\n    allow_private = true\n}', public_id)
                    from nb.points_account" >"$work/accounts.conf"
    chmod 600 "$work/accounts.conf"
    owner_sql -c "insert into nb.setting (name, value_text, effective_from)
                  values ('rate_per_minute', '6000000', nb.now()), ('rate_burst', '100000', nb.now())"
    owner_sql -f "$here/dispatch.sql" >/dev/null
    house_daemon 127.0.0.1:0
    owner_sql -c "select format(E'POST /v1/requests\t%s', i) from nb_bench.asks($calls) i" >"$work/list"
    load --connections 4 --token "$token" --key stray- --list "$work/list" >"$work/load.json" &&
        [ "$(jq '.status["201"]' "$work/load.json")" = "$calls" ] || bench_fail "not every request was opened: $(<"$work/load.json")"
    [ "$(owner_sql -c 'select nb_bench.strays()')" = "$calls" ] || bench_fail 'the references could not be made'
    owner_sql -c 'vacuum (analyze)'
}

# Asks for all of them, and prints reads per second until the last one is written down.
ours_reads() {
    local started asked done deadline=$((SECONDS + 120))
    started=$(date +%s.%N)
    asked=$(owner_sql -c 'select nb_bench.reread()' -c 'notify nb_outbox' | head -n 1)
    [ "$asked" = "$calls" ] || bench_fail "$asked reads were asked for"
    until [ "$(owner_sql -c "select count(*) from nb.outbox_operation where kind = 'read' and state in ('ready', 'claimed')")" = 0 ]; do
        [ $SECONDS -lt $deadline ] || bench_fail 'the reads did not end'
        sleep 0.02
    done
    done=$(owner_sql -c "select extract(epoch from max(done_at)) from nb.outbox_operation where kind = 'read' and outcome = 'not_found'")
    jq -n "$asked / ($done - $started)"
}

dispatch_lines() { # KIND NAME HOLD
    local round port
    port=$(free_port)
    gateway_up "$port"
    dispatch_up "$port"
    createdb -h "$PGHOST" -U nb_owner peers
    for round in $(seq "$rounds"); do
        ours_reads >>"$work/$2.ours"
        node "$results/workers.js" "$1" "$calls" "$("$tree/scripts/cluster" url "$pg" nb_owner | sed 's#///[^?]*#///peers#')" \
            "http://127.0.0.1:$port/v1/reservations/bench" >>"$work/$2.reference" 2>"$work/workers.log" ||
            bench_fail "the queue failed: $(tail -n 3 "$work/workers.log")"
    done
    bench_verify
    report "$2" "$(median <"$work/$2.ours")" "$(median <"$work/$2.reference")" "$3" more reads/s
}

line_dispatch_peer() {
    peer_packages dispatch_peer || return 0
    in_house dispatch_lines graphile dispatch_peer 3
}

line_dispatch_batch() {
    peer_packages dispatch_batch || return 0
    in_house dispatch_lines boss dispatch_batch 1.2
}
