# Shell functions for tests and checks that need a private PostgreSQL cluster with the schema: sourced, never run.
# Not for production. Invariant: the cluster is one of scripts/cluster, and is gone at exit.

# The project, for specs that read a file of it; and what was built of it.
NB_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
NIGHTBRIDGE_BUILD=${NIGHTBRIDGE_BUILD:-$NB_ROOT/build/release}
export NB_ROOT NIGHTBRIDGE_BUILD

cluster_start() {
    [ -x "$NIGHTBRIDGE_BUILD/nightbridge" ] || { echo "run make build first"; return 1; }
    cluster=$(mktemp -d "${TMPDIR:-/tmp}/nb-sql.XXXXXX")
    trap cluster_stop EXIT
    trap 'exit 1' INT TERM HUP
    "$NB_ROOT/scripts/cluster" create "$cluster" --fast || return 1
    local settings
    settings=$("$NB_ROOT/scripts/cluster" start "$cluster") || return 1
    eval "$settings"
    export PGUSER=nb_owner PGDATABASE=postgres PGOPTIONS='-c client_min_messages=warning'
    unset PGPORT PGPASSWORD PGSERVICE NIGHTBRIDGE_CONFIG
}

cluster_stop() {
    "$NB_ROOT/scripts/cluster" destroy "$cluster"
}

quiet_psql() {
    psql -X -q -v ON_ERROR_STOP=1 "$@"
}

# schema_load DATABASE: the schema with its data, in a database that is made when it is not there.
schema_load() {
    [ "$(psql -X -At -d postgres -v name="$1" -f - <<<"select count(*) from pg_database where datname = :'name'")" = 1 ] ||
        createdb "$1" || return 1
    local said
    said=$(NIGHTBRIDGE_DATABASE_URL="postgresql:///$1?host=$PGHOST" "$NIGHTBRIDGE_BUILD/nightbridge" migrate 2>&1) ||
        { echo "$said"; return 1; }
}

# functions_check DATABASE: every function once more, this time with its body checked against what exists.
functions_check() {
    local file
    for file in "$NB_ROOT"/sql/functions/*.sql; do
        PGOPTIONS="$PGOPTIONS -c check_function_bodies=on" quiet_psql -1 -d "$1" -f "$file" >/dev/null || return 1
    done
}
