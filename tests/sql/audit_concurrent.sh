#!/bin/bash
# A row of a transaction that is still running is not overtaken: sealing waits for it, and then takes all in order.
# Runs alone: a transaction of another database would hold sealing back.
set -eu
run() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
seal() { run -c 'select nb.audit_seal(null)'; }
expect() { [ "$2" = "$3" ] || { echo "$1: $2, expected $3"; exit 1; }; }
pipe=$(mktemp -u)
mkfifo -m 600 "$pipe"
run <"$pipe" >/dev/null &
slow=$!
exec 3>"$pipe"
rm "$pipe"
echo "begin; select nb.audit(null, null, 'slow.first', null, null, null);" >&3
for _ in $(seq 200); do
    waiting=$(run -c "select count(*) from pg_stat_activity where datname = current_database()
                      and state = 'idle in transaction' and backend_xid is not null")
    [ "$waiting" = 0 ] || break
done
expect 'the slow one has written' "$waiting" 1
run -c "select nb.audit(null, null, 'fast.second', null, null, null)" >/dev/null
expect 'while the older one runs' "$(seal)" 0
echo 'commit;' >&3
exec 3>&-
wait "$slow"
expect 'after it committed' "$(seal)" 2
expect 'in order' "$(run -c "select string_agg(e.action, ' ' order by s.position)
    from nb.audit_seal s join nb.audit_event e using (audit_event_id)")" 'slow.first fast.second'
expect 'the chain' "$(run -c 'select count(*) from nb.audit_verify()')" 0
