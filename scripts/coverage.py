#!/usr/bin/env python3
"""coverage.py BUILD --reset
coverage.py BUILD [--need PERCENT:FOLDER[,FOLDER...]]... [--uncovered FILE]

Which lines of src/ ran since the last --reset in BUILD, a build of the preset `coverage`: a table by folder, then for each --need
whether those folders of src/ together (`src`: all of it) reach PERCENT, and the files with most lines that nothing reached; FILE gets
all of those, as ranges. Ends with 1 where a --need is not met. It needs gcovr.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def lines_of(build: pathlib.Path) -> dict[str, dict[int, bool]]:
    """For each file below src/, whether each of its lines with code ran. A header's line ran if it did in any program."""
    command = ["gcovr", "--root", ROOT, "--filter", ROOT / "src", "-j", str(os.cpu_count() or 1), "--json", "-", build]
    report = json.loads(subprocess.run(command, cwd=build, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True).stdout)
    files: dict[str, dict[int, bool]] = {}
    for file in report["files"]:
        lines = files.setdefault(str(pathlib.PurePath(file["file"]).relative_to("src")), {})
        for line in file["lines"]:
            if not line["gcovr/noncode"]:
                number = line["line_number"]
                lines[number] = lines.get(number, False) or line["count"] > 0
    return files


def folder_of(file: str) -> str:
    return file.split("/")[0] if "/" in file else "(src itself)"


def counted(files: dict[str, dict[int, bool]], folders: list[str]) -> tuple[int, int]:
    """Lines that ran, and all, of these folders."""
    lines = [ran for file, lines in files.items() if "src" in folders or folder_of(file) in folders for ran in lines.values()]
    return sum(lines), len(lines)


def row(name: str, ran: int, of: int) -> str:
    return f"{name:<32} {ran:6} of {of:6} lines  {100 * ran / max(of, 1):5.1f}%"


def ranges(lines: dict[int, bool]) -> str:
    """Runs of lines that nothing reached; lines without code do not end one."""
    found, start, last = [], None, None
    for number, ran in sorted(lines.items()) + [(0, True)]:
        if not ran:
            start, last = start or number, number
        elif start:
            found.append(str(start) if start == last else f"{start}-{last}")
            start = None
    return " ".join(found)


def print_uncovered(files: dict[str, dict[int, bool]], to: pathlib.Path | None):
    missed = {file: list(lines.values()).count(False) for file, lines in files.items()}
    missed = {file: count for file, count in missed.items() if count}
    if to:
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text("".join(f"src/{file}: {ranges(files[file])}\n" for file in sorted(missed)))
    print(f"\n{sum(missed.values())} lines of {len(missed)} files were not reached" + (f", all in {to}" if to else "") + "; most in")
    for file in sorted(missed, key=missed.get, reverse=True)[:12]:
        print(f"{missed[file]:5}  src/{file}")


def need(text: str) -> tuple[float, list[str]]:
    percent, folders = text.split(":")
    return float(percent), folders.split(",")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--reset", action="store_true", help="forget what ran")
    parser.add_argument("--need", type=need, action="append", default=[], metavar="PERCENT:FOLDERS")
    parser.add_argument("--uncovered", type=pathlib.Path, metavar="FILE")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    if arguments.reset:
        for counters in build.rglob("*.gcda"):
            counters.unlink()
        return 0

    files = lines_of(build)
    for folder in sorted({folder_of(file) for file in files}):
        print(row(folder, *counted(files, [folder])))
    print(row("src", *counted(files, ["src"])))
    print_uncovered(files, arguments.uncovered)
    print()
    failed = 0
    for percent, folders in arguments.need:
        ran, of = counted(files, folders)
        met = of and 100 * ran >= percent * of
        failed += not met
        print(row("+".join(folders), ran, of) + (f", {percent:g}% needed" if met else f": TOO FEW, {percent:g}% needed"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
