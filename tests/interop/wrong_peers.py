#!/usr/bin/env python3
"""Handshakes that must fail, one for each row of the catalogue of TLS failures: our exit code, the alert on the wire
as a relay between the two sides reads it, and a sentence of ours that names the cause; where several checks failed,
it names all.

    wrong_peers.py --handfast build/release/bin/handfast --work build/release/interop [--only TEXT]
"""
import argparse
import concurrent.futures
import os
import sys
import tempfile
import time

import peers
import wrong_bench
import wrong_certificates
import wrong_rows
import wrong_rows13
import wrong_rows_old
from certificates import Workshop
from process import PeerFailed, kill_all

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--handfast", required=True)
    parser.add_argument("--work", default="interop-work")
    parser.add_argument("--only", default="", help="only rows whose title contains this")
    parser.add_argument("--tls", choices=("1.2", "1.3"), help="only rows of this version")
    parser.add_argument("--jobs", type=int, default=min(4, 2 * (os.cpu_count() or 1)))
    options = parser.parse_args()
    options.work = os.path.abspath(options.work)
    if missing := peers.missing_programs("openssl", "gnutls-cli", "gnutls-serv", "go", "javac"):
        print(missing)
        return peers.SKIPPED
    os.makedirs(options.work, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wrong-", dir=options.work) as directory:
        try:
            return run_all(options, directory)
        finally:
            kill_all()


def run_all(options, directory):
    start = time.monotonic()
    made = wrong_certificates.make_all(Workshop(os.path.join(directory, "certificates")))
    go = peers.Go(peers.build_go_peer(options.work, os.path.join(HERE, "peers", "peer.go")))
    java = peers.Java(peers.build_java_peer(options.work, os.path.join(HERE, "peers", "Peer.java")))
    payload = os.path.join(directory, "payload")
    with open(payload, "wb") as file:
        file.write(b"hello\n")
    rows = [row for row in wrong_rows.all_rows() + wrong_rows13.all_rows() + wrong_rows_old.all_rows()
            if options.only in row.title and options.tls in (None, row.tls)]

    def attempt(indexed):
        index, row = indexed
        folder = os.path.join(directory, f"row_{index}")
        os.makedirs(folder)
        bench = wrong_bench.Bench(os.path.abspath(options.handfast), made, go, java, folder, payload,
                                  row.tls)
        try:
            row.check(row.run(bench, row))
            return None
        except PeerFailed as failure:
            return str(failure)
        except Exception as failure:  # pylint: disable=broad-except  # whatever goes wrong is this row's failure
            return f"{type(failure).__name__}: {failure}"
        finally:
            bench.clean_up()

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        errors = list(pool.map(attempt, enumerate(rows)))
    for row, error in zip(rows, errors):
        print(f"{'FAILED' if error else 'ok':7} {row.number:>4} {row.tls or 'any'} {row.we_are:6} {row.expectation():26} "
              f"{row.title}")
        if error:
            print(f"        {error}")
    for number, reason in wrong_rows.NOT_HERE.items():
        print(f"skipped {number:>4} {reason}")
    failed = sum(error is not None for error in errors)
    print(f"{len(rows) - failed} of {len(rows)} rows passed, {len(wrong_rows.NOT_HERE)} skipped, "
          f"{time.monotonic() - start:.0f} s")
    return 1 if failed or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
