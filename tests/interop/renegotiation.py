#!/usr/bin/env python3
"""New handshakes on a connection of TLS 1.2 (RFC 5746), with real peers: started by either side, with data before, during and after,
for a client's certificate, and refused.

    renegotiation.py --handfast build/release/bin/handfast --work build/release/interop [--only TEXT]
"""
import sys

import features
import peers
from features import GNUTLS12, Row, decisions, expect, expect_equal, messages

# The same suite each time; MAC-then-encrypt and AEAD differ in what the new keys are.
SUITES = {"AES-GCM": ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", "+AES-128-GCM"),
          "AES-CBC": ("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA", "+AES-128-CBC")}
AGAIN = "new handshake on the connection"


def rows():
    for name, suite in SUITES.items():
        yield Row(f"s_client (R) -> us, {name}", lambda b, s=suite: openssl_starts(b, s))
        yield Row(f"s_client -> us (we start), {name}", lambda b, s=suite: openssl_is_asked(b, s))
        yield Row(f"we (we start) -> s_server, {name}", lambda b, s=suite: asks_openssl(b, s))
        yield Row(f"we -> s_server (r), {name}", lambda b, s=suite: openssl_server_starts(b, s))
        yield Row(f"gnutls-cli (^renegotiate^) -> us, {name}", lambda b, s=suite: gnutls_starts(b, s))
        yield Row(f"gnutls-cli -> us (we start), {name}", lambda b, s=suite: gnutls_is_asked(b, s))
        yield Row(f"we (we start) -> gnutls-serv, {name}", lambda b, s=suite: asks_gnutls(b, s))
        yield Row(f"we -> gnutls-serv (**REHANDSHAKE**), {name}", lambda b, s=suite: gnutls_server_starts(b, s))
    yield Row("Java (startHandshake) -> us", lambda b: java_client(b, ["--allow-renegotiation"], update_keys=1))
    yield Row("Java -> us (we start)", lambda b: java_client(b, ["--renegotiate"]))
    yield Row("we (we start) -> Java", asks_java)
    yield Row("s_client (R) -> us: three times", lambda b: openssl_starts(b, SUITES["AES-GCM"], times=3))
    yield Row("s_client (R) -> us: too often", openssl_starts_too_often)
    yield Row("s_client (R) -> us: with its certificate each time", openssl_starts_with_certificate)
    yield Row("s_client (R) -> us: with a protocol, which it does not offer again", openssl_starts_with_protocol)
    yield Row("s_client (R) -> us: refused", openssl_is_refused)
    yield Row("s_client -> us: its certificate is asked for later", openssl_certificate)
    yield Row("s_client -> us: its certificate is asked for later, and it has none", openssl_no_certificate)
    yield Row("s_client -> us: it refuses to show its certificate later", openssl_refuses)
    yield Row("gnutls-cli -> us: its certificate is asked for later", gnutls_certificate)
    yield Row("we -> s_server: it asks for our certificate later (R)", certificate_for_openssl)
    yield Row("we -> s_server (r, -Verify): our certificate in the first handshake", certificate_once_for_openssl)
    yield Row("we (we start) -> s_server: it refuses", openssl_server_refuses)
    yield Row("we -> s_server (r): we refuse", refuses_openssl)
    yield Row("gnutls-cli (^renegotiate^) -> us: refused", gnutls_is_refused)


# What both sides say

def serve(bench, *options, suite=SUITES["AES-GCM"]):
    return features.OurServer(bench, ["--cert", bench.pairs["server"].cert, "--key", bench.pairs["server"].key, "--tls", "1.2",
                                      "--suite", suite[0], *options])


class OurClient:
    """`handfast connect` while it runs."""

    def __init__(self, bench, port, *options, suite=SUITES["AES-GCM"], shown=None):
        self._trace = bench.new_file("connect.json")
        own = ["--cert", bench.pairs[shown].cert, "--key", bench.pairs[shown].key] if shown else []
        self.process = bench.start(bench.program, "connect", f"127.0.0.1:{port}", "--tls", "1.2", "--suite", suite[0],
                                   "--verify-name", "localhost", "--ca", bench.authority.cert, "--wait", "forever", "--trace",
                                   "json", "--trace-file", self._trace, *own, *options)

    def events(self):
        return peers.read_events(self._trace)

    def end(self):
        self.process.close_input()

    def hear(self, word):
        self.process.output.match(f"^{word}")

    def say(self, word):
        self.process.write_line(word)


def openssl_client(bench, port, *options, suite=SUITES["AES-GCM"], shown=None):
    """With its commands: a line that is R asks for a new handshake, and Q ends it."""
    own = ["-cert", bench.pairs[shown].cert, "-key", bench.pairs[shown].key] if shown else []
    client = bench.start("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", "-tls1_2", "-cipher",
                         suite[1], "-CAfile", bench.authority.cert, "-verify_return_error", *own, *options, merge=True)
    client.output.match("Verify return code: 0")
    return client


def openssl_server(bench, *options, suite=SUITES["AES-GCM"]):
    pair = bench.pairs["server"]
    server = bench.start("openssl", "s_server", "-accept", "127.0.0.1:0", "-tls1_2", "-cipher", suite[1], "-cert", pair.cert,
                         "-key", pair.key, "-CAfile", bench.authority.cert, *options, merge=True)
    server.tls_port = server.port(r"^ACCEPT .*:(\d+)$")
    return server


def gnutls_priority(suite):
    return f"{GNUTLS12}:-CIPHER-ALL:{suite[2]}"


def gnutls_client(bench, port, *options, suite=SUITES["AES-GCM"]):
    client = bench.gnutls_client(port, "--inline-commands", *options, priority=gnutls_priority(suite))
    client.output.match("Handshake was completed")
    return client


def echo(client, word):
    """A line to our server and back."""
    before = client.output.size()
    client.write_line(word)
    client.output.match(f"^{word}", start=before)


def expect_again(events, count=1):
    """So many handshakes after the first, each bound to the one before: whose hellos are not, one of us would refuse."""
    expect_equal(len([event for event in events if event["event"] == "connected"]), 1 + count, "handshakes")
    for name, size in (("ClientHello", 12), ("ServerHello", 24)):
        bindings = [binding(event["fields"]) for event in messages(events, name) if event.get("fields")]
        expect_equal([len(found or "") // 2 for found in bindings], [0] + [size] * count, f"bindings of {name}")
        expect(len(set(bindings)) == 1 + count, f"bindings of {name}: {bindings}")


def binding(fields):
    """renegotiated_connection, wherever it stands in the message."""
    if isinstance(fields, dict):
        if "renegotiated_connection" in fields:
            return fields["renegotiated_connection"]
        fields = list(fields.values())
    if isinstance(fields, list):
        for part in fields:
            found = binding(part)
            if found is not None:
                return found
    return None


def refusals(events):
    return [chosen for chosen, _ in decisions(events, "renegotiation") if chosen != "new handshake"]


# We serve

def renegotiate(client):
    """A line alone is the command."""
    before = client.output.size()
    client.write_line("R")
    client.output.match("^RENEGOTIATING", start=before)


def openssl_starts(bench, suite, times=1):
    server = serve(bench, "--allow-renegotiation", suite=suite)
    client = openssl_client(bench, server.port, suite=suite)
    echo(client, "before")
    for count in range(times):
        renegotiate(client)
        client.write_line(f"during {count}")   # it reads its input again when its handshake is done
        client.output.match(f"^during {count}")
        echo(client, f"after {count}")
    client.write_line("Q")
    expect_equal(client.wait(), 0, "exit")
    server.wait_line(AGAIN)
    expect_again(server.events(1), times)


def openssl_starts_with_protocol(bench):
    server = serve(bench, "--allow-renegotiation", "--alpn", "http/1.1")
    client = openssl_client(bench, server.port, "-alpn", "http/1.1")
    echo(client, "before")
    renegotiate(client)
    echo(client, "after")
    client.write_line("Q")
    expect_equal(client.wait(), 0, "exit")
    server.wait_line(f"#1 .*alpn=http/1.1.*{AGAIN}")
    expect_again(server.events(1))


def openssl_starts_too_often(bench):
    server = serve(bench, "--allow-renegotiation")
    client = openssl_client(bench, server.port)
    for count in range(4):
        renegotiate(client)
        echo(client, f"word {count}")
    client.write_line("R")
    client.output.match("no renegotiation")
    expect_again(server.events(1), 4)


def openssl_starts_with_certificate(bench):
    server = serve(bench, "--allow-renegotiation", "--client-ca", bench.authority.cert)
    client = openssl_client(bench, server.port, shown="client")
    echo(client, "before")
    renegotiate(client)
    echo(client, "after")
    client.write_line("Q")
    client.wait()
    server.wait_line(rf'#1 .*client "CN ?= ?client".*{AGAIN}')
    expect_equal(len(messages(server.events(1), "CertificateVerify")), 2, "proofs")


def openssl_is_refused(bench):
    server = serve(bench)
    client = openssl_client(bench, server.port)
    echo(client, "before")
    client.write_line("R")
    client.output.match("no renegotiation")   # OpenSSL's client then ends the connection
    expect_equal(refusals(server.events(1)), ["no_renegotiation"], "refusals")


def openssl_is_asked(bench, suite):
    server = serve(bench, "--renegotiate", suite=suite)
    client = openssl_client(bench, server.port, suite=suite)
    client.write_line("before")
    client.write_line("during")
    client.output.match("^during")
    server.wait_line(AGAIN)
    echo(client, "after")
    client.write_line("Q")
    expect_equal(client.wait(), 0, "exit")
    expect_again(server.events(1))


def expect_late(server, client):
    """Nothing is answered before the certificate is there."""
    client.write_line("first words")
    client.output.match("^first words")
    server.wait_line('#1 .*client "CN ?= ?client".*certificate shown after the handshake')
    echo(client, "more words")
    expect_again(server.events(1))


def late(bench, *options):
    return serve(bench, "--post-handshake-auth", "--client-ca", bench.authority.cert, *options)


def openssl_certificate(bench):
    server = late(bench)
    client = openssl_client(bench, server.port, shown="client")
    expect_late(server, client)
    client.write_line("Q")
    expect_equal(client.wait(), 0, "exit")


def openssl_no_certificate(bench):
    server = late(bench)
    client = openssl_client(bench, server.port)
    client.write_line("words")
    server.wait_line("#1 .*refused: it showed no certificate")
    client.output.match("alert number 49|alert access denied")
    expect("\nwords" not in client.output.text(), client.output.text())


def openssl_refuses(bench):
    server = late(bench)
    client = openssl_client(bench, server.port, "-no_renegotiation", shown="client")
    client.write_line("words")
    server.wait_line("#1 .*refused: it showed no certificate")
    expect_equal(refusals(server.events(1)), ["refused"], "refusals")


def gnutls_starts(bench, suite):
    server = serve(bench, "--allow-renegotiation", suite=suite)
    client = gnutls_client(bench, server.port, suite=suite)
    echo(client, "before")
    client.write_line("^renegotiate^")
    client.write_line("during")
    client.output.match("^during")
    echo(client, "after")
    client.close_input()
    expect_equal(client.wait(), 0, "exit")
    server.wait_line(AGAIN)
    expect_again(server.events(1))


def gnutls_is_refused(bench):
    server = serve(bench)
    client = gnutls_client(bench, server.port)
    echo(client, "before")
    client.write_line("^renegotiate^")
    client.wait()   # it asks again and again
    expect_equal(set(refusals(server.events(1))), {"no_renegotiation"}, "refusals")


def gnutls_is_asked(bench, suite):
    server = serve(bench, "--renegotiate", suite=suite)
    client = gnutls_client(bench, server.port, suite=suite)
    client.write_line("before")
    server.wait_line(AGAIN)
    client.output.match("^before")
    echo(client, "after")
    client.close_input()
    client.wait()
    expect_again(server.events(1))


def gnutls_certificate(bench):
    server = late(bench)
    pair = bench.pairs["client"]
    client = gnutls_client(bench, server.port, "--x509certfile", pair.cert, "--x509keyfile", pair.key)
    expect_late(server, client)


def java_client(bench, options, **more):
    server = serve(bench, *options)
    java = bench.java()
    number = java.command(do="connect", port=server.port, ca=bench.authority.cert, name="localhost",
                          payload=bench.file("payload", b"words " * 20000), times=1, tls="1.2", suites=SUITES["AES-GCM"][0], **more)
    expect_equal([facts["error"] for facts in java.answers(number, "done", 1)[0]["connections"]], [""], "errors")
    server.wait_line(AGAIN)
    expect_again(server.events(1))


# We connect

def asks_openssl(bench, suite):
    peer = openssl_server(bench, "-client_renegotiation", suite=suite)
    client = OurClient(bench, peer.tls_port, "--renegotiate-after", 7, suite=suite)
    talk_with_openssl(peer, client, lambda: None)
    expect_again(client.events())


def openssl_server_starts(bench, suite):
    peer = openssl_server(bench, suite=suite)
    client = OurClient(bench, peer.tls_port, "--allow-renegotiation", suite=suite)
    talk_with_openssl(peer, client, lambda: peer.write_line("r"))
    expect_again(client.events())


def talk_with_openssl(peer, client, begin):
    """s_server shows what comes, and sends what is written to it; a line that is r or R is a command of its own."""
    peer.output.match("^CIPHER is ")
    client.say("before")
    peer.output.match("^before")
    peer.write_line("before")   # 7 bytes
    client.hear("before")
    begin()
    client.say("during")
    peer.output.match("^during")
    peer.write_line("during")
    client.hear("during")
    client.say("after")
    peer.output.match("^after")
    peer.write_line("after")
    client.hear("after")
    client.end()
    client.process.kill()


def certificate_for_openssl(bench):
    peer = openssl_server(bench)
    client = OurClient(bench, peer.tls_port, "--allow-renegotiation", shown="client")
    talk_with_openssl(peer, client, lambda: peer.write_line("R"))
    peer.output.match(r"depth=0 CN ?= ?client\s+verify return:1")
    expect_again(client.events())
    expect_equal([event["direction"] for event in messages(client.events(), "CertificateVerify")], ["sent"], "proofs")


def certificate_once_for_openssl(bench):
    peer = openssl_server(bench, "-Verify", 1, "-verify_return_error")   # SSL_VERIFY_CLIENT_ONCE
    client = OurClient(bench, peer.tls_port, "--allow-renegotiation", shown="client")
    talk_with_openssl(peer, client, lambda: peer.write_line("r"))
    expect_again(client.events())
    expect_equal(len(messages(client.events(), "CertificateVerify")), 1, "proofs")


def openssl_server_refuses(bench):
    peer = openssl_server(bench)
    client = OurClient(bench, peer.tls_port, "--renegotiate-after", 7)
    talk_with_openssl(peer, client, lambda: None)
    client.process.errors.match("the server refuses a new handshake")
    expect_equal(refusals(client.events()), ["refused"], "refusals")


def refuses_openssl(bench):
    peer = openssl_server(bench)
    client = OurClient(bench, peer.tls_port)
    peer.output.match("^CIPHER is ")
    client.say("before")
    peer.output.match("^before")
    peer.write_line("r")
    peer.output.match("no renegotiation")   # OpenSSL's server then ends the connection
    expect_equal(refusals(client.events()), ["no_renegotiation"], "refusals")


def gnutls_server(bench, suite, *options):
    return bench.gnutls_server(*options, priority=gnutls_priority(suite))


def asks_gnutls(bench, suite):
    peer = gnutls_server(bench, suite)
    client = OurClient(bench, peer.tls_port, "--renegotiate-after", 7, suite=suite)
    talk_with_echo(client, lambda: None)
    expect_again(client.events())


def gnutls_server_starts(bench, suite):
    peer = gnutls_server(bench, suite)
    client = OurClient(bench, peer.tls_port, "--allow-renegotiation", suite=suite)
    def begin():
        client.say("**REHANDSHAKE**")
        client.hear("Successfully executed command")

    talk_with_echo(client, begin)
    expect_again(client.events())


def asks_java(bench):
    pair, java = bench.pairs["server"], bench.java()
    number = java.command(do="listen", cert=pair.cert, key=pair.key, tls="1.2", suites=SUITES["AES-GCM"][0])
    client = OurClient(bench, java.answers(number, "listening", 1)[0]["port"], "--renegotiate-after", 7)
    talk_with_echo(client, lambda: None)
    expect_again(client.events())


def talk_with_echo(client, begin):
    for word in ("before", "during", "after"):
        client.say(word)
        if word == "before":
            client.hear(word)
            begin()
        else:
            client.hear(word)
    client.end()
    client.process.kill()


def certificates(workshop):
    authority = workshop.authority("ca", subject="/CN=Interop CA")
    return authority, {"server": workshop.server("server", authority), "client": workshop.client("client", authority)}


if __name__ == "__main__":
    sys.exit(features.main(__doc__, list(rows()), certificates, ("openssl", "gnutls-cli", "gnutls-serv", "javac")))
