"""The catalogue over what is old: key exchanges of TLS 1.2 and before that are off by default, and peers that have nothing but old
versions or suites without encryption or authentication. `tls` None: our default configuration. Numbers go on behind those of the
catalogue: 60-62 key exchange, 63-66 what is old meets the default."""
import dataclasses
import os

from wrong_rows import DONE, PEER_REFUSED, REFUSED, WE_REFUSED, Row, client, server

IDENTITY, KEY, OTHER_KEY = "device-7", "00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100"
PSK_SUITE, ECDHE_PSK_SUITE = "TLS_PSK_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256"
DHE_SUITE = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"
EVERYTHING = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"


def all_rows():
    return [*pre_shared_keys(), *finite_fields(), *against_the_default()]


def openssl_psk(identity, key):
    return ["-psk_identity", identity, "-psk", key, "-cipher", "PSK:@SECLEVEL=0"]


def our_psk(identity, key, suite=PSK_SUITE):
    return ["--suite", suite, "--psk", f"{identity}:{key}"]


def gnutls_psk_server(bench, identity, key):
    file = bench.file("psk")
    with open(file, "w", encoding="utf-8") as keys:
        keys.write(f"{identity}:{key}\n")
    priority = "NONE:+VERS-TLS1.2:+COMP-NULL:+CTYPE-X509:+SIGN-ALL:+PSK:+ECDHE-PSK:+AES-128-GCM:+AES-128-CBC:+AEAD:+SHA256:+GROUP-ALL"
    return bench.gnutls_server(priority, "--pskpasswd", file)


def pre_shared_keys():
    yield client(60, "the same pre-shared key (OpenSSL)", lambda b: b.openssl_server("server", "-tls1_2", *openssl_psk(IDENTITY, KEY)), DONE,
                 None, None, (), our_psk(IDENTITY, KEY))
    yield client(60, "server (GnuTLS) does not know our identity", lambda b: gnutls_psk_server(b, "other", KEY), PEER_REFUSED, "S>C 20",
                 REFUSED, ("or hides that it has none",), our_psk(IDENTITY, KEY))
    yield server(60, "client's (OpenSSL) identity is unknown", lambda b: b.openssl_client(*openssl_psk("nobody", KEY)), "S>C 115",
                 "key_exchange.psk_identity_unknown", ("a pre-shared key that we do not know", "nobody"), our_psk(IDENTITY, KEY))
    for suite in (PSK_SUITE, ECDHE_PSK_SUITE):
        yield client(61, f"server (OpenSSL) has another key, {suite}",
                     lambda b: b.openssl_server("server", "-tls1_2", *openssl_psk(IDENTITY, OTHER_KEY)), PEER_REFUSED, "S>C 20", REFUSED,
                     ("another key for this identity",), our_psk(IDENTITY, KEY, suite))
        yield client(61, f"server (GnuTLS) has another key, {suite}", lambda b: gnutls_psk_server(b, IDENTITY, OTHER_KEY), PEER_REFUSED,
                     "S>C 20", REFUSED, ("another key for this identity",), our_psk(IDENTITY, KEY, suite))
        yield server(61, f"client (OpenSSL) has another key, {suite}", lambda b: b.openssl_client(*openssl_psk(IDENTITY, OTHER_KEY)),
                     "S>C 20", "record.bad_mac", ("the two sides have different keys",), our_psk(IDENTITY, KEY, suite))


def group(name):
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers", f"dh_{name}.pem")


def finite_fields():
    def dhe_server(name):
        return lambda b: b.openssl_server("server_rsa", "-tls1_2", "-cipher", "DHE:@SECLEVEL=0", "-dhparam", group(name))

    def row(title, name, *expected, options=()):
        return client(62, title, dhe_server(name), *expected, ("--suite", DHE_SUITE, *options))

    yield row("the server's own group of 2048 bits", "own", DONE, None, None, ())
    yield row("the server's group has 1024 bits", "1024", WE_REFUSED, "C>S 71", "key_exchange.finite_field_too_small", ("it has 1024 bits", "Logjam"))
    yield row("the server's group has 1024 bits, allowed", "1024", DONE, None, None, (), options=("--allow-small-groups",))
    yield row("the prime of the server's group is not safe", "unsafe", WE_REFUSED, "C>S 47", "key_exchange.finite_field_unsafe",
              ("p and (p-1)/2 are not both prime",))


def against_the_default():
    for number, what, *options in ((63, "has TLS 1.0 alone", "-tls1", "-cipher", EVERYTHING),
                                   (63, "has TLS 1.1 alone", "-tls1_1", "-cipher", EVERYTHING)):
        yield by_default(client(number, f"server {what}", lambda b, o=options: b.openssl_server("server_rsa", *o), PEER_REFUSED, "S>C 70",
                                REFUSED, ("alert 70 protocol_version", "version")))
        yield by_default(server(number, f"client {what}", lambda b, o=options: b.openssl_client(*o[1:], version=o[0]), "S>C 70",
                                "hello.version_not_supported", ("at most; we have TLS 1.3, TLS 1.2",), (), "server_rsa"))
    for number, what, cipher in ((64, "anonymous suites alone", "aNULL"), (65, "suites without encryption alone", "eNULL"),
                                 (66, "DHE alone", "kDHE+aRSA"), (66, "static RSA alone", "kRSA")):
        options = ["-tls1_2", "-cipher", cipher + ":@SECLEVEL=0"]
        yield by_default(client(number, f"server has {what}", lambda b, o=options: b.openssl_server("server_rsa", *o), PEER_REFUSED,
                                "S>C 40", REFUSED, ("no cipher suite",)))
        yield by_default(server(number, f"client has {what}", lambda b, o=options: b.openssl_client(*o[1:]), "S>C 40",
                                "hello.no_common_suite", ("no cipher suite that both sides have",), (), "server_rsa"))


def by_default(row):
    return dataclasses.replace(row, tls=None)
