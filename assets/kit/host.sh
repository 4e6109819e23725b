
# Inspects everything that an engine lists. inspect_all KIND ENGINE [FLAGS...], KIND is container or image
inspect_all() {
  kind=$1
  shift
  if [ "$kind" = container ]; then
    bounded "$@" ps --all --quiet --no-trunc >"$base/ids" || return
  else
    bounded "$@" image ls --all --quiet --no-trunc >"$base/ids" || return
  fi
  [ -s "$base/ids" ] || return 0
  # Ids have no blanks.
  # shellcheck disable=SC2046
  bounded "$@" "$kind" inspect $(sort -u "$base/ids")
}

# The same for each namespace of containerd.
inspect_namespaces() {
  bounded nerdctl namespace ls --quiet >"$base/namespaces" || return
  failed=0
  while read -r namespace; do
    inspect_all "$1" nerdctl --namespace "$namespace" || failed=$?
  done <"$base/namespaces"
  return "$failed"
}
