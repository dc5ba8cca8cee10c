# Shell functions of the benches: the house to be measured, one measurement by each tool, medians, the printed line.
# Sourced by tests/bench/run after scripts/demo/house.sh. Invariant: what was booked is counted afterwards, so a
# measurement whose calls were refused or answered from memory fails instead of looking fast.

bench_fail() {
    echo "bench: $*" >&2
    exit 1
}

load() { # OPTIONS of the load generator; prints its JSON
    "$out/bench/load" --port "${base##*:}" "$@"
}

as_staff() { # ARGUMENTS of pgbench, which is the staff's login role
    PGUSER=nb_staff PGPASSFILE=$PGPASSFILE pgbench -n -M prepared "$@" 2>"$work/pgbench.log"
}

# A durable cluster, as one would run it: what commits is on disk.
bench_up() {
    house_durable=yes
    house_database
    "$out/nightbridge" hotline add 'Bench Line' >/dev/null
    "$out/nightbridge" user add 'Bench Staff' --hotline 'Bench Line' --role supervisor --role director >/dev/null
    owner_sql -f "$here/world.sql" >/dev/null
    owner_sql -c "select nb_bench.shelter(u.user_id), nb_bench.hotels(u.user_id, $((calls * 3))), (select count(nb_bench.account(u.hotline_id, u.user_id, n)) from generate_series(1, 64) n)
                    from nb.app_user u where u.display_name = 'Bench Staff'" >/dev/null
    token=$("$out/nightbridge" token new 'Bench Staff' --role director)
    read -r staff hotline < <(owner_sql -F ' ' -c "select user_id, hotline_id from nb.app_user where display_name = 'Bench Staff'")
    # The book is measured, not the calls to a gateway that follow it.
    owner_sql -c "insert into nb.setting (name, value_text, effective_from) values ('dispatch_paused', 'bench', nb.now())" >/dev/null
    house_daemon 127.0.0.1:0
}

# in_house COMMAND...: in a cluster with a daemon of its own, which are gone afterwards.
in_house() {
    (
        unset daemon_pid gateway_pid
        house_folders
        "$@"
    )
}

# places_up SHELTERS HOTELS NIGHTS REQUESTS: the world of places.sql and open requests in it.
places_up() {
    house_durable=yes
    house_database
    "$out/nightbridge" hotline add 'Lantern Line (sample)' >/dev/null
    owner_sql -v "shelters=$1" -v "hotels=$2" -v "nights=$3" -f "$here/places.sql" >/dev/null || bench_fail 'the places could not be made'
    owner_sql -c 'vacuum (analyze)'
    token=$("$out/nightbridge" token new 'Juno Sample' --role specialist 2>/dev/null)
    house_daemon 127.0.0.1:0
    owner_sql -c "select format(E'POST /v1/requests\t%s', i) from nb_bench.intake(1, $4) i" >"$work/list"
    load --connections 4 --token "$token" --key intake- --list "$work/list" >"$work/load.json" &&
        [ "$(jq '.status["201"]' "$work/load.json")" = "$4" ] || bench_fail "not every request was opened: $(<"$work/load.json")"
    owner_sql -c 'vacuum (analyze)'
}

# searches BODY FIRST COUNT: searches for so many requests as a member of staff does; prints the load generator's JSON.
# BODY {} records them, {"preview":true} shows the same list and writes nothing.
searches() {
    local before wanted=$3 answer=201
    before=$(owner_sql -c 'select count(*) from nb.search')
    [ "$1" = '{}' ] || wanted=0 answer=200
    owner_sql -v "body=$1" <<'SQL' -v "first=$2" -v "count=$3" >"$work/list"
select format(E'POST /v1/requests/%s/searches\t%s', r.public_id, :'body') from nb.shelter_request r
 order by r.request_id offset :first limit :count;
SQL
    load --connections 1 --token "$token" --key "search-$before-$2-" --list "$work/list" >"$work/load.json" ||
        bench_fail "the load generator lost answers: $(<"$work/load.json")"
    [ "$(jq ".status[\"$answer\"]" "$work/load.json")" = "$3" ] || bench_fail "not every search was answered: $(<"$work/load.json")"
    [ $(($(owner_sql -c 'select count(*) from nb.search') - before)) = "$wanted" ] || bench_fail 'not every search was recorded'
    cat "$work/load.json"
}

# bare_searches FIRST COUNT: the same places and nights by the bare statement; prints JSON of the same form.
bare_searches() {
    owner_sql -F ' ' -c "select r.latitude, r.longitude, r.max_distance_m, r.check_in, r.nights from nb.shelter_request r
        order by r.request_id offset $1 limit $2" >"$work/asks"
    PGUSER=nb_staff PGPASSFILE=$PGPASSFILE "$out/bench/nearest" "$here/nearest.sql" "$work/asks" || bench_fail 'the reference failed'
}

# Every search looked at places and gave its reasons; some were priced through a plugin host, and some had nothing.
searches_verify() {
    owner_sql -c "select bool_and(s.considered = s.offered + cardinality(s.refused_ids)) and sum(s.offered) > 0
        and exists (select from nb.candidate c where c.points > 0) and exists (select from nb.candidate c where c.transport = 'referral')
        from nb.search s" | grep -qx t || bench_fail 'the searches did not do their work'
    bench_verify
}

# In place of the sample world's: no gateway, no points account of the sample.
house_config() { # LISTEN
    local program
    {
        printf '%s = "%s"\n' listen "$1" database_url "$NIGHTBRIDGE_DATABASE_URL" secrets_file "$NIGHTBRIDGE_SECRETS" \
            key_folder "$NIGHTBRIDGE_KEY_DIR"
        [ ! -f "$work/accounts.conf" ] || printf 'accounts_file = "%s"\n' "$work/accounts.conf"
        for program in wyndham marriott; do
            printf 'plugin "%s" {\n    file = "%s"\n    sha256 = "%s"\n}\n' $program "$out/plugins/$program.so" \
                "$(sha256sum "$out/plugins/$program.so" | cut -c 1-64)"
        done
    } >"$work/nightbridge.conf"
    export NIGHTBRIDGE_CONFIG=$work/nightbridge.conf
}

# options SERIES ACCOUNTS [COUNT]: makes the requests and options of one measurement.
options() {
    series=$(owner_sql -c "select nextval('nb_bench.series')")
    owner_sql -c "select nb_bench.options('s$series', ${2:-$calls}, $1)" >/dev/null
    owner_sql -c 'analyze nb.candidate, nb.shelter_request, nb.search' >/dev/null
    booked_before=$(owner_sql -c 'select count(*) from nb.booking')
}

booked() { # COUNT WHAT: so many bookings more than before
    local now
    now=$(owner_sql -c 'select count(*) from nb.booking')
    [ $((now - booked_before)) = "$1" ] || bench_fail "$2: $((now - booked_before)) bookings were made, $1 were asked for"
}

# The list of POSTs of the current series.
post_list() { # COUNT
    owner_sql -c "select format(E'POST /v1/requests/%s/bookings\t{\"option\":\"%s\"}', nb_bench.id('s$series', 'request', n),
        nb_bench.id('s$series', 'option', n)) from generate_series(1, $1) n" >"$work/list"
}

# ours_book ACCOUNTS CLIENTS [COUNT] [PORT]: bookings over HTTP; prints the load generator's JSON.
ours_book() {
    local count=${3:-$calls}
    options "$1" "$count"
    post_list "$count"
    "$out/bench/load" --port "${4:-${base##*:}}" --connections "$2" --token "$token" --key "s$series-" --list "$work/list" >"$work/load.json" ||
        bench_fail "the load generator lost answers: $(<"$work/load.json")"
    [ "$(jq '.status["201"] // 0' "$work/load.json")" = "$count" ] || bench_fail "not every booking was made: $(<"$work/load.json")"
    booked "$count" 'over HTTP'
    cat "$work/load.json"
}

# pgbench_book ACCOUNTS CLIENTS: the same function, a commit a call; prints calls per second.
pgbench_book() {
    local clients=$2 each
    each=$((calls / clients))
    options "$1" $((each * clients))
    as_staff -c "$clients" -j $((clients > 1 ? 2 : 1)) -t "$each" -D "clients=$clients" -D n=0 -D "series=s$series" \
        -D "staff=$staff" -D "hotline=$hotline" ${3:-} -f "$here/book.pgbench" >"$work/pgbench.out" ||
        bench_fail "pgbench: $(tail -n 3 "$work/pgbench.log")"
    booked $((each * clients)) "pgbench with $clients connections"
    sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$work/pgbench.out"
}

best() { # numbers on standard input, the largest
    sort -g | tail -n 1
}

median() { # numbers on standard input
    sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# report NAME OURS REFERENCE HOLD more|less UNIT: more: a rate, ours / reference; less: a time, reference / ours.
report() {
    local ratio word
    if [ "$5" = more ]; then
        ratio=$(jq -n "$2 / $3")
    else
        ratio=$(jq -n "$3 / $2")
    fi
    word=$(jq -rn "if $ratio >= $4 then \"ok\" else \"short\" end")
    printf '%-18s %6.2f %5s %-5s   ours %s, reference %s %s\n' "$1" "$ratio" "$4" "$word" "$2" "$3" "$6"
    jq -nc --arg name "$1" --arg unit "$6" "{name: \$name, ratio: $ratio, hold: $4, ok: ($ratio >= $4), ours: $2, reference: $3, unit: \$unit}" \
        >>"$results/lines.jsonl"
    [ "$word" = ok ]
}

# curve NAME: lines of "x rate p99_us work" on standard input. work: what one call has more to do, or to share, by the nature
# of the thing, so that p99_us / work and rate (of that work) stay level when nothing is wrong; 1 where a call is a call.
# The last decade of x must cost less than 1.5 times the one before, by either.
curve() {
    local ratio word
    cat >"$results/$1.dat"
    ratio=$(awk '{ x[NR] = $1; rate[NR] = $2; cost[NR] = $3 / $4 }
        END { for (i = NR; i > 1 && x[i] * 10 > x[NR]; i--); r = rate[NR] / rate[i]; c = cost[i] / cost[NR]; printf "%.2f", r < c ? r : c }' "$results/$1.dat")
    word=$(jq -rn "if $ratio > 1 / 1.5 then \"ok\" else \"short\" end")
    jq -Rnc --arg name "$1" '{name: $name, points: [inputs | split(" ") | map(tonumber)]}' <"$results/$1.dat" >>"$results/lines.jsonl"
    sed 's/^/    /' "$results/$1.dat"
    printf '%-18s %6.2f %5s %-5s   the last decade against the one before\n' "$1" "$ratio" 0.67 "$word"
    if command -v gnuplot >/dev/null; then
        gnuplot -e "set terminal svg; set output '$results/$1.svg'; set logscale x; set title '$1'; set xlabel 'size'; \
            set ylabel 'calls per second'; set y2label 'p99 in microseconds'; set y2tics; \
            plot '$results/$1.dat' using 1:2 with linespoints title 'rate', '' using 1:3 axes x1y2 with linespoints title 'p99'"
    fi
    [ "$word" = ok ]
}

bench_verify() {
    "$out/nightbridge" invariants >"$work/invariants" 2>&1 || bench_fail "an invariant is broken: $(head -n 5 "$work/invariants")"
    echo 'invariants: no alarm'
}
