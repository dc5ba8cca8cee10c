# The last page: what is left in every account, and that the invariants hold. Sourced by run.
scene='the end'
printf '\n%sWhat is left%s\n' "$bold" "$plain"
balances otis
"$out/nightbridge" invariants >"$work/invariants" 2>&1 || {
    cat "$work/invariants" >&2
    answer=''
    broken 'the invariants hold'
}
sed 's/^/  /' "$work/invariants"
house_stop
trap - EXIT
printf '\n%s scenes, %s calls that write, %s expectations, all met. Everything that was started is stopped.\n' \
    "$scenes" "$calls" "$checks"
