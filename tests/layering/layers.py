#!/usr/bin/env python3
"""layers.py ROOT: dependencies between folders point downward only, as docs/design.md draws them.

Fails with file:line for every #include that points up, that lets a crypto library or a socket into a folder that may
not know it, or that makes the public headers depend on anything but themselves.
"""

import re
import sys
from pathlib import Path

from sources import files, line_of

# Lowest first; folders of one row may include each other in one direction only.
ROWS = [
    {"base"},
    {"wire"},
    {"messages", "extensions", "catalog"},
    {"crypto"},
    {"record", "keys"},
    {"handshake"},
    {"connection"},  # the files directly in src/
    {"explain", "trace"},
    {"net"},
    {"apps"},
]
RANK = {folder: rank for rank, row in enumerate(ROWS) for folder in row}
CHAT_SEES = {"chat", "base"}
SEES_CHAT = {"chat", "apps"}
PUBLIC_FOR_CHAT = {"handfast/result.hpp", "handfast/version.hpp"}

CRYPTO_LIBRARY = re.compile(r"openssl/|intel-ipsec-mb\.h|lib25519|gnutls/|mbedtls/")
COMPRESSION_LIBRARY = re.compile(r"(zlib|zstd)\.h|brotli/")
SOCKETS = re.compile(r"asio|sys/(socket|un|epoll|select)\.h|netinet/|netdb\.h|poll\.h")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)


def folder_of(path: Path) -> str:
    """The folder of the design that this file, relative to the root, belongs to."""
    parts = path.parts
    if parts[0] == "include":
        return "public"
    if parts[0] == "apps":
        return "apps"
    return parts[1] if len(parts) > 2 else "connection"


def target_of(root: Path, file: Path, included: str) -> str | None:
    """The folder that an #include leads to, or None where it is not ours."""
    for base in (root / "src", root / "include", root / "apps" / "handfast", file.parent):
        candidate = (base / included).resolve()
        if candidate.is_file() and candidate.is_relative_to(root):
            return folder_of(candidate.relative_to(root))
    return None


def outside_fault(folder: str, path: Path, included: str) -> str | None:
    """What is wrong with including this header of somebody else's here, if anything."""
    if CRYPTO_LIBRARY.match(included) and folder != "crypto":
        return "only src/crypto may include a crypto library"
    if COMPRESSION_LIBRARY.match(included) and folder != "crypto":
        return "only src/crypto may include a compression library"
    may_use_sockets = folder in ("net", "apps") or path == Path("include/handfast/asio.hpp")
    if SOCKETS.match(included) and not may_use_sockets:
        return "only src/net and apps do I/O"
    return None


def own_fault(folder: str, target: str, included: str) -> str | None:
    """What is wrong with this folder including this header of ours, if anything."""
    if folder == target:
        return None
    if folder == "public":
        return f"a public header may not include src/ ({target})"
    if folder == "chat":
        allowed = target in CHAT_SEES or included in PUBLIC_FOR_CHAT
        return None if allowed else f"chat may include base only, not {target}"
    if target == "public":
        return None
    if target == "chat":
        return None if folder in SEES_CHAT else f"{folder} may not include chat"
    if RANK[target] > RANK[folder]:
        return f"{folder} may not include {target}: the arrow points up"
    return None


def check(root: Path) -> list[str]:
    """Every violation below root, as file:line: text."""
    root = root.resolve()
    faults, sideways = [], {}
    for file in files(root, "src", "include", "apps"):
        path = file.relative_to(root)
        folder = folder_of(path)
        if folder not in RANK and folder not in ("public", "chat"):
            faults.append(f"{path}:1: src/{folder} has no place in the layers; give it one in tests/layering/layers.py")
            continue
        text = file.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            included, where = match.group(1), f"{path}:{line_of(text, match.start(1))}"
            target = target_of(root, file, included)
            if target is None:
                fault = outside_fault(folder, path, included)
            else:
                fault = own_fault(folder, target, included) if target in RANK or target in ("public", "chat") else None
                if target != folder and target in RANK and RANK.get(folder) == RANK[target]:
                    sideways.setdefault((folder, target), where)
            if fault:
                faults.append(f"{where}: #include {included}: {fault}")
    for (folder, target), where in sideways.items():
        if folder < target and (target, folder) in sideways:
            faults.append(f"{where}: {folder} and {target} include each other (also {sideways[(target, folder)]})")
    return faults


if __name__ == "__main__":
    found = check(Path(sys.argv[1]))
    print("\n".join(found) if found else "every #include points downward")
    sys.exit(1 if found else 0)
