
# Lists one kind: in every namespace, or in those of KIT_NAMESPACES.
kube_list() {
  if [ -z "${KIT_NAMESPACES:-}" ]; then
    bounded kubectl --context "$context" --request-timeout=120s get "$1" --all-namespaces --chunk-size=500 -o json
    return
  fi
  failed=0
  for namespace in $KIT_NAMESPACES; do
    bounded kubectl --context "$context" --request-timeout=120s get "$1" --namespace "$namespace" --chunk-size=500 -o json \
      || failed=$?
  done
  return "$failed"
}

# Lists what has no namespace.
kube_list_global() {
  bounded kubectl --context "$context" --request-timeout=120s get "$1" --chunk-size=500 -o json
}

# Lists every kind of an API group; a cluster that lacks the group has nothing to say.
kube_list_group() {
  bounded kubectl --context "$context" --request-timeout=120s api-resources --api-group="$1" --namespaced=true -o name \
    >"$base/kinds" || return
  group_failed=0
  while read -r kind; do kube_list "$kind" || group_failed=$?; done <"$base/kinds"
  return "$group_failed"
}

# Which contexts: KIT_CONTEXTS, else what a person answers, else the current one.
choose_contexts() {
  limit=20
  here=$(bounded kubectl config current-context 2>/dev/null)
  known=$(bounded kubectl config get-contexts -o name 2>/dev/null)
  chosen=${KIT_CONTEXTS:-}
  if [ -z "$chosen" ] && [ -t 0 ] && [ -n "$known" ]; then
    say "Contexts:"
    say "$known"
    printf 'Which? Names with blanks between them, all, or Enter for %s: ' "${here:-the only one}" >&2
    read -r chosen || chosen=
  fi
  [ "$chosen" != all ] || chosen=$known
  [ -n "$chosen" ] || chosen=$here
}

# The cluster's own clock, from the header of an answer.
note_cluster() {
  limit=20
  note context "$context"
  for other in $known; do [ "$other" = "$context" ] || note other-context "$other"; done
  before=$(now)
  date=$(bounded kubectl --context "$context" --request-timeout=15s get --raw /version -v=8 2>&1 \
    | sed -n 's/^.*Date: \(.*GMT\).*$/\1/p' | sed -n 1p)
  note cluster-date "${date:-unknown}" "asked between $before and $(now)"
}

# Lists every kind of several API groups.
each_group() {
  all_failed=0
  for group in "$@"; do kube_list_group "$group" || all_failed=$?; done
  return "$all_failed"
}

# The server makes this table of names, types, counts and ages; it sends no content. No format may be asked for here: with
# one, the content would come along.
kube_secret_names() {
  bounded kubectl --context "$context" --request-timeout=120s get secrets --all-namespaces --chunk-size=500
}

# Collects from each context. One archive for each: lists of two clusters must never be taken for one.
collect_contexts() {
  choose_contexts
  several=
  # Contexts have no blanks.
  # shellcheck disable=SC2086
  set -- $chosen
  [ $# -gt 0 ] || set -- ''
  [ $# -eq 1 ] || several=yes
  for context in "$@"; do
    say "context ${context:-(none)}"
    begin "${several:+$context}"
    note_cluster
    tries
    pack || return
  done
}
