#!/usr/bin/env python3
"""What testssl.sh says of a server: its quick half in every run, all of it with HANDFAST_FULL=1."""

import json
import os

from scanned import REPORTS, SUITES_13, Scanned, main, scan

FULL = os.environ.get("HANDFAST_FULL") == "1"
# Without it: versions, kinds of suites, forward secrecy, preferences, the server's defaults, HTTP's fields, vulnerabilities. What is
# left out asks for each suite by itself, as many clients that there were, and for sizes and extensions that trouble other servers.
EVERYTHING = ["--full"]
QUICK = ["--protocols", "--standard", "--pfs", "--server-preference", "--server-defaults", "--headers", "--vulnerable"]

# Findings that are neither OK nor INFO, and why each may be there.
ALLOWED = {
    "engine_problem": ("WARN", "it says of OpenSSL here that there is no GOST"),
    "sessionresumption_ticket": ("WARN", "its client may have hung up before the tickets of TLS 1.3 came"),
    "cert_revocation": ("HIGH", "our test certificate names neither revocation list nor OCSP responder"),
    "HSTS": ("LOW", "a page for tests does not forbid the host plain HTTP"),
}
# Not whether sessions are resumed: it says so only where its client stays until the tickets have come. The interop tests know better.
EXPECTED = {
    "SSLv2": "not offered", "SSLv3": "not offered", "TLS1": "not offered", "TLS1_1": "not offered", "TLS1_2": "offered",
    "TLS1_3": "offered with final", "NPN": "not offered", "cipherlist_NULL": "not offered", "cipherlist_aNULL": "not offered",
    "cipherlist_EXPORT": "not offered", "cipherlist_LOW": "not offered", "cipherlist_3DES_IDEA": "not offered",
    "cipherlist_AVERAGE": "not offered", "cipherlist_STRONG": "offered", "PFS": "offered",
    "PFS_ECDHE_curves": "prime256v1 secp384r1 secp521r1 X25519", "cipher_order": "server",
    "cipherorder_TLSv1_3": " ".join(SUITES_13),
    "cipherorder_TLSv1_2": "ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-ECDSA-CHACHA20-POLY1305",
    "TLS_timestamp": "random", "cert_chain_of_trust": "passed.",
    "heartbleed": "not vulnerable, no heartbeat extension", "CCS": "not vulnerable", "ticketbleed": "not vulnerable",
    "ROBOT": "not vulnerable, no RSA key transport cipher", "secure_renego": "supported", "secure_client_renego": "not vulnerable",
    "CRIME_TLS": "not vulnerable", "BREACH": "not vulnerable, no HTTP compression  - only supplied '/' tested",
    "POODLE_SSL": "not vulnerable, no SSLv3", "fallback_SCSV": "no protocol below TLS 1.2 offered", "SWEET32": "not vulnerable",
    "FREAK": "not vulnerable", "DROWN": "not vulnerable on this host and port", "LOGJAM": "not vulnerable, no DH EXPORT ciphers,",
    "BEAST": "not vulnerable, no SSL3 or TLS1", "LUCKY13": "not vulnerable", "RC4": "not vulnerable",
}
# With HANDFAST_FULL=1. Who is refused has nothing better than TLS 1.0.
REFUSED_CLIENTS = {"clientsimulation-ie_6_xp", "clientsimulation-ie_8_win7", "clientsimulation-ie_8_xp", "clientsimulation-java_7u25"}


class Testssl(Scanned):
    def report(self, name, port, *options):
        """Its findings by name. Nothing leaves this machine: it is given the address and asks no name server."""
        file = REPORTS / f"{name}.json"
        file.unlink(missing_ok=True)
        scan(name, "testssl", "--ip", "127.0.0.1", "--nodns", "none", "--warnings", "off", "--color", 0, "--add-ca", self.files / "ca.pem",
             "--jsonfile", file, *options, f"localhost:{port}")
        return {finding["id"]: finding for finding in json.loads(file.read_text())}

    def test_the_default(self):
        server = self.serve(*self.files.pair("server"), "--mode", "http")
        report = self.report("testssl", server.port, *(EVERYTHING if FULL else QUICK))
        self.assertIn("scanTime", report)  # it came to its end
        notable = {name: (finding["severity"], finding["finding"]) for name, finding in report.items()
                   if finding["severity"] not in ("OK", "INFO")}
        for name, (severity, finding) in notable.items():
            self.assertEqual(severity, ALLOWED.get(name, ["OK or INFO"])[0], f"{name}: {finding}")
        self.assertEqual({name: report[name]["finding"] for name in EXPECTED if name in report}, EXPECTED)
        if FULL:
            clients = {name: finding["finding"] for name, finding in report.items() if name.startswith("clientsimulation-")}
            self.assertGreater(len(clients), 20)
            self.assertEqual({name for name, finding in clients.items() if finding == "No connection"}, REFUSED_CLIENTS)
        print(f"testssl.sh took {report['scanTime']['finding']} s; of {len(report)} findings neither OK nor INFO:",
              *(f"{name} {severity}: {finding}" for name, (severity, finding) in notable.items()), sep="\n  ")


if __name__ == "__main__":
    main("testssl")
