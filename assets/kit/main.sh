
# Collects for one role.
collect() {
  say "hullbreach kit, role $role"
  if [ "$role" = cluster ]; then
    collect_contexts
  else
    begin ''
    tries
    pack
  fi
}

base=$(mktemp -d "${TMPDIR:-/tmp}/hullbreach-kit.XXXXXX") || exit 1
trap clean EXIT
trap 'stop 143' TERM
trap 'stop 130' INT
trap 'stop 129' HUP
find_timeout
since=${KIT_SINCE:-$(day_ago 1209600)}
collect || exit 1
[ "$gaps" -eq 0 ] || exit 3
