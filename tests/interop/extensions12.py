#!/usr/bin/env python3
"""Extensions of TLS 1.2's time and its sessions, with real peers: stapled OCSP responses, signed certificate timestamps, fallback
SCSV, max_fragment_length, session ids, a file of sessions.

    extensions12.py --handfast build/release/bin/handfast --work build/release/interop [--only TEXT]
"""
import base64
import sys

import features
from certificates13 import our_late_staple, our_staple, our_staple_gnutls, our_staple_openssl, theirs
from features import GNUTLS12, GNUTLS13, Row, expect, expect_equal, messages, talk
from process import run

WORD = b"late words\n"
LONG = b"the quick brown fox jumps over the lazy dog " * 40 + b"\n"   # longer than the records that are asked for here
# A SignedCertificateTimestampList with one timestamp (RFC 6962 section 3.3) of a log that nobody knows.
TIMESTAMP = bytes([0]) + bytes(range(32)) + bytes(8) + bytes([0, 0, 4, 3, 0, 8]) + bytes(8)
TIMESTAMPS = (len(TIMESTAMP) + 2).to_bytes(2, "big") + len(TIMESTAMP).to_bytes(2, "big") + TIMESTAMP


def rows():
    yield from staples()
    yield from timestamps()
    yield from fallbacks()
    yield from fragments()
    yield from sessions()
    yield from old_versions()


# Stapled OCSP responses (RFC 6066 section 8)

def staples():
    yield Row("staple of OpenSSL, we require one", lambda b: openssl_staple(b, theirs("good"), 0))
    yield Row("staple of OpenSSL: revoked", lambda b: openssl_staple(b, theirs("revoked"), 4, "revoked"))
    yield Row("staple of OpenSSL: out of date", lambda b: openssl_staple(b, our_late_staple, 4, "out of date"))
    yield Row("no staple of OpenSSL, we require one", lambda b: openssl_staple(b, None, 4, "staple"))
    yield Row("no staple of OpenSSL, we only ask", no_openssl_staple)
    yield Row("staple of OpenSSL, and none in the resumption", openssl_staple_resumed)
    yield Row("staple of GnuTLS, we require one", gnutls_staple)
    yield Row("staple of ours, OpenSSL looks at it", lambda b: our_staple_openssl(b, "good"))
    yield Row("staple of ours, OpenSSL looks at it and resumes", our_staple_resumed)
    yield Row("staple of ours, GnuTLS looks at it: good", lambda b: our_staple_gnutls(b, []))
    yield Row("staple of ours, GnuTLS looks at it: revoked", lambda b: our_staple_gnutls(b, ["--status", "revoked"]))
    yield Row("staple of ours, curl requires it: good", lambda b: our_staple_curl(b, [], 0))
    yield Row("staple of ours, curl requires it: revoked", lambda b: our_staple_curl(b, ["--status", "revoked"], 91))
    yield Row("staple and timestamps of ours, Go asks for both", lambda b: our_staple_driven(b, b.go(), True))
    # Java asks for it in two ways (status_request_v2 too), and gets it in the one that we have.
    yield Row("staple of ours, Java asks for it", lambda b: our_staple_driven(b, b.java(), False))


def openssl_staple(bench, staple, code, words=""):
    options = ["-status_file", staple(bench)] if staple else []
    peer = bench.openssl_server("-rev", *options)
    ran = bench.connect(peer.tls_port, "--staple", "require", code=code, data=WORD, expect=len(WORD))
    expect(words in ran.text, f"it does not say '{words}': {ran.text}")
    if code == 0:
        expect_equal(len(messages(ran.events, "CertificateStatus")), 1, "CertificateStatus messages")


def no_openssl_staple(bench):
    peer = bench.openssl_server("-rev")
    bench.connect(peer.tls_port, "--staple", "request", data=WORD, expect=len(WORD))


def openssl_staple_resumed(bench):
    peer = bench.openssl_server("-rev", "-status_file", theirs("good")(bench))
    for how, count in (("full", 1), ("resumed", 0)):
        ran = bench.connect(peer.tls_port, "--staple", "require", "--resume", bench.file("session"), data=WORD,
                            expect=len(WORD))
        expect(how in ran.text, f"not {how}: {ran.text}")
        expect_equal(len(messages(ran.events, "CertificateStatus")), count, "CertificateStatus messages")


def gnutls_staple(bench):
    peer = bench.gnutls_server("--ocsp-response", bench.pairs["staples"]["good"])
    ran = bench.connect(peer.tls_port, "--staple", "require", data=WORD, expect=len(WORD))
    expect_equal(ran.output, WORD, "the answer")
    expect_equal(len(messages(ran.events, "CertificateStatus")), 1, "CertificateStatus messages")


def our_staple_resumed(bench):
    server = bench.serve("--staple", our_staple(bench))
    session = bench.file("openssl_session")
    for connection, use, count in ((1, "-sess_out", 1), (2, "-sess_in", 0)):
        with bench.openssl_client(server.port, "-status", use, session) as client:
            talk(client, WORD)
        expect_equal(len(messages(server.events(connection), "CertificateStatus")), count, "CertificateStatus messages")


def our_staple_curl(bench, options, code):
    """It looks for the issuer in the chain that comes."""
    pair = bench.pairs["server"]
    chain = b""
    for certificate in (pair, bench.authority):
        with open(certificate.cert, "rb") as file:
            chain += file.read()
    server = bench.serve("--mode", "http", "--staple", our_staple(bench, *options), "--cert", bench.file("chain.pem", chain),
                         "--key", pair.key, certificate=None)
    process = bench.start("curl", "--silent", "--show-error", "--cert-status", "--tls-max", "1.2", "--cacert",
                          bench.authority.cert, "--resolve", f"localhost:{server.port}:127.0.0.1",
                          f"https://localhost:{server.port}/", merge=True)
    expect_equal(process.wait(), code, f"exit of curl, which says {process.output.text()[-300:]}")


def our_staple_driven(bench, peer, with_timestamps):
    """By a peer that asks for a staple without being told to."""
    server = bench.serve("--staple", our_staple(bench), "--sct", bench.file("timestamps", TIMESTAMPS))
    number = peer.command(do="connect", port=server.port, ca=bench.authority.cert, name="localhost",
                          payload=bench.file("payload", WORD), times=1, tls="1.2",
                          suites="TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
    facts = peer.answers(number, "done", 1)[0]["connections"][0]
    expect(not facts.get("error"), facts.get("error"))
    events = server.events(1)
    expect_equal(len(messages(events, "CertificateStatus")), 1, "CertificateStatus messages")
    answered = extensions_of(events, "ServerHello")
    expect_equal("signed_certificate_timestamp" in answered, with_timestamps, "timestamps")
    expect("status_request_v2" not in answered, "it is answered twice")


def extensions_of(events, name):
    """The names of a hello's extensions."""
    return messages(events, name)[0]["fields"]["extensions"]


# Signed certificate timestamps (RFC 6962 section 3.3.1)

def timestamps():
    yield Row("timestamps of ours, OpenSSL looks at them", our_timestamps)
    yield Row("timestamps of OpenSSL, we ask", openssl_timestamps)


def our_timestamps(bench):
    logs = bench.file("logs", b"enabled_logs=\n")
    server = bench.serve("--sct", bench.file("timestamps", TIMESTAMPS))
    with bench.openssl_client(server.port, "-ct", "-ctlogfile", logs) as client:
        talk(client, WORD)
        said = client.output.text()
    expect("SCTs present (1)" in said, f"OpenSSL has seen no timestamp: {said[-1500:]}")


def openssl_timestamps(bench):
    extension = (18).to_bytes(2, "big") + len(TIMESTAMPS).to_bytes(2, "big") + TIMESTAMPS
    text = base64.b64encode(extension).decode()
    info = f"-----BEGIN SERVERINFO FOR TIMESTAMPS-----\n{text}\n-----END SERVERINFO FOR TIMESTAMPS-----\n"
    peer = bench.openssl_server("-rev", "-serverinfo", bench.file("info.pem", info.encode()))
    for options, has in (([], False), (["--sct"], True)):
        ran = bench.connect(peer.tls_port, *options, data=WORD, expect=len(WORD))
        expect_equal("signed_certificate_timestamp" in extensions_of(ran.events, "ServerHello"), has, "timestamps")


# Fallback SCSV (RFC 7507)

REFUSED = "inappropriate_fallback"


def fallbacks():
    yield Row("fallback of OpenSSL, we have more", lambda b: openssl_falls_back(b, "1.3,1.2", True))
    yield Row("fallback of OpenSSL, we have no more", lambda b: openssl_falls_back(b, "1.2", False))
    yield Row("fallback of GnuTLS, we have more", gnutls_falls_back)
    yield Row("fallback of ours, OpenSSL has more", lambda b: we_fall_back(b, b.openssl_server("-min_protocol", "TLSv1.2"), 5))
    yield Row("fallback of ours, OpenSSL has no more", lambda b: we_fall_back(b, b.openssl_server("-rev"), 0))
    yield Row("fallback of ours, GnuTLS has more", lambda b: we_fall_back(b, b.gnutls_server(priority="NORMAL"), 5))
    yield Row("fallback of ours, GnuTLS has no more", lambda b: we_fall_back(b, b.gnutls_server(), 0))


def openssl_falls_back(bench, versions, is_refused):
    server = bench.serve("--tls", versions)
    with bench.openssl_client(server.port, "-fallback_scsv") as client:
        if not is_refused:
            talk(client, WORD)
            return
        client.output.match("alert inappropriate fallback")
    expect("tries again with a lower version" in server.wait_line("#1 .*failed: .*"), "our log does not say why")


def gnutls_falls_back(bench):
    server = bench.serve("--tls", "1.3,1.2")
    client = bench.gnutls_client(server.port, priority=GNUTLS12 + ":%FALLBACK_SCSV")
    client.output.match("Inappropriate fallback")


def we_fall_back(bench, peer, code):
    ran = bench.connect(peer.tls_port, "--fallback", code=code, data=WORD, expect=len(WORD))
    expect(code == 0 or REFUSED in ran.text, ran.text)


# max_fragment_length (RFC 6066 section 4). Go and curl do not have it; Java does by a switch of the whole virtual machine.

def fragments():
    for name in ("1.2", "1.3"):
        yield Row(f"max_fragment_length, TLS {name}, s_client -> us", lambda b, n=name: openssl_asks(b, n))
        yield Row(f"max_fragment_length, TLS {name}, we -> s_server", lambda b, n=name: we_ask_openssl(b, n))
    # GnuTLS 3.7 agrees in TLS 1.2 too, and then sends long records all the same.
    yield Row("max_fragment_length, TLS 1.3, we -> gnutls-serv", we_ask_gnutls)
    yield Row("max_fragment_length, TLS 1.2, we -> gnutls-serv: we refuse what is longer", gnutls_exceeds)
    yield Row("max_fragment_length in a resumption, we -> s_server", we_ask_again)
    yield Row("max_fragment_length and record_size_limit, we -> gnutls-serv", limit_wins)


def named(version):
    return ["--tls", version]


def around(version):
    """What AES-GCM adds to a fragment."""
    return 17 if version == "1.3" else 24


def expect_fragments(events, direction, version, most=512):
    lengths = {kind: [event["length"] for event in events if event["event"] == "record" and event["direction"] == direction
                      and event["protected"] == kind] for kind in (False, True)}
    if version == "1.2":
        first = 1 if direction == "sent" and events[0]["side"] == "client" else 0   # before anything is agreed on
        expect(max(lengths[False][first:]) <= most, f"plain records of {lengths[False]} bytes")
    expect_equal(max(lengths[True]), most + around(version), "the longest record")


def openssl_asks(bench, version):
    server = bench.serve(*named(version), "--mode", "http")
    client = bench.openssl_client(server.port, "-tls" + version.replace(".", "_"), "-maxfraglen", 512)
    client.send(b"GET /" + b"x" * 600 + b" HTTP/1.0\r\n\r\n")
    client.output.match("</html>")
    client.close_input()
    client.wait()
    expect_fragments(server.events(1), "received", version)
    with bench.openssl_client(server.port, "-tls" + version.replace(".", "_"), "-maxfraglen", 512) as second:
        second.send(b"GET / HTTP/1.0\r\n\r\n")
        second.output.match("</html>")
    expect_fragments(server.events(2), "sent", version)


def we_ask_openssl(bench, version):
    peer = bench.openssl_server("-rev", "-tls" + version.replace(".", "_"))
    ran = bench.connect(peer.tls_port, *named(version), "--max-fragment-length", 512, data=LONG, expect=len(LONG))
    expect_equal(ran.output, LONG[:-1][::-1] + b"\n", "the answer")
    expect_fragments(ran.events, "sent", version)
    expect_fragments(ran.events, "received", version)


def we_ask_gnutls(bench):
    peer = bench.gnutls_server(priority=GNUTLS13)
    ran = bench.connect(peer.tls_port, "--tls", "1.3", "--max-fragment-length", 512, data=LONG, expect=len(LONG))
    expect_equal(ran.output, LONG, "the answer")
    expect_fragments(ran.events, "sent", "1.3")
    expect_fragments(ran.events, "received", "1.3")


def gnutls_exceeds(bench):
    peer = bench.gnutls_server()
    ran = bench.connect(peer.tls_port, "--max-fragment-length", 512, code=6, data=LONG, expect=len(LONG))
    expect("record_overflow" in ran.text and "our limit is 512" in ran.text, ran.text)
    expect_fragments(ran.events, "sent", "1.2")


def we_ask_again(bench):
    """OpenSSL wants the length of the session to be asked for again."""
    peer = bench.openssl_server("-rev")
    session = ["--resume", bench.file("session")]
    for options, how in ((["--max-fragment-length", 512], "full"), (["--max-fragment-length", 512], "resumed"),
                         (["--max-fragment-length", 1024], "full")):
        ran = bench.connect(peer.tls_port, *session, *options, data=LONG, expect=len(LONG))
        expect(how in ran.text, f"not {how}: {ran.text}")
        expect_fragments(ran.events, "received", "1.2", int(options[1]))


def limit_wins(bench):
    peer = bench.gnutls_server()
    ran = bench.connect(peer.tls_port, "--max-fragment-length", 512, "--record-size-limit", 700, data=LONG, expect=len(LONG))
    expect_equal(ran.output, LONG, "the answer")
    answered = extensions_of(ran.events, "ServerHello")
    expect("record_size_limit" in answered and "max_fragment_length" not in answered, f"it answers {list(answered)}")
    expect_fragments(ran.events, "received", "1.2", 700)


# Sessions: by id, and in a file

def sessions():
    yield Row("session id of ours, s_client -> us", openssl_id)
    yield Row("session id of ours, gnutls-cli -> us", gnutls_id)
    yield Row("session id of theirs, we -> s_server", lambda b: our_id(b, b.openssl_server("-rev", "-no_ticket")))
    yield Row("session id of theirs, we -> gnutls-serv", lambda b: our_id(b, b.gnutls_server("--noticket")))
    yield Row("a file of sessions, two servers, five processes at once", one_file)


def openssl_id(bench):
    server, session = bench.serve(), bench.file("openssl_session")
    for connection, use, how in ((1, "-sess_out", "full"), (2, "-sess_in", "resumed")):
        with bench.openssl_client(server.port, "-no_ticket", use, session) as client:
            talk(client, WORD)
        expect(how in server.wait_line(f"#{connection} .*TLS 1.2.*"), f"not {how}")


def gnutls_id(bench):
    server = bench.serve()
    client = bench.gnutls_client(server.port, "--noticket", "--resume", priority=GNUTLS12 + ":%NO_TICKETS")
    client.output.match("This is a resumed session")
    client.write_line("words")
    client.output.match("words")
    expect("resumed" in server.wait_line("#2 .*TLS 1.2.*"), "not resumed")


def our_id(bench, peer):
    for how in ("full", "resumed by session id"):
        ran = bench.connect(peer.tls_port, "--resume", bench.file("session"), data=b"a\n", expect=2)
        expect(how in ran.text, f"not {how}: {ran.text}")


def one_file(bench):
    store = ["--sessions", bench.file("sessions")]
    openssl, ours = bench.openssl_server("-rev"), bench.serve("--tls", "1.3,1.2")
    for port, how in ((openssl.tls_port, "full"), (ours.port, "full"), (openssl.tls_port, "resumed"), (ours.port, "resumed")):
        ran = bench.connect(port, *store, data=b"a\n", expect=2)
        expect(how in ran.text, f"not {how}: {ran.text}")
    started = [bench.start(bench.program, "connect", f"127.0.0.1:{ours.port}", "--verify-name", "localhost", "--ca",
                           bench.authority.cert, "--expect-bytes", 2, "--wait", "forever", *store) for _ in range(5)]
    for process in started:
        process.send(b"a\n")
    for process in started:
        expect_equal(process.wait(), 0, f"exit: {process.errors.text()[-500:]}")
        expect("the file of sessions" not in process.errors.text(), process.errors.text())
    ran = bench.connect(openssl.tls_port, *store, data=b"a\n", expect=2)
    expect("resumed" in ran.text, f"what was kept for another server is gone: {ran.text}")


# The same over TLS 1.0 and 1.1

OLD = [("1.1", "-tls1_1"), ("1.0", "-tls1")]
OLD_SUITE = ["--suite", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"]
OLD_CIPHERS = ["-cipher", "ALL:@SECLEVEL=0"]


def old_versions():
    for version, option in OLD:
        yield Row(f"staple, short records and a resumption over TLS {version}, we -> s_server",
                  lambda b, v=version, o=option: old_server(b, v, o))
        yield Row(f"staple, short records and a resumption over TLS {version}, s_client -> us",
                  lambda b, v=version, o=option: old_client(b, v, o))
        yield Row(f"fallback to TLS {version} of OpenSSL, we have more", lambda b, v=version, o=option: old_fallback(b, v, o))


def old_server(bench, version, option):
    peer = bench.openssl_server("-rev", option, *OLD_CIPHERS, "-status_file", theirs("good")(bench))
    for how, count in (("full", 1), ("resumed", 0)):
        ran = bench.connect(peer.tls_port, "--tls", version, *OLD_SUITE, "--staple", "require", "--max-fragment-length", 512,
                            "--resume", bench.file("session"), data=LONG, expect=len(LONG))
        expect(how in ran.text and f"TLS {version}" in ran.text, f"not {how}: {ran.text}")
        expect_equal(len(messages(ran.events, "CertificateStatus")), count, "CertificateStatus messages")
        expect_equal(ran.output, LONG[:-1][::-1] + b"\n", "the answer")


def old_client(bench, version, option):
    server, session = bench.serve("--tls", version, *OLD_SUITE, "--staple", our_staple(bench)), bench.file("openssl_session")
    for connection, use, count in ((1, "-sess_out", 1), (2, "-sess_in", 0)):
        with bench.openssl_client(server.port, option, *OLD_CIPHERS, "-status", "-maxfraglen", 512, use, session) as client:
            talk(client, WORD)
        expect_equal(len(messages(server.events(connection), "CertificateStatus")), count, "CertificateStatus messages")
        server.wait_line(f"#{connection} .*TLS {version}.*{'full' if count else 'resumed'}")


def old_fallback(bench, version, option):
    server = bench.serve("--tls", f"1.2,{version}", *OLD_SUITE)
    with bench.openssl_client(server.port, option, *OLD_CIPHERS, "-fallback_scsv") as client:
        client.output.match("alert inappropriate fallback")


def certificates(workshop):
    authority = workshop.authority("ca", subject="/CN=Interop CA")
    pairs = {"server": workshop.server("server", authority), "client": workshop.client("client", authority)}
    pairs["staples"] = {"good": workshop.staple("good", authority, pairs["server"]),
                        "revoked": workshop.staple("revoked", authority, pairs["server"], revoked=True)}
    return authority, pairs


if __name__ == "__main__":
    sys.exit(features.main(__doc__, list(rows()), certificates, ("openssl", "gnutls-cli", "gnutls-serv", "curl", "go", "javac"), "1.2"))
