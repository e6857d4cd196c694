#!/usr/bin/env python3
"""Handfast with every peer, as client and as server: each suite, group and certificate that both have, full and resumed
handshakes, with and without client certificates, 1 MiB each way. Prints what was tried; fails when any of it fails.

    matrix.py --handfast build/release/bin/handfast --work build/release/interop
    matrix.py --tls 1.3 --handfast ...           that version alone
    matrix.py --pairs openssl/go,go/openssl      the peers among themselves (client/server): a test of this test
"""
import argparse
import collections
import concurrent.futures
import json
import os
import shutil
import sys
import tempfile
import time

import cases
import cases13
import cases_old
import peers
from certificates import Workshop
from process import PeerFailed, kill_all, run

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = "handfast"


def main():
    options = arguments()
    if missing := peers.missing_programs("openssl", "gnutls-cli", "gnutls-serv", "go", "javac", "curl"):
        print(missing)
        return peers.SKIPPED
    os.makedirs(options.work, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="matrix-", dir=options.work) as directory:
        try:
            return run_all(options, directory)
        finally:
            kill_all()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--handfast", help="the tool under test")
    parser.add_argument("--work", default="interop-work", help="a folder for programs, certificates and logs")
    parser.add_argument("--pairs", default="", help="client/server,... instead of all with handfast")
    parser.add_argument("--tls", choices=("1.0", "1.1", "1.2", "1.3"), help="only cases of this version")
    parser.add_argument("--only", default="", help="only cases whose description contains this")
    parser.add_argument("--jobs", type=int, default=min(4, 2 * (os.cpu_count() or 1)))
    options = parser.parse_args()
    if not options.pairs and not options.handfast:
        parser.error("--handfast or --pairs is needed")
    options.work = os.path.abspath(options.work)
    return options


def run_all(options, directory):
    start = time.monotonic()
    known = known_peers(options)
    pairs = [tuple(pair.split("/")) for pair in options.pairs.split(",")] if options.pairs else with_ours(known)
    authority, certificates = peers.certificates_for_all(Workshop(os.path.join(directory, "certificates")))
    payloads = {size: write_payload(directory, size) for size in (cases.PAYLOAD_SIZE, cases.SMALL_PAYLOAD_SIZE)}
    todo, skipped, tried = [], [], all_cases(options)
    for client, server in pairs:
        for case in tried:
            reason = (known[client].lacks(case) or known[client].lacks_as_client(case) or known[server].lacks(case)
                      or known[server].lacks_as_server(case))
            if reason:
                skipped.append((client, server, case, reason))
            else:
                todo.append((client, server, case))

    def attempt(index):
        client, server, case = todo[index]
        has_flaw = known[client].flaw(case) or known[client].flaw_as_client(case) or known[server].flaw(case)
        result = attempt_once(index)
        return attempt_once(index) if result[1] and has_flaw else result

    def attempt_once(index):
        client, server, case = todo[index]
        payload = payloads[min(case.payload_size, known[client].most_to_send)]
        context = peers.Context(case, certificates, authority, *payload, os.path.join(directory, f"case_{index}"))
        shutil.rmtree(context.directory, ignore_errors=True)
        os.makedirs(context.directory)
        start = time.monotonic()
        try:
            count = converse(known[client], known[server], context)
            shutil.rmtree(context.directory)
            return count, None, time.monotonic() - start
        except Exception as failure:  # pylint: disable=broad-except  # whatever goes wrong is this case's failure
            kind = "" if isinstance(failure, PeerFailed) else f"{type(failure).__name__}: "
            return 0, f"{kind}{failure}", time.monotonic() - start

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(attempt, range(len(todo))))
    for table in sorted({entry[2].table for entry in todo + skipped}):
        attempts = [(entry, result) for entry, result in zip(todo, results) if entry[2].table == table]
        print_report(table, pairs, attempts, [entry for entry in skipped if entry[2].table == table])
    if options.handfast and not (options.pairs or options.only or options.tls):
        never = sorted(set(our_suites(options.handfast)) - {case.suite.name for _, _, case in todo})
        print(f"suites that no peer here has: {', '.join(never) or 'none'}")
    failed = [(entry, error) for entry, (_, error, _) in zip(todo, results) if error]
    connections = sum(count for count, _, _ in results)
    print(f"{len(todo) - len(failed)} of {len(todo)} cases passed, {connections} connections, {len(skipped)} skipped, "
          f"{time.monotonic() - start:.0f} s")
    return 1 if failed or not todo else 0


def write_payload(directory, size):
    payload, path = cases.payload(size), os.path.join(directory, f"payload_{size}")
    with open(path, "wb") as file:
        file.write(payload)
    return path, payload


def our_suites(program):
    """Name -> versions of every suite that Handfast has, as it says itself."""
    listed = [json.loads(line) for line in run(program, "suites", "--json").splitlines()]
    return {suite["name"]: [version.removeprefix("TLS ") for version in suite["versions"]] for suite in listed
            if suite["implemented"]}


def all_cases(options):
    known = cases.all_cases() + cases13.all_cases()
    if options.handfast:
        known += cases_old.all_cases(our_suites(options.handfast))
    return [case for case in known if options.tls in (None, case.version) and options.only in str(case)]


def known_peers(options):
    source = os.path.join(HERE, "peers")
    known = [peers.OpenSsl(), peers.Curl(),
             peers.GnuTls(peers.build_gnutls_help(options.work, os.path.join(source, "gnutls_no_username.c"))),
             peers.Go(peers.build_go_peer(options.work, os.path.join(source, "peer.go"))),
             peers.Java(peers.build_java_peer(options.work, os.path.join(source, "Peer.java")))]
    if options.handfast:
        known.append(peers.Handfast(os.path.abspath(options.handfast)))
    return {peer.name: peer for peer in known}


def with_ours(known):
    others = [peer for peer in known.values() if peer.name != OURS]
    return [(OURS, peer.name) for peer in others if peer.serves] + [(peer.name, OURS) for peer in others]


def converse(client, server, context):
    """Runs one case and compares what both sides say; returns the number of connections."""
    mode = {"mode": "http"} if client.name == "curl" else {}
    listener = server.serve(context, **mode)
    try:
        connections = client.connect(context, listener.port, listener.reply(context.payload))
        heard = listener.wait_facts(len(connections))
    finally:
        listener.stop()
    for number, ((said, resumed), told) in enumerate(zip(connections, heard)):
        if not client.chooses_shares and context.case.variant != cases.RETRY:
            told.retried = None
        if context.case.version != "1.3" and {client.name, server.name} == {OURS, "go"}:
            resumed = False   # Go 1.19 has no EMS there, so we never resume
        where = f"connection {number + 1}: "
        check_facts(where + f"the client ({client.name}): ", said, context, resumed,
                    None if said.resumed or not context.server_pair else context.server_pair.name)
        check_facts(where + f"the server ({server.name}): ", told, context, resumed,
                    context.client_pair.name if context.case.mutual else "")
    return len(connections)


def check_facts(where, facts, context, resumed, peer):
    case = context.case
    if facts.error:
        raise PeerFailed(where + facts.error)
    if facts.suite != case.suite.name:
        raise PeerFailed(where + f"{facts.suite} in use, not {case.suite.name}")
    if facts.group is not None and facts.group != case.agreed_group:
        raise PeerFailed(where + f"{facts.group} in use, not {case.agreed_group}")
    if facts.retried is not None and facts.retried != (case.variant == cases.RETRY):
        raise PeerFailed(where + ("a HelloRetryRequest" if facts.retried else "no HelloRetryRequest"))
    if facts.key_updates is not None and case.variant == cases.KEY_UPDATE and 0 in facts.key_updates:
        raise PeerFailed(where + f"{facts.key_updates} KeyUpdates sent and received")
    if facts.resumed != resumed:
        raise PeerFailed(where + ("resumed" if facts.resumed else "not resumed"))
    if facts.mutual is not None and facts.mutual != case.mutual:
        raise PeerFailed(where + ("mutual" if facts.mutual else "not mutual"))
    if peer is not None and not facts.resumed and (facts.peer or "") != peer:
        raise PeerFailed(where + f"the other side's certificate is {facts.peer!r}, not {peer!r}")
    if case.version == "1.3":
        return
    if facts.encrypt_then_mac is not None:
        expected = case.suite.is_cbc and case.variant != cases.MAC_THEN_ENCRYPT
        if facts.encrypt_then_mac != expected:
            raise PeerFailed(where + f"encrypt-then-MAC: {facts.encrypt_then_mac}")
    if facts.extended_master_secret is not None and facts.extended_master_secret != (case.variant != cases.NO_EMS):
        raise PeerFailed(where + f"extended master secret: {facts.extended_master_secret}")


def print_report(table, pairs, attempts, skipped):
    columns = list(dict.fromkeys(entry[2].column for entry in [entry for entry, _ in attempts] + skipped))
    if not columns:
        return
    passed, tried, seconds = collections.Counter(), collections.Counter(), collections.Counter()
    for (client, server, case), (_, error, duration) in attempts:
        seconds[client, server] += duration
        tried[client, server, case.column] += 1
        passed[client, server, case.column] += not error
    title = f"{table}: client -> server"
    width = max(len(column) for column in columns) + 2
    print(f"{title:46}" + "".join(f"{column:>{width}}" for column in columns) + f"{'s':>8}")
    for client, server in pairs:
        cells = []
        for column in columns:
            count = tried[client, server, column]
            cells.append(f"{passed[client, server, column]}/{count}" if count else "-")
        print(f"{client + ' -> ' + server:46}" + "".join(f"{cell:>{width}}" for cell in cells)
              + f"{seconds[client, server]:8.1f}")
    print("\nskipped:")
    reasons = collections.Counter((client, server, reason) for client, server, _, reason in skipped)
    for (client, server, reason), count in reasons.items():
        print(f"  {client} -> {server}: {count} cases: {reason}")
    if table == "TLS 1.3":
        for what, reason in cases13.NOT_YET.items():
            print(f"  all: {what}: {reason}")
    for (client, server, case), (_, error, _) in attempts:
        if error:
            print(f"\nFAILED {client} -> {server}: {case}\n  {error}")
    print()


if __name__ == "__main__":
    sys.exit(main())
