#!/usr/bin/env python3
"""What sslscan says of a server."""

import xml.etree.ElementTree as xml

from scanned import REPORTS, SUITES_13, WEAK, WITHOUT_RFC_5746, Scanned, main, scan

ECDSA_12 = ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"]
RSA_12 = [name.replace("ECDSA", "RSA") for name in ECDSA_12]
GROUPS = ["secp256r1 (NIST P-256)", "secp384r1 (NIST P-384)", "secp521r1 (NIST P-521)", "x25519"]


class Report:
    def __init__(self, name, server):
        file = REPORTS / f"{name}.xml"
        file.unlink(missing_ok=True)
        self.text = scan(name, "sslscan", "--no-colour", f"--xml={file}", "--sni-name=localhost", f"127.0.0.1:{server.port}")
        self.found = xml.parse(file).getroot().find("ssltest")

    def versions(self):
        return [f"{protocol.get('type')}{protocol.get('version')}" for protocol in self.found.iter("protocol")
                if protocol.get("enabled") == "1"]

    def suites(self, version):
        return [cipher.get("cipher") for cipher in self.found.iter("cipher") if cipher.get("sslversion") == version]

    def groups(self, version):
        return [group.get("name") for group in self.found.iter("group") if group.get("sslversion") == version]

    def strengths(self):
        return {cipher.get("strength") for cipher in self.found.iter("cipher")}

    def heartbleed(self):
        return {heartbleed.get("vulnerable") for heartbleed in self.found.iter("heartbleed")}


class Sslscan(Scanned):
    def check_good(self, report):
        self.assertEqual(report.suites("TLSv1.3"), SUITES_13)
        self.assertEqual(report.groups("TLSv1.3"), GROUPS)
        self.assertLessEqual(report.strengths(), {"strong", "acceptable"})
        self.assertEqual(report.heartbleed(), {"0"})
        self.assertIn("Server supports TLS Fallback SCSV", report.text)
        self.assertIsNone(report.found.find("compression[@supported='1']"))

    def test_the_default(self):
        report = Report("sslscan", self.serve(*self.files.pair("server")))
        self.assertEqual(report.versions(), ["tls1.3"])
        self.check_good(report)

    def test_the_default_for_hellos_without_rfc_5746(self):
        server = self.serve(*self.files.pair("server"), *self.files.pair("rsa"), WITHOUT_RFC_5746)
        report = Report("sslscan-12", server)
        self.assertEqual(report.versions(), ["tls1.2", "tls1.3"])
        self.assertEqual(sorted(report.suites("TLSv1.2")), sorted(ECDSA_12 + RSA_12))
        self.assertEqual(report.groups("TLSv1.2"), GROUPS)
        self.check_good(report)

    def test_with_client_certificates(self):
        server = self.serve(*self.files.pair("server"), "--client-ca", self.files / "ca.pem", WITHOUT_RFC_5746)
        report = Report("sslscan-mutual", server)
        self.assertEqual(report.versions(), ["tls1.2", "tls1.3"])
        self.assertEqual(report.suites("TLSv1.2"), [])  # it has no certificate to show
        self.check_good(report)

    def test_sees_what_is_weak(self):
        self.to_reconnect = WEAK[:-2]
        report = Report("sslscan-weak", self.serve(*self.files.pair("rsa"), *WEAK))
        self.assertEqual(report.versions(), ["tls1.0", "tls1.2"])
        for version in ("TLSv1.0", "TLSv1.2"):
            self.assertEqual(report.suites(version), ["AES128-SHA", "NULL-SHA"])
        self.assertIn("null", report.strengths())
        renegotiation = report.found.find("renegotiation")
        self.assertEqual((renegotiation.get("supported"), renegotiation.get("secure")), ("1", "1"))


if __name__ == "__main__":
    main("sslscan")
