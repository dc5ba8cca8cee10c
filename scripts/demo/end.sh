# The last page: what is left in every account, on both sides, and that what must always hold does. Sourced by run.
scene 'Afterwards: what is left, on both sides'
balances nell
cp "$work/answer" "$work/accounts"
call maple GET /v1/accounts
must 200
say account_lines
gateway GET book
say 'gateway_accounts'
hold 'the gateway has what the ledger says is available' \
    '[.accounts[] | {program, points}] as $theirs | $ours[0].items | map(select(.mode == "gateway"))
     | all(.[]; . as $a | any($theirs[]; .program == $a.program and .points == $a.balance.available + $a.balance.held))' \
    --slurpfile ours "$work/accounts"
hold 'no reservation has a twin' 'all(.reservations[]; .twin | not)'
# The clock was moved by hours: what has become due is found by the next sweeps.
deadline=$((SECONDS + 30))
until "$out/nightbridge" invariants >"$work/log" 2>&1; do
    [ $SECONDS -lt $deadline ] || {
        cat "$work/log" >&2
        answer=''
        broken 'an invariant does not hold'
    }
    sleep 0.5
done
sed 's/^/  /' "$work/log"
