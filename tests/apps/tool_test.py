#!/usr/bin/env python3
"""The tool as its users meet it: exit codes, messages, data in both directions, reload, completion."""

import hashlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
import unittest
from pathlib import Path

from tool import LIMIT, TOOL, Files, Server, run

HERE = Path(__file__).resolve().parent
DONE, WRONG_USAGE, NO_TRANSPORT, WE_REFUSED, PEER_REFUSED, BROKEN_LATER = 0, 2, 3, 4, 5, 6


class ToolTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = Files()
        cls.addClassCleanup(cls.files.remove)

    def trust(self):
        return ["--ca", self.files / "ca.pem"]

    def member(self, name):
        return [*self.trust(), *self.files.pair(name)]

    def serve(self, *arguments):
        server = Server("serve", *self.files.pair("server"), *arguments)
        self.addCleanup(server.__exit__)
        return server

    def chat(self, *arguments):
        server = Server("chat", "serve", *self.files.pair("server"), "--client-ca", self.files / "ca.pem", *arguments)
        self.addCleanup(server.__exit__)
        return server

    def listener(self):
        """A TCP listener of the test's own."""
        link = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(link.close)
        return link, f"localhost:{link.getsockname()[1]}"

    def assertEnds(self, finished, code, *texts):
        output = (finished.stdout + finished.stderr).decode()
        self.assertEqual(finished.returncode, code, output)
        for text in texts:
            self.assertIn(text, output)


class Usage(ToolTest):
    def test_help_teaches(self):
        for command in ([], ["connect"], ["serve"], ["cert"], ["chat"], ["chat", "serve"], ["chat", "join"], ["demo"],
                        ["suites"], ["completion"]):
            with self.subTest(command):
                self.assertEnds(run(*command, "--help"), DONE, "handfast " + " ".join(command))
        self.assertEnds(run("--version"), DONE, "handfast ")

    def test_wrong_usage_names_what_is_wrong(self):
        pem = self.files / "server.pem"
        for text, arguments in {
            "a command is missing": ["--nothing-like-this"],
            "no command 'foo'; there are connect, serve": ["foo"],
            "no command 'foo'; there are ca": ["cert", "foo"],
            "no 'foo'; known are: ed25519, p256": ["cert", "ca", "--name", "A", "--out", self.files / "new", "--key", "foo"],
            "no 'foo'; known are: good": ["cert", "staple", "--ca", "ca", "--cert", pem, "--out", self.files / "new", "--status", "foo"],
            "it must say who this is": ["cert", "client", "--ca", self.files / "ca", "--out", self.files / "new", "--name", ""],
            "'-1' is not a whole number": ["serve", *self.files.pair("server"), "--max-connections", "-1"],
            "'1.5' is not a whole number": ["connect", "localhost", "--expect-bytes", "1.5"],
            "'10' is not a number from 64 to 16385": ["connect", "localhost", "--record-size-limit", "10"],
            "'foo' is not a number from 0 to 1000000, and not 'forever'": ["connect", "localhost", "--wait", "foo"],
            "ffdhe2048": ["connect", "localhost", "--group", "curve2"],
            "--nothing": ["connect", "localhost", "--nothing"],
            "HOST": ["connect"],
            "'NULL'": ["connect", "localhost", "--suite", "NULL"],
            "known are": ["connect", "localhost", "--group", "curve1"],
            "TLS version '9'": ["connect", "localhost", "--tls", "9"],
            "nowhere.pem": ["connect", "localhost", "--ca", "nowhere.pem"],
            "--key needs --cert": ["connect", "localhost", "--key", pem],
            "is not a port": ["connect", "localhost:http"],
            "not a URL": ["connect", "https://localhost/"],
            "IPv6": ["connect", "[::g]:1"],
            "--insecure": ["connect", "localhost", "--insecure", "--ca", pem],
            "--cert is required": ["serve"],
            "--early-data requires --resume": ["connect", "localhost", "--early-data", pem],
            "is empty": ["connect", "localhost", "--early-data", os.devnull, "--resume", self.files / "none"],
            "IDENTITY:HEXKEY": ["connect", "localhost", "--psk", "secret"],
            '--psk: what stands behind the last colon is no key in hexadecimal': ["connect", "localhost", "--psk", "me:secret"],
            "16 to 255 bytes, not 2": ["connect", "localhost", "--psk", "me:0011"],
            "line 1: write IDENTITY:HEXKEY": ["serve", "--psk-file", pem],
            "need TLS 1.3": ["serve", "--psk", "me:" + 16 * "00", "--tls", "1.2"],
            "early_data needs TLS 1.3": ["serve", *self.files.pair("server"), "--early-data", "--tls", "1.2"],
            "one --key for each": ["serve", "--cert", pem, "--cert", pem, "--key", pem],
            "--crl": ["serve", *self.files.pair("server"), "--crl", pem],
            "cannot listen": ["serve", *self.files.pair("server"), "--listen", "192.0.2.1:1"],
            "--client-ca is missing": ["chat", "serve", *self.files.pair("server")],
            "--cert is missing": ["chat", "join", "localhost", "lounge", *self.trust()],
            "no legal nick": ["chat", "join", "localhost", "lounge", *self.member("odd")],
            "SHELL": ["completion"],
        }.items():
            with self.subTest(arguments):
                self.assertEnds(run(*arguments), WRONG_USAGE, text)
        self.assertEnds(run(), WRONG_USAGE, "Usage")

    def test_key_of_another_certificate(self):
        finished = run("serve", "--cert", self.files / "server.pem", "--key", self.files / "alice.key")
        self.assertEnds(finished, WRONG_USAGE, "alice.key")


class ExitCodes(ToolTest):
    def test_no_transport(self):
        link, address = self.listener()
        link.close()
        self.assertEnds(run("connect", address), NO_TRANSPORT, "nobody listens")
        self.assertEnds(run("connect", "host.invalid"), NO_TRANSPORT, "cannot find the host")

    def test_silent_server(self):
        _, address = self.listener()
        self.assertEnds(run("connect", address, "--handshake-timeout", 0.2), NO_TRANSPORT)

    def test_server_that_is_not_tls(self):
        link, address = self.listener()

        def greet():
            peer, _ = link.accept()
            peer.sendall(b"220 mail.example ESMTP\r\n")
            peer.recv(4096)
            peer.close()

        thread = threading.Thread(target=greet)
        thread.start()
        self.assertEnds(run("connect", address), WE_REFUSED, "220 mail.example")
        thread.join()

    def test_we_refuse_the_server(self):
        server = self.serve()
        self.assertEnds(run("connect", server.address), WE_REFUSED, "issuer_unknown", "48 unknown_ca")
        self.assertEnds(run("connect", server.address, *self.trust(), "--verify-name", "else.example"), WE_REFUSED,
                        "name_mismatch")
        server.wait_for("refused us: alert 48 unknown_ca")

    def test_server_refuses_us(self):
        server = self.serve("--client-ca", self.files / "ca.pem")
        self.assertEnds(run("connect", server.address, *self.trust()), PEER_REFUSED, "--cert and --key")
        self.assertEnds(run("connect", server.address, *self.member("mallory")), PEER_REFUSED)
        server.wait_for("sent no certificate")
        server.wait_for("authority")
        self.assertEnds(run("connect", server.address, *self.member("alice")), DONE, "asked for and shown")

    def test_broken_after_the_handshake(self):
        link, address = self.listener()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.files / "server.pem", self.files / "server.key")

        def cut():
            peer, _ = link.accept()
            secure = context.wrap_socket(peer, server_side=True)
            secure.sendall(b"half a sent")
            secure.recv(5)  # what is left unread would make the end a reset
            os.close(secure.detach())  # without close_notify

        thread = threading.Thread(target=cut)
        thread.start()
        finished = run("connect", address, *self.trust(), stdin=b"hello")
        thread.join()
        self.assertEnds(finished, BROKEN_LATER, "half a sent", "close_notify")


class Data(ToolTest):
    def test_a_mebibyte_each_way(self):
        blob = os.urandom(1 << 20)
        server = self.serve()
        for options in (["--expect-bytes", len(blob)], ["--half-close"], ["--wait", 0.5]):
            with self.subTest(options):
                finished = run("connect", server.address, *self.trust(), "-q", *options, stdin=blob)
                self.assertEqual(finished.returncode, DONE, finished.stderr)
                self.assertEqual(hashlib.sha256(finished.stdout).digest(), hashlib.sha256(blob).digest())

    def test_slow_reader_does_not_make_us_grow(self):
        server = self.serve()
        with open("/dev/zero", "rb") as zeros:
            client = subprocess.Popen([TOOL, "connect", server.address, *self.trust(), "-q"], stdin=zeros,
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        server.wait_for("full")
        seen = 0
        for _ in range(400):
            seen += len(client.stdout.read(1 << 16))
        self.assertLess(server.resident_kib(), 64 * 1024)
        client.kill()
        client.wait()
        client.stdout.close()
        self.assertEqual(seen, 400 << 16)

    def test_resumption_over_a_file(self):
        server = self.serve()
        session = self.files / "session"
        first = run("connect", server.address, *self.trust(), "--resume", session)
        self.assertEnds(first, DONE, "full handshake")
        self.assertEqual(os.stat(session).st_mode & 0o777, 0o600)
        self.assertEnds(run("connect", server.address, *self.trust(), "--resume", session), DONE, "resumed by ticket")
        Path(session).write_bytes(b"nonsense")
        self.assertEnds(run("connect", server.address, *self.trust(), "--resume", session), WRONG_USAGE, "session")

    def test_a_file_of_sessions(self):
        store, other = self.files / "sessions", self.serve("--tls", "1.2")
        server = self.serve()
        for address, how in ((server.address, "full"), (other.address, "full"), (server.address, "resumed"),
                             (other.address, "resumed by ticket")):
            self.assertEnds(run("connect", address, *self.trust(), "--sessions", store), DONE, how)
        self.assertEqual(os.stat(store).st_mode & 0o777, 0o600)
        early = self.files / "early-of-store"
        Path(early).write_bytes(b"early\n")
        taker = self.serve("--early-data", "--tls", "1.3")
        arguments = ["connect", taker.address, *self.trust(), "--sessions", store, "--early-data", early, "--expect-bytes", 6]
        self.assertEnds(run(*arguments), DONE, "no session in the file of --sessions allows it")
        self.assertEnds(run(*arguments), DONE, "6 bytes taken by the server")
        os.chmod(store, 0o644)
        self.assertEnds(run("connect", server.address, *self.trust(), "--sessions", store), WRONG_USAGE, "chmod 600")
        os.chmod(store, 0o600)
        Path(store).write_bytes(Path(store).read_bytes()[:-1])
        self.assertEnds(run("connect", server.address, *self.trust(), "--sessions", store), WRONG_USAGE, "damaged", "remove it")
        self.assertEnds(run("connect", server.address, "--sessions", store, "--resume", store), WRONG_USAGE, "--resume")

    def test_fallback_and_fragments(self):
        server = self.serve()
        self.assertEnds(run("connect", server.address, *self.trust(), "--tls", "1.2", "--fallback"), PEER_REFUSED,
                        "inappropriate_fallback", "first try")
        server.wait_for("tries again with a lower version")
        self.assertEnds(run("connect", server.address, *self.trust(), "--fallback"), WRONG_USAGE, "above TLS 1.3")
        finished = run("connect", server.address, *self.trust(), "--max-fragment-length", 512, "--expect-bytes", 5000,
                       "--trace", "json", stdin=b"x" * 5000)
        self.assertEnds(finished, DONE, '"what":"max_fragment_length","chosen":"512 bytes"')
        self.assertEnds(run("connect", server.address, "--max-fragment-length", 700), WRONG_USAGE, "700")

    def test_an_ssl2_hello_is_explained(self):
        server = self.serve()
        with socket.create_connection(("127.0.0.1", server.port)) as link:
            link.sendall(bytes([0x80, 46, 1, 3, 1, 0, 21, 0, 0, 0, 16]) + bytes(37))
            self.assertEqual(link.recv(100), bytes([21, 3, 1, 0, 2, 2, 70]))
        server.wait_for("SSL 2.0 hello")

    def test_early_data(self):
        server = self.serve("--early-data")
        session, early = self.files / "early.session", self.files / "early"
        Path(early).write_bytes(b"early")
        arguments = ["connect", server.address, *self.trust(), "--resume", session, "--early-data", early, "--expect-bytes", 9]
        first = run(*arguments, stdin=b"late")
        self.assertEnds(first, DONE, "there was no session in the file of --resume yet")
        kept = Path(session).read_bytes()
        second = run(*arguments, stdin=b"late")
        self.assertEnds(second, DONE, "5 bytes taken by the server", "9 sent, 9 received")
        Path(session).write_bytes(kept)
        third = run(*arguments, stdin=b"late")
        self.assertEnds(third, DONE, "refused by the server; sent again after the handshake", "9 sent, 9 received")
        for finished in (first, second, third):
            self.assertEqual(finished.stdout, b"earlylate")
        server.wait_for("resumed early-data")

    def test_large_early_data_refused_by_a_server_that_echoes(self):
        server = self.serve("--early-data", "--max-early-data", 1 << 20)
        session, early = self.files / "large.session", self.files / "large"
        data = bytes(range(64, 128)) * (40 << 14)
        Path(early).write_bytes(data)
        arguments = ["connect", server.address, *self.trust(), "--resume", session, "--early-data", early, "--expect-bytes",
                     len(data) + 4]
        kept = None
        for verdict in ("no session", f"{1 << 20} bytes taken", "refused by the server"):
            if kept:
                Path(session).write_bytes(kept)
            finished = run(*arguments, stdin=b"late")
            self.assertEnds(finished, DONE, verdict)
            self.assertTrue(finished.stdout == data + b"late")
            kept = kept or Path(session).read_bytes()

    def test_external_keys(self):
        keys = self.files / "keys.psk"
        Path(keys).write_text("other:" + 16 * "01" + "\n\nme:" + 32 * "ab" + "\r\n")
        server = Server("serve", "--psk-file", keys)
        self.addCleanup(server.__exit__)
        self.assertEnds(run("connect", server.address, "--psk", "me:" + 32 * "AB"), DONE, "by a pre-shared key", "me")
        server.wait_for('client "me" by its key')
        self.assertEnds(run("connect", server.address, "--psk", "me:" + 32 * "ac"), PEER_REFUSED, "another key")
        server.wait_for("the binder of a pre-shared key is wrong")
        self.assertEnds(run("connect", server.address, "--psk", "you:" + 32 * "ab"), PEER_REFUSED, "unknown_psk_identity")
        self.assertEnds(run("connect", server.address, "--psk-file", keys, "--tls", "1.2"), WRONG_USAGE, "TLS 1.3")

    def test_certificates_after_the_handshake(self):
        word, ask = b"words", ["--post-handshake-auth", "--client-ca", self.files / "ca.pem"]
        willing, echoed = ["--post-handshake-auth"], ["--wait", "forever", "--expect-bytes", len(word)]
        required, requested = self.serve(*ask), self.serve(*ask, "--request-client-cert")

        def talk(server, *options):
            return run("connect", server.address, *echoed, *options, stdin=word)

        for server in (required, requested):
            self.assertEqual(talk(server, *self.member("alice"), *willing).stdout, word)
            server.wait_for("certificate shown after the handshake")
        for reason, options in {"showed no certificate": [*self.trust(), *willing],
                                "cannot be asked for a certificate": self.member("alice"),
                                "or leave --post-handshake-auth out": self.member("alice")}.items():
            with self.subTest(reason):
                refused, served = talk(required, *options), talk(requested, *options)
                self.assertNotEqual(refused.returncode, DONE)
                self.assertEqual(refused.stdout, b"")
                self.assertIn("refused: ", required.wait_for(reason))
                self.assertEqual(served.stdout, word)
        requested.wait_for("showed no certificate when asked after the handshake and is served all the same")
        requested.wait_for("was not asked for a certificate and is served all the same")

    def test_new_handshakes_on_a_connection(self):
        word, tls12 = b"words", ["--tls", "1.2"]
        echoed = ["--wait", "forever", "--expect-bytes", 2 * len(word)]

        def talk(server, *options):
            return run("connect", server.address, *self.member("alice"), *tls12, *echoed, *options, stdin=word + word)

        willing = self.serve("--allow-renegotiation")
        for start in (["--renegotiate"], ["--renegotiate-after", 1]):
            self.assertEqual(talk(willing, *start).stdout, word + word)
            willing.wait_for("new handshake on the connection")
        refused = talk(self.serve(), "--renegotiate")
        self.assertEqual(refused.stdout, word + word)
        self.assertIn(b"the server refuses a new handshake", refused.stderr)
        self.assertIn(b"TLS 1.3 has none", run("connect", willing.address, *self.trust(), "--renegotiate", stdin=b"").stderr)

        for unmet in (["--tls", "1.3", "--renegotiate"], ["--tls", "1.2", "--update-keys"]):
            impossible = run("connect", willing.address, *self.trust(), *unmet, stdin=b"")
            self.assertEqual((impossible.returncode, impossible.stdout), (2, b""))
            self.assertIn(b"; add --tls ", impossible.stderr)

        asking, strict = self.serve("--renegotiate"), self.serve("--post-handshake-auth", "--client-ca", self.files / "ca.pem")
        for allowed in (["--allow-renegotiation"], []):
            self.assertEqual(talk(asking, *allowed).stdout, word + word)
            asking.wait_for("new handshake on the connection" if allowed else "refuses a new handshake")
            shown = talk(strict, *allowed)
            self.assertEqual(shown.stdout, word + word if allowed else b"", shown.stderr)
            strict.wait_for("certificate shown after the handshake" if allowed else "refused: it showed no certificate")

    def test_early_data_waits_for_a_certificate_after_the_handshake(self):
        server = self.serve("--early-data", "--post-handshake-auth", "--client-ca", self.files / "ca.pem")
        session, data = self.files / "late_session", self.files / "late_data"
        Path(data).write_bytes(b"early")
        options = ["--resume", session, "--expect-bytes", 5, "--wait", "forever", "--post-handshake-auth"]
        self.assertEqual(run("connect", server.address, *self.member("alice"), *options, stdin=b"words").stdout, b"words")
        refused = run("connect", server.address, *self.trust(), *options, "--early-data", data)
        self.assertEqual(refused.stdout, b"", refused.stderr)
        server.wait_for("refused: it showed no certificate")

    def test_a_client_that_does_not_answer_is_not_served(self):
        server = self.serve("--post-handshake-auth", "--client-ca", self.files / "ca.pem", "--handshake-timeout", 2)
        context = ssl.create_default_context(cafile=self.files / "ca.pem")
        context.post_handshake_auth = True
        with socket.create_connection(("127.0.0.1", server.port), LIMIT) as link:
            with context.wrap_socket(link, server_hostname="localhost") as client:
                client.sendall(b"words")   # and reads nothing, so that it does not see the request
                server.wait_for("refused: it has not shown its certificate in time")
                try:
                    answered = client.recv(5)
                except OSError:
                    answered = b""
                self.assertEqual(answered, b"")

    def test_traces_and_key_log(self):
        server = self.serve()
        trace, keys = self.files / "trace.json", self.files / "keys"
        environment = {**os.environ, "SSLKEYLOGFILE": keys}
        finished = run("connect", server.address, *self.trust(), "--trace=json", "--trace-file", trace, env=environment)
        self.assertEnds(finished, DONE)
        self.assertIn('"EncryptedExtensions"', Path(trace).read_text())
        secrets = Path(keys).read_text()
        for label in ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0",
                      "SERVER_TRAFFIC_SECRET_0", "EXPORTER_SECRET"):
            self.assertRegex(secrets, rf"(?m)^{label} [0-9a-f]{{64}} [0-9a-f]{{64}}$")
        os.unlink(keys)
        run("connect", server.address, *self.trust(), "--tls", "1.2", env=environment)
        self.assertRegex(Path(keys).read_text(), r"^CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}\n$")
        self.assertEnds(run("connect", server.address, *self.trust(), "--trace", "ladder"), DONE, "ClientHello")

    def test_http(self):
        server = self.serve("--mode", "http", "--alpn", "http/1.1")
        request = b"GET / HTTP/1.0\r\n\r\n"
        finished = run("connect", server.address, *self.trust(), "--alpn", "http/1.1", stdin=request)
        self.assertEnds(finished, DONE, "HTTP/1.1 200 OK", "Your TLS connection", "http/1.1")


class Running(ToolTest):
    def test_signals_end_it_in_good_order(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            server = self.serve()
            context = ssl.create_default_context(cafile=self.files / "ca.pem")
            with socket.create_connection(("127.0.0.1", server.port)) as link:
                with context.wrap_socket(link, server_hostname="localhost") as secure:
                    server.wait_for("full")
                    server.signal(number)
                    self.assertEqual(secure.recv(100), b"")  # close_notify, not a bare end
            self.assertEqual(server.process.wait(LIMIT), 0)

    def test_max_connections(self):
        server = self.serve("--max-connections", 2)
        for _ in range(2):
            self.assertEnds(run("connect", server.address, *self.trust(), "-q"), DONE)
        self.assertEqual(server.process.wait(LIMIT), 0)

    def test_reload(self):
        certificate, key = self.files / "moving.pem", self.files / "moving.key"
        shutil.copy(self.files / "alice.pem", certificate)
        shutil.copy(self.files / "alice.key", key)
        server = Server("serve", "--cert", certificate, "--key", key)
        self.addCleanup(server.__exit__)
        self.assertEnds(run("connect", server.address, *self.trust()), WE_REFUSED)
        Path(certificate).write_text("nonsense")
        server.signal(signal.SIGHUP)
        server.wait_for("not reloaded, the old files stay in force")
        shutil.copy(self.files / "server.pem", certificate)
        shutil.copy(self.files / "server.key", key)
        server.signal(signal.SIGHUP)
        server.wait_for("reloaded: certificates")
        self.assertEnds(run("connect", server.address, *self.trust()), DONE)

    def test_a_stalled_client_is_dropped_and_costs_the_others_nothing(self):
        server = self.serve("--handshake-timeout", 1)
        with socket.create_connection(("127.0.0.1", server.port)) as stalled:
            stalled.sendall(b"\x16\x03\x01\x00\xc8\x01")
            self.assertEnds(run("connect", server.address, *self.trust(), "-q"), DONE)
            stalled.settimeout(LIMIT)
            start = time.monotonic()
            while stalled.recv(100):
                pass
            self.assertLess(time.monotonic() - start, 10)
        server.wait_for("failed")

    def test_no_descriptors_left(self):
        server = subprocess.Popen(["bash", "-c", 'ulimit -n 24; exec "$0" "$@"', TOOL, "serve", *self.files.pair("server"),
                                   "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
        port = int(server.stdout.readline().rpartition(":")[2])
        links = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
        self.assertIn("too many open files", server.stdout.readline().lower())
        for link in links:
            link.close()
        self.assertEnds(run("connect", f"localhost:{port}", *self.trust(), "-q"), DONE)
        server.terminate()
        server.stdout.close()
        self.assertEqual(server.wait(LIMIT), 0)

    def test_demo(self):
        finished = run("demo")
        self.assertEnds(finished, DONE, "EncryptedExtensions", "certificates on both sides", "<alice> Hello bob", "cert ca")
        self.assertEqual(finished.stdout.count(b"ClientHello"), 1)


class Chat(ToolTest):
    def join(self, server, name, lines=b""):
        return run("chat", "join", server.address, "lounge", *self.member(name), stdin=lines)

    def test_members_talk(self):
        server = self.chat()
        alice = subprocess.Popen([TOOL, "chat", "join", server.address, "lounge", *self.member("alice")],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        heard = []
        for line in alice.stdout:
            heard.append(line)
            if "in #lounge" in line:
                break
        bob = self.join(server, "bob", b"hello from bob\n/whois alice\n")
        self.assertEnds(bob, DONE, "<bob> hello from bob", "client certificate fingerprint")
        output, _ = alice.communicate("hello from alice\n", timeout=LIMIT)
        self.assertEqual(alice.returncode, DONE)
        self.assertIn("<bob> hello from bob", output)
        self.assertIn("<alice> hello from alice", output)
        server.wait_for("account bob")

    def test_wrong_certificates_are_refused_with_the_reason_in_the_log(self):
        server = self.chat()
        self.assertEnds(self.join(server, "mallory"), PEER_REFUSED)
        server.wait_for("authority")
        self.assertEnds(run("connect", server.address, *self.trust()), PEER_REFUSED)
        server.wait_for("sent no certificate")
        odd = run("chat", "join", server.address, "lounge", *self.member("odd"), "--nick", "odd")
        self.assertEnds(odd, PEER_REFUSED, "no legal nick")
        server.wait_for("no legal nick")

    def test_server_says_goodbye(self):
        server = self.chat()
        with subprocess.Popen([TOOL, "chat", "join", server.address, "lounge", *self.member("alice")],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as alice:
            for line in alice.stdout:
                if "in #lounge" in line:
                    break
            server.signal(signal.SIGTERM)
            rest = alice.stdout.read()
            alice.wait(LIMIT)
        self.assertIn("shutting down", rest)
        self.assertEqual(alice.returncode, BROKEN_LATER)
        self.assertEqual(server.process.wait(LIMIT), 0)


class Completion(ToolTest):
    LINES = {
        "handfast co": {"connect", "completion"},
        "handfast chat s": {"serve"},
        "handfast serve --mo": {"--mode"},
        "handfast serve --mode ": {"echo", "http", "discard"},
        "handfast serve --mode=h": {"http"},
        "handfast connect --trace j": {"json"},
        "handfast connect localhost --group x25519,secp2": {"x25519,secp256r1"},
        "handfast cert ca --key ed": {"ed25519"},
        "handfast chat join --cert x --tls ": {"1.3", "1.2", "1.1", "1.0"},
        "handfast su": {"suites"},
        "handfast demo --cl": {"--classic"},
        "handfast connect --timeout ": {""},
    }

    def script(self, shell):
        finished = run("completion", shell)
        self.assertEqual(finished.returncode, DONE)
        path = self.files / f"completion.{shell}"
        Path(path).write_bytes(finished.stdout)
        return path

    def test_bash(self):
        script = self.script("bash")
        for line, expected in self.LINES.items():
            with self.subTest(line):
                offered = subprocess.run(["bash", HERE / "bash_completion.sh", script, line], text=True,
                                         capture_output=True, check=True, timeout=LIMIT)
                self.assertEqual(set(offered.stdout.rstrip("\n").split("\n")), expected)
                self.assertEqual(offered.stderr, "")

    def test_bash_offers_files(self):
        script = self.script("bash")
        line = f"handfast connect --ca {self.files / 'ali'}"
        offered = subprocess.run(["bash", HERE / "bash_completion.sh", script, line], text=True, capture_output=True,
                                 check=True, timeout=LIMIT)
        self.assertEqual(set(offered.stdout.split()), {self.files / "alice.pem", self.files / "alice.key"})

    @unittest.skipUnless(shutil.which("zsh"), "there is no zsh here")
    def test_zsh(self):
        script = self.script("zsh")
        for words, expected in {"handfast serve --mode x": "echo http discard", "handfast connect --ca x": "@file",
                                "handfast completion x": "bash zsh"}.items():
            offered = subprocess.run(["zsh", "-f", HERE / "zsh_completion.sh", script, *words.split()], text=True,
                                     capture_output=True, check=True, timeout=LIMIT)
            self.assertEqual(offered.stdout.split(), expected.split())


if __name__ == "__main__":
    unittest.main(verbosity=2)
