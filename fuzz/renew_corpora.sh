#!/usr/bin/env bash
# Makes corpus/ anew, for the fuzzers named, or all: of the seeds, of the corpus as it is and of what build/fuzz/corpus has grown to, as few
# inputs as reach the same code.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=build/fuzz
"$build/bin/fuzz_seeds" "$build/seeds"

renew() {
  local name=$1 folder folders=() merged=$build/merged grown=$build/grown
  rm -rf "$grown"
  mkdir -p "$grown" "$build/corpus/$name"
  cp -r "$build/corpus/$name/." "$grown"   # a fuzzer that runs takes files away
  for folder in "fuzz/corpus/$name" "fuzz/seeds/$name" "$build/seeds/$name" "$grown"; do
    if [[ -d $folder ]]; then folders+=("$folder"); fi
  done
  rm -rf "$merged"
  mkdir "$merged"
  if ! "$build/bin/fuzz_$name" -set_cover_merge=1 -use_counters=0 -max_len=65536 "$merged" "${folders[@]}" >"$build/merge.log" 2>&1; then
    tail -n 20 "$build/merge.log"
    return 1
  fi
  rm -rf "fuzz/corpus/$name"
  mv "$merged" "fuzz/corpus/$name"
  echo "$name: $(find "fuzz/corpus/$name" -type f | wc -l) inputs, $(find "fuzz/corpus/$name" -type f -printf '%s\n' | awk '{ all += $1 } END { print all + 0 }') bytes"
}

mkdir -p fuzz/corpus
if (($# == 0)); then
  for source in fuzz/*.cpp; do
    set -- "$@" "$(basename "$source" .cpp)"
  done
fi
for name in "$@"; do renew "$name"; done
