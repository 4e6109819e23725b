
# For each word of a list: each_of "$LIST" FUNCTION
each_of() {
  failed=0
  for each in $1; do "$2" "$each" || failed=$?; done
  return "$failed"
}

# Reads an address of GitHub's API, all pages. The method is named, for gh would write where fields are given.
github() { bounded gh api --method GET --paginate "$1"; }

# The same of GitLab's.
gitlab() { bounded glab api --method GET --paginate "$1"; }

# A project's name as GitLab's addresses have it.
gitlab_name() { printf '%s' "$1" | sed 's,/,%2F,g'; }

# Runs git in a checkout without anything that its configuration could start.
git_in() {
  checkout=$1
  shift
  bounded git -C "$checkout" --no-pager -c core.fsmonitor=false -c core.hooksPath=/dev/null -c core.quotePath=false "$@"
}
