
set -u
umask 077
LC_ALL=C
COPYFILE_DISABLE=1
export LC_ALL COPYFILE_DISABLE

gaps=0
kept=0
child=
inner=
limit=0
base=
folder=
current=
name=
context=
time_limit=

say() { printf '%s\n' "$*" >&2; }
now() { date -u '+%Y-%m-%dT%H:%M:%SZ'; }
have() { command -v "$1" >/dev/null 2>&1; }

# One line of the manifest; its parts are parted by tabs.
note() {
  printf '%s' "$1" >>"$folder/manifest.txt"
  shift
  for part in "$@"; do printf '\t%s' "$part" >>"$folder/manifest.txt"; done
  printf '\n' >>"$folder/manifest.txt"
}

# Part of a file name: nothing but letters, digits, dot and dash.
plain() { printf '%s' "$1" | tr -c 'A-Za-z0-9.-' '_'; }

# SHA-256 of a file, by whatever tool there is.
digest() {
  if have sha256sum; then sha256sum <"$1" | cut -d ' ' -f 1
  elif have shasum; then shasum -a 256 <"$1" | cut -d ' ' -f 1
  elif have openssl; then openssl dgst -sha256 <"$1" | sed 's/^.* //'
  else printf 'unknown\n'
  fi
}

# A day so many seconds ago, in the ways of GNU, busybox and BSD; without any of them, everything.
day_ago() {
  seconds=$(($(date -u '+%s') - $1))
  date -u -d "@$seconds" '+%Y-%m-%d' 2>/dev/null || date -u -r "$seconds" '+%Y-%m-%d' 2>/dev/null || printf '1970-01-01\n'
}

# Finds a way to stop a tool that hangs.
find_timeout() {
  for tool in timeout gtimeout; do
    if "$tool" -k 1 5 true 2>/dev/null; then time_limit="$tool -k 10"; return; fi
    if "$tool" 5 true 2>/dev/null; then time_limit=$tool; return; fi
  done
}

# Runs a tool with the time limit of its source, without standard input, so that it cannot ask for a password. It runs
# beside the shell, because a shell hears a signal only while it waits.
bounded() {
  trap 'kill "$inner" 2>/dev/null; exit 143' TERM
  # The time limit is several words.
  # shellcheck disable=SC2086
  if [ -n "$time_limit" ]; then $time_limit "$limit" "$@" </dev/null & else "$@" </dev/null & fi
  inner=$!
  wait "$inner"
}

# Replaces the values of environment variables, each on a line of its own in what the tools print.
withhold() {
  [ "${HULLBREACH_KIT_NO_ENV:-0}" = 1 ] && [ -s "$1" ] || return 0
  if sed -e 's/^\([[:space:]]*"value": \)".*"\(,\{0,1\}\)$/\1"[withheld]"\2/' \
    -e 's/^\([[:space:]]*"[^"]*last-applied-configuration": \)".*"\(,\{0,1\}\)$/\1"[withheld]"\2/' \
    -e '/"Env": \[/,/^[[:space:]]*\]/s/^\([[:space:]]*"[^="]*=\).*"\(,\{0,1\}\)$/\1[withheld]"\2/' \
    "$1" >"$base/withheld"; then
    mv "$base/withheld" "$1"
  else
    rm -f "$1" "$base/withheld"
  fi
}

# Tries one source: its answer goes to a file, its complaints beside it, how it went to the manifest.
# attempt ID SECONDS FILE TOOLS SETTINGS FUNCTION
attempt() {
  current=$1 limit=$2
  file=$folder/$3 errors=$folder/${3%.*}.err
  for tool in $4; do
    have "$tool" || { note source "$1" skipped "$tool is not on this machine"; return 0; }
  done
  for setting in $5; do
    eval "value=\${$setting:-}"
    # Set by the line above.
    # shellcheck disable=SC2154
    [ -n "$value" ] || { note source "$1" skipped "$setting is not set"; return 0; }
  done
  say "  $1 ..."
  begun=$(now)
  "$6" >"$file" 2>"$errors" &
  child=$!
  wait "$child"
  status=$?
  child=
  settle "$1" "$3" "$status" "$begun"
  current=
}

# Keeps what a source gave, and says how it ended. settle ID FILE STATUS BEGUN
settle() {
  file=$folder/$2 errors=$folder/${2%.*}.err state=ok
  withhold "$file"
  [ -s "$file" ] || rm -f "$file"
  if [ "$3" -ne 0 ]; then
    state=failed gaps=1
    [ "$3" -ne 124 ] || { state=stopped; printf 'Error: stopped after %s seconds\n' "$limit" >>"$errors"; }
    [ -s "$errors" ] || printf 'Error: %s ended with status %s and said nothing\n' "$1" "$3" >>"$errors"
    say "    $(sed -n '1{s/[^[:print:]]//g;p;}' "$errors")"
  elif [ -s "$errors" ]; then
    # What a tool says beside a whole answer (a warning) is no refusal.
    sed "s/^/said	$1	/" "$errors" >>"$folder/manifest.txt"
    rm -f "$errors"
  else
    rm -f "$errors"
  fi
  sum=-
  if [ -e "$file" ]; then
    kept=$((kept + 1)) sum=$(digest "$file")
  elif [ -d "${file%.*}" ]; then
    # A source of many files has a folder of its own.
    kept=$((kept + 1))
  elif [ "$3" -eq 0 ]; then
    state=empty
  fi
  note source "$1" "$state" "$3" "$4" "$(now)" "$2" "$sum"
}

# Begins a folder for what is collected, and says in its manifest who collects where and when.
begin() {
  host=$(uname -n 2>/dev/null || printf unknown)
  name=hullbreach-$role-$(plain "${host%%.*}")-$(date -u '+%Y%m%dT%H%M%SZ')
  [ -z "$1" ] || name=$name-$(plain "$1")
  folder=$base/$name
  gone=1
  while [ -e "$PWD/$name.tar.gz" ] || [ -e "$PWD/$name.tar" ] || [ -e "$folder" ]; do
    gone=$((gone + 1)) name=${folder##*/}-$gone
    [ "$gone" -lt 100 ] || { say "too many archives of this second in $PWD"; exit 1; }
  done
  folder=$base/$name
  mkdir "$folder" || exit 1
  kept=0
  note hullbreach-kit "$kit_version"
  note role "$role"
  note host "$host"
  note system "$(uname -srm 2>/dev/null)"
  note user "$(id -un 2>/dev/null)"
  note begun "$(now)"
  note clock "$(date '+%Y-%m-%dT%H:%M:%S%z')" "local time and zone"
  note time-limits "${time_limit:-none: neither timeout nor gtimeout is on this machine}"
  note environment-values "$([ "${HULLBREACH_KIT_NO_ENV:-0}" = 1 ] && printf withheld || printf kept)"
  note since "$since"
  limit=20
  for tool in kubectl docker podman nerdctl crictl curl skopeo gh glab git; do
    have "$tool" || continue
    case $tool in
      kubectl) version=$(bounded kubectl version --client 2>&1 | sed -n 1p) ;;
      *) version=$(bounded "$tool" --version 2>&1 | sed -n 1p) ;;
    esac
    note tool "$tool" "$version"
  done
}

# Packs the folder into the archive, which is the only file that stays.
pack() {
  [ -n "$folder" ] && [ -d "$folder" ] || return 0
  note ended "$(now)"
  if [ "$kept" -eq 0 ]; then
    gaps=1
    printf 'Error: nothing was collected for the role %s; manifest.txt says why\n' "$role" >"$folder/collection.err"
  fi
  archive=$name.tar
  if ! tar -C "$base" -cf "$base/$archive" "$name"; then
    say "tar failed: nothing was written"
    return 1
  fi
  rm -rf "$folder"
  folder=
  if have gzip && gzip "$base/$archive"; then archive=$archive.gz; fi
  # A move between two file systems can end halfway: the name comes last.
  if ! { cp "$base/$archive" "$PWD/$archive.part" && mv "$PWD/$archive.part" "$PWD/$archive"; }; then
    rm -f "$PWD/$archive.part"
    say "$PWD: cannot be written; go to another folder and run this again"
    return 1
  fi
  say "wrote  $PWD/$archive"
  say "sha256 $(digest "$archive")"
  if [ -n "$context" ]; then
    say "import hullbreach import $archive --context '$context'"
  elif [ "$role" = host ]; then
    say "import hullbreach import $archive --context '$(plain "$host")'"
  else
    say "import hullbreach import $archive"
  fi
  rm -f "$base/$archive"
}

clean() { [ -z "$base" ] || rm -rf "$base"; }

# A signal: what there is is packed, the rest is named as missing.
stop() {
  trap '' INT TERM HUP
  if [ -n "$child" ]; then
    kill "$child" 2>/dev/null
    sleep 1
    kill -9 "$child" 2>/dev/null
    wait "$child" 2>/dev/null
  fi
  if [ -n "$folder" ]; then
    say "interrupted: packing what there is"
    gaps=1
    for part in "$folder"/*; do
      case $part in *.json) withhold "$part" ;; *) ;; esac
      [ -s "$part" ] || rm -f "$part"
    done
    note interrupted "$(now)" "$current"
    printf 'Error: interrupted at %s, during %s; what comes after it is missing\n' "$(now)" "${current:-the beginning}" \
      >"$folder/interrupted.err"
    pack
  fi
  exit "$1"
}
