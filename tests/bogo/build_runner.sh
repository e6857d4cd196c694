#!/bin/sh
# Builds BoringSSL's TLS test runner (BoGo) in a folder, from Debian 12's own source package: nothing but Debian's archive is
# needed. usage: build_runner.sh FOLDER    ->  FOLDER/runner.test, FOLDER/runner (where it runs), FOLDER/tests.txt (its tests)
# Exit code 77 where the source cannot be had.
set -eu
made_by=$(cksum <"$0")
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$folder"
[ -s tests.txt ] && [ "$(cat made_by 2>/dev/null)" = "$made_by" ] && exit 0
rm -rf source   # edited by another version of this file

unavailable() { echo "bogo: $1"; exit 77; }

if [ ! -d source ]; then
  # Sources are read from a list of our own: the machine's stays as it is.
  mkdir -p lists/partial
  mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' 2>/dev/null | awk '$2 == "bookworm" { print $1; exit }')
  [ -n "$mirror" ] || unavailable "apt knows no archive of Debian 12"
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" >sources.list
  set -- -o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o "Dir::State::Lists=$folder/lists" -o APT::Sandbox::User=root
  { apt-get "$@" update -qq && apt-get "$@" source --download-only -qq android-platform-external-boringssl; } >apt.log 2>&1 ||
    unavailable "the source package android-platform-external-boringssl cannot be had: $(tail -n 1 apt.log)"
  rm -rf unpacked && mkdir unpacked
  tar xf android-platform-external-boringssl_*.orig.tar.xz -C unpacked --strip-components=1
  # Its pre-shared keys have 5 and 6 bytes. Ours have at least 16 (RFC 9257 section 4): longer ones, the same on both sides.
  # And what is tried on RSA-encrypted keys is tried with a suite that we have.
  sed -i 's/const psk = "12345"/const psk = "a key of 16 byte"/
    s/\[\]byte("secret")/[]byte("a key of 16 byte")/
    s/"-psk", "secret"/"-psk", "a key of 16 byte"/
    /"BadRSAClientKeyExchange-%d"/,/CipherSuites/ s/TLS_RSA_WITH_3DES_EDE_CBC_SHA/TLS_RSA_WITH_AES_128_CBC_SHA/
    /"Renegotiate-Client-SwitchCiphers/,/renegotiateCiphers/ s/TLS_RSA_WITH_3DES_EDE_CBC_SHA/TLS_RSA_WITH_AES_128_CBC_SHA/' unpacked/src/ssl/test/runner/runner.go
  mv unpacked source
fi

mkdir -p gopath/src/boringssl.googlesource.com
ln -sfn "$folder/source/src" gopath/src/boringssl.googlesource.com/boringssl
ln -sfn "$folder/source/src/ssl/test/runner" runner
go=/usr/lib/go-1.19/bin/go
[ -x "$go" ] || go=$(command -v go) || unavailable "Go was not found (Debian package: golang-go)"
[ -d /usr/share/gocode/src/golang.org/x/crypto ] || unavailable "golang.org/x/crypto was not found (Debian package: golang-golang-x-crypto-dev)"
(
  cd gopath/src/boringssl.googlesource.com/boringssl/ssl/test/runner
  CGO_ENABLED=0 GO111MODULE=off GOPATH="$folder/gopath:/usr/share/gocode" GOFLAGS='' GOCACHE="$folder/gocache" \
    "$go" test -c -o "$folder/runner.test" .
)

# What tests there are, it says only when it runs them: a shim that can do nothing makes that quick.
cat >no_shim.sh <<'END'
#!/bin/sh
[ "$1" = -is-handshaker-supported ] && echo No && exit 0
exit 89
END
chmod +x no_shim.sh
(cd runner && "$folder/runner.test" -shim-path "$folder/no_shim.sh" -allow-unimplemented -pipe) >listing.txt
sed -n 's/^UNIMPLEMENTED (\(.*\))$/\1/p' listing.txt | sort >tests.txt
echo "$made_by" >made_by
