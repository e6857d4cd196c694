"""Reading C++ sources well enough to check rules about them."""

import re
from pathlib import Path

NOT_CODE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"([^()\\\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])*'""", re.DOTALL
)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.)*", re.MULTILINE | re.DOTALL)


def files(root: Path, *folders: str) -> list[Path]:
    """The C++ files below these folders of root, in order."""
    return sorted(f for folder in folders for f in (root / folder).rglob("*") if f.suffix in (".cpp", ".hpp"))


def blank(match: re.Match) -> str:
    """The match as spaces, its line ends kept: positions and line numbers stay true."""
    return re.sub(r"[^\n]", " ", match.group())


def code_only(text: str) -> str:
    """The text without comments, literals and preprocessor directives."""
    return DIRECTIVE.sub(blank, NOT_CODE.sub(blank, text))


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
