#!/usr/bin/env python3
"""Debian's browsers, headless, load a page from `handfast serve --mode http` over TLS 1.3: each trusts our authority
through a certificate database of its own. That the key exchange was X25519MLKEM768, and our certificate compressed, is
read from our trace.

    browsers.py --handfast build/release/bin/handfast --work build/release/interop
"""
import argparse
import os
import re
import sys
import tempfile
import time

import peers
from certificates import Workshop
from process import PeerFailed, Process, kill_all, run

GROUP = "X25519MLKEM768"
PATIENCE = 120   # seconds: a first start on a busy machine


class Chromium:
    program = "chromium"
    first_with_group = 131
    first_with_compression = 69

    def load(self, address, home):
        trust_in(os.path.join(home, ".pki", "nssdb"), self.authority)
        with Process([self.program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                      "--user-data-dir=" + os.path.join(home, "profile"), "--dump-dom", address],
                     environment={"HOME": home}) as process:
            process.close_input()
            code = process.wait(PATIENCE)
            page = process.output.text()
        if code != 0 or GROUP not in page:
            raise PeerFailed(f"chromium: exit {code}: {page[-800:]} | {process.errors.text()[-800:]}")


class Firefox:
    program = "firefox-esr"
    first_with_group = 132
    first_with_compression = 135

    def load(self, address, home):
        profile, picture = os.path.join(home, "profile"), os.path.join(home, "page.png")
        trust_in(profile, self.authority)
        with Process([self.program, "--headless", "--no-remote", "--profile", profile, "--screenshot", picture,
                      address],
                     environment={"HOME": home}) as process:
            process.close_input()
            code = process.wait(PATIENCE)
        if code != 0 or not os.path.exists(picture):
            raise PeerFailed(f"firefox: exit {code}: {process.said()}")


def trust_in(database, authority):
    os.makedirs(database)
    run("certutil", "-N", "-d", "sql:" + database, "--empty-password")
    run("certutil", "-A", "-d", "sql:" + database, "-n", "interop", "-t", "C,,", "-i", authority.cert)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--handfast", required=True)
    parser.add_argument("--work", default="interop-work")
    options = parser.parse_args()
    browsers = [Chromium(), Firefox()]
    if missing := peers.missing_programs("openssl", "certutil", *[browser.program for browser in browsers]):
        print(missing)
        return peers.SKIPPED
    os.makedirs(options.work, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="browsers-", dir=os.path.abspath(options.work),
                                     ignore_cleanup_errors=True) as directory:
        try:
            return run_all(browsers, os.path.abspath(options.handfast), directory)
        finally:
            kill_all()


def run_all(browsers, handfast, directory):
    workshop = Workshop(os.path.join(directory, "certificates"))
    authority = workshop.authority("ca", subject="/CN=Interop CA")
    pair = workshop.server("server", authority)
    failed = 0
    for browser in browsers:
        start = time.monotonic()
        browser.authority = authority
        version = run(browser.program, "--version").strip()
        home = os.path.join(directory, browser.program)
        os.makedirs(home)
        try:
            groups, compressed = visit(browser, handfast, pair, home)
            number = int(re.search(r"\d+", version)[0])
            wanted = number >= browser.first_with_group
            if wanted and set(groups) != {GROUP}:
                raise PeerFailed(f"{groups}, not {GROUP}")
            if number >= browser.first_with_compression and not compressed:
                raise PeerFailed("our certificate was not compressed")
            said = f"ok      {', '.join(sorted(set(groups)))}" + ("" if wanted else f" (too old for {GROUP})")
            said += ", certificate compressed" if compressed else ""
        except PeerFailed as failure:
            failed += 1
            said = f"FAILED  {failure}"
        print(f"{version}: {said}, {time.monotonic() - start:.0f} s")
    return 1 if failed else 0


def visit(browser, handfast, pair, home):
    """The groups of the connections that asked for the page, as our trace has them, and whether our certificate was
    compressed on all."""
    trace = os.path.join(home, "serve.json")
    with Process([handfast, "serve", "--listen", "127.0.0.1:0", "--mode", "http", "--cert", pair.cert, "--key",
                  pair.key, "--compress-certificates", "brotli,zlib,zstd", "--trace", "json", "--trace-file", trace],
                 merge=True) as server:
        port = server.port(r"listening on .*:(\d+)")
        browser.load(f"https://localhost:{port}/", home)
        server.terminate()
    events = peers.read_events(trace)
    for event in events:
        if event["event"] == "connected" and event["version"] != "TLS 1.3":
            raise PeerFailed(f"{event['version']} in use")
    asked = {event["connection"] for event in events if event["event"] == "record" and event["direction"] == "received"
             and event["content_type_name"] == "application_data" and is_connected(events, event["connection"])}
    if not asked:
        raise PeerFailed("nobody asked for the page")
    groups = [event["chosen"] for event in events
              if event["event"] == "decision" and event["what"] == "group" and event["connection"] in asked]
    shown = [event["name"] for event in events if event["event"] == "message" and event["direction"] == "sent"
             and event["name"].endswith("Certificate") and event["connection"] in asked]
    return groups, set(shown) == {"CompressedCertificate"}


def is_connected(events, connection):
    return any(event["event"] == "connected" and event["connection"] == connection for event in events)


if __name__ == "__main__":
    sys.exit(main())
