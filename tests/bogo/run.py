#!/usr/bin/env python3
"""Runs BoGo, BoringSSL's TLS peer that misbehaves, against Handfast: builds its runner once, runs every test that config.json does
not disable, and prints what passed by version and what is disabled for which reason. It fails when any test fails or asks for what
the shim does not know."""
import argparse
import collections
import fnmatch
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
VERSIONS = [("TLS 1.3", r"TLS13|TLS-TLS13"), ("TLS 1.2", r"TLS12"), ("TLS 1.1", r"TLS11"), ("TLS 1.0", r"TLS1(?![0-9])")]


def version_of(name):
    """By its name: most tests that are about one version say so there."""
    found = [version for version, pattern in VERSIONS if re.search(pattern, name)]
    return found[0] if len(found) == 1 else "several, or as they are agreed"


def runner_in(work):
    done = subprocess.run([HERE / "build_runner.sh", work], stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(done.returncode)
    return work / "runner.test"


def run(arguments, work):
    # An error of the runner's that several of ours stand for is not in the ErrorMap, and not compared: that there is one, and its
    # alert, are.
    results = work / "results.json"
    results.unlink(missing_ok=True)
    command = [runner_in(work), "-shim-path", os.path.abspath(arguments.shim), "-shim-config", HERE / "config.json", "-json-output", results,
               "-loose-errors", "-num-workers", str(arguments.workers), "-pipe", "-test.timeout", "30m"]
    if arguments.test:
        command += ["-test", arguments.test]
    with open(work / "output.txt", "wb") as output:
        subprocess.run(command, cwd=work / "runner", stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    if not results.exists():
        print((work / "output.txt").read_text(errors="replace")[-2000:])
        sys.exit("bogo: the runner ended without results")
    return {name: test["actual"] for name, test in json.loads(results.read_text())["tests"].items()}


def print_disabled(names):
    """What is not disabled, and the patterns that disable nothing."""
    left, stale = set(names), []
    by_reason = collections.defaultdict(list)
    for pattern, reason in json.loads((HERE / "config.json").read_text())["DisabledTests"].items():
        matches = {name for name in left if fnmatch.fnmatchcase(name, pattern)}
        if not matches:
            stale.append(pattern)
        left -= matches
        by_reason[reason].append((pattern, len(matches)))
    for reason, patterns in by_reason.items():
        print(f"\n{sum(count for _, count in patterns):5}  {reason}")
        print("       " + "  ".join(f"{pattern} ({count})" for pattern, count in patterns))
    return left, stale


def print_failures(work, results):
    text = (work / "output.txt").read_text(errors="replace")
    for block in re.findall(r"^FAILED .*?(?=^(?:FAILED|PASSED|UNIMPLEMENTED) |\Z)", text, re.S | re.M)[:20]:
        print(block.strip()[:1500] + "\n")
    for name, result in results.items():
        if result == "SKIP":
            print(f"the shim does not know a flag of {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shim", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True, help="where the runner is built and results are kept")
    parser.add_argument("--workers", type=int, default=2 * (os.cpu_count() or 1), help="tests at a time")
    parser.add_argument("--test", help="patterns of the tests to run, between semicolons")
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    results = run(arguments, work)

    counts = collections.Counter(results.values())
    wrong = []
    print_failures(work, results)
    if not arguments.test:
        print("disabled, by reason (config.json):")
        names = (work / "tests.txt").read_text().split()
        left, stale = print_disabled(names)
        wrong += [f"no test is disabled by {pattern} any more" for pattern in stale]
        wrong += [f"{name} did not run, and is not disabled" for name in sorted(left - set(results))]
        print("\npassed, by version:")
        passed = collections.Counter(version_of(name) for name, result in results.items() if result == "PASS")
        for version, count in sorted(passed.items()):
            print(f"{count:5}  {version}")
        print(f"\n{len(names) - len(left)} disabled")
    for why in wrong:
        print(f"bogo: {why}")
    failed = sum(counts.values()) - counts["PASS"] + len(wrong)
    print(f"bogo: {counts['PASS']} passed, {failed} failed")
    return 1 if failed or not counts["PASS"] else 0


if __name__ == "__main__":
    sys.exit(main())
