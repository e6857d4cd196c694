#!/usr/bin/env python3
"""TLS 1.3 without a full handshake, with real peers: early data (0-RTT) taken, refused and replayed, keys that both sides
have beforehand, several tickets.

    resumption13.py --handfast build/release/bin/handfast --work build/release/interop [--only TEXT]
"""
import re
import secrets
import socket
import sys
import threading

import features
from features import Row, decisions, expect, expect_equal, messages, talk

EARLY = b"early words\n"
LATE = b"late words\n"
IDENTITY = "device-7"
PSK_PRIORITY = features.GNUTLS13 + ":+DHE-PSK:+ECDHE-PSK:+PSK"
RETRY = ["--group", "X25519MLKEM768,secp384r1", "--key-share", "X25519MLKEM768"]


def rows():
    yield from early_data_of_ours()
    yield from early_data_of_theirs()
    yield from external_keys()
    yield from tickets()


# Our early data

TAKEN, USED, STRANGE, ASKED, NONE, PART = "taken", "used", "strange", "asked", "none", "part"
REFUSED = "refused by the server; sent again"
SAYS = {TAKEN: f"{len(EARLY)} bytes taken by the server", PART: "5 bytes taken by the server", USED: REFUSED,
        STRANGE: REFUSED, ASKED: REFUSED, NONE: "not sent early"}
CHOSEN = {TAKEN: ["offered", "taken"], PART: ["offered", "taken"], USED: ["offered", "refused"],
          STRANGE: ["offered", "refused"], ASKED: ["offered", "refused"], NONE: ["not offered"]}


def early_data_of_ours():
    def row(title, peer, how, **options):
        return Row(f"0-RTT, we -> {title}", lambda b: meet(b, lambda: peer(b, **options), how))

    yield row("OpenSSL: taken", Openssl, TAKEN)
    yield row("OpenSSL: shown a second time, refused, sent again", Openssl, USED)
    yield row("OpenSSL: session of another server, refused, sent again", Openssl, STRANGE)
    yield row("OpenSSL: refused with a HelloRetryRequest, sent again", Openssl, ASKED)
    yield row("OpenSSL: the session allows none, sent later", Openssl, NONE, limit=0)
    yield row("OpenSSL: more than it takes, the rest sent later", Openssl, PART, limit=5)
    # Not with a HelloRetryRequest, nor shown twice: GnuTLS 3.7 still decrypts the second hello as early data, and takes a
    # ticket as often as the hellos differ.
    yield row("GnuTLS: taken", Gnutls, TAKEN)
    yield row("GnuTLS: session of another server, refused, sent again", Gnutls, STRANGE)
    yield row("GnuTLS: the session allows none, sent later", Gnutls, NONE, limit=0)


def meet(bench, make_peer, how):
    """A connection for a session, then one with early data of it: to another server for STRANGE, twice for USED."""
    session, early = bench.file("session"), bench.file("early", EARLY)
    peer = make_peer()
    peer.await_client()
    bench.connect(peer.port, "--resume", session, data=LATE, expect=len(peer.answer))
    with open(session, "rb") as file:
        kept = file.read()
    peer = make_peer() if how == STRANGE else peer
    for now in (TAKEN, USED) if how == USED else (how,):
        bench.file("session", kept)
        peer.await_client()
        ran = bench.connect(peer.port, "--resume", session, "--early-data", early, *(RETRY if now == ASKED else []),
                            data=LATE, expect=peer.answer_size(now))
        expect(SAYS[now] in ran.text, f"it does not say '{SAYS[now]}': {ran.text}")
        expect_equal([chosen for chosen, _ in decisions(ran.events, "early_data")], CHOSEN[now], "early data")
        expect_equal(len(messages(ran.events, "HelloRetryRequest")), int(now == ASKED), "HelloRetryRequests")
        peer.check(now)


class Openssl:
    """s_server: says when early data came, prints all, answers with a line of ours."""
    answer = b"good day\n"

    def __init__(self, bench, limit=16384):
        self._process = bench.openssl_server("-early_data", "-groups", "X25519:P-384", "-max_early_data", limit,
                                             "-recv_max_early_data", 16384)
        self.port = self._process.tls_port
        self._connections = 0

    def await_client(self):
        """Answers the next client, once it has said its last."""
        self._connections += 1
        threading.Thread(target=self._answer, args=(self._connections,), daemon=True).start()

    def _answer(self, count):
        self._process.output.match(r"(?s)" + "late words.*?" * count)
        self._process.write_line(self.answer.decode().strip())

    def answer_size(self, _):
        return len(self.answer)

    def check(self, how):
        """What it said about the last connection."""
        text = self._process.output.text().split("late words")[self._connections - 1]
        expect_equal("Early data received:" in text, how in (TAKEN, PART), "OpenSSL got early data")
        words = re.search(r"(?s)early.* words" if how == PART else "early words", text)
        expect(words, f"it did not get what was sent: {text}")


class Gnutls:
    """gnutls-serv --echo: sends back what comes, but early data."""
    answer = LATE

    def __init__(self, bench, limit=16384):
        self._process = bench.gnutls_server(*(["--earlydata", "--maxearlydata", limit] if limit else []))
        self.port = self._process.tls_port

    def await_client(self):
        pass

    def answer_size(self, how):
        return len(LATE if how == TAKEN else EARLY + LATE)

    def check(self, how):
        text = self._process.output.text().split("Accepted connection from")[-1]
        expect_equal("received cmd: early words" in text, how != TAKEN, "GnuTLS got it after the handshake")


# Their early data

def early_data_of_theirs():
    yield Row("0-RTT, OpenSSL -> us: taken, answered at once", openssl_early)
    yield Row("0-RTT, OpenSSL -> us: replayed byte for byte, taken once", replayed)
    yield Row("0-RTT, OpenSSL -> us: shown a second time, refused, sent again", openssl_again)
    yield Row("0-RTT, OpenSSL -> us: refused with a HelloRetryRequest, sent again", openssl_asked)
    yield Row("0-RTT, OpenSSL -> us: we take none", openssl_none)
    yield Row("0-RTT, GnuTLS -> us: taken", lambda b: gnutls_early(b, "--early-data"))
    yield Row("0-RTT, GnuTLS -> us: we take none", gnutls_early)


def openssl_session(bench, port):
    """A file with a session of s_client's."""
    session = bench.file("openssl_session")
    with bench.openssl_client(port, "-sess_out", session) as client:
        talk(client, LATE)
    return session


def openssl_resumes(bench, port, session, verdict, *options, line=LATE):
    """s_client sends early data of that session, then the line; checks what it says about the early data."""
    early = bench.file("early", EARLY)
    with bench.openssl_client(port, "-sess_in", session, "-early_data", early, *options) as client:
        client.output.match(f"Early data was {verdict}\n")
        client.write_line(line.decode().strip())
        client.output.match(line.decode().strip())
        if verdict == "accepted":
            client.output.match("early words")
        client.close_input()
        client.wait()


def decided(server, connection):
    """Our decision about the early data of that connection, with the reason."""
    found = decisions(server.events(connection), "early_data")
    expect(len(found) == 1, f"decisions about early data: {found}")
    return found[0]


def openssl_early(bench):
    server = bench.serve("--early-data")
    openssl_resumes(bench, server.port, openssl_session(bench, server.port), "accepted")
    expect_equal(decided(server, 2)[0], "taken", "early data")
    expect("resumed early-data" in server.wait_line(r"#2 .*"), "the log does not tell of early data")


def replayed(bench):
    server = bench.serve("--early-data")
    session = openssl_session(bench, server.port)
    with Recorder(server.port) as recorder:
        openssl_resumes(bench, recorder.port, session, "accepted")
    for connection in (3, 4):
        with socket.create_connection(("127.0.0.1", server.port)) as link:
            link.settimeout(20)
            link.sendall(recorder.flight)
            link.shutdown(socket.SHUT_WR)
            while link.recv(65536):
                pass
        server.wait_line(rf"#{connection} .*failed: .*")
        chosen, because = decided(server, connection)
        expect_equal(chosen, "refused", "replayed early data")
        expect("was taken before" in because, because)


def openssl_again(bench):
    server = bench.serve("--early-data")
    session = openssl_session(bench, server.port)
    openssl_resumes(bench, server.port, session, "accepted")
    openssl_resumes(bench, server.port, session, "rejected", line=EARLY)
    chosen, because = decided(server, 3)
    expect("was taken before" in because, f"{chosen}: {because}")
    expect("TLS_AES_128_GCM_SHA256 resumed no" in server.wait_line(r"#3 .*"), "not resumed")


def openssl_asked(bench):
    server = bench.serve("--early-data", "--group", "secp384r1")
    session = openssl_session(bench, server.port)
    openssl_resumes(bench, server.port, session, "rejected", "-groups", "X25519:P-384", line=EARLY)
    expect_equal(decided(server, 2), ("refused", "another hello is needed"), "early data")


def openssl_none(bench):
    server = bench.serve()
    session = openssl_session(bench, server.port)
    openssl_resumes(bench, server.port, session, "not sent")
    expect_equal(decisions(server.events(2), "early_data"), [], "early data")


def gnutls_early(bench, *options):
    server = bench.serve(*options)
    early = bench.file("early", EARLY)
    with bench.gnutls_client(server.port, "--resume", "--earlydata", early) as client:
        client.output.match("(?s)This is a resumed session.*Simple Client Mode")
        client.write_line(LATE.decode().strip())
        client.output.match("^late words$")
        if options:
            client.output.match("^early words$")
        client.close_input()
        client.wait()
    found = [chosen for chosen, _ in decisions(server.events(2), "early_data")]
    expect_equal(found, ["taken" if options else "refused"], "early data")


class Recorder:
    """Relays one connection to `target`; keeps what the client said before it had an answer, up to its early data."""

    def __init__(self, target):
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.flight = b""
        threading.Thread(target=self._run, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _run(self):
        client, _ = self._listener.accept()
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            while not has_application_data(self.flight):
                self.flight += client.recv(65536)
            server.sendall(self.flight)
            back = threading.Thread(target=pass_on, args=(server, client), daemon=True)
            back.start()
            pass_on(client, server)
            back.join()


def has_application_data(flight):
    """Among its whole records is one of application data."""
    while len(flight) >= 5 and len(flight) >= 5 + int.from_bytes(flight[3:5], "big"):
        if flight[0] == 23:
            return True
        flight = flight[5 + int.from_bytes(flight[3:5], "big"):]
    return False


def pass_on(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


# Keys that both sides have

def external_keys():
    yield Row("external key, we -> OpenSSL, without certificates", openssl_takes_our_key)
    yield Row("external key, OpenSSL -> us, without certificates", we_take_openssl_key)
    yield Row("external key, we -> OpenSSL that knows none: its certificate", openssl_knows_no_key)
    yield Row("external key, OpenSSL -> us that know none: our certificate", we_know_no_key)
    yield Row("external key, we -> GnuTLS", gnutls_takes_our_key)
    yield Row("external key, GnuTLS -> us", we_take_gnutls_key)


def key_options(bench, key, *others):
    """Ours: from a file."""
    lines = "".join(f"{name}:{secrets.token_hex(16)}\n" for name in others) + f"{IDENTITY}:{key}\n"
    return ["--psk-file", bench.file("keys.psk", lines.encode())]


def expect_key(events, side, text):
    chosen = [chosen for chosen, _ in decisions(events, "psk")]
    expect_equal(chosen, [f'external key "{IDENTITY}"'], f"our {side}'s key")
    expect(not messages(events, "Certificate"), "there was a certificate")
    expect(IDENTITY in text, f"it does not name the key: {text}")


def openssl_takes_our_key(bench):
    key = secrets.token_hex(32)
    peer = bench.openssl_server("-psk", key, "-psk_identity", IDENTITY, "-rev", certificate=None)
    ran = bench.connect(peer.tls_port, *key_options(bench, key, "somebody"), data=LATE, expect=len(LATE))
    expect_equal(ran.output, b"sdrow etal\n", "the answer")
    expect_key(ran.events, "client", ran.text)


def we_take_openssl_key(bench):
    key = secrets.token_hex(32)
    server = bench.serve(*key_options(bench, key), certificate=None)
    with bench.openssl_client(server.port, "-psk", key, "-psk_identity", IDENTITY, trust=False) as client:
        talk(client, LATE)
    expect_key(server.events(1), "server", server.wait_line(r"#1 .*"))


def openssl_knows_no_key(bench):
    peer = bench.openssl_server("-rev")
    ran = bench.connect(peer.tls_port, *key_options(bench, secrets.token_hex(32)), data=LATE, expect=len(LATE))
    expect_equal(decisions(ran.events, "psk"), [("none", "the server takes none of our pre-shared keys")], "key")
    expect(messages(ran.events, "Certificate"), "there was no certificate")


def we_know_no_key(bench):
    server = bench.serve(*key_options(bench, secrets.token_hex(32)))
    with bench.openssl_client(server.port, "-psk", secrets.token_hex(32), "-psk_identity", "stranger") as client:
        talk(client, LATE)
    expect_equal([chosen for chosen, _ in decisions(server.events(1), "psk")], ["none"], "key")
    expect(messages(server.events(1), "Certificate"), "there was no certificate")


def gnutls_takes_our_key(bench):
    key = secrets.token_hex(32)
    passwords = bench.file("gnutls.psk", f"{IDENTITY}:{key}\n".encode())
    peer = bench.gnutls_server("--pskpasswd", passwords, priority=PSK_PRIORITY, certificate=None)
    ran = bench.connect(peer.tls_port, *key_options(bench, key), data=LATE, expect=len(LATE))
    expect_equal(ran.output, LATE, "the answer")
    expect_key(ran.events, "client", ran.text)


def we_take_gnutls_key(bench):
    key = secrets.token_hex(32)
    server = bench.serve(*key_options(bench, key), certificate=None)
    with bench.gnutls_client(server.port, "--pskusername", IDENTITY, "--pskkey", key, priority=PSK_PRIORITY,
                             trust=False) as client:
        talk(client, LATE)
    expect_key(server.events(1), "server", server.wait_line(r"#1 .*"))


# Several tickets

def tickets():
    yield Row("tickets: OpenSSL gives us four, and one more each time", openssl_gives_four)
    yield Row("tickets: Go uses both of ours, and those of resumed connections", go_uses_all)


def openssl_gives_four(bench):
    peer = bench.openssl_server("-num_tickets", 4, "-rev")
    session = bench.file("session")
    for number, tickets_now in enumerate((4, 1, 1, 1)):
        ran = bench.connect(peer.tls_port, "--resume", session, data=LATE, expect=len(LATE))
        connected = [event for event in ran.events if event["event"] == "connected"]
        expect_equal(connected[0]["resumed"], number > 0, f"connection {number + 1} resumed")
        expect_equal(len(messages(ran.events, "NewSessionTicket")), tickets_now, "tickets")


def go_uses_all(bench):
    server = bench.serve()
    go = bench.go()
    payload = bench.file("payload", LATE)
    number = go.command(do="connect", port=server.port, ca=bench.authority.cert, name="localhost", tls="1.3", times=5,
                        payload=payload, every_ticket=1)
    answer = go.answers(number, "done", 1)[0]
    told = [(facts["resumed"], facts.get("error", "")) for facts in answer["connections"]]
    expect_equal(told, [(False, "")] + 4 * [(True, "")], "Go's connections")
    used = [decisions(server.events(connection), "psk")[0][0] for connection in range(2, 6)]
    expect_equal(used, 4 * ["ticket 0"], "our tickets")


def certificates(workshop):
    authority = workshop.authority("ca", subject="/CN=Interop CA")
    return authority, {"server": workshop.server("server", authority)}


if __name__ == "__main__":
    sys.exit(features.main(__doc__, list(rows()), certificates, ("openssl", "gnutls-cli", "gnutls-serv", "go")))
