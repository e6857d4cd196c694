#!/usr/bin/env python3
"""Old versions and weak suites: only when named, only with the switch that says what they cost, and then they work."""

import unittest

from tool import Files, Server, run

DONE, WRONG_USAGE, WE_REFUSED, PEER_REFUSED = 0, 2, 4, 5
KEY = "me:" + 32 * "ab"


class Legacy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = Files()
        cls.addClassCleanup(cls.files.remove)
        cls.files.make("server", "--ca", cls.files / "ca", "--key", "rsa2048", "--dns", "localhost", "--out", cls.files / "rsa")

    def serve(self, *arguments):
        server = Server("serve", *arguments)
        self.addCleanup(server.__exit__)
        return server

    def assertEnds(self, finished, code, *texts):
        output = (finished.stdout + finished.stderr).decode()
        self.assertEqual(finished.returncode, code, output)
        for text in texts:
            self.assertIn(text, output)

    def connect(self, server, *arguments):
        """Connects, and sends a line that is to come back."""
        return run("connect", server.address, "--wait", "forever", "--expect-bytes", 5, *arguments, stdin=b"hello")

    def trust(self):
        return ["--ca", self.files / "ca.pem"]

    def test_old_versions_only_when_named_on_both_sides(self):
        for version in ("1.0", "1.1"):
            with self.subTest(version):
                old = self.serve(*self.files.pair("rsa"), "--tls", version)
                self.assertEnds(self.connect(old, *self.trust(), "--tls", version), DONE, f"TLS {version}", "hello")
                self.assertEnds(self.connect(old, *self.trust()), PEER_REFUSED, "protocol_version")
                new = self.serve(*self.files.pair("rsa"))
                self.assertEnds(self.connect(new, *self.trust(), "--tls", version), PEER_REFUSED, "protocol_version")

    def test_ssl3_is_never_there(self):
        self.assertEnds(run("connect", "localhost", "--tls", "3.0"), WRONG_USAGE, "SSL 3.0 is not implemented")

    def test_an_unsafe_suite_needs_its_switch(self):
        for suite, switch in (("AECDH-AES128-SHA", "--unsafe-anonymous"), ("ADH-AES128-GCM-SHA256", "--unsafe-anonymous"),
                              ("NULL-SHA256", "--unsafe-no-encryption"), ("TLS_SHA256_SHA256", "--unsafe-no-encryption"),
                              ("AECDH-NULL-SHA", "--unsafe-no-encryption")):
            with self.subTest(suite):
                self.assertEnds(run("connect", "localhost", "--suite", suite), WRONG_USAGE, f"needs {switch} too")
                self.assertEnds(run("serve", "--suite", suite), WRONG_USAGE, f"needs {switch} too")

    def test_nobody_is_authenticated(self):
        for suite in ("AECDH-AES128-SHA", "ADH-AES128-GCM-SHA256"):
            with self.subTest(suite):
                options = ["--suite", suite, "--unsafe-anonymous"]
                server = self.serve(*options)
                self.assertEnds(self.connect(server, *options), DONE, "_anon_", "NOT AUTHENTICATED", "hello")
                self.assertEnds(self.connect(server, *self.trust()), PEER_REFUSED)

    def test_nothing_is_encrypted(self):
        for suite in ("NULL-SHA256", "TLS_SHA384_SHA384"):
            with self.subTest(suite):
                options = ["--suite", suite, "--unsafe-no-encryption"]
                server = self.serve(*self.files.pair("rsa"), *options)
                seen = self.connect(server, *self.trust(), *options, "--trace", "ladder")
                self.assertEnds(seen, DONE, "NOT ENCRYPTED", "not encrypted, 5 bytes", "hello")
                self.assertEnds(self.connect(server, *self.trust()), PEER_REFUSED)

    def test_keys_that_both_sides_have(self):
        for suite in ("PSK-AES128-GCM-SHA256", "DHE-PSK-AES128-CBC-SHA", "ECDHE-PSK-CHACHA20-POLY1305"):
            with self.subTest(suite):
                server = self.serve("--suite", suite, "--psk", KEY, "--psk-hint", "the one of 2026")
                known = self.connect(server, "--suite", suite, "--psk", KEY, "--trace", "ladder", "-v")
                self.assertEnds(known, DONE, "PSK", "the one of 2026", "hello")
                self.assertEnds(self.connect(server, "--suite", suite, "--psk", "you:" + 32 * "ab"), PEER_REFUSED)
        self.assertEnds(run("connect", "localhost", "--suite", "PSK-AES128-GCM-SHA256"), WRONG_USAGE, "keys that both sides have")

    def test_finite_fields(self):
        suite = ["--suite", "DHE-RSA-AES128-GCM-SHA256"]
        server = self.serve(*self.files.pair("rsa"), *suite, "--group", "ffdhe3072")
        self.assertEnds(self.connect(server, *self.trust(), *suite), DONE, "ffdhe3072", "hello")

    def test_the_demo_shows_any_of_them(self):
        for arguments, texts in {
            ("--tls", "1.0"): ["client_version TLS 1.0", "14 Encrypted Data"],
            ("--tls", "1.1"): ["client_version TLS 1.1"],
            ("--suite", "DHE-RSA-AES256-GCM-SHA384"): ["dh_p", "dh_Yc", "4 Server Key Exchange"],
            ("--suite", "PSK-AES128-GCM-SHA256"): ["3 Server Key Exchange", "not sent, the server has no hint", "psk_identity"],
            ("--suite", "ECDHE-PSK-AES128-CBC-SHA"): ["3 Server Key Exchange"],
            ("--suite", "ECDHE-ECDSA-NULL-SHA"): ["14 Application Data", "not encrypted", "--unsafe-no-encryption"],
            ("--suite", "TLS_SHA256_SHA256"): ["13 Application Data"],
            ("--suite", "DHE-RSA-CAMELLIA256-SHA", "--tls", "1.1"): ["client_version TLS 1.1"],
            ("--suite", "AECDH-AES128-SHA"): ["serve --suite AECDH-AES128-SHA --unsafe-anonymous"],
        }.items():
            with self.subTest(arguments):
                self.assertEnds(run("demo", *arguments), DONE, *texts)


if __name__ == "__main__":
    unittest.main(verbosity=2)
