
github_keys() { github "/repos/$1/keys?per_page=100"; }
github_hooks() { github "/repos/$1/hooks?per_page=100"; }
github_activity() { github "/repos/$1/activity?per_page=100"; }

gitlab_project_audit() {
  gitlab "/projects/$(gitlab_name "$1")/audit_events?per_page=100&created_after=${since}T00:00:00Z" || return
  gitlab "/projects/$(gitlab_name "$1")/deploy_keys?per_page=100"
}

git_history() {
  printf '# %s\n' "$1"
  git_in "$1" log --all --since="$since" --date=iso-strict --name-status --no-show-signature \
    --pretty=format:'commit %H%n%cI %an <%ae> %cn <%ce>%n%s'
  printf '\n'
}

git_names() {
  printf '# %s\n' "$1"
  git_in "$1" for-each-ref --format='%(objectname) %(objecttype) %(refname) %(creatordate:iso-strict)'
}
