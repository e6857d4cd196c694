#!/usr/bin/env python3
"""What `handfast cert` makes, as OpenSSL sees it."""

import re
import subprocess
import unittest

from tool import LIMIT, Files, run

DONE, WRONG_USAGE = 0, 2


def openssl(*arguments):
    finished = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=LIMIT,
                              stdin=subprocess.DEVNULL)
    return finished.stdout + finished.stderr


class Staples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = Files()
        cls.addClassCleanup(cls.files.remove)

    def staple(self, name, *arguments):
        return run("cert", "staple", "--ca", self.files / "ca", "--cert", self.files / "server.pem", "--out",
                   self.files / name, *arguments)

    def read(self, name):
        ca = self.files / "ca.pem"
        return openssl("ocsp", "-respin", self.files / f"{name}.ocsp", "-CAfile", ca, "-issuer", ca, "-cert",
                       self.files / "server.pem")

    def test_openssl_reads_them(self):
        for status in ("good", "revoked", "unknown"):
            with self.subTest(status):
                made = self.staple(status, "--status", status)
                self.assertEqual(made.returncode, DONE, made.stderr)
                said = self.read(status)
                self.assertIn("Response verify OK", said)
                self.assertRegex(said, rf"server\.pem: {status}")
                self.assertNotIn("WARNING: Status times invalid", said)

    def test_one_that_is_out_of_date(self):
        self.assertEqual(self.staple("late", "--expired").returncode, DONE)
        self.assertIn("Status times invalid", self.read("late"))

    def test_of_another_authority(self):
        made = run("cert", "staple", "--ca", self.files / "other", "--cert", self.files / "server.pem", "--out",
                   self.files / "foreign")
        self.assertEqual(made.returncode, WRONG_USAGE)
        self.assertIn("was issued by CN=Test CA, not by CN=Other CA", made.stderr.decode())

    def test_must_staple(self):
        self.files.make("server", "--ca", self.files / "ca", "--dns", "localhost", "--must-staple", "--out",
                        self.files / "must")
        text = openssl("x509", "-in", self.files / "must.pem", "-noout", "-text")
        self.assertTrue(re.search(r"TLS Feature:\s+status_request", text), text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
