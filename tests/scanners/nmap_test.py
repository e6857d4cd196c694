#!/usr/bin/env python3
"""What nmap's ssl-enum-ciphers says of a server."""

import xml.etree.ElementTree as xml

from scanned import ECDSA_12, REPORTS, RSA_12, SUITES_13, WEAK, WITHOUT_RFC_5746, Scanned, main, scan


class Report:
    def __init__(self, name, server):
        file = REPORTS / f"{name}.xml"
        file.unlink(missing_ok=True)
        # No look-up, no ping, no raw sockets: it may run without rights.
        scan(name, "nmap", "-n", "-Pn", "-sT", "-p", server.port, "--script", "ssl-enum-ciphers", "-oX", file, "127.0.0.1")
        self.script = xml.parse(file).getroot().find(".//script[@id='ssl-enum-ciphers']")
        self.versions = [table.get("key") for table in self.script.findall("table")]
        self.warnings = [elem.text for elem in self.script.iterfind(".//table[@key='warnings']/elem")]
        self.least_strength = self.script.findtext("elem[@key='least strength']")

    def each(self, version, key):
        """One fact of each suite, best first."""
        return [table.findtext(f"elem[@key='{key}']")
                for table in self.script.findall(f"table[@key='{version}']/table[@key='ciphers']/table")]

    def suites(self, version):
        return [name.replace("TLS_AKE_WITH", "TLS") for name in self.each(version, "name")]

    def compressors(self, version):
        return [elem.text for elem in self.script.findall(f"table[@key='{version}']/table[@key='compressors']/elem")]

    def preference(self, version):
        return self.script.findtext(f"table[@key='{version}']/elem[@key='cipher preference']")


class Nmap(Scanned):
    def check_good(self, report):
        self.assertEqual(report.suites("TLSv1.3"), SUITES_13)
        self.assertEqual(report.least_strength, "A")
        self.assertEqual(report.warnings, [])
        for version in report.versions:
            self.assertEqual(report.preference(version), "server")
            self.assertEqual(set(report.each(version, "kex_info")), {"ecdh_x25519"})

    def test_the_default(self):
        report = Report("nmap", self.serve(*self.files.pair("server")))
        self.assertEqual(report.versions, ["TLSv1.3"])
        self.check_good(report)

    def test_the_default_for_hellos_without_rfc_5746(self):
        server = self.serve(*self.files.pair("server"), *self.files.pair("rsa"), WITHOUT_RFC_5746)
        report = Report("nmap-12", server)
        self.assertEqual(report.versions, ["TLSv1.2", "TLSv1.3"])
        self.assertEqual(sorted(report.suites("TLSv1.2")), sorted(ECDSA_12 + RSA_12))
        self.assertEqual(report.compressors("TLSv1.2"), ["NULL"])
        self.check_good(report)

    def test_with_client_certificates(self):
        server = self.serve(*self.files.pair("server"), "--client-ca", self.files / "ca.pem", WITHOUT_RFC_5746)
        report = Report("nmap-mutual", server)
        self.assertEqual(report.suites("TLSv1.2"), ECDSA_12)
        self.check_good(report)

    def test_sees_what_is_weak(self):
        self.to_reconnect = WEAK[:-2]
        report = Report("nmap-weak", self.serve(*self.files.pair("rsa"), *WEAK))
        self.assertEqual(report.versions, ["TLSv1.0", "TLSv1.2"])
        self.assertEqual(report.suites("TLSv1.0"), ["TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_NULL_SHA"])
        self.assertEqual(report.least_strength, "F")


if __name__ == "__main__":
    main("nmap")
