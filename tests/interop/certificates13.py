#!/usr/bin/env python3
"""What TLS 1.3 has beside plain certificates, with real peers: raw public keys, stapled OCSP responses, compressed certificates.

    certificates13.py --handfast build/release/bin/handfast --work build/release/interop [--only TEXT]
"""
import sys

import features
from features import GNUTLS13, Row, expect, expect_equal, messages, talk
from process import run

WORD = b"late words\n"
ALGORITHMS = ("zlib", "brotli", "zstd")


def rows():
    yield from raw_public_keys()
    yield from staples()
    yield from compression()


def certificate_of(events, owner):
    """The event about what that side has shown."""
    found = [event for event in events if event["event"] == "certificate" and event["owner"] == owner]
    expect(len(found) == 1, f"certificates of the {owner}: {len(found)}")
    return found[0]


# Raw public keys (RFC 7250). GnuTLS's tools compare no such key with anything: --insecure, and what they print is read.

RAW_BOTH = GNUTLS13 + ":-CTYPE-ALL:+CTYPE-SRV-RAWPK:+CTYPE-CLI-RAWPK"
RAW_SERVER = GNUTLS13 + ":-CTYPE-ALL:+CTYPE-SRV-RAWPK:+CTYPE-CLI-X509"
RAW_CLIENT = GNUTLS13 + ":-CTYPE-ALL:+CTYPE-SRV-X509:+CTYPE-CLI-RAWPK"


def raw_public_keys():
    yield Row("raw public key of gnutls-serv, we trust it", gnutls_raw)
    yield Row("raw public key of gnutls-serv, we trust another", gnutls_raw_unknown)
    yield Row("raw public keys of both, we -> gnutls-serv", gnutls_raw_mutual)
    yield Row("raw public key of ours, certificate of gnutls-serv", gnutls_raw_client)
    yield Row("raw public key of ours, gnutls-cli -> us", our_raw)
    yield Row("raw public keys of both, gnutls-cli -> us", our_raw_mutual)
    yield Row("raw public key of gnutls-cli that we do not know", our_raw_unknown)
    yield Row("raw public key of gnutls-cli, certificate of ours", raw_client)


def raw_key(bench, name):
    return ["--rawpkkeyfile", bench.pairs[name].key, "--rawpkfile", bench.pairs[name].public]


def gnutls_raw(bench):
    peer = bench.gnutls_server(*raw_key(bench, "server"), priority=RAW_SERVER, certificate=None)
    ran = bench.connect(peer.tls_port, "--trust-raw-key", bench.pairs["server"].public, data=WORD, expect=len(WORD),
                        trust=False)
    expect_equal(ran.output, WORD, "the answer")
    expect(certificate_of(ran.events, "server")["verified"], "not verified")


def gnutls_raw_unknown(bench):
    peer = bench.gnutls_server(*raw_key(bench, "server"), priority=RAW_SERVER, certificate=None)
    ran = bench.connect(peer.tls_port, "--trust-raw-key", bench.pairs["client"].public, code=4, trust=False)
    expect("raw public key" in ran.text, ran.text)


def gnutls_raw_mutual(bench):
    peer = bench.gnutls_server("--require-client-cert", *raw_key(bench, "server"), priority=RAW_BOTH, certificate=None)
    ran = bench.connect(peer.tls_port, "--trust-raw-key", bench.pairs["server"].public, "--raw-public-key",
                        bench.pairs["client"].key, data=WORD, expect=len(WORD), trust=False)
    expect_equal(ran.output, WORD, "the answer")
    expect_equal(pem_of(peer.output), bench.pairs["client"].public_pem, "the key that GnuTLS has seen")


def gnutls_raw_client(bench):
    peer = bench.gnutls_server("--require-client-cert", priority=RAW_CLIENT)
    ran = bench.connect(peer.tls_port, "--raw-public-key", bench.pairs["client"].key, data=WORD, expect=len(WORD))
    expect_equal(ran.output, WORD, "the answer")
    expect_equal(pem_of(peer.output), bench.pairs["client"].public_pem, "the key that GnuTLS has seen")


def our_raw(bench):
    server = bench.serve("--raw-public-key", bench.pairs["server"].key, certificate=None)
    with bench.gnutls_client(server.port, "--insecure", "--print-cert", priority=RAW_SERVER, trust=False) as client:
        talk(client, WORD)
        expect_equal(pem_of(client.output), bench.pairs["server"].public_pem, "the key that GnuTLS has seen")


def our_raw_mutual(bench):
    server = bench.serve("--raw-public-key", bench.pairs["server"].key, "--trust-raw-key", bench.pairs["client"].public,
                         certificate=None)
    with bench.gnutls_client(server.port, "--insecure", "--print-cert", *raw_key(bench, "client"), priority=RAW_BOTH,
                             trust=False) as client:
        talk(client, WORD)
        expect_equal(pem_of(client.output), bench.pairs["server"].public_pem, "the key that GnuTLS has seen")
    expect(certificate_of(server.events(1), "client")["verified"], "not verified")


def our_raw_unknown(bench):
    server = bench.serve("--raw-public-key", bench.pairs["server"].key, "--trust-raw-key", bench.pairs["server"].public,
                         certificate=None)
    with bench.gnutls_client(server.port, "--insecure", *raw_key(bench, "client"), priority=RAW_BOTH,
                             trust=False) as client:
        expect("raw public key" in server.wait_line(r"#1 .*failed: .*"), "the log does not name the raw public key")
        client.close_input()
        expect(client.wait() != 0, "gnutls-cli is content")


def raw_client(bench):
    server = bench.serve("--trust-raw-key", bench.pairs["client"].public)
    with bench.gnutls_client(server.port, *raw_key(bench, "client"), priority=RAW_CLIENT) as client:
        talk(client, WORD)
    expect(certificate_of(server.events(1), "client")["verified"], "not verified")


def pem_of(output):
    """The public key that is printed there, once it is."""
    begin, end = "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"
    output.match(end)
    text = output.text()
    return text[text.index(begin):text.index(end) + len(end)]


# Stapled OCSP responses

def staples():
    yield Row("staple of OpenSSL, we require one", lambda b: openssl_staple(b, theirs("good"), 0))
    yield Row("staple of OpenSSL: revoked", lambda b: openssl_staple(b, theirs("revoked"), 4, "revoked"))
    yield Row("staple of OpenSSL: out of date", lambda b: openssl_staple(b, our_late_staple, 4, "out of date"))
    yield Row("no staple of OpenSSL, we require one", lambda b: openssl_staple(b, None, 4, "staple"))
    yield Row("staple of GnuTLS, we require one", gnutls_staple)
    yield Row("staple of ours, OpenSSL looks at it", lambda b: our_staple_openssl(b, "good"))
    yield Row("staple of ours, GnuTLS looks at it: good", lambda b: our_staple_gnutls(b, []))
    yield Row("staple of ours, GnuTLS looks at it: revoked", lambda b: our_staple_gnutls(b, ["--status", "revoked"]))


def openssl_staple(bench, staple, code, words=""):
    options = ["-status_file", staple(bench)] if staple else []
    peer = bench.openssl_server("-rev", *options)
    ran = bench.connect(peer.tls_port, "--staple", "require", code=code, data=WORD, expect=len(WORD))
    expect(words in ran.text, f"it does not say '{words}': {ran.text}")


def theirs(name):
    return lambda bench: bench.pairs["staples"][name]


def gnutls_staple(bench):
    peer = bench.gnutls_server("--ocsp-response", bench.pairs["staples"]["good"])
    ran = bench.connect(peer.tls_port, "--staple", "require", data=WORD, expect=len(WORD))
    expect_equal(ran.output, WORD, "the answer")


def our_staple(bench, *options):
    """By `handfast cert staple`."""
    authority = bench.authority
    for end in (".pem", ".key"):
        source = authority.cert if end == ".pem" else authority.key
        with open(source, "rb") as file:
            bench.file("ca" + end, file.read())
    run(bench.program, "cert", "staple", "--ca", bench.file("ca"), "--cert", bench.pairs["server"].cert, "--out",
        bench.file("server"), *options)
    return bench.file("server.ocsp")


def our_late_staple(bench):
    return our_staple(bench, "--expired")


def our_staple_openssl(bench, status):
    server = bench.serve("--staple", our_staple(bench))
    with bench.openssl_client(server.port, "-status") as client:
        talk(client, WORD)
        text = client.output.text()
    expect("OCSP Response Status: successful" in text and f"Cert Status: {status}" in text, f"no staple in {text}")


def our_staple_gnutls(bench, options):
    server = bench.serve("--staple", our_staple(bench, *options))
    with bench.gnutls_client(server.port, "--ocsp") as client:
        if not options:
            talk(client, WORD)
            expect("OCSP status request" in client.output.text(), "gnutls-cli has seen no staple")
            return
        client.close_input()
        expect(client.wait() != 0, "gnutls-cli is content")
        expect("revoked" in client.output.text(), client.output.text())


# Compressed certificates (RFC 8879). Debian 12 builds GnuTLS without; Chromium takes them, see browsers.py.

UNKNOWN = "Unknown compression method"   # GnuTLS says so, and goes on

def compression():
    for algorithm in ALGORITHMS:
        yield Row(f"certificate of gnutls-serv compressed by {algorithm}", lambda b, a=algorithm: gnutls_compresses(b, a))
        yield Row(f"certificate of ours compressed by {algorithm} for gnutls-cli", lambda b, a=algorithm: we_compress(b, a))


def gnutls_compresses(bench, algorithm):
    peer = bench.gnutls_server("--compress-cert", algorithm)
    ran = bench.connect(peer.tls_port, "--compress-certificates", algorithm, data=WORD, expect=len(WORD))
    if messages(ran.events, "CompressedCertificate"):
        return None
    peer.output.match(UNKNOWN)
    return "this GnuTLS was built without it"


def we_compress(bench, algorithm):
    server = bench.serve("--compress-certificates", algorithm)
    with bench.gnutls_client(server.port, "--compress-cert", algorithm) as client:
        talk(client, WORD)
    if messages(server.events(1), "CompressedCertificate"):
        return None
    client.output.match(UNKNOWN)
    return "this GnuTLS was built without it"


# What all use

def certificates(workshop):
    authority = workshop.authority("ca", subject="/CN=Interop CA")
    pairs = {"server": workshop.server("server", authority), "client": workshop.client("client", authority)}
    for pair in list(pairs.values()):
        pair.public = pair.key + ".pub"
        run("openssl", "pkey", "-in", pair.key, "-pubout", "-out", pair.public)
        with open(pair.public, encoding="ascii") as file:
            pair.public_pem = file.read().strip()
    pairs["staples"] = {"good": workshop.staple("good", authority, pairs["server"]),
                        "revoked": workshop.staple("revoked", authority, pairs["server"], revoked=True)}
    return authority, pairs


if __name__ == "__main__":
    sys.exit(features.main(__doc__, list(rows()), certificates, ("openssl", "gnutls-cli", "gnutls-serv")))
