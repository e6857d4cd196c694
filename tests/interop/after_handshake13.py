#!/usr/bin/env python3
"""Beside and after the handshake, with real peers: record size limits, channel bindings, stateless retries with a cookie,
client certificates after the handshake.

    after_handshake13.py --handfast build/release/bin/handfast --work build/release/interop [--only TEXT]
"""
import re
import sys

import features
import peers
from features import GNUTLS12, GNUTLS13, Row, decisions, expect, expect_equal, talk
from process import run

WORD = b"late words\n"
LONG = b"the quick brown fox jumps over the lazy dog " * 40 + b"\n"   # longer than the limits that are told here
GET = b"GET / HTTP/1.0\r\n\r\n"


def rows():
    yield from record_size_limits()
    yield from channel_bindings()
    yield from cookies()
    yield from late_certificates_of_theirs()
    yield from late_certificates_of_ours()


# Record size limits (RFC 8449). OpenSSL, Go, Java and curl do not have them.

LIMIT = 600


def record_size_limits():
    for name, priority in (("1.2", GNUTLS12), ("1.3", GNUTLS13)):
        def row(title, shows, name=name, priority=priority):
            return Row(f"record size limit, TLS {name}, {title}", lambda b: shows(b, name, priority))

        yield row("gnutls-cli -> us: we keep to its", keeps_to_theirs)
        yield row("gnutls-cli -> us: it keeps to ours", keeps_to_ours)
        yield row("we -> gnutls-serv: it keeps to ours", server_keeps_to_ours)


def also(version):
    """The bench's options are for TLS 1.3 alone."""
    if version == "1.3":
        return ["--suite", "TLS_AES_128_GCM_SHA256"]
    return ["--tls", "1.2", "--suite", "TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]


def expect_limit(events, direction, limit, version):
    """The longest record is as long as the limit allows: TLS 1.3 counts the content type, TLS 1.2 has an explicit nonce."""
    longest = max(event["length"] for event in events
                  if event["event"] == "record" and event["direction"] == direction and event["protected"])
    most = limit + 16 + (0 if version == "1.3" else 8)
    expect(most - 1 <= longest <= most, f"the longest record has {longest} bytes, not {most}")


def keeps_to_theirs(bench, version, priority):
    server = bench.serve(*also(version), "--mode", "http")
    client = bench.gnutls_client(server.port, "--recordsize", 512, priority=priority)
    client.output.match("Handshake was completed")
    client.send(GET)
    client.output.match("</html>")
    client.close_input()
    client.wait()
    expect_limit(server.events(1), "sent", 512 + (1 if version == "1.3" else 0), version)


def keeps_to_ours(bench, version, priority):
    server = bench.serve(*also(version), "--record-size-limit", LIMIT)
    client = bench.gnutls_client(server.port, priority=priority)
    client.output.match("Handshake was completed")
    client.send(LONG)
    client.output.match(LONG[:LIMIT - 1].decode())   # gnutls-cli drops what does not go into its first record
    client.close_input()
    client.wait()
    expect_limit(server.events(1), "received", LIMIT, version)


def server_keeps_to_ours(bench, version, priority):
    peer = bench.gnutls_server(priority=priority)
    ran = bench.connect(peer.tls_port, *also(version), "--record-size-limit", LIMIT, data=LONG,
                        expect=len(LONG))
    expect_equal(ran.output, LONG, "the answer")
    expect_limit(ran.events, "received", LIMIT, version)


# Channel bindings (RFC 9266, RFC 5929)

def channel_bindings():
    yield Row("channel bindings of gnutls-cli and us, TLS 1.3", lambda b: gnutls_bindings(b, GNUTLS13, True))
    # Its exporter of TLS 1.2 is called without a context, where RFC 9266 section 2 has an empty one.
    yield Row("channel binding tls-server-end-point of gnutls-cli and us, TLS 1.2", lambda b: gnutls_bindings(b, GNUTLS12, False))
    yield Row("channel binding tls-exporter of s_client and us", openssl_binding)
    yield Row("channel binding tls-server-end-point is the hash of s_server's certificate", end_point_of_openssl)


def binding_on_page(client, name):
    return client.output.match(rf"  {name} +([0-9a-f]{{64}})")[1].decode()


def gnutls_bindings(bench, priority, with_exporter):
    server = bench.serve(*also("1.3" if with_exporter else "1.2"), "--mode", "http")
    client = bench.gnutls_client(server.port, "--verbose", priority=priority)
    client.output.match("Handshake was completed")
    client.send(GET)
    pairs = [("tls-end-point", "tls-server-end-point")] + ([("tls-exporter", "tls-exporter")] if with_exporter else [])
    for ours, theirs in pairs:
        expect_equal(binding_on_page(client, ours), client.output.match(rf"'{theirs}': ([0-9a-f]{{64}})")[1].decode(), ours)


def openssl_binding(bench):
    server = bench.serve("--mode", "http")
    client = bench.openssl_client(server.port, "-keymatexport", "EXPORTER-Channel-Binding", "-keymatexportlen", 32)
    client.send(GET)
    theirs = client.output.match("Keying material: ([0-9A-F]{64})")[1].decode().lower()
    expect_equal(binding_on_page(client, "tls-exporter"), theirs, "tls-exporter")


def end_point_of_openssl(bench):
    peer = bench.openssl_server("-rev")
    ran = bench.connect(peer.tls_port, data=b"abc\n", expect=4)
    digest = run("openssl", "x509", "-in", bench.pairs["server"].cert, "-noout", "-fingerprint", "-sha256")
    theirs = digest.strip().split("=")[1].replace(":", "").lower()
    expect_equal(re.search(r"tls-end-point +([0-9a-f]+)", ran.text)[1], theirs, "tls-server-end-point")


# Stateless retries (RFC 8446 section 4.2.2)

def cookies():
    yield Row("cookie of ours, s_client -> us, full and resumed", openssl_cookie)
    yield Row("cookie of ours with a share of another group, s_client -> us", lambda b: openssl_cookie(b, "secp384r1"))
    # GnuTLS 3.7 takes no HelloRetryRequest that asks for no share, and the second time it has this one.
    yield Row("cookie of ours with a share of another group, gnutls-cli -> us", gnutls_cookie)
    yield Row("cookie of ours, Go -> us", go_cookie)   # not resumed: Go 1.19 makes a wrong binder then
    yield Row("cookie of ours, curl -> us", curl_cookie)
    # Not with s_server -stateless: it takes no ChangeCipherSpec before the second hello, not even from s_client.


def expect_cookie(server, connection, resumed, asked="cookie"):
    events = server.events(connection)
    expect_equal([chosen for chosen, _ in decisions(events, "hello_retry")], [asked, "answered"], "retries")
    connected = [event["resumed"] for event in events if event["event"] == "connected"]
    expect_equal(connected, [resumed], f"connection {connection} resumed")


def openssl_cookie(bench, group=None):
    server = bench.serve("--stateless-retry", *(["--group", group] if group else []))
    session = bench.file("openssl_session")
    for connection, use in ((1, "-sess_out"), (2, "-sess_in")):
        with bench.openssl_client(server.port, use, session) as client:
            talk(client, WORD)
        expect_cookie(server, connection, connection == 2, group or "cookie")


def gnutls_cookie(bench):
    server = bench.serve("--stateless-retry", "--group", "secp384r1")
    client = bench.gnutls_client(server.port)
    client.output.match("Handshake was completed")
    talk(client, WORD)
    expect_cookie(server, 1, False, "secp384r1")


def go_cookie(bench):
    server = bench.serve("--stateless-retry")
    go = bench.go()
    number = go.command(do="connect", port=server.port, ca=bench.authority.cert, name="localhost",
                        payload=bench.file("payload", WORD), times=1, tls="1.3", suites="TLS_AES_128_GCM_SHA256")
    go.answers(number, "done", 1)
    expect_cookie(server, 1, False)


def curl_cookie(bench):
    server = bench.serve("--stateless-retry", "--mode", "http")
    page = run("curl", "--silent", "--show-error", "--cacert", bench.authority.cert, "--resolve",
               f"localhost:{server.port}:127.0.0.1", f"https://localhost:{server.port}/")
    expect("TLS 1.3" in page, page)
    expect_cookie(server, 1, False)


# Certificates after the handshake (RFC 8446 section 4.6.2); for TLS 1.2 see renegotiation.py

ANSWER = ["Certificate", "CertificateVerify", "Finished"]
SHOWN = "certificate shown after the handshake"


def late_certificates_of_theirs():
    yield Row("late certificate, s_client -> us", openssl_late)
    yield Row("late certificate, s_client -> us: resumed", openssl_late_resumed)
    yield Row("late certificate, s_client -> us: it has none", openssl_late_none)
    yield Row("late certificate, s_client -> us: it has none, and needs none", openssl_late_none_needed)
    yield Row("late certificate, s_client -> us: its issuer is unknown", openssl_late_unknown)
    yield Row("late certificate, s_client -> us: it has not offered it", openssl_late_unwilling)
    yield Row("late certificate, s_client -> us: it has not offered it, and need not", openssl_late_unwilling_served)
    yield Row("late certificate, gnutls-cli -> us", gnutls_late)


def late(bench, *options):
    return bench.serve("--post-handshake-auth", "--client-ca", bench.authority.cert, *options)


def shown(bench, name, certificate="-cert", key="-key"):
    return [certificate, bench.pairs[name].cert, key, bench.pairs[name].key]


def after_the_handshake(events):
    """The messages after the client's first Finished, but tickets and new keys."""
    names = [(event["direction"], event["name"]) for event in events if event["event"] == "message"]
    first = names.index(("received" if events[0]["side"] == "server" else "sent", "Finished"))
    return [name for name in names[first + 1:] if name[1] not in ("NewSessionTicket", "KeyUpdate")]


def talk_twice(client):
    """What comes first makes our server ask, and is answered when the certificate has come."""
    client.write_line("first words")
    client.output.match("first words")
    talk(client, WORD)


def expect_late(server, connection=1, how="full"):
    server.wait_line(rf'#{connection} .*{how}.*client "CN ?= ?client".*{SHOWN}')
    expect_equal(after_the_handshake(server.events(connection)),
                 [("sent", "CertificateRequest"), *(("received", name) for name in ANSWER)], "after the handshake")


def openssl_late(bench):
    server = late(bench)
    with bench.openssl_client(server.port, "-enable_pha", *shown(bench, "client")) as client:
        talk_twice(client)
    expect_late(server)


def openssl_late_resumed(bench):
    server, session = late(bench), bench.file("openssl_session")
    for connection, use, how in ((1, "-sess_out", "full"), (2, "-sess_in", "resumed")):
        with bench.openssl_client(server.port, "-enable_pha", *shown(bench, "client"), use, session) as client:
            talk_twice(client)
        expect_late(server, connection, how)


def expect_no_certificate(server):
    expect_equal(after_the_handshake(server.events(1)), [("sent", "CertificateRequest"), ("received", "Certificate"),
                                                         ("received", "Finished")], "after the handshake")
    expect_equal([chosen for chosen, _ in decisions(server.events(1), "client_certificate")], ["none"], "its certificate")


def expect_refused(server, client, why, alert):
    """Nothing of what it said was answered."""
    server.wait_line(f"#1 .*refused: .*{why}")
    client.output.match(alert)
    expect("words" not in client.output.text(), client.output.text())


def openssl_late_none(bench):
    server = late(bench)
    client = bench.openssl_client(server.port, "-enable_pha")
    client.write_line("words")
    expect_refused(server, client, "showed no certificate", "alert number 116|alert certificate required")
    expect_no_certificate(server)


def openssl_late_none_needed(bench):
    server = late(bench, "--request-client-cert")
    with bench.openssl_client(server.port, "-enable_pha") as client:
        talk_twice(client)
    server.wait_line("#1 showed no certificate .*served all the same")
    expect_no_certificate(server)


def openssl_late_unknown(bench):
    server = late(bench)
    client = bench.openssl_client(server.port, "-enable_pha", *shown(bench, "stranger"))
    client.write_line("words")
    server.wait_line("#1 .*broken: .*issued by an authority that we do not trust")
    client.output.match("alert unknown ca")


def openssl_late_unwilling(bench):
    server = late(bench)
    client = bench.openssl_client(server.port, *shown(bench, "client"))
    client.write_line("words")
    expect_refused(server, client, "the client cannot be asked .*--request-client-cert", "alert number 116|alert certificate required")


def openssl_late_unwilling_served(bench):
    server = late(bench, "--request-client-cert")
    with bench.openssl_client(server.port, *shown(bench, "client")) as client:
        talk_twice(client)
    server.wait_line("#1 was not asked for a certificate and is served all the same: the client cannot be asked")


def gnutls_late(bench):
    server = late(bench)
    client = bench.gnutls_client(server.port, "--post-handshake-auth", *shown(bench, "client", "--x509certfile", "--x509keyfile"))
    client.output.match("Handshake was completed")
    talk_twice(client)
    expect_late(server)


def late_certificates_of_ours():
    yield Row("late certificate, we -> s_server, asked three times", lambda b: late_to_openssl(b, ANSWER))
    yield Row("late certificate, we -> s_server: we have none", lambda b: late_to_openssl(b, ["Certificate", "Finished"]))
    yield Row("late certificate, we -> s_server: it refuses ours", late_to_openssl_refused)
    yield Row("late certificate, we -> s_server: we have not offered it", late_to_openssl_unwilling)
    yield Row("late certificate, we -> gnutls-serv", late_to_gnutls)


class TalkingClient:
    """`handfast connect` while it runs."""

    def __init__(self, bench, port, *options):
        self._trace = bench.new_file("connect.json")
        self.process = bench.start(bench.program, "connect", f"127.0.0.1:{port}", "--tls", "1.3", "--verify-name", "localhost",
                                   "--ca", bench.authority.cert, "--trace", "json", "--trace-file", self._trace, *options)

    def events(self):
        return peers.read_events(self._trace)

    def after_the_handshake(self):
        return [name for _, name in after_the_handshake(self.events())]


def asking_openssl(bench, *options):
    return bench.openssl_server("-CAfile", bench.authority.cert, *options)


def ask(server):
    """s_server's command for it. It has asked when it says so; the answer is read with what comes next."""
    before = server.output.size()
    server.write_line("c")
    server.output.match("SSL_do_handshake -> 1", start=before)


def own(bench, name):
    return shown(bench, name, "--cert", "--key")


def late_to_openssl(bench, answer):
    peer = asking_openssl(bench)
    client = TalkingClient(bench, peer.tls_port, "--post-handshake-auth", *(own(bench, "client") if len(answer) > 2 else []))
    peer.output.match("^CIPHER is ")
    for word in ("first", "second", "third"):
        ask(peer)
        client.process.write_line(word)
        peer.output.match(f"^{word}")
    if len(answer) > 2:
        peer.output.match(r"depth=0 CN ?= ?client\s+verify return:1")
    client.process.close_input()
    expect_equal(client.process.wait(), 0, "exit")
    expect_equal(client.after_the_handshake(), (["CertificateRequest"] + answer) * 3, "after the handshake")


def late_to_openssl_refused(bench):
    peer = asking_openssl(bench, "-verify_return_error")
    client = TalkingClient(bench, peer.tls_port, "--post-handshake-auth", *own(bench, "stranger"))
    peer.output.match("^CIPHER is ")
    ask(peer)
    client.process.write_line("words")
    client.process.errors.match("alert 48 unknown_ca")
    expect(client.process.wait() != 0, "exit 0")


def late_to_openssl_unwilling(bench):
    peer = asking_openssl(bench)
    TalkingClient(bench, peer.tls_port, *own(bench, "client"))
    peer.output.match("^CIPHER is ")
    peer.write_line("c")
    peer.output.match("SSL_verify_client_post_handshake:extension not received")


def late_to_gnutls(bench):
    peer = bench.gnutls_server("--x509cafile", bench.authority.cert, "--verify-client-cert")
    client = TalkingClient(bench, peer.tls_port, "--post-handshake-auth", *own(bench, "client"))
    client.process.write_line("**REAUTH**")
    client.process.output.match("Successfully executed command")   # it takes no data before our answer
    client.process.write_line("words")
    client.process.output.match("words")
    client.process.close_input()
    expect_equal(client.process.wait(), 0, "exit")
    expect_equal(client.after_the_handshake(), ["CertificateRequest"] + ANSWER, "after the handshake")


def certificates(workshop):
    authority, other = workshop.authority("ca", subject="/CN=Interop CA"), workshop.authority("other", subject="/CN=Other CA")
    return authority, {"server": workshop.server("server", authority), "client": workshop.client("client", authority),
                       "stranger": workshop.client("stranger", other)}


if __name__ == "__main__":
    sys.exit(features.main(__doc__, list(rows()), certificates, ("openssl", "gnutls-cli", "gnutls-serv", "go", "curl")))
