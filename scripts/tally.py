#!/usr/bin/env python3
"""tally.py [NAME=JUNIT.xml | --passed TEXT | --failed TEXT | --skipped TEXT]...

Sums up test runs: every skip with its reason, every failure, and as the last line `N passed, N failed, N skipped`.
Ends with 1 where anything failed or nothing passed.
"""

import sys
import xml.etree.ElementTree as xml
from pathlib import Path


def reason_of(case: xml.Element) -> str:
    """Why a test skipped itself: GoogleTest's message, else the line that says so, else the last one."""
    lines = [line.strip() for line in (case.findtext("system-out") or "").splitlines()]
    lines = [line for line in lines if line and not line.startswith(("[", "Note: "))]
    for said, reason in zip(lines, lines[1:]):
        if said.endswith(": Skipped"):
            return reason
    saying_so = [line for line in lines if "skip" in line.lower()]
    return (saying_so or lines or ["no reason given"])[-1]


def outcome_of(case: xml.Element) -> tuple[str, str]:
    """passed, failed or skipped, and why."""
    status = case.get("status")
    if status == "run":
        return "passed", ""
    if status == "disabled":
        return "skipped", "disabled"
    if status == "notrun":
        message = case.find("skipped").get("message", "") if case.find("skipped") is not None else ""
        if message.startswith("SKIP_"):
            return "skipped", reason_of(case)
        return "failed", message or "it did not run"
    return "failed", ""


def outcomes_of(name: str, file: Path) -> list[tuple[str, str]]:
    """The outcome and a line of text for each test of one run."""
    if not file.exists():
        return [("failed", f"{name}: ctest left no report")]
    outcomes = []
    for case in xml.parse(file).getroot().iter("testcase"):
        outcome, why = outcome_of(case)
        outcomes.append((outcome, f"{name}: {case.get('name')}" + (f": {why}" if why else "")))
    return outcomes or [("failed", f"{name}: no tests ran")]


def main(arguments: list[str]) -> int:
    outcomes = []
    while arguments:
        first = arguments.pop(0)
        if first in ("--passed", "--failed", "--skipped"):
            outcomes.append((first[2:], arguments.pop(0)))
        else:
            name, _, file = first.partition("=")
            outcomes += outcomes_of(name, Path(file))
    for wanted in ("skipped", "failed"):
        for outcome, text in outcomes:
            if outcome == wanted:
                print(f"{outcome}: {text}")
    passed, failed, skipped = (sum(o == wanted for o, _ in outcomes) for wanted in ("passed", "failed", "skipped"))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
