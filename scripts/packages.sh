# shellcheck shell=bash
# shellcheck disable=SC2034  # the lists are for those who source this file
# The Debian packages that Handfast needs, and how ./quickstart and ./check get them. What each is for and why this
# one: docs/dependencies.md. An entry `command:package` is met by any program of that name, whoever installed it.

build_packages=(
  g++:g++ cmake:cmake ninja:ninja-build pkg-config:pkg-config
  libssl-dev libipsec-mb-dev zlib1g-dev libbrotli-dev libzstd-dev libfmt-dev libcli11-dev libasio-dev libgtest-dev
  nlohmann-json3-dev python3:python3
)
check_packages=(
  openssl:openssl ca-certificates clang++-19:clang-19 libclang-rt-19-dev
  gnutls-cli:gnutls-bin go:golang-go javac:default-jdk-headless curl:curl irssi:irssi tmux:tmux
  weechat-headless:weechat-headless weechat-plugins zsh:zsh valgrind:valgrind
  sslscan:sslscan nmap:nmap testssl:testssl.sh
  chromium:chromium firefox-esr:firefox-esr certutil:libnss3-tools
)
bogo_packages=(golang-go golang-golang-x-crypto-dev golang-golang-x-sys-dev xz:xz-utils)
coverage_packages=(gcovr:gcovr)
tidy_packages=(clang-tidy-19:clang-tidy-19)

is_installed() {
  case $1 in
    *:*) command -v "${1%%:*}" >/dev/null ;;
    *) [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]] ;;
  esac
}

# install_missing ENTRY...: installs what is not there; needs root or sudo only where something is missing.
install_missing() {
  local entry missing=() as_root=()
  for entry in "$@"; do
    is_installed "$entry" || missing+=("${entry##*:}")
  done
  if ((${#missing[@]} == 0)); then
    return
  fi
  if ! command -v apt-get >/dev/null; then
    echo "missing: ${missing[*]}. Without apt-get this script cannot install them; install them and run it again." >&2
    exit 2
  fi
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "missing, and there is no sudo. Run as root: apt-get install ${missing[*]}" >&2
      exit 2
    fi
    as_root=(sudo)
  fi
  echo "installing: ${missing[*]}"
  if ! { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >build/packages.log 2>&1; then
    tail -n 20 build/packages.log >&2
    echo "the installation failed; the whole output is in build/packages.log" >&2
    exit 2
  fi
}

# use_ccache: a compiler cache where there is one; never required.
use_ccache() {
  if command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache CMAKE_C_COMPILER_LAUNCHER=ccache
  fi
}
