
# Asks a web address. Credentials come from ~/.netrc or from the curl configuration file that KIT_CURL_CONFIG names; they
# are never on a command line and never in an answer. Redirects are not followed, so they go nowhere else.
ask() {
  if [ -n "${KIT_CURL_CONFIG:-}" ]; then
    bounded curl --config "$KIT_CURL_CONFIG" --fail --silent --show-error --max-time 60 "$1"
  else
    bounded curl --netrc-optional --fail --silent --show-error --max-time 60 "$1"
  fi
}

# Asks page after page, until one is empty: ask_pages ADDRESS, which takes &page=N.
ask_pages() {
  page=1
  while [ "$page" -le "${KIT_PAGES:-200}" ]; do
    if ! ask "$1&page=$page" >"$base/page" 2>"$base/page.err"; then
      # Docker Hub answers a page after the last one with 404.
      [ "$page" -eq 1 ] || ! grep -q ' 404' "$base/page.err" || return 0
      cat "$base/page.err" >&2
      return 1
    fi
    case $(head -c 200 "$base/page" | tr -d ' \n') in
      '' | '[]' | '{"logs":[]'* | '{"logs":null'* | null) return 0 ;;
      *) ;;
    esac
    cat "$base/page"
    printf '\n'
    page=$((page + 1))
  done
  printf 'Error: more than %s pages; set KIT_PAGES to get more\n' "${KIT_PAGES:-200}" >&2
  return 1
}

# The clock of a server, from the header of an answer.
note_server() {
  limit=20
  before=$(now)
  date=$(bounded curl --head --silent --max-time 15 "$1" | sed -n 's/^[Dd]ate: *\(.*GMT\).*$/\1/p' | sed -n 1p)
  note server-date "$1" "${date:-unknown}" "asked between $before and $(now)"
}

# For each repository of KIT_REPOSITORIES: each_repository FUNCTION
each_repository() {
  failed=0
  for repository in $KIT_REPOSITORIES; do "$1" "$repository" || failed=$?; done
  return "$failed"
}

hub_tags() { ask_pages "https://hub.docker.com/v2/namespaces/$KIT_HUB_NAMESPACE/repositories/${1##*/}/tags?page_size=100"; }

harbor_artifacts() {
  project=${1%%/*}
  # The slash of a repository's name is written twice escaped in Harbor's addresses.
  rest=$(printf '%s' "${1#*/}" | sed 's,/,%252F,g')
  ask_pages "$KIT_HARBOR/api/v2.0/projects/$project/repositories/$rest/artifacts?page_size=100&with_tag=true"
}

skopeo_tags() { bounded skopeo list-tags "docker://${KIT_REGISTRY#*://}/$1"; }

# The manifest of each tag. A registry may count this as a pull: it comes last.
skopeo_manifests() {
  bounded skopeo list-tags "docker://${KIT_REGISTRY#*://}/$1" >"$base/tags" || return
  tags_failed=0
  for tag in $(tr -d ' ",' <"$base/tags" | sed -n '/Tags.*\[/,/\]/p' | grep -v '[][]' | sed -n "1,${KIT_TAGS:-50}p"); do
    bounded skopeo inspect --no-tags "docker://${KIT_REGISTRY#*://}/$1:$tag" || tags_failed=$?
  done
  return "$tags_failed"
}
