"""A server of the tool that is scanned, and must outlive it; and what its default configuration offers."""

import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from tool import Files, Server, run

REPORTS = Path(os.environ.get("HANDFAST_REPORTS", "build/release/scanners"))

# The defaults, best first. X25519MLKEM768 comes before all groups, but no scanner of Debian 12 knows it.
SUITES_13 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256"]
SUITES_12 = ["AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256"]
ECDSA_12 = [f"TLS_ECDHE_ECDSA_WITH_{rest}" for rest in SUITES_12]
RSA_12 = [f"TLS_ECDHE_RSA_WITH_{rest}" for rest in SUITES_12]

# sslscan and nmap ask for TLS 1.2 with hellos that have no secure renegotiation (RFC 5746), which a server refuses unless it is told
# otherwise: to them the default is a server of TLS 1.3 alone. testssl.sh says hello like a client of today.
WITHOUT_RFC_5746 = "--allow-legacy-client"
# What is off unless named, all at once: what a scanner must find.
WEAK = ["--tls", "1.0", "--tls", "1.2", "--suite", "TLS_RSA_WITH_AES_128_CBC_SHA", "--suite", "TLS_RSA_WITH_NULL_SHA",
        "--unsafe-no-encryption", "--allow-renegotiation", WITHOUT_RFC_5746]


class Scanned(unittest.TestCase):
    """What the tests of all scanners share."""

    @classmethod
    def setUpClass(cls):
        REPORTS.mkdir(parents=True, exist_ok=True)
        cls.files = Files()
        cls.addClassCleanup(cls.files.remove)
        cls.files.make("server", "--ca", cls.files / "ca", "--key", "rsa2048", "--dns", "localhost", "--out", cls.files / "rsa")

    def serve(self, *arguments):
        """A server that is checked at the end of the test: it still serves, nothing in its log is a defect of ours, it ends as told."""
        server = Server("serve", *arguments)
        self.addCleanup(server.__exit__)
        self.addCleanup(self.check_survived, server)
        return server

    def check_survived(self, server):
        self.assertIsNone(server.process.poll(), "the scan has ended the server")
        again = run("connect", server.address, "--ca", self.files / "ca.pem", *self.files.pair("alice"), *self.to_reconnect, "--wait", "0")
        self.assertEqual(again.returncode, 0, again.stderr.decode())
        self.assertEqual(server.end(), 0)
        self.assertEqual([line for line in server.log if "internal" in line], [])
        self.assertEqual(server.errors, "")

    to_reconnect = ()  # options for the connection after the scan


def scan(name, *command):
    """Runs a scanner, and keeps what it prints beside its report: what is not in the report has not been seen, whatever its exit code."""
    with open(REPORTS / f"{name}.txt", "w+", encoding="utf-8") as output:
        subprocess.run([str(argument) for argument in command], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                       timeout=1100, check=False)
        output.seek(0)
        return output.read()


def main(program):
    if not shutil.which(program):
        print(f"skipped: there is no {program} here")
        sys.exit(77)
    unittest.main()
