#!/bin/bash
# A copy of a database on the very same server, as a dump that is restored there, sends nothing before somebody looked: what was
# sent after the copy was made may not be known in it.
set -eu
run() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
expect() { [ "$2" = "$3" ] || { echo "$1: $2, expected $3"; exit 1; }; }
copy=${PGDATABASE}_copy
trap 'dropdb --if-exists --force "$copy"' EXIT
expect 'the first start' "$(run -c 'select paused from nb.outbox_begin()')" f
createdb -T "$PGDATABASE" "$copy"
expect 'the same database once more' "$(run -c 'select paused from nb.outbox_begin()')" f
expect 'its copy' "$(run -d "$copy" -c 'select paused from nb.outbox_begin()')" t
