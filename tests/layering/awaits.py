#!/usr/bin/env python3
"""awaits.py ROOT: `co_await` and `TRY` stand alone.

g++ 12 destroys temporaries twice when a suspension or an early return happens inside a braced initialiser, so the only
forms allowed are a statement of its own, the initialiser of one named local, and the statement of an `if` or a loop:

    co_await step();    auto x = co_await step();    Type x = TRY(step());    if (wanted) co_await step();
"""

import re
import sys
from pathlib import Path

from sources import code_only, files, line_of

USE = re.compile(r"\bco_await\b|\bTRY\s*\(")
CONTROL = r"(?:else )?if (?:constexpr )?\(.*\)|else|do|(?:for|while) ?\(.*\)|case [^?]*|default ?:"
ALLOWED_BEFORE = re.compile(
    rf"(?:(?:{CONTROL}) ?)?"  # the statement of a branch or a loop, or
    r"|(?:\[\[[\w:]+\]\] )?(?!return\b|co_return\b|throw\b)[\w:<>,*& ]*[\w>*&] [*&]{0,2}\w+ ="  # one named local
)
OPEN, CLOSE = "([{", ")]}"


def before(code: str, position: int) -> str | None:
    """The statement's text before position, or None where parentheses are open there."""
    depth = 0
    for i in range(position - 1, -1, -1):
        c = code[i]
        if depth == 0 and c in ";{}":
            return " ".join(code[i + 1 : position].split())
        if c in CLOSE:
            depth += 1
        elif c in OPEN:
            depth -= 1
            if depth < 0:
                return None
    return " ".join(code[:position].split())


def is_alone_after(code: str, position: int) -> bool:
    """Does the statement end at the end of this expression?"""
    depth = 0
    for c in code[position:]:
        if c in OPEN:
            depth += 1
        elif c in CLOSE:
            depth -= 1
            if depth < 0:
                return False
        elif depth == 0 and c == "?":
            return False
        elif depth == 0 and c == ";":
            return True
    return False


def is_try_alone(code: str, opening: int) -> bool:
    """Is TRY(...) with its parenthesis at opening followed by the end of the statement?"""
    depth = 0
    for i in range(opening, len(code)):
        depth += {"(": 1, ")": -1}.get(code[i], 0)
        if depth == 0:
            return code[i + 1 :].lstrip().startswith(";")
    return False


def check_text(text: str) -> list[int]:
    """The lines of the text that break the rule."""
    code = code_only(text)
    lines = []
    for use in USE.finditer(code):
        prefix = before(code, use.start())
        if use.group() == "co_await":
            alone = is_alone_after(code, use.end())
        else:
            alone = is_try_alone(code, use.end() - 1)
        if prefix is None or not alone or not ALLOWED_BEFORE.fullmatch(prefix):
            lines.append(line_of(code, use.start()))
    return lines


def check(root: Path) -> list[str]:
    faults = []
    for file in files(root, "src", "include", "apps"):
        text = file.read_text(encoding="utf-8")
        lines = text.splitlines()
        for line in check_text(text):
            faults.append(f"{file.relative_to(root)}:{line}: co_await or TRY does not stand alone: {lines[line - 1].strip()}")
    return faults


if __name__ == "__main__":
    found = check(Path(sys.argv[1]))
    print("\n".join(found) if found else "every co_await and TRY stands alone")
    sys.exit(1 if found else 0)
