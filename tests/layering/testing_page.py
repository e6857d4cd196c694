#!/usr/bin/env python3
"""testing_page.py ROOT: docs/testing.md names every folder of tests and every option of ./check, and none that is not there."""
import re
import sys
from pathlib import Path


def differences(there, named):
    return ([f"docs/testing.md does not name {name}" for name in sorted(there - named)]
            + [f"docs/testing.md names {name}, which is not there" for name in sorted(named - there)])


def main(root):
    page = (root / "docs/testing.md").read_text()
    folders = {f"tests/{path.name}" for path in (root / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"}
    options = set(re.findall(r"^  (--[a-z]+)\) ", (root / "check").read_text(), re.MULTILINE))
    wrong = differences(folders, set(re.findall(r"`(tests/[a-z0-9_]+)`", page)))
    wrong += differences(options, set(re.findall(r"`\./check (--[a-z]+)`", page)))
    print("\n".join(wrong) or f"{len(folders)} folders, {len(options)} options")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
