
# Copies the files that say what is built from what, as they are in a checkout; never .env files, which hold secrets.
copy_build_files() {
  git_in "$1" ls-files >"$base/tracked" || return
  grep -iE '(^|/)([^/]*(dockerfile|containerfile)[^/]*|[^/]*compose[^/]*\.ya?ml|docker-bake\.(hcl|json)|chart\.yaml|values[^/]*\.ya?ml|\.gitlab-ci[^/]*\.ya?ml|azure-pipelines[^/]*\.ya?ml|bitbucket-pipelines\.yml|\.drone\.yml|\.?woodpecker\.ya?ml|action\.ya?ml|devcontainer\.json)$|^\.(github/(workflows|actions)|circleci|woodpecker)/.*\.ya?ml$|(^|/)(k8s|kubernetes|deploy|manifests)/.*\.ya?ml$' \
    "$base/tracked" | grep -v '^"' >"$base/wanted"
  [ -s "$base/wanted" ] || return 0
  place=$folder/checkouts/$(plain "${1##*/}")
  while [ -e "$place" ]; do place=$place-; done
  mkdir -p "$place" || return
  # A file that is gone from the folder is said by tar, and the others are taken.
  (cd "$1" && tar -cf - -T "$base/wanted") | (cd "$place" && tar -xf -)
}

github_runs() { github "/repos/$1/actions/runs?per_page=100&created=%3E%3D$since"; }
github_secret_names() { github "/repos/$1/actions/secrets?per_page=100"; }
gitlab_pipelines() { gitlab "/projects/$(gitlab_name "$1")/pipelines?per_page=100&updated_after=${since}T00:00:00Z"; }
gitlab_images() { gitlab "/projects/$(gitlab_name "$1")/registry/repositories?tags=true&per_page=100"; }
