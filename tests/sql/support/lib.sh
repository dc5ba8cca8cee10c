# Shell functions for tests and checks that need a private PostgreSQL cluster with the schema: sourced, never run.
# Not for production. Invariant: the cluster listens on no network, lives in one folder of mode 700, and is gone at exit.

pg_bin=${NIGHTBRIDGE_PG_BIN:-/usr/lib/postgresql/15/bin}

# Runs a command as an unprivileged user: PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    elif id -u postgres >/dev/null 2>&1; then
        setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
    else
        setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
    fi
}

cluster_start() {
    cluster=$(mktemp -d "${TMPDIR:-/tmp}/nb-sql.XXXXXX")
    trap cluster_stop EXIT
    trap 'exit 1' INT TERM HUP
    [ "$(id -u)" -ne 0 ] || chown "$(as_owner id -u):$(as_owner id -g)" "$cluster"
    (cd "$cluster" && as_owner "$pg_bin/initdb" -D "$cluster/data" -U nb_owner -A trust -E UTF8 --locale=C.UTF-8 \
        --no-sync >"$cluster/initdb.log" 2>&1) || { cat "$cluster/initdb.log" >&2; return 1; }
    (cd "$cluster" && as_owner "$pg_bin/pg_ctl" -D "$cluster/data" -l "$cluster/data/server.log" -w start \
        -o "-c listen_addresses='' -k $cluster -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off" \
        >"$cluster/data/start.log") || { cat "$cluster/data/server.log" >&2; return 1; }
    export PGHOST=$cluster PGUSER=nb_owner PGDATABASE=postgres PGOPTIONS='-c client_min_messages=warning'
    unset PGPORT PGPASSWORD PGSERVICE
}

cluster_stop() {
    (cd / && as_owner "$pg_bin/pg_ctl" -D "$cluster/data" -m immediate -w stop >/dev/null 2>&1)
    rm -rf "$cluster"
}

# The project, for specs that read a file of it.
NB_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
export NB_ROOT

quiet_psql() {
    psql -X -q -v ON_ERROR_STOP=1 "$@"
}

# schema_load DATABASE ROOT: migrations, functions, privileges, data, in the order of `nightbridge migrate`.
schema_load() {
    local database=$1 root=$2 file
    createdb "$database" || return 1
    for file in "$root"/sql/migrations/*.sql; do
        quiet_psql -1 -d "$database" -f "$file" >/dev/null || return 1
    done
    functions_load "$database" "$root" off || return 1
    quiet_psql -1 -d "$database" -f "$root/sql/privileges.sql" >/dev/null || return 1
    (cd "$root/sql/data" && for file in *.sql; do
        quiet_psql -d "$database" -f "$file" >/dev/null || exit 1
    done)
}

# functions_load DATABASE ROOT on|off: all functions; with `on` their bodies are checked against what exists.
functions_load() {
    local database=$1 root=$2 check=$3 file
    for file in "$root"/sql/functions/*.sql; do
        PGOPTIONS="$PGOPTIONS -c check_function_bodies=$check" quiet_psql -1 -d "$database" -f "$file" >/dev/null ||
            return 1
    done
}
