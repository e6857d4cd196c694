"""Runs a list of rows, each of which shows one thing with one peer, and prints what came of it. A row starts what it needs at
its bench, which ends it."""
import argparse
import concurrent.futures
import dataclasses
import os
import sys
import tempfile
import time
from typing import Callable

import peers
from certificates import Workshop
from process import PeerFailed, Process, kill_all

GNUTLS12 = "NORMAL:-VERS-ALL:+VERS-TLS1.2"
GNUTLS13 = "NORMAL:-VERS-ALL:+VERS-TLS1.3"


@dataclasses.dataclass
class Row:
    title: str
    run: Callable   # (bench); raises PeerFailed; returns why it cannot be shown here, or None


@dataclasses.dataclass
class Ran:
    """One run of `handfast connect`."""
    output: bytes
    text: str      # what it said beside the data
    events: list


class Bench:
    def __init__(self, program, work, authority, pairs, folder, version="1.3"):
        self.program = program
        self.version = version   # of all that is started here, unless its options name another
        self._work = work
        self.authority = authority
        self.pairs = pairs   # name -> certificates.Pair
        self._folder = folder
        self._count = 0
        self._closing = []

    def clean_up(self):
        for close in self._closing:
            close()

    def on_end(self, close):
        self._closing.append(close)

    def file(self, name, content=None):
        path = os.path.join(self._folder, name)
        if content is not None:
            with open(path, "wb") as file:
                file.write(content)
        return path

    def new_file(self, name):
        self._count += 1
        return self.file(f"{self._count}_{name}")

    def start(self, *arguments, **options):
        process = Process(arguments, **options)
        self.on_end(process.kill)
        return process

    # Ours

    def serve(self, *options, certificate="server"):
        """`handfast serve`, echoing."""
        return OurServer(self, [*self._shown(certificate), *self._ours(options), *options])

    def connect(self, port, *options, data=b"", expect=0, code=0, trust=True):
        """`handfast connect`: writes `data`, ends when so many bytes have come."""
        trace = self.new_file("connect.json")
        arguments = [self.program, "connect", f"127.0.0.1:{port}", *self._ours(options), "--verify-name", "localhost",
                     *(["--ca", self.authority.cert] if trust else []), "--wait", "forever", "--expect-bytes", expect,
                     "--trace", "json", "--trace-file", trace, *options]
        process = self.start(*arguments)
        process.send(data)
        ended = process.wait()
        ran = Ran(process.output.exactly(process.output.size()), process.errors.text(), peers.read_events(trace))
        if ended != code:
            raise PeerFailed(f"handfast connect: exit {ended}, not {code}: {ran.text[-1500:]}")
        return ran

    def _ours(self, options):
        return ["--tls", self.version] if self.version == "1.3" or "--tls" not in options else []

    def _theirs(self, options):
        if any(str(option).startswith(("-tls1", "-min_protocol")) for option in options):
            return []   # it takes one alone
        return ["-tls" + self.version.replace(".", "_").removesuffix("_0")]

    def _gnutls(self, priority):
        return priority or f"NORMAL:-VERS-ALL:+VERS-TLS{self.version}"

    def _shown(self, certificate):
        if certificate is None:
            return []
        return ["--cert", self.pairs[certificate].cert, "--key", self.pairs[certificate].key]

    # Theirs

    def openssl_server(self, *options, certificate="server"):
        """s_server: prints what comes, and sends what is written to it."""
        pair = self.pairs.get(certificate)
        shown = ["-cert", pair.cert, "-key", pair.key] if pair else ["-nocert"]
        process = self.start("openssl", "s_server", "-accept", "127.0.0.1:0", *self._theirs(options), *shown, *options, merge=True)
        process.tls_port = process.port(r"^ACCEPT .*:(\d+)$")
        return process

    def openssl_client(self, port, *options, trust=True):
        checks = ["-CAfile", self.authority.cert, "-verify_return_error"] if trust else []
        return self.start("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", *self._theirs(options),
                          "-nocommands", *checks, *options, merge=True)

    def gnutls_server(self, *options, priority=None, certificate="server"):
        pair = self.pairs.get(certificate)
        shown = ["--x509certfile", pair.cert, "--x509keyfile", pair.key] if pair else []
        asks = [] if "--require-client-cert" in options else ["--disable-client-cert"]
        process, port = peers.start_gnutls_server(["gnutls-serv", "--echo", "--priority", self._gnutls(priority), *asks, *shown, *options])
        self.on_end(process.kill)
        process.tls_port = port
        return process

    def gnutls_client(self, port, *options, priority=None, trust=True):
        checks = ["--verify-hostname", "localhost", "--x509cafile", self.authority.cert] if trust else []
        return self.start("gnutls-cli", "--port", port, "127.0.0.1", "--sni-hostname", "localhost", "--priority",
                          self._gnutls(priority), *checks, *options, merge=True)

    def go(self):
        return peers.Go(peers.build_go_peer(self._work, peer_source("peer.go")))

    def java(self):
        return peers.Java(peers.build_java_peer(self._work, peer_source("Peer.java")))


def peer_source(name):
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers", name)


class OurServer:
    def __init__(self, bench, options):
        self._trace = bench.new_file("serve.json")
        self._process = bench.start(bench.program, "serve", "--listen", "127.0.0.1:0", "--trace", "json", "--trace-file",
                                    self._trace, *options, merge=True)
        self.port = self._process.port(r"listening on .*:(\d+)")

    def wait_line(self, pattern):
        """A line of its log."""
        return self._process.output.match(pattern)[0].decode()

    def events(self, connection):
        """Its trace of that connection so far, the first is 1."""
        return [event for event in peers.read_events(self._trace) if event["connection"] == connection]


def talk(client, word):
    """The line goes to the server, which echoes it; then the client ends in good order."""
    line = word.decode().strip()
    client.write_line(line)
    client.output.match(line)   # s_client writes it where its own lines stand
    client.close_input()
    expect_equal(client.wait(), 0, "exit")


def decisions(events, what):
    return [(event["chosen"], event["because"]) for event in events
            if event["event"] == "decision" and event["what"] == what]


def messages(events, name):
    return [event for event in events if event["event"] == "message" and event["name"] == name]


def expect(is_true, what):
    if not is_true:
        raise PeerFailed(what)


def expect_equal(found, wanted, what):
    expect(found == wanted, f"{what}: {found!r}, not {wanted!r}")


def main(description, rows, certificates, programs, version="1.3"):
    """`certificates(workshop)` returns an authority and named pairs; `version` is what is spoken. Returns the exit code."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--handfast", required=True)
    parser.add_argument("--work", default="interop-work")
    parser.add_argument("--only", default="", help="only rows whose title contains this")
    parser.add_argument("--jobs", type=int, default=min(4, 2 * (os.cpu_count() or 1)))
    options = parser.parse_args()
    if missing := peers.missing_programs(*programs):
        print(missing)
        return peers.SKIPPED
    options.work = os.path.abspath(options.work)
    os.makedirs(options.work, exist_ok=True)
    name = os.path.splitext(os.path.basename(sys.argv[0]))[0]
    with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=options.work) as directory:
        try:
            return _run_all(options, [row for row in rows if options.only in row.title], certificates, directory, version)
        finally:
            kill_all()


def _run_all(options, rows, certificates, directory, version):
    start = time.monotonic()
    authority, pairs = certificates(Workshop(os.path.join(directory, "certificates")))

    def attempt(indexed):
        index, row = indexed
        folder = os.path.join(directory, f"row_{index}")
        os.makedirs(folder)
        bench = Bench(os.path.abspath(options.handfast), options.work, authority, pairs, folder, version)
        begun = time.monotonic()
        try:
            return None, row.run(bench), time.monotonic() - begun
        except Exception as failure:  # pylint: disable=broad-except  # whatever goes wrong is this row's failure
            kind = "" if isinstance(failure, PeerFailed) else f"{type(failure).__name__}: "
            return f"{kind}{failure}", None, time.monotonic() - begun
        finally:
            bench.clean_up()

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(attempt, enumerate(rows)))
    for row, (error, skipped, seconds) in zip(rows, results):
        print(f"{'FAILED' if error else 'skipped' if skipped else 'ok':8}{seconds:5.1f} s  {row.title}"
              + (f": {skipped}" if skipped else ""))
        if error:
            print(f"        {error}")
    failed, skipped = (sum(1 for result in results if result[kind]) for kind in (0, 1))
    print(f"{len(rows) - failed - skipped} of {len(rows)} rows passed, {skipped} skipped, "
          f"{time.monotonic() - start:.0f} s")
    return 1 if failed or len(rows) == skipped else 0
