"""The rules of the house, read off the sources: python3 house.py RULE SOURCE_ROOT [ARGUMENT...]."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)

# What a room may include, as prefixes; libc is free to all. A package has one file that speaks to it.
LAYERS = {
    "src/base": ["base/", "weir/memory.h", "weir/api.h"],
    "src/core": ["core/", "base/", "weir/"],
    "src/kit": ["kit/", "core/", "base/", "weir/"],
    "src/loop": ["loop/", "core/", "base/", "weir/"],
    "src/codec": ["codec/", "kit/", "core/", "base/", "weir/"],
    "src/io": ["io/", "codec/", "kit/", "core/", "base/", "weir/"],
    "src/testing": ["testing/", "core/", "base/", "weir/"],
    "operators": ["kit/", "weir/"],
    "include": ["weir/"],
}
PACKAGES = {
    "event2/": ["src/loop/libevent.c"],
    "msgpack": ["src/codec/msgpack.c"],
    "curl/": ["src/io/http.c"],
    "jansson": ["src/codec/json.c"],
    "simdjson": [],
}
PROJECT = re.compile(r"^(base|core|kit|loop|codec|io|testing|weir)/")


class Results:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, holds, complaint):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED: " + complaint)

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed, 0 skipped")
        return 1 if self.failed or not self.passed else 0


def sources(root, *rooms):
    for room in rooms:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in (".c", ".h"):
                yield path, path.relative_to(root).as_posix()


def code_lines(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"//[^\n]*", "", text)
    return sum(1 for line in text.splitlines() if line.strip())


def layering(root):
    """Who may include whom."""
    results = Results()
    for path, name in sources(root, "src", "operators", "include"):
        room = next(room for room in LAYERS if name.startswith(room + "/"))
        for included in INCLUDE.findall(path.read_text()):
            package = next((key for key in PACKAGES if included.startswith(key)), None)
            if package:
                results.check(name in PACKAGES[package], f"{name} includes <{included}>, which is for {PACKAGES[package]}")
            elif PROJECT.match(included):
                allowed = any(included.startswith(prefix) for prefix in LAYERS[room])
                results.check(allowed, f"{name} includes {included}: {room} may include {', '.join(LAYERS[room])}")
    for path, name in sources(root, "operators"):
        for included in INCLUDE.findall(path.read_text()):
            results.check(not included.endswith(".c"), f"{name} includes another operator's file, {included}")
    return results


def operators(root):
    """An operator is one small file with a test, a declaration, and lines in the catalogue and the changelog."""
    results = Results()
    catalogue = re.findall(r"'([a-z_]+/[a-z0-9_]+)'", (root / "operators/meson.build").read_text())
    results.check(catalogue == sorted(catalogue), "operators/meson.build is not in alphabetical order")
    changelog = (root / "CHANGELOG.md").read_text()
    sizes = []
    for path, name in sources(root, "operators"):
        entry = name[len("operators/") : -len(".c")]
        text = path.read_text()
        size = code_lines(text)
        sizes.append(size)
        results.check(entry in catalogue, f"{name} is not in operators/meson.build")
        results.check(size <= 120, f"{name} has {size} lines of code: over 120 something belongs in the kit")
        results.check((root / "tests/operators" / (entry + "_test.c")).exists(), f"{name} has no test")
        operator = path.stem
        results.check(
            re.match(r"/\* " + operator + r"\b", text), f"{name} does not begin with `/* {operator}: what it does`"
        )
        results.check(f"weir_{operator}" in changelog, f"CHANGELOG.md does not mention weir_{operator}")
        header = root / "include/weir" / (path.parent.name + ".h")
        headers = "".join(header.read_text() for header in (root / "include/weir").glob("*.h"))
        results.check(
            re.search(rf"\bweir_{operator}\w*\(", headers), f"weir_{operator} is not declared in {header.name}"
        )
    sizes.sort()
    print(f"{len(sizes)} operator files, median {sizes[len(sizes) // 2]} lines of code, longest {sizes[-1]}")
    return results


def headers(root, c_compiler, cxx_compiler):
    """Every public header compiles alone, in C11 and in C++17."""
    results = Results()
    with tempfile.TemporaryDirectory() as directory:
        for path in sorted((root / "include/weir").glob("*.h")):
            for compiler, standard, suffix in ((c_compiler, "c11", "c"), (cxx_compiler, "c++17", "cc")):
                unit = os.path.join(directory, "unit." + suffix)
                with open(unit, "w", encoding="utf-8") as file:
                    file.write(f"#include <weir/{path.name}>\n#include <weir/{path.name}>\n")
                command = [compiler, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
                command += ["-fsyntax-only", f"-I{root}/include", unit]
                run = subprocess.run(command, capture_output=True, text=True, check=False)
                results.check(run.returncode == 0, f"<weir/{path.name}> alone as {standard}:\n{run.stderr}")
    return results


def exported(archive):
    """The symbols of the static library that a shared one would export."""
    output = subprocess.run(["readelf", "-sW", archive], capture_output=True, text=True, check=True).stdout
    symbols = set()
    for line in output.splitlines():
        fields = line.split()
        if len(fields) == 8 and fields[4] in ("GLOBAL", "WEAK") and fields[5] == "DEFAULT" and fields[6] != "UND":
            symbols.add(fields[7])
    return symbols


def symbols(root, archive):
    """What is exported is what was reviewed. After a review: house.py symbols ROOT ARCHIVE --accept."""
    results = Results()
    path = root / "tests/house/exported_symbols.txt"
    actual = exported(archive)
    if "--accept" in sys.argv:
        path.write_text("".join(name + "\n" for name in sorted(actual)))
    reviewed = set(path.read_text().split())
    for name in sorted(actual | reviewed):
        if name not in reviewed:
            results.check(False, f"{name} is exported, and not in {path.name}: hide it, or review and add it")
        elif name not in actual:
            results.check(False, f"{name} is in {path.name} and not exported any more")
        else:
            results.check(name.startswith("weir_"), f"{name} is exported without the prefix weir_")
    return results


def words(root):
    """No path of one machine, no unfinished work."""
    results = Results()
    tracked = [
        path
        for room in ("include", "src", "operators", "examples", "bench", "docs")
        for path in sorted((root / room).rglob("*"))
        if path.suffix in (".c", ".h", ".md", ".py", ".build")
    ]
    for path in tracked + [root / "README.md", root / "CHANGELOG.md"]:
        name = path.relative_to(root).as_posix()
        text = path.read_text(errors="replace")
        results.check(not re.search(r"\b(TODO|FIXME|XXX)\b", text), f"{name} has a TODO")
        results.check(not re.search(r"(?<![\w.])/(home|root|work)/", text), f"{name} names a path of one machine")
    return results


def table(root):
    """Every public operator has a row in docs/operators.md that says all, and the file is up to date."""
    results = Results()
    command = [sys.executable, "-B", str(root / "scripts/operators_table"), "--check"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    for complaint in re.findall(r"^FAILED: (.*)$", run.stdout, re.MULTILINE):
        results.check(False, complaint)
    results.check(not run.stderr, run.stderr)
    results.passed += int((re.search(r"^(\d+) passed", run.stdout, re.MULTILINE) or [0, 0])[1])
    return results


def reference(root, doxygen):
    """The reference is made from the headers without a warning."""
    results = Results()
    for path in sorted((root / "include/weir").glob("*.h")):
        lines = path.read_text().splitlines()
        hidden = False
        for number, line in enumerate(lines):
            if "@cond" in line or "@endcond" in line:
                hidden = "@cond" in line
            if line.startswith("WEIR_API") and not hidden:
                documented = lines[number - 1].rstrip().endswith("*/")
                results.check(documented, f"{path.name}:{number + 1} is not documented: {line}")
    with tempfile.TemporaryDirectory() as directory:
        settings = (root / "docs/Doxyfile").read_text() + f"\nINPUT={root}/include/weir\nOUTPUT_DIRECTORY={directory}\n"
        settings += f"STRIP_FROM_PATH={root}/include\nQUIET=YES\n"
        run = subprocess.run([doxygen, "-"], input=settings, capture_output=True, text=True, check=False)
        results.check(run.returncode == 0 and not run.stderr.strip(), "doxygen says:\n" + run.stderr[:8000])
    return results


def main():
    rule = {
        "layering": layering,
        "operators": operators,
        "headers": headers,
        "symbols": symbols,
        "words": words,
        "reference": reference,
        "table": table,
    }[sys.argv[1]]
    arguments = [argument for argument in sys.argv[3:] if argument != "--accept"]
    return rule(pathlib.Path(sys.argv[2]).resolve(), *arguments).close()


if __name__ == "__main__":
    sys.exit(main())
