"""Starts the two sides of one failing handshake with a relay between them, and tells what was to be seen."""
import dataclasses
import os
import socket
import threading

import peers
from process import PeerFailed, Process
from tap import Tap

SERVER_NAME = "localhost"


@dataclasses.dataclass
class Observed:
    """What one run showed."""
    exit: int      # of `handfast connect`; None where we were the server
    alerts: list   # "C>S 48", fatal ones, in the clear
    text: str      # what our side said
    faults: list   # ids of the fault events in our trace


class Bench:
    def __init__(self, program, certificates, go, java, folder, payload, tls):
        self.program = program
        self.certificates = certificates
        self.go = go
        self.java = java
        self._folder = folder
        self.payload = payload
        self.tls = tls  # the version of our side; None: those that it has by default
        self._processes = []
        self._closing = []

    @property
    def our_version(self):
        return ["--tls", self.tls] if self.tls else []

    @property
    def openssl_version(self):
        return "-tls1_3" if self.tls == "1.3" else "-tls1_2"

    def clean_up(self):
        for process in self._processes:
            process.kill()
        for close in self._closing:
            close()

    def start(self, *arguments, **options):
        process = Process(arguments, **options)
        self._processes.append(process)
        return process

    def pair(self, name):
        return self.certificates[name]

    def file(self, name):
        return os.path.join(self._folder, name)

    def files(self, options):
        """The options, names of revocation lists replaced by their files."""
        return [self.pair(option) if option.startswith("crl") else option for option in options]

    # Their servers: each returns a port.

    def openssl_server(self, certificate="server", *options):
        pair = self.pair(certificate)
        return self.openssl_server_process(pair, *options).port(r"^ACCEPT .*:(\d+)$")

    def openssl_server_process(self, pair, *options):
        return self.start("openssl", "s_server", "-accept", "127.0.0.1:0", "-rev", "-cert", pair.cert, "-cert_chain",
                          pair.cert, "-key", pair.key, *(options or [self.openssl_version]), merge=True)

    def gnutls_server(self, priority, *options):
        pair = self.pair("server")
        asks = [] if "--require-client-cert" in options else ["--disable-client-cert"]
        process, port = peers.start_gnutls_server(["gnutls-serv", "--echo", *asks, "--priority", priority,
                                                   "--x509certfile", pair.cert, "--x509keyfile", pair.key, *options])
        self._processes.append(process)
        return port

    def go_server(self, certificate="server", **options):
        return self._driven_server(self.go, certificate, options)

    def java_server(self, certificate="server", **options):
        return self._driven_server(self.java, certificate, options)

    def _driven_server(self, peer, certificate, options):
        pair = self.pair(certificate)
        number = peer.command(do="listen", cert=pair.cert, key=pair.key, **options)
        self._closing.append(lambda: peer.tell(number, do="stop"))
        return peer.answers(number, "listening", 1)[0]["port"]

    def scripted_server(self, talk):
        """`talk(connection)` is called with the first connection; it is closed afterwards."""
        listener = socket.create_server(("127.0.0.1", 0))
        self._closing.append(listener.close)

        def serve():
            try:
                connection, _ = listener.accept()
                connection.settimeout(30)
                with connection:
                    talk(connection)
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        return listener.getsockname()[1]

    # Our client.

    def connect(self, port, *options, ca="ca", tapped=True):
        """`handfast connect` to that port, by way of a relay."""
        tap = Tap(port)
        self._closing.append(tap.close)
        trace = os.path.join(self._folder, "connect.json")
        process = self.start(self.program, "connect", f"127.0.0.1:{tap.port if tapped else port}", *self.our_version,
                             "--verify-name", SERVER_NAME, *(["--ca", self.pair(ca).cert] if ca else []), "--wait",
                             "forever", "--expect-bytes", 6, "--trace",
                             "json", "--trace-file", trace, *options)
        process.send(b"hello\n")
        code = process.wait()
        return Observed(code, tap.fatal_alerts() if tapped else [], process.errors.text(), faults_in(trace))

    def connect_and(self, port, cut):
        """Connects, waits for the answer to its line, then calls `cut`, which ends the other side."""
        trace = os.path.join(self._folder, "connect.json")
        process = self.start(self.program, "connect", f"127.0.0.1:{port}", *self.our_version, "--verify-name",
                             SERVER_NAME, "--ca", self.pair("ca").cert, "--trace", "json", "--trace-file", trace)
        process.send(b"hello\n")
        process.output.exactly(6)
        cut()
        return Observed(process.wait(), [], process.errors.text(), faults_in(trace))

    def as_client(self, name):
        """Options that show this client certificate."""
        pair = self.pair(name)
        return ["--cert", pair.cert, "--key", pair.key]

    # Our server.

    def serve(self, *options, certificate="server", client=None, wait=r"\] #1 .*(failed|broken): .*"):
        """`handfast serve` and that client, by way of a relay: `client(port)` runs it to its end."""
        process, trace = self.our_server(certificate, *options)
        tap = Tap(process.port(r"listening on .*:(\d+)"))
        self._closing.append(tap.close)
        client(tap.port)
        line = process.output.match(wait, 20)[0].decode()
        self._must_still_serve(process)
        alerts = tap.fatal_alerts()
        process.terminate()
        return Observed(None, alerts, line, faults_in(trace))

    def our_server(self, certificate, *options):
        pair = self.pair(certificate)
        trace = self.file("serve.json")
        process = self.start(self.program, "serve", "--listen", "127.0.0.1:0", *self.our_version, "--cert", pair.cert,
                             "--key", pair.key, "--trace", "json", "--trace-file", trace, *options, merge=True)
        return process, trace

    def _must_still_serve(self, process):
        if process.has_ended():
            raise PeerFailed(f"the server ended: {process.said()}")

    def client_ca(self, *more):
        return ["--client-ca", self.pair("ca").cert, *more]

    # Their clients: each returns what `serve` wants.

    def openssl_client(self, *options, certificate=None, version=None, word=None):
        """`word`: a line that must come back before it ends."""
        shown = []
        if certificate:
            pair = self.pair(certificate)
            shown = ["-cert", pair.cert, "-cert_chain", pair.cert, "-key", pair.key]

        def run(port):
            process = self.start("openssl", "s_client", "-connect", f"127.0.0.1:{port}",
                                 version or self.openssl_version, "-CAfile", self.pair("ca").cert, "-verify_return_error",
                                 *shown, *options)
            if word:
                process.send(word + b"\n")
                process.output.match(word.decode())
            process.close_input()
            process.wait()

        return run

    def gnutls_client(self, priority, *options):
        def run(port):
            process = self.start("gnutls-cli", "--port", port, "127.0.0.1", "--priority", priority, "--sni-hostname",
                                 SERVER_NAME, "--verify-hostname", SERVER_NAME, "--x509cafile", self.pair("ca").cert,
                                 *options)
            process.close_input()
            process.wait()

        return run

    def driven_client(self, peer, certificate=None, ca="ca", **options):
        if certificate:
            options.update(cert=self.pair(certificate).cert, key=self.pair(certificate).key)

        def run(port):
            number = peer.command(do="connect", port=port, ca=self.pair(ca).cert, name=SERVER_NAME, times=1,
                                  payload=self.payload, **options)
            peer.answers(number, "done", 1)

        return run

    @staticmethod
    def scripted_client(talk):
        def run(port):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.settimeout(30)
                try:
                    talk(connection)
                except ConnectionResetError:
                    pass

        return run


def faults_in(trace):
    if not os.path.exists(trace):
        return []
    return [event["id"] for event in peers.read_events(trace) if event["event"] == "fault"]
