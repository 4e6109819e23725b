#!/usr/bin/env bash
# Builds real images with umoci and skopeo into a folder: a base, what stands on it, what stands on that, a sibling, one
# that was squashed and a stranger. Each as an OCI layout (oci/) and as a docker archive (docker/).
#
#   lineage-images.sh FOLDER
#
# Installs both tools where they are missing (Debian, as root). Needs no network beside that.
set -euo pipefail

folder=${1:?"usage: lineage-images.sh FOLDER"}
missing=()
for tool in umoci skopeo; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
if [ "${#missing[@]}" -gt 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
layout=$work/layout
mkdir -p "$folder/oci" "$folder/docker"
umoci init --layout "$layout"

# One more layer on an image: a file of its own.
add() {
  printf '%s\n' "$2" >"$work/file"
  umoci insert --rootless --image "$layout:$1" "$work/file" "/srv/$2" >/dev/null
}

umoci new --image "$layout:base"
add base os
add base libraries
umoci tag --image "$layout:base" child
add child application
umoci tag --image "$layout:child" grandchild
add grandchild plugin
umoci tag --image "$layout:base" sibling
add sibling other-application
umoci new --image "$layout:stranger"
add stranger another-os
add stranger another-library
# The same content as child, in one layer: what it stands on cannot be seen any more.
umoci unpack --rootless --image "$layout:child" "$work/bundle" >/dev/null
umoci new --image "$layout:squashed"
umoci insert --rootless --image "$layout:squashed" "$work/bundle/rootfs" / >/dev/null

for image in base child grandchild sibling stranger squashed; do
  name=registry.example/real/$image:1
  skopeo --insecure-policy copy --quiet "oci:$layout:$image" "oci-archive:$folder/oci/$image.tar:$name"
  skopeo --insecure-policy copy --quiet "oci:$layout:$image" "docker-archive:$folder/docker/$image.tar:$name"
done
