"""Add up the tests in meson's logs.

Criterion programs say how many tests they ran; others speak TAP or print `N passed, N failed, N skipped`, or count as one.
A program that failed without saying which test did counts as one failure. No test at all is a failure.
"""

import argparse
import json
import re
import sys

SYNTHESIS = re.compile(r"Synthesis: Tested: (\d+) \| Passing: (\d+) \| Failing: (\d+) \| Crashing: (\d+)")
PLAIN = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.MULTILINE)
TAP = re.compile(r"^(not ok|ok) \d+(?: (?!#)[^#\n]*)?(# SKIP)?", re.MULTILINE | re.IGNORECASE)
SANITIZER = re.compile(r"(Address|Leak|Thread|UndefinedBehavior)Sanitizer|runtime error:")
SKIPPED = re.compile(r"^skipped: (.+)$", re.MULTILINE)


def count(test):
    """(passed, failed, skipped) of one program."""
    output = test.get("stdout", "") + "\n" + test.get("stderr", "")
    passed = failed = 0
    skipped = len(SKIPPED.findall(output))
    counted = False
    for match in SYNTHESIS.finditer(output):
        counted = True
        passed += int(match[2])
        failed += int(match[3])
    for match in PLAIN.finditer(output):
        counted = True
        passed += int(match[1])
        failed += int(match[2])
        skipped += int(match[3] or 0)
    if not counted:
        for match in TAP.finditer(output):
            counted = True
            if match[2]:
                skipped += 1
            elif match[1].lower() == "ok":
                passed += 1
            else:
                failed += 1
    if test["result"] == "SKIP":
        return passed, failed, max(skipped, 1)
    succeeded = test["result"] in ("OK", "EXPECTEDFAIL")
    if not counted:
        return (1, 0, skipped) if succeeded else (0, 1, skipped)
    if (not succeeded or SANITIZER.search(output)) and failed == 0:
        failed = 1
    return passed, failed, skipped


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", help="print one line for this build")
    parser.add_argument("--sum", action="store_true", help="print the closing line")
    parser.add_argument("logs", nargs="*")
    arguments = parser.parse_args()
    totals = [0, 0, 0]
    for path in arguments.logs:
        with open(path, encoding="utf-8", errors="replace") as log:
            for line in log:
                test = json.loads(line)
                counts = count(test)
                totals = [total + more for total, more in zip(totals, counts)]
                if arguments.name and counts[1]:
                    print(f"   {test['name']}: {counts[1]} failed ({test['result']})")
    text = f"{totals[0]} passed, {totals[1]} failed, {totals[2]} skipped"
    if arguments.name:
        print(f"   {text}")
    if arguments.sum:
        print(text)
    return 1 if totals[1] or not totals[0] else 0


if __name__ == "__main__":
    sys.exit(main())
