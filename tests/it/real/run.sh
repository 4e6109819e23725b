#!/usr/bin/env bash
# Real servers on loopback: Debian's docker-registry with skopeo and umoci, and podman's service on a socket.
# Installs what is missing where it may, and says so where it may not. Run by .ci/run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

programs=(docker-registry skopeo umoci podman htpasswd)
packages=(docker-registry skopeo umoci podman apache2-utils)
missing() {
  local program
  for program in "${programs[@]}"; do command -v "$program" >/dev/null || printf '%s ' "$program"; done
}
skip() {
  if [ "${CI:-}" = true ]; then
    printf 'real servers: %s: they cannot be skipped in CI\n' "$1" >&2
    exit 1
  fi
  printf 'SKIPPED: %s\n' "$1"
  exit 0
}

if [ -n "$(missing)" ]; then
  [ "$(id -u)" = 0 ] || skip "missing: $(missing)(not root, so nothing is installed)"
  command -v apt-get >/dev/null || skip "missing: $(missing)(no apt-get here)"
  if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${packages[@]}"; } >/dev/null 2>&1; then
    skip "missing: $(missing)(apt-get could not install it: offline?)"
  fi
  [ -z "$(missing)" ] || skip "missing after installing: $(missing)"
fi
[ "$(id -u)" = 0 ] || skip 'podman and umoci make images as root only here'


HULLBREACH_REAL=1 cargo test --locked --test it -- --ignored real::engine real::registry
