#!/usr/bin/env bash
# install_test.sh BUILD_DIR COMPILER: does an installed Handfast serve a program that knows only the prefix?
set -euo pipefail

build_dir=$1
compiler=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/moved

# Installed in one place and moved to another: nothing in the tree may remember where it was made.
cmake --install "$build_dir" --prefix "$work/first" >"$work/install.log"
mv "$work/first" "$prefix"
if grep -rlF -e "$work/first" -e "$build_dir" "$prefix" --include='*.cmake' --include='*.pc' --include='*.hpp'; then
  echo "these installed files name the folder they were built or installed in" >&2
  exit 1
fi
"$prefix/bin/handfast" --version

for header in "$prefix"/include/handfast/*.hpp; do
  name=handfast/$(basename "$header")
  echo "each header stands alone: $name"
  echo "#include <$name>" | "$compiler" -std=c++23 -DASIO_STANDALONE -I"$prefix/include" -fsyntax-only -x c++ -
done

echo "by find_package"
cmake -S "$here/consumer" -B "$work/cmake" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$prefix"
cmake --build "$work/cmake"
"$work/cmake/consumer"

echo "by pkg-config"
pc=$(find "$prefix" -name handfast.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
read -ra flags <<<"$(pkg-config --cflags --libs handfast)"
"$compiler" -std=c++23 "$here/consumer/main.cpp" "${flags[@]}" -o "$work/by_pkg_config"
"$work/by_pkg_config"

echo "the README's program"
awk '/^```cpp$/ { on = 1; next } /^```$/ { on = 0 } on' "$here/../../README.md" >"$work/readme.cpp"
printf '%s\n' '#include <cstdio>' \
  'int main() { std::puts(fetch(-1, "localhost").error().message().c_str()); }' >>"$work/readme.cpp"
"$compiler" -std=c++23 "$work/readme.cpp" "${flags[@]}" -o "$work/readme"
# Without a socket the transport ends at once: the connection must say that it was truncated.
"$work/readme" | tee /dev/stderr | grep -q 'without close_notify'
