"""Measure weir-bench and the peers that are there, and write results.json, table.md and chart.svg: see scripts/bench."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

import report

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/bench/bench"
PEERS = ROOT / "build/peers"
JARS = ["/usr/share/java/rxjava.jar", "/usr/share/java/reactive-streams.jar"]
JAVA = ["java", "-Dpeer.version={version}", "-XX:+UseParallelGC", "-Xms1g", "-Xmx3g", "-cp"]
# The first compilations of a JIT are done after some thousand calls, the last after some million items.
FULL = {"rounds": 2, "repetitions": 9, "warm_up": 3}
QUICK = {"rounds": 1, "repetitions": 3, "warm_up": 1}
TIMEOUT = 300


class Peer:
    def __init__(self, name, command, needs):
        self.name = name
        self.command = command
        self.missing = [str(need) for need in needs if not (shutil.which(need) or pathlib.Path(need).exists())]

    def output(self, *arguments):
        run = subprocess.run([*self.command, *arguments], capture_output=True, text=True, timeout=TIMEOUT, check=False)
        if run.returncode:
            raise RuntimeError((run.stderr.strip().splitlines() or [f"ended with {run.returncode}"])[-1])
        return run.stdout

    def rows(self):
        return self.output("--rows").split()


def peers():
    node = PEERS / "node"
    jar = pathlib.Path(JARS[0])
    version = re.search(r"rxjava-(.*)\.jar", jar.resolve().name) if jar.exists() else None
    java = [word.format(version=version[1] if version else "3") for word in JAVA] + [":".join([str(PEERS / "java"), *JARS])]
    java_needs = ["java", PEERS / "java/Peers.class", *JARS]
    yield Peer("RxJava Observable", [*java, "Peers", "observable"], java_needs)
    yield Peer("RxJava Flowable", [*java, "Peers", "flowable"], java_needs)
    yield Peer("RxJS", ["node", node / "rxjs.mjs"], ["node", node / "rxjs.mjs", node / "node_modules/rxjs"])
    yield Peer("@most/core", ["node", node / "most.mjs"], ["node", node / "most.mjs", node / "node_modules/@most/core"])
    yield Peer("libevent", [PEERS / "libevent"], [PEERS / "libevent"])
    yield Peer("libuv", [PEERS / "libuv"], [PEERS / "libuv"])


def first_line(*command):
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        return (run.stdout or run.stderr).splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return None


def machine():
    def search(path, expression):
        try:
            return re.search(expression, pathlib.Path(path).read_text(), re.MULTILINE)[1]
        except (OSError, TypeError):
            return None

    compiler = search(BUILD.parent / "meson-logs/meson-log.txt", r"^C compiler for the host machine: .*? \((\w+ [\d.]+)")
    return {
        "processor": search("/proc/cpuinfo", r"^model name\s*: (.*)$") or platform.processor(),
        "processors": os.cpu_count(),
        "memory_kib": int(search("/proc/meminfo", r"^MemTotal:\s*(\d+)") or 0),
        "system": search("/etc/os-release", r'^PRETTY_NAME="?(.*?)"?$') or platform.platform(),
        "kernel": platform.release(),
        "compiler": compiler,
        "node": first_line("node", "--version"),
        "java": first_line("java", "-version"),
    }


def weir_bench(*arguments):
    run = subprocess.run([BUILD / "weir-bench", *arguments], stdout=subprocess.PIPE, text=True, check=False)
    if run.returncode:
        sys.exit(f"weir-bench ended with {run.returncode}")
    return run.stdout


def measure_weir(row, settings):
    return json.loads(weir_bench("--json", "--only", row, "--repetitions", str(settings["repetitions"])))["rows"][0]


def measure_peer(peer, row, settings):
    """What it printed, or {"failed": why}."""
    try:
        result = json.loads(peer.output(row, str(settings["warm_up"]), str(settings["repetitions"])))
        command = [BUILD / "bench-baseline", "--checksum", row, str(result["items"])]
        expected = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        if result["checksum"] != expected:
            raise RuntimeError(f"computed {result['checksum']}, not {expected}")
        return result
    except (RuntimeError, subprocess.TimeoutExpired, ValueError) as failure:
        return {"failed": str(failure)}


def merge(before, now):
    """The lower figures of two rounds: contention only adds."""
    if before is None or "failed" in now:
        return now
    if "failed" in before:
        return before
    lower = {key: min(before[key], now[key]) for key in ("minimum", "median") if key in now}
    inner = {key: merge(before[key], now[key]) for key, value in now.items() if isinstance(value, dict)}
    return {**now, **lower, **inner}


def measure(names, peers_there, settings, results):
    """Row by row, so that what stands in one row of the table was measured under the same load."""
    rows = {}
    for round_number in range(settings["rounds"]):
        for name in names:
            row = rows[name] = merge(rows.get(name), measure_weir(name, settings))
            row["ratio"] = row["weir"]["minimum"] / row["opaque"]["minimum"]
            row["arrays_ratio"] = row["arrays"] and row["arrays"]["minimum"] / row["opaque"]["minimum"]
            print(f"{round_number + 1}/{settings['rounds']} {name}: weir {row['weir']['minimum']:.2f}", end="", flush=True)
            for peer, its_rows in peers_there:
                if name not in its_rows:
                    continue
                measured = results["peers"][peer.name]["rows"]
                measured[name] = merge(measured.get(name), measure_peer(peer, name, settings))
                print(f", {peer.name} {measured[name].get('minimum', 'FAILED')}", end="", flush=True)
            print(f"; load {os.getloadavg()[0]:.1f}")
    results["rows"] = list(rows.values())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--publish", action="store_true")
    arguments = parser.parse_args()
    settings = QUICK if arguments.quick else FULL
    results = {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "revision": first_line("git", "-C", str(ROOT), "describe", "--always", "--dirty"),
        "machine": machine(),
        "settings": settings,
        "load_before": os.getloadavg(),
    }
    names = arguments.only or weir_bench("--rows").split()
    results["peers"] = {}
    peers_there = []
    for peer in [] if arguments.no_peers else peers():
        if peer.missing:
            print(f"{peer.name} is missing: there is no {', '.join(peer.missing)}")
            results["peers"][peer.name] = {"missing": peer.missing}
        else:
            peers_there.append((peer, peer.rows()))
            results["peers"][peer.name] = {"rows": {}}
    measure(names, peers_there, settings, results)
    results["load_after"] = os.getloadavg()

    output = ROOT / ("docs/benchmarks" if arguments.publish else "build/benchmarks")
    written = report.write(results, output, ROOT / "docs/benchmarks.md" if arguments.publish else None)
    print((output / "table.md").read_text())
    print("Written:", *(path.relative_to(ROOT) for path in written))
    failed = [
        f"{name} {row}"
        for name, peer in results["peers"].items()
        for row, result in peer.get("rows", {}).items()
        if "failed" in result
    ]
    if failed:
        print("FAILED:", ", ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
