"""Choose the vectors that live in the repository from a full set of them.

usage: python3 tests/conformance/select_vectors.py DIRECTORY [--size BYTES]

Of every file of DIRECTORY, those of its folder ties/ included, vectors spread evenly over it are copied to
tests/conformance/vectors, so many that all of them together are about BYTES long. Every operator of the full set is in
the selection, or this fails.
"""

import argparse
import json
import pathlib
import shutil
import sys

# What docs/differences.md lists as unexplained by any order within frames that is tried: the test of tier ties would fail.
UNEXPLAINED = {f"compositions/{number}" for number in ("05473", "05514", "05884", "06355", "07276")}
TARGET = pathlib.Path(__file__).parent / "vectors"


def spread(lines, share):
    """At least three of the lines, or about `share` of them, evenly spread; the first one included."""
    count = min(len(lines), max(3, round(len(lines) * share)))
    return [lines[i * len(lines) // count] for i in range(count)]


def select(files, share):
    return {path: spread(lines, share) for path, lines in files.items()}


def size(selection):
    return sum(len(line) for lines in selection.values() for line in lines)


def operators(selection):
    return {name for lines in selection.values() for line in lines for name in json.loads(line)["ops"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--size", type=int, default=1_000_000)
    arguments = parser.parse_args()
    files = {}
    for path in sorted(arguments.directory.rglob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        files[path.relative_to(arguments.directory)] = [
            line for line in lines if json.loads(line)["id"] not in UNEXPLAINED
        ]
    share = 1.0
    while size(select(files, share)) > arguments.size:
        share *= 0.98
    selection = select(files, share)
    missing = operators(files) - operators(selection)
    if missing:
        print("not in the selection: " + ", ".join(sorted(missing)), file=sys.stderr)
        return 1
    shutil.rmtree(TARGET, ignore_errors=True)
    for path, lines in selection.items():
        (TARGET / path).parent.mkdir(parents=True, exist_ok=True)
        (TARGET / path).write_text("".join(lines), encoding="utf-8")
    count = sum(len(lines) for lines in selection.values())
    print(f"{count} vectors, {size(selection)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
