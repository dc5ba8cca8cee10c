#!/bin/bash
# A unit that is added while its provider is suspended is not searched as vetted: whoever changes the directory second waits,
# and then sees the first.
set -eu
run() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
expect() { [ "$2" = "$3" ] || { echo "$1: $2, expected $3"; exit 1; }; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
provider=$(run -c "select nb_test.provider('shelter')")
run -c "select nb_test.shelter_unit($provider)" >/dev/null
mkfifo -m 600 "$work/adding"
run <"$work/adding" >/dev/null &
adding=$!
exec 3>"$work/adding"
echo "begin; insert into nb.unit_type (service_id, name, max_party, rooms_or_beds)
      select s.service_id, 'more beds', 1, 'bed' from nb.service s where s.provider_id = $provider;" >&3
held() {
    run -c "select count(*) from pg_locks where locktype = 'advisory' and granted = $1
            and database = (select oid from pg_database where datname = current_database())"
}
for _ in $(seq 200); do [ "$(held true)" = 0 ] || break; done
expect 'the directory is being changed' "$(held true)" 1
run -c "update nb.provider set vetting_state = 'suspended' where provider_id = $provider" &
suspending=$!
for _ in $(seq 200); do [ "$(held false)" = 0 ] || break; done
expect 'the second waits' "$(held false)" 1
echo 'commit;' >&3
exec 3>&-
wait $adding
wait $suspending
expect 'places of the provider' "$(run -c "select count(*), bool_or(left(facts, 1) = 't') from nb.search_place")" '2|f'
expect 'wrong places' "$(run -c 'select count(*) from (table nb_test.place_says except table nb.search_place) d')" 0
